"""History in Prometheus: what remote write brings, to real receivers and to one that fails."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from support.district import District
from support.fast_clock import FastClock
from support.fleet import Fleet
from support.process import wait_until
from support.proxy import Proxy
from support.receiver import Prometheus, Samples, Series, Store, VictoriaMetrics, agent_text, series_of, write_to

# What the collector concludes, which no reading tells.
CONCLUDED = {
    "hallmonitor_device_state",
    "hallmonitor_device_boot_timestamp_seconds",
    "hallmonitor_availability_ratio",
    "hallmonitor_coverage_ratio",
    "hallmonitor_agent_up",
    "hallmonitor_agent_identity_contested",
    "hallmonitor_agent_info",
    "hallmonitor_agent_lag_seconds",
    "hallmonitor_agent_clock_skew_seconds",
}
OWN = ("hallmonitor_build_", "hallmonitor_collector_", "hallmonitor_ingest_", "hallmonitor_ledger_",
       "hallmonitor_http_", "hallmonitor_remote_write_")  # fmt: skip


def shown(district: District) -> set[Series]:
    """Series of /metrics that a reading tells."""
    page = district.page()
    return {
        series_of({"__name__": name} | {key: value for key, value in labels.items() if value})
        for name, samples in page.samples.items()
        if name not in CONCLUDED and not name.startswith(OWN)
        for labels, _ in samples
    }


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Debian's prometheus is not installed")
def test_what_is_read_comes_to_prometheus_as_on_the_page(district: District) -> None:
    fleet = Fleet(district, "127.34.0.1", devices=2, ports=8)
    prometheus = Prometheus(district)
    write_to(district, prometheus.port)
    district.start_collector()
    district.start_agent(
        district.agent_file("lincoln", "a1", agent_text(fleet, {"sw-1": "127.34.0.1", "sw-2": "127.34.0.2"}))
    )
    rates = "hallmonitor_interface_receive_bytes_per_second"
    wait_until("rates in Prometheus", lambda: len(prometheus.query(rates)) >= 16, 30)
    wait_until("rates on the page", lambda: len(district.page().samples.get(rates, [])) >= 16, 30)

    def had() -> set[Series]:
        every = prometheus.ask("series", **{"match[]": '{__name__=~"hallmonitor_.+"}'})
        return {series_of(labels) for labels in every}

    # A device that does not change is told of every five seconds.
    wait_until("all series of the page in Prometheus", lambda: not shown(district) - had(), 30)
    names = {dict(one)["__name__"] for one in had()}
    assert not names & CONCLUDED and len(names) > 25

    # Totals are the device's own counters, by the moment of the reading.
    first = 'hallmonitor_interface_receive_bytes_total{device="sw-1",interface="Gi1/0/1"}'
    wait_until("three readings", lambda: len(next(iter(prometheus.raw(first).values()))) >= 3)
    (counted,) = prometheus.raw(first).values()
    served = fleet.served(0)["Gi1/0/1"]["in"]
    assert counted[-1][1] <= served["now_octets"]
    assert counted[-1][1] >= served["now_octets"] - 6 * served["rate_octets_per_second"]


LONG = bool(os.environ.get("HALLMONITOR_LONG"))
DAY = 86_400
PORTS = 8
RESTARTED = 3.0  # intervals between two readings around a restart of an agent
TOLD = 5.0  # how often a device is told of that does not change
OCTETS = 'hallmonitor_interface_receive_bytes_total{device="sw-1"}'
RATES = 'hallmonitor_interface_receive_bytes_per_second{device="sw-1"}'
UP = 'hallmonitor_device_up{device="sw-1"}'


def of_site(samples: Samples, site: str) -> dict[str, list[tuple[int, float]]]:
    """By interface, empty for the device's own."""
    named = {series: dict(series) for series in samples}
    return {
        labels.get("interface", ""): samples[series]
        for series, labels in named.items()
        if labels["site"] == site
    }


def between(samples: list[tuple[int, float]], begin: float, end: float) -> list[tuple[int, float]]:
    return [(at, value) for at, value in samples if begin * 1000 <= at <= end * 1000]


def value_at(samples: list[tuple[int, float]], at: int) -> float | None:
    """Between two samples, as a counter goes on evenly."""
    for (t0, v0), (t1, v1) in zip(samples, samples[1:]):
        if t0 <= at <= t1:
            return v0 + (v1 - v0) * (at - t0) / (t1 - t0)
    return None


def assert_whole(
    samples: list[tuple[int, float]], begin: float, end: float, interval: float, longest: float = 1.7
) -> None:
    """Every reading of the time is there, once; no two are further apart than `longest` intervals."""
    times = [at for at, _ in between(samples, begin, end)]
    assert len(set(times)) == len(times)
    wanted = (end - begin) / interval
    assert wanted - longest - 1 <= len(times) <= wanted + 3, f"{len(times)} samples in {wanted} intervals"
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    assert max(gaps) < 1_000 * longest * interval, f"a gap of {max(gaps)} ms"


