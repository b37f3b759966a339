"""An outage begins and ends in the ledger when it really did, and a silent agent is no outage."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from support.district import District, epoch
from support.namespaces import Namespaces
from support.process import wait_until

SITE = "lincoln"
DEVICE = "sw-1"
INTERVAL = 1.0  # of liveness checks
TOLD = 5.0  # how often a device is told of that does not change


def snmpd_command(folder: Path, address: str) -> list[object]:
    """A real snmpd that shows all of MIB-II to everybody."""
    config = folder / "snmpd.conf"
    config.write_text("rocommunity public\nsysLocation a namespace\n")
    return ["snmpd", "-f", "-Lo", "-C", "-c", config, "-p", folder / "snmpd.pid", f"udp:{address}:161"]


def state(district: District) -> str:
    page = district.page()
    for name in ("up", "down", "unknown"):
        if page.value("hallmonitor_device_state", device=DEVICE, state=name) == 1:
            return name
    return "absent"


def outages(district: District) -> list[dict[str, str]]:
    found = district.json("/api/v1/outages?since=1h")["outages"]
    return [row for row in found if row["device"] == DEVICE and row["interface"] is None]


def row_of_report(district: District) -> dict[str, float]:
    objects = district.json("/api/v1/report?since=1h")["objects"]
    return next(row for row in objects if row["device"] == DEVICE and row["interface"] is None)


@pytest.fixture
def school(district: District, namespaces: Namespaces, tmp_path: Path) -> tuple[District, Namespaces]:
    """An agent's host and a device's, joined by one cable; snmpd runs on the device."""
    here = namespaces.add("a")
    there = namespaces.add("b")
    namespaces.join((here, "toward", "10.77.1.1/24"), (there, "uplink", "10.77.1.2/24"))
    district.namespace = here
    district.start("snmpd", snmpd_command(tmp_path, "10.77.1.2"), there)
    district.start_collector()
    return district, namespaces


def test_an_outage_is_dated_right_and_a_dead_agent_is_unknown(
    school: tuple[District, Namespaces],
) -> None:
    district, namespaces = school
    file = district.agent_file(
        SITE,
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: 2
  liveness: {{interval_seconds: {INTERVAL:g}}}
devices:
  - {DEVICE}: 10.77.1.2
""",
    )
    agent = district.start_agent(file)
    wait_until("device is up", lambda: state(district) == "up")
    # Ping answers first; SNMP is told with the check after its first cycle.
    for name in ("snmp", "ping"):
        metric = f"hallmonitor_device_{name}_up"
        wait_until(f"{name} answers", lambda: district.value(metric, device=DEVICE) == 1)
    time.sleep(5)

    # The device's host leaves the network: its SNMP and its ping stop together.
    there = namespaces._names[1]
    cut_at = time.time()
    namespaces.inside(there, "ip", "link", "set", "uplink", "down")
    wait_until("device is down", lambda: state(district) == "down", 15)
    time.sleep(8)
    namespaces.inside(there, "ip", "link", "set", "uplink", "up")
    back_at = time.time()
    wait_until("device is up again", lambda: state(district) == "up", 15)
    time.sleep(4)

    (outage,) = outages(district)
    assert abs(epoch(outage["from"]) - cut_at) <= INTERVAL + 0.2
    assert 0 <= epoch(outage["to"]) - back_at <= INTERVAL + 0.5
    check_agreement(district)

    # The agent dies: nobody knows, which is neither up nor down.
    before = row_of_report(district)
    killed_at = time.time()
    agent.kill()
    wait_until("device is unknown", lambda: state(district) == "unknown", 20)
    assert district.value("hallmonitor_device_up", device=DEVICE) is None
    time.sleep(6)
    agent = district.start_agent(file)
    wait_until("device is known again", lambda: state(district) == "up", 15)
    silent = time.time() - killed_at
    time.sleep(4)
    after = row_of_report(district)
    assert after["down_seconds"] == before["down_seconds"], "an agent's silence is no outage"
    assert len(outages(district)) == 1
    unknown = after["unknown_seconds"] - before["unknown_seconds"]
    # A state stands for 2.5 times as long as it takes to tell of it again.
    assert silent - 2.5 * TOLD - 2 <= unknown <= silent - TOLD


def check_agreement(district: District) -> None:
    """The report and the metrics say the same of the last hour."""
    page = district.page()
    report = row_of_report(district)
    shown = page.value(
        "hallmonitor_availability_ratio", device=DEVICE, scope="device", window="1h"
    )
    assert shown is not None and abs(shown - report["availability_ratio"]) < 0.01
    parts = report["up_seconds"] + report["down_seconds"] + report["unknown_seconds"]
    assert report["coverage_ratio"] * parts == pytest.approx(
        report["up_seconds"] + report["down_seconds"], abs=0.01
    )
