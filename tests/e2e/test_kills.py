"""Nothing lost, nothing counted twice, however often the daemons are killed."""

from __future__ import annotations

import random
import time

from support.district import District
from support.fleet import Fleet
from support.process import wait_until

KILLS = 20
SITE = "lincoln"
DEVICE = "sw-1"


def rollups(district: District) -> dict[str, tuple[int, int]]:
    """Octets in and out that the ledger holds of each interface."""
    query = (
        "SELECT component, sum(in_octets), sum(out_octets) FROM rollup "
        f"WHERE device = '{DEVICE}' GROUP BY component"
    )
    return {row[0]: (row[1], row[2]) for row in district.ledger(query)}


def raw(district: District, direction: str) -> dict[str, int]:
    """The newest reading of each interface's octet counter."""
    page = district.page("/metrics/ifmib")
    return {
        labels["ifName"]: int(value)
        for labels, value in page.samples.get(f"ifHC{direction}Octets", [])
        if labels["instance"] == DEVICE
    }


def first_readings(district: District, direction: str) -> dict[str, int] | None:
    """Where the totals of `direction` began: the newest reading less what was counted up to it."""
    name = {"In": "receive", "Out": "transmit"}[direction]
    before = raw(district, direction)
    page = district.page()
    if raw(district, direction) != before or not before:
        return None  # a poll came in between: ask again
    totals = page.samples[f"hallmonitor_interface_{name}_bytes_total"]
    return {labels["interface"]: before[labels["interface"]] - int(value) for labels, value in totals}


def test_twenty_kills_of_each_lose_and_double_nothing(district: District) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    fleet = Fleet(district, "127.31.0.1", ports=8)
    file = district.agent_file(
        SITE,
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: 3
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
  watch: {{names: ["Gi1/0/1"]}}
devices:
  - {DEVICE}: {fleet.address}
""",
    )
    collector = district.start_collector()
    agent = district.start_agent(file)
    wait_until("octets are in the ledger", lambda: rollups(district))

    first = {
        direction: wait_until("first readings", lambda: first_readings(district, direction))
        for direction in ("In", "Out")
    }

    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 1.5))
        collector.kill()
        time.sleep(chance.uniform(0, 0.5))
        collector = district.start_collector()
        time.sleep(chance.uniform(0.1, 1.5))
        agent.kill()
        time.sleep(chance.uniform(0, 0.5))
        agent = district.start_agent(file)
    wait_until(
        "a reading after the last kill",
        lambda: district.value("hallmonitor_interface_receive_bytes_per_second", interface="Gi1/0/1"),
        30,
    )

    # No more polls. What was read reaches the collector within 3 s and is shown for 2.5 intervals; the
    # database has it soon after. The last reading shown is what the ledger must have counted up to.
    fleet.ask("silence 0 on")
    last: dict[str, dict[str, int]] = {}
    for _ in range(8):
        shown = {"In": raw(district, "In"), "Out": raw(district, "Out")}
        if len(shown["In"]) == 8 and len(shown["Out"]) == 8:
            last = shown
        time.sleep(0.5)
    assert last, "no reading was shown after the last kill"
    time.sleep(4)
    held = rollups(district)
    for name, row in fleet.served(0).items():
        for place, direction in enumerate(("In", "Out")):
            served = row[direction.lower()]
            counted = last[direction][name] - first[direction][name]
            assert held[name][place] == counted, f"{name} {direction}: ledger and truth differ"
            assert served["first_octets"] <= first[direction][name]
            # A cycle that the silence cut short was served in part and is no reading.
            assert last[direction][name] <= served["octets"]

    check_intervals(district)


def check_intervals(district: District) -> None:
    """No two intervals of one object overlap, and all that is known of the switch is that it was up."""
    query = (
        "SELECT device, kind, component, from_ms, to_ms, state FROM interval "
        "ORDER BY device, kind, component, from_ms"
    )
    before: tuple[object, ...] = ()
    for row in district.ledger(query):
        assert row[3] < row[4], f"an interval without length: {row}"
        if before and before[:3] == row[:3]:
            assert int(str(before[4])) <= row[3], f"intervals overlap: {before} and {row}"
        before = row
    report = district.json("/api/v1/report?since=1h")["objects"]
    port = next(row for row in report if row["interface"] == "Gi1/0/1")
    assert port["down_seconds"] == 0
    assert port["up_seconds"] > 20
