"""A school in which every fault of the simulated fleet has a device, and as many devices have none: the
healthy ones are watched as if they were alone, and each of the others is told of, or is rightly down."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import pytest

from support.district import District, Page, epoch
from support.fleet import Fleet
from support.jitter import last_polls
from support.namespaces import Namespaces
from support.oracle import Oracle, Watched
from support.process import wait_until

SITE = "lincoln"
INTERVAL = 2.0
TROUBLE_SECONDS = 40
MIB = 1 << 20
MOST_RESIDENT = 16 * MIB
ACCOUNT = "monitor:sha256:authpass1:aes128:privpass1"
V3 = (
    "{version: 3, user: monitor, auth: sha256, auth_password: authpass1, priv: aes128, "
    "priv_password: privpass1, timeout_milliseconds: 500, PORT}"
)
OBJECT = re.compile(r"\b1(\.\d+){6,}\b")


@dataclass
class Told:
    """What must be said of a device with a fault: words of an `anomaly` with object and remedy, or of a
    `poll_failed`, or nothing, since it is watched rightly all the same."""

    anomaly: str = ""
    failure: str = ""
    argument: str = ""  # of the fault, for a quick test
    is_answered: bool = True  # by SNMP, now and then
    is_left_to_chance: bool = False  # whether there is an anomaly


SILENT = "no answer to SNMP"
FAULTS = {
    "silence": Told(failure=SILENT, is_answered=False),
    "loss": Told(),
    "only-v1": Told(failure=SILENT, is_answered=False),
    "reply-loss": Told(),
    "drops-large": Told(),
    "delay": Told(),
    "late": Told("sends replies to no request in flight", argument="6", is_answered=False),
    "reorder": Told(),
    "duplicate": Told("sends replies to no request in flight"),
    "cut": Told("sends replies that are no SNMP", is_answered=False),
    "corrupt": Told("sends replies that are no SNMP", is_answered=False),
    "lying-length": Told("sends replies that are no SNMP", is_answered=False),
    "forgeries": Told("is answered for by"),
    "wrong-address": Told("is answered for by", is_answered=False),
    "wrong-port": Told("is answered for by", is_answered=False),
    "wrong-id": Told("sends replies to no request in flight", is_answered=False),
    "wrong-community": Told("answers with another community", is_answered=False),
    "wrong-object": Told("answers for other objects", is_answered=False),
    "too-big": Told(argument="5"),
    "gen-err": Told("answers with SNMP error genErr"),
    "no-bulk": Told(),
    "loop": Told("answers with an earlier object", argument="7"),
    "stuck": Told("answers for other objects"),
    "steps-back": Told("goes in circles", argument="50"),
    # Until something says that rows have moved, the known end of the table is kept to.
    "endless": Told(),
    "truncated-table": Told("interfaces that it says it has", argument="3"),
    "churn": Told("interfaces that it says it has", argument="10"),
    "holes": Told("no such instance"),
    "nulls": Told("does not tell its sysUpTime"),
    "no-hc": Told(),
    "no-ifx": Told(),
    "hc-frozen": Told("has 64-bit counters that stand at 0"),
    "hc-wraps": Told("counters that went back"),
    "wrap32": Told(argument="10"),
    "wrap64": Told(argument="10"),
    "counters-cleared": Told("counters that went back"),
    "counters-step-back": Told("counters that went back"),
    "cached": Told("renews its counters more seldom", argument="6"),
    "random-octets": Told("counters that went back"),
    "wrong-types": Told("gives what is no number"),
    "wrong-status": Told("gives states that its MIB does not know"),
    "speed-garbage": Told("gives an ifHighSpeed that no port has"),
    "frozen-uptime": Told("has a sysUpTime that stands still"),
    "uptime-wraps": Told(argument="10"),
    "frozen-boots": Told(),
    "v3-replays": Told(is_left_to_chance=True),
    "v3-wrong-digest": Told("replies that are not authentic", is_answered=False),
    "v3-unsigned": Told("replies that are not authentic", is_answered=False),
    "v3-size-lie": Told(),
    "v3-denies-engine": Told(failure="does not know the engine id"),
    "v3-new-engines": Told(failure="does not know the engine id"),
    "v3-denies-time": Told(failure="outside its time window"),
    "v3-jumps": Told(failure="outside its time window"),
    # Names are read again a quarter of an hour later, or when the device restarts.
    "huge-strings": Told("has texts with control characters or of more than 256"),
    "hostile-names": Told("has texts with control characters"),
    "no-names": Told("has interfaces whose names are empty or alike"),
    "same-names": Told("has interfaces whose names are empty or alike"),
}
# These show when names are read, which a restart brings about.
AT_NAMES = {"truncated-table", "churn", "huge-strings", "hostile-names", "no-names", "same-names"}


def name_of(number: int) -> str:
    """Faulty ones are even."""
    return f"sw-{number}"


def agent_config(district: District, fleet: Fleet, faults: list[str]) -> Any:
    devices = []
    for number in range(2 * len(faults)):
        line = f"{{name: {name_of(number)}, address: {fleet.address_of(number)}"
        if number % 2 == 0 and faults[number // 2].startswith("v3-"):
            line += f", snmp: {V3.replace('PORT', f'port: {fleet.port}')}"
        devices.append(f"  - {line}}}")
    text = f"""
