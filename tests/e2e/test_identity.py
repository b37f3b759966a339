"""Series go on when a device restarts with other ifIndexes, and no rate leaves its port's speed."""

from __future__ import annotations

import time

from support.district import District
from support.fleet import Fleet
from support.process import wait_until

RATE = "hallmonitor_interface_receive_bytes_per_second"
TOTAL = "hallmonitor_interface_receive_bytes_total"


def test_series_continue_over_a_reboot_that_renumbers(district: District) -> None:
    fleet = Fleet(district, "127.32.0.1", ports=8)
    district.start_collector()
    district.start_agent(
        district.agent_file(
            "lincoln",
            "a1",
            f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: 1
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}, timeout_milliseconds: 300}}
devices:
  - sw-1: {fleet.address}
""",
        )
    )
    wait_until("rates", lambda: len(district.page().samples.get(RATE, [])) == 8)
    before = district.page()
    expected = {row["ifName"]: row["in"]["rate_octets_per_second"] for row in fleet.served(0).values()}
    indexes = {name: row["ifIndex"] for name, row in fleet.served(0).items()}

    fleet.ask("renumber 0")
    fleet.ask("reboot 0 2000")

    highest: dict[str, float] = {}
    end = time.monotonic() + 12
    while time.monotonic() < end:
        for labels, value in district.page().samples.get(RATE, []):
            name = labels["interface"]
            highest[name] = max(highest.get(name, 0.0), value)
        time.sleep(0.5)
    after = district.page()

    assert {name: row["ifIndex"] for name, row in fleet.served(0).items()} != indexes
    for labels, value in before.samples[TOTAL]:
        later = after.value(TOTAL, **labels)
        assert later is not None, f"the series {labels} ended"
        assert later > value, f"the series {labels} stood still or fell"
    assert {labels["interface"] for labels, _ in after.samples[TOTAL]} == set(expected)
    for name, rate in expected.items():
        assert highest[name] <= rate * 1.1, f"spike on {name}: {highest[name]} of {rate}"
        now = after.value(RATE, interface=name)
        assert now is not None and abs(now - rate) <= rate * 0.02
    kinds = [event["kind"] for event in district.json("/api/v1/events")["events"]]
    assert "device_restarted" in kinds
