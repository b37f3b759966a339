"""A WAN that is gone for three days, in real processes whose clocks run faster than ours.

HALLMONITOR_LONG=1: 72 h; else three hours.
"""

from __future__ import annotations

import os
import time

from support.district import CENTRE, District
from support.fast_clock import FastClock
from support.fleet import Fleet
from support.namespaces import Namespaces
from support.oracle import Oracle, Watched, is_counted
from support.process import wait_until

HOURS = 72 if os.environ.get("HALLMONITOR_LONG") else 1
INTERVAL = 300.0  # of polls; this and all that follows in the processes' own seconds
CHECKS = 60.0
SCHOOLS = [Watched("lincoln", f"sw-{number + 1}", number) for number in range(3)]


def seconds_of(district: District, kind: str) -> float:
    """Of all switches since the beginning."""
    rows = district.json(f"/api/v1/report?since={HOURS + 5}h")["objects"]
    return sum(row[kind] for row in rows if row["interface"] is None)


def are(district: District, state: str) -> bool:
    page = district.page()
    return all(
        page.value("hallmonitor_device_state", device=of.device, state=state) == 1 for of in SCHOOLS
    )


def test_a_line_that_is_down_for_days(district: District, namespaces: Namespaces) -> None:
    clock = FastClock(speed=120)
    school = namespaces.add("school")
    centre = namespaces.add("centre")
    namespaces.join((school, "wan", "10.78.1.1/24"), (centre, "wan", f"{CENTRE}/24"))

    district.put_collector_at_centre()
    district.clock = clock
    district.namespace = centre
    district.start_collector()
    district.namespace = school
    fleet = Fleet(district, "127.38.0.1", devices=len(SCHOOLS), ports=24)
    devices = "\n".join(f"  - {of.device}: {fleet.address_of(of.number)}" for of in SCHOOLS)
    file = district.agent_file(
        "lincoln",
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: {CHECKS:g}}}
  snmp: {{port: {fleet.port}, timeout_milliseconds: 10000}}
devices:
{devices}
""",
    )
    agent = district.start_agent(file)
    wait_until("octets are in the ledger", lambda: all(is_counted(district, of) for of in SCHOOLS), 60)
    oracle = Oracle(district, fleet, SCHOOLS, INTERVAL, clock.speed)

    wait_until("all is up", lambda: are(district, "up"), 30)
    known_before = [seconds_of(district, kind) for kind in ("down_seconds", "unknown_seconds")]

    namespaces.inside(centre, "ip", "link", "set", "wan", "down")
    began = clock.now()
    wait_until("nobody knows", lambda: are(district, "unknown"), 30)
    while clock.now() - began < HOURS * 3600:
        time.sleep(1)
        assert agent.is_running()
    cut = clock.now() - began
    unknown = seconds_of(district, "unknown_seconds") - known_before[1]
    assert unknown > len(SCHOOLS) * (cut - 4 * CHECKS)
    spool = sum(part.stat().st_size for part in (file.parent / "state" / "spool").iterdir())

    # Clocks that run so fast miss a check now and then.
    most_unknown = max(CHECKS, 0.001 * len(SCHOOLS) * cut)
    namespaces.inside(centre, "ip", "link", "set", "wan", "up")
    wait_until("all is up", lambda: are(district, "up"), 30)
    wait_until(
        "what was read meanwhile is told",
        lambda: seconds_of(district, "unknown_seconds") - known_before[1] < most_unknown,
        60,
    )
    left = seconds_of(district, "unknown_seconds") - known_before[1]
    assert seconds_of(district, "down_seconds") == known_before[0], "a line that is down is no device"
    oracle.check()
    print(
        f"cut for {cut / 3600:.1f} h, {clock.speed:g} times as fast: {spool} octets in the spool, "
        f"{left:.0f} s unknown of {len(SCHOOLS)} devices"
    )