def assert_equals_twin(store: Store, begin: float, end: float, interval: float) -> None:
    """The cut site's history is as complete as the twin's, and says the same."""
    octets, rates, up = (store.raw(query, DAY) for query in (OCTETS, RATES, UP))
    for samples, every in ((octets, interval), (rates, interval), (up, max(interval, TOLD))):
        cut, twin = of_site(samples, "cut"), of_site(samples, "twin")
        assert cut.keys() == twin.keys()
        for name, course in cut.items():
            assert_whole(course, begin, end, every, RESTARTED)
            assert_whole(twin[name], begin, end, every, RESTARTED)
    assert len(of_site(octets, "cut")) == PORTS
    assert {value for _, value in of_site(up, "cut")[""]} == {1.0}
    # Both read the same counters at other moments.
    twins = of_site(octets, "twin")
    compared = 0
    for name, course in of_site(octets, "cut").items():
        most = max(value for _, value in of_site(rates, "twin")[name])
        for at, value in between(course, begin, end):
            expected = value_at(twins[name], at)
            if expected is not None:
                assert abs(value - expected) <= 0.5 * interval * most, (name, at, value, expected)
                compared += 1
    assert compared > PORTS * 8


@pytest.mark.parametrize("kind", [Prometheus, VictoriaMetrics])
def test_after_a_cut_the_history_equals_an_uncut_twins(
    district: District, kind: type[Prometheus] | type[VictoriaMetrics]
) -> None:
    """HALLMONITOR_LONG=1: a cut of six hours, by clocks that run faster than ours."""
    program = "prometheus" if kind is Prometheus else "victoria-metrics"
    if shutil.which(program) is None:
        pytest.skip(f"Debian's {program} is not installed")
    clock = FastClock(speed=60, ago=8 * 3600) if LONG else FastClock(speed=1)
    interval, cut = (60.0, 6 * 3600.0) if LONG else (2.0, 28.0)
    store = kind(district)
    district.clock = clock if LONG else None
    fleet = Fleet(district, "127.35.0.1", devices=1, ports=PORTS)
    write_to(district, store.port)
    district.start_collector()
    proxy = Proxy(district, "line", 1)
    text = agent_text(fleet, {"sw-1": "127.35.0.1"}, interval)
    files = [
        district.agent_file("cut", "a1", text, port=proxy.port),
        district.agent_file("twin", "a1", text),
    ]
    agents = [district.start_agent(file) for file in files]
    wait_until("rates of both", lambda: len(store.raw(RATES, DAY)) == 2 * PORTS, 30)
    begin = clock.now()
    clock.sleep(2 * interval)

    proxy.ask("fault both refuse on")
    proxy.ask("fault up reset on 0")
    clock.sleep(0.4 * cut)
    # What was spooled before is history then; both are restarted, so that they stay twins.
    for agent, file in zip(agents, files):
        agent.kill()
        district.start_agent(file)
    clock.sleep(0.6 * cut)
    lost_until = clock.now()
    proxy.ask("clear")
    wait_until(
        "the present of the cut site",
        lambda: of_site(store.raw(OCTETS, DAY), "cut")["Gi1/0/1"][-1][0] > lost_until * 1000,
        30,
    )
    end = clock.now() + 2 * interval
    clock.sleep(3 * interval)
    time.sleep(2)

    assert_equals_twin(store, begin, end, interval)
    segments = store.raw('hallmonitor_agent_spool_segments{site="cut"}', DAY)
    assert max(value for _, value in next(iter(segments.values()))) > 1
    assert district.value("hallmonitor_remote_write_dropped_samples_total", reason="refused") == 0
    assert district.value("hallmonitor_remote_write_dropped_samples_total", reason="queue_full") == 0
    print(f"{program}: the same as the twin's over {(end - begin) / 3600:.2f} h")


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Debian's prometheus is not installed")
def test_a_receiver_that_refuses_what_is_late_is_told_of_with_its_setting(district: District) -> None:
    fleet = Fleet(district, "127.36.0.1", devices=1, ports=PORTS)
    prometheus = Prometheus(district, window="")
    write_to(district, prometheus.port)
    collector = district.start_collector()
    proxy = Proxy(district, "line", 1)
    text = agent_text(fleet, {"sw-1": "127.36.0.1"})
    file = district.agent_file("lincoln", "a1", text, port=proxy.port)
    agent = district.start_agent(file)
    wait_until("rates", lambda: len(prometheus.query(RATES)) == PORTS, 30)

    proxy.ask("fault both refuse on")
    proxy.ask("fault up reset on 0")
    time.sleep(6)
    agent.kill()  # what it spooled is history for its next life
    district.start_agent(file)
    time.sleep(6)
    proxy.ask("clear")
    proxy.ask("fault up throttle on 1000")  # so slow that the present is there before its past
    wait_until(
        "refusals are counted",
        lambda: district.value("hallmonitor_remote_write_dropped_samples_total", reason="refused"),
        60,
    )

    # The present goes on, and nothing is tried for ever.
    proxy.ask("clear")
    cut_until = time.time()
    wait_until(
        "the present",
        lambda: of_site(prometheus.raw(OCTETS), "lincoln")["Gi1/0/1"][-1][0] > cut_until * 1000,
        20,
    )
    wait_until("nothing waits", lambda: district.value("hallmonitor_remote_write_queue_bytes") == 0, 20)
    assert "storage.tsdb.out_of_order_time_window" in collector.text()
    assert collector.text().count("remote_write_refused") == 1
    assert "out_of_order_time_window" in "".join(district.json("/api/v1/devices")["troubles"])