host: {{enabled: false}}
defaults:
  poll_interval_seconds: {INTERVAL:g}
  liveness: {{interval_seconds: 2}}
  snmp: {{timeout_milliseconds: 500, port: {fleet.port}}}
devices:
"""
    return district.agent_file(SITE, "a1", text + "\n".join(devices))


def events(district: District, since: float) -> dict[str, list[tuple[str, str]]]:
    """Kinds and texts, by device."""
    found: dict[str, list[tuple[str, str]]] = {}
    for event in district.json("/api/v1/events")["events"]:
        if epoch(event["at"]) >= since:
            found.setdefault(event["device"], []).append((event["kind"], event["text"]))
    return found


def problem_of(fault: str, device: str, told: list[tuple[str, str]], page: Page) -> str:
    """What is missing or wrong in what is said of a device with this fault; empty: nothing."""
    expected = FAULTS[fault]
    if expected.anomaly:
        texts = [text for kind, text in told if kind == "anomaly" and re.search(expected.anomaly, text)]
        if not texts:
            return f"no anomaly like {expected.anomaly!r}"
        for text in texts:
            if not text.startswith(f"{device} ") or not OBJECT.search(text) or ": " not in text:
                return f"no device, object and remedy: {text}"
    if expected.failure and not any(expected.failure in text for kind, text in told if kind == "poll_failed"):
        return f"no poll_failed like {expected.failure!r}"
    is_quiet = not expected.anomaly and not expected.failure
    if is_quiet and not expected.is_left_to_chance and any(kind == "anomaly" for kind, _ in told):
        return "an anomaly, though it is watched rightly"
    # All of them answer ping, where that may be asked: a device whose SNMP is broken is then not down.
    is_pinged = page.value("hallmonitor_device_ping_up", device=name_of(1)) == 1
    is_up = 1 if expected.is_answered or is_pinged else 0
    if page.value("hallmonitor_device_up", device=device) != is_up:
        return f"not {'up' if is_up else 'down'}"
    if not expected.is_answered and page.value("hallmonitor_device_snmp_up", device=device) != 0:
        return "its SNMP is said to work"
    return ""


@pytest.fixture
def school(district: District, request: pytest.FixtureRequest) -> District:
    """In a namespace where all may ping, if there can be one."""
    if os.geteuid() == 0 and shutil.which("ip"):
        district.namespace = request.getfixturevalue("namespaces").add("a")
    return district


def test_every_fault_beside_as_many_healthy_devices(school: District) -> None:
    district = school
    fleet = Fleet(district, "127.52.0.1", devices=2 * len(FAULTS), ports=8, options=["--user", ACCOUNT])
    assert {fault["name"] for fault in fleet.ask("faults")["faults"]} == set(FAULTS)
    faults = list(FAULTS)
    healthy = [Watched(SITE, name_of(number), number) for number in range(1, 2 * len(faults), 2)]
    district.start_collector()
    agent = district.start_agent(agent_config(district, fleet, faults))
    wait_until(
        "all are polled",
        lambda: len(district.page().samples.get("hallmonitor_interface_receive_bytes_per_second", []))
        >= 8 * 2 * len(faults),
        30,
    )
    oracle = Oracle(district, fleet, healthy, INTERVAL)
    time.sleep(3 * INTERVAL)  # it silenced them for a while
    polls = last_polls(fleet)
    begun = time.time()
    for number, fault in enumerate(faults):
        fleet.ask(f"fault {2 * number} {fault} on {FAULTS[fault].argument}")
        if fault in AT_NAMES:
            fleet.ask(f"reboot {2 * number}")

    time.sleep(TROUBLE_SECONDS)

    told, page = events(district, begun), district.page()
    problems = {}
    for number, fault in enumerate(faults):
        device = name_of(2 * number)
        problem = problem_of(fault, device, told.get(device, []), page)
        if problem:
            problems[fault] = (problem, told.get(device))
    assert not problems, "\n".join(f"{fault}: {problem}" for fault, problem in problems.items())

    seconds = time.time() - begun
    polled = last_polls(fleet)
    for watched in healthy:
        address = f"{fleet.address_of(watched.number)}:{fleet.port}"
        missed = seconds / INTERVAL - (polled[address].times - polls[address].times)
        assert missed < 2, f"{watched.device} was polled {missed:.1f} times too few"
    for watched in healthy:
        assert watched.device not in told, told[watched.device]
        assert page.value("hallmonitor_device_up", device=watched.device) == 1
        assert page.value("hallmonitor_device_snmp_up", device=watched.device) == 1
    most = agent.most_resident_bytes()
    print(f"agent: {most / MIB:.1f} MiB at most")
    assert most <= MOST_RESIDENT
    check_page(district)
    oracle.check()


def check_page(district: District) -> None:
    """Whatever devices call themselves, the page is one."""
    for path in ("/metrics", "/metrics/ifmib"):
        assert district.page(path).samples
    if shutil.which("promtool") is None:
        return
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=district.get("/metrics")[1],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_snmp_without_ping_is_up(district: District, namespaces: Namespaces) -> None:
    here = namespaces.add("a")
    namespaces.inside(here, "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1")
    district.namespace = here
    fleet = Fleet(district, "127.53.0.1", devices=2)
    district.start_collector()
    district.start_agent(
        district.agent_file(
            SITE,
            "a1",
            f"""
host: {{enabled: false}}
defaults:
  poll_interval_seconds: {INTERVAL:g}
  liveness: {{interval_seconds: 1}}
  snmp: {{timeout_milliseconds: 500, port: {fleet.port}}}
devices:
  - sw-0: {fleet.address_of(0)}
  - sw-1: {fleet.address_of(1)}
""",
        )
    )
    wait_until("SNMP alone", lambda: district.value("hallmonitor_device_snmp_up", device="sw-0") == 1)
    fleet.ask("silence 1 on")

    wait_until(
        "one that answers neither is down",
        lambda: district.value("hallmonitor_device_up", device="sw-1") == 0,
        30,
    )

    page = district.page()
    assert page.value("hallmonitor_device_up", device="sw-0") == 1
    assert page.value("hallmonitor_device_ping_up", device="sw-0") == 0
    assert page.value("hallmonitor_device_snmp_up", device="sw-0") == 1
