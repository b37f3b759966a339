"""Watched ports are read often, access ports seldom, and each is counted to the octet."""

from __future__ import annotations

import time

from support.district import District
from support.fleet import Fleet
from support.oracle import Oracle, Watched, is_counted
from support.process import wait_until

WATCHED = 4  # seconds
ACCESS = 12
PORTS = 24
UPLINK = "Gi1/0/1"
SWITCH = Watched("lincoln", "sw-1", 0)


def test_each_class_of_ports_has_its_interval(district: District) -> None:
    fleet = Fleet(district, "127.33.0.1", ports=PORTS)
    file = district.agent_file(
        SWITCH.site,
        "a1",
        f"""
host: {{enabled: false}}
defaults:
  poll_interval_seconds: {ACCESS}
  watched_interval_seconds: {WATCHED}
  access_interval_seconds: {ACCESS}
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
  watch: {{names: ["{UPLINK}"]}}
devices:
  - {SWITCH.device}: {fleet.address}
""",
    )
    collector = district.start_collector()
    agent = district.start_agent(file)
    wait_until("octets are in the ledger", lambda: is_counted(district, SWITCH), 40)

    def readings() -> dict[str, int]:
        return {name: flows["in"]["times"] for name, flows in fleet.served(0).items()}

    def requests() -> int:
        return int(fleet.ask("device 0")["requests"])

    oracle = Oracle(district, fleet, [SWITCH], WATCHED)
    before, asked = readings(), requests()
    begun = time.monotonic()
    time.sleep(2 * ACCESS)
    # Kills do not lose or double what ports with other intervals counted.
    collector.kill()
    district.start_collector()
    time.sleep(ACCESS / 2)
    agent.kill()
    agent = district.start_agent(file)
    time.sleep(3 * ACCESS)
    passed = time.monotonic() - begun
    times = {name: count - before[name] for name, count in readings().items()}
    print(f"in {passed:.0f} s: {UPLINK} {times[UPLINK]}, others {set(times.values())}, {requests() - asked} requests")
    assert times[UPLINK] >= 0.8 * passed / WATCHED
    # Two starts of a cycle after a silence or a kill read all of them: names, both widths, counters.
    assert all(n <= passed / ACCESS + 8 for name, n in times.items() if name != UPLINK)

    page = district.page()
    rates = [
        page.value("hallmonitor_interface_receive_bytes_per_second", device="sw-1", interface=name)
        for name in times
    ]
    assert None not in rates
    oracle.check()

    def shown(name: str) -> bool:
        return district.value("hallmonitor_interface_oper_up", device="sw-1", interface=name) is not None

    # The accounts were waited for without polls; how long depends on the machine.
    before = readings()
    fleet.ask("silence 0 off")
    both = (UPLINK, "Gi1/0/2")
    wait_until("both were read", lambda: all(readings()[name] > before[name] for name in both), 40)
    wait_until("both are told of", lambda: all(shown(name) for name in both), 10)

    # What was told of a port stands for 2.5 of its own intervals.
    fleet.ask("silence 0 on")
    wait_until("the uplink's state is too old", lambda: not shown(UPLINK), 3 * WATCHED)
    assert shown("Gi1/0/2")
    wait_until("so is the access port's", lambda: not shown("Gi1/0/2"), 3 * ACCESS)