SWITCHES, MANY_PORTS = 8, 96
MEBI = 1 << 20


def big_district(district: District, store: Prometheus, more: str, address: str) -> tuple[Fleet, dict[str, str]]:
    """A fleet that fills a small queue within seconds."""
    fleet = Fleet(district, address, devices=SWITCHES, ports=MANY_PORTS)
    write_to(district, store.port, more=f"  queue_bytes: 1MiB\n{more}")
    return fleet, {f"sw-{number + 1}": fleet.address_of(number) for number in range(SWITCHES)}


def remote(district: District, what: str, **labels: str) -> float:
    value = district.value(f"hallmonitor_remote_write_{what}", **labels)
    assert value is not None
    return value


def newest_is_younger(district: District, seconds: float) -> bool:
    lag = district.value("hallmonitor_agent_lag_seconds", lane="live")
    return lag is not None and lag < seconds


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Debian's prometheus is not installed")
def test_agents_keep_what_a_receiver_that_is_down_has_not(district: District) -> None:
    """ack_after ledger+remote: a small queue, a long outage, a kill in between; nothing is missing."""
    interval = 2.0
    store = Prometheus(district)
    fleet, devices = big_district(district, store, "  ack_after: ledger+remote\n", "127.38.0.1")
    collector = district.start_collector()
    district.start_agent(district.agent_file("lincoln", "a1", agent_text(fleet, devices, interval)))
    wait_until("rates", lambda: len(store.query(RATES)) == MANY_PORTS, 60)
    begin = time.time()
    time.sleep(3 * interval)

    store.process.kill()
    wait_until("the queue is full", lambda: remote(district, "queue_bytes") > 0.9 * MEBI, 60)
    before = collector.resident_bytes()
    time.sleep(10 * interval)
    # The ledger and the page stay current, memory stays bounded, the agent holds.
    assert newest_is_younger(district, 10)
    assert remote(district, "queue_bytes") < 2 * MEBI
    assert collector.resident_bytes() - before < 16 * MEBI
    assert remote(district, "dropped_samples_total", reason="queue_full") == 0
    assert remote(district, "lag_seconds") > 10
    held = district.value("hallmonitor_agent_spool_bytes")

    collector.kill()
    collector = district.start_collector()
    wait_until("the present after the kill", lambda: newest_is_younger(district, 10), 60)
    time.sleep(2 * interval)
    store.start()

    def whole() -> bool:
        end = time.time() - 3 * interval
        try:
            for course in of_site(store.raw(OCTETS), "lincoln").values():
                assert_whole(course, begin, end, interval)
            for course in of_site(store.raw(UP), "lincoln").values():
                assert_whole(course, begin, end, max(interval, TOLD))
        except AssertionError:
            return False
        return True

    wait_until("all of the history", whole, 120)
    assert len(of_site(store.raw(OCTETS), "lincoln")) == MANY_PORTS
    wait_until("nothing waits", lambda: remote(district, "lag_seconds") < 5, 60)
    wait_until(
        "the agent's spool is free again",
        lambda: (district.value("hallmonitor_agent_spool_bytes") or 0) < (held or 0),
        60,
    )
    assert remote(district, "dropped_samples_total", reason="refused") == 0
    assert remote(district, "dropped_samples_total", reason="queue_full") == 0


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Debian's prometheus is not installed")
def test_without_keeping_the_oldest_are_dropped_and_counted(district: District) -> None:
    store = Prometheus(district)
    fleet, devices = big_district(district, store, "", "127.39.0.1")
    collector = district.start_collector()
    district.start_agent(district.agent_file("lincoln", "a1", agent_text(fleet, devices)))
    wait_until("rates", lambda: len(store.query(RATES)) == MANY_PORTS, 60)

    store.process.kill()
    wait_until(
        "samples are dropped",
        lambda: remote(district, "dropped_samples_total", reason="queue_full") > 0,
        90,
    )
    before = collector.resident_bytes()
    time.sleep(10)
    assert remote(district, "queue_bytes") <= MEBI
    assert collector.resident_bytes() - before < 16 * MEBI
    assert "connect" in "".join(district.json("/api/v1/devices")["troubles"])

    up_again = time.time()
    store.start()
    wait_until(
        "the present",
        lambda: of_site(store.raw(OCTETS), "lincoln")["Gi1/0/1"][-1][0] > up_again * 1000,
        30,
    )
    wait_until("no trouble", lambda: district.json("/api/v1/devices")["troubles"] == [], 30)
    assert "remote_write_goes_on" in collector.text()
