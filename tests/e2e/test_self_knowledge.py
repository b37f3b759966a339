"""What Hallmonitor says of itself moves when something is wrong with it."""

from __future__ import annotations

import time
from collections.abc import Callable

from support import wire
from support.disk import Disk
from support.district import District
from support.process import wait_until
from support.proxy import Proxy
from support.school import SWITCH, School

LAG = "hallmonitor_agent_lag_seconds"


def value(district: District, name: str, **labels: str) -> float:
    return district.value(f"hallmonitor_{name}", **labels) or 0.0


def above(district: District, least: float, name: str, **labels: str) -> Callable[[], bool]:
    return lambda: value(district, name, **labels) > least


def test_a_slow_line_shows_as_lag_and_a_spool_that_grows(district: District) -> None:
    proxy = Proxy(district, "line", 1)
    school = School(district, "127.37.0.1", proxy.port)
    disk = Disk(district.folder)
    district.environment = disk.environment
    district.start_collector()
    district.environment = {}
    agent = district.start_agent(school.file)
    wait_until("it is up", school.is_current, 30)
    assert value(district, "agent_lag_seconds", lane="live") < 5
    assert district.value(LAG, lane="history") is None

    # A line that holds everything: the present grows old.
    proxy.ask("fault both hold on")
    wait_until("live lags", above(district, 6, "agent_lag_seconds", lane="live"), 30)
    proxy.ask("clear")
    wait_until("live is current", lambda: value(district, "agent_lag_seconds", lane="live") < 5, 30)

    # A cut, and then a ledger that is slow to take what waited: the past drains behind the present.
    proxy.ask("fault both refuse on")
    proxy.ask("fault up reset on 0")
    time.sleep(5)
    agent.kill()  # what is small waits in the live lane's segment, and a start begins another one
    agent = district.start_agent(school.file)
    time.sleep(5)
    disk.delay(district.folder / "collector", 10)
    proxy.ask("clear")
    wait_until("history lags", above(district, 5, "agent_lag_seconds", lane="history"), 60)
    assert value(district, "agent_spool_segments") > 1
    disk.heal()
    wait_until("all is there", lambda: district.value(LAG, lane="history") is None, 60)
    wait_until("the spool shrinks", lambda: value(district, "agent_spool_segments") == 1, 60)


def test_polls_that_take_too_long_and_replies_of_strangers_are_counted(district: District) -> None:
    school = School(district, "127.37.1.1")
    district.start_collector()
    district.start_agent(school.file)
    wait_until("it is up", school.is_current, 30)
    assert value(district, "agent_poll_overruns_total") == 0

    school.fleet.ask(f"delay {SWITCH.number} 900")  # a cycle takes several requests
    wait_until("cycles overrun", above(district, 0, "agent_poll_overruns_total"), 40)
    school.fleet.ask(f"delay {SWITCH.number} 0")
    before = value(district, "agent_snmp_timeouts_total")
    school.fleet.ask(f"silence {SWITCH.number} on")
    wait_until("timeouts are counted", above(district, before, "agent_snmp_timeouts_total"), 40)


def test_a_slow_ledger_and_batches_that_are_none_are_counted(district: District) -> None:
    school = School(district, "127.37.2.1")
    disk = Disk(district.folder)
    district.environment = disk.environment
    district.start_collector()
    district.environment = {}
    district.start_agent(school.file)
    wait_until("it is up", school.is_current, 30)
    assert value(district, "ledger_last_commit_duration_seconds") < 1

    disk.delay(district.folder / "collector", 2)
    wait_until("commits are slow", above(district, 1.5, "ledger_last_commit_duration_seconds"), 30)
    disk.fail(district.folder / "collector")
    wait_until("commits fail", above(district, 0, "ledger_failed_commits_total"), 30)
    assert value(district, "collector_ready") == 0
    disk.heal()
    wait_until("it is ready", above(district, 0, "collector_ready"), 30)

    assert value(district, "ingest_rejected_batches_total") == 0
    stranger = wire.connect(district.agents_port, district.issue("oak", "a9"))
    stranger.sendall(wire.hello(7) + wire.batch(7, 1, b"no zstd at all"))
    wait_until("it is rejected", above(district, 0, "ingest_rejected_batches_total"), 30)
    stranger.close()
    wait_until(
        "an agent that left is down", lambda: district.value("hallmonitor_agent_up", site="oak") == 0
    )
