"""A disk that hangs or fails: polling goes on, connections hold, nothing is lost."""

from __future__ import annotations

import time

from support.disk import Disk
from support.district import District
from support.fleet import Fleet
from support.jitter import watch_polls
from support.oracle import Oracle, Watched, is_counted
from support.process import Process, wait_until

DEVICES = 10
SWITCHES = [Watched("lincoln", f"sw-{number}", number) for number in range(DEVICES)]


def start(district: District, fleet: Fleet, interval: float) -> Process:
    devices = "\n".join(f"  - {of.device}: {fleet.address_of(of.number)}" for of in SWITCHES)
    file = district.agent_file(
        "lincoln",
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {interval:g}
  ping: false
  liveness: {{interval_seconds: 10}}
  snmp: {{port: {fleet.port}}}
devices:
{devices}
""",
    )
    agent = district.start_agent(file)
    wait_until(
        "every device is in the ledger",
        lambda: all(is_counted(district, watched) for watched in SWITCHES),
    )
    return agent


def test_polls_are_steady_while_fsync_takes_five_seconds(district: District) -> None:
    fleet = Fleet(district, "127.33.0.1", devices=DEVICES, ports=4)
    district.start_collector()
    disk = Disk(district.folder)
    district.environment = disk.environment
    start(district, fleet, 1)

    quiet = watch_polls(fleet, 1, 5)
    disk.delay(district.folder / "lincoln-a1", 5)
    stalled = watch_polls(fleet, 1, 12)
    disk.heal()

    print(f"longest without {quiet[-1]:.3f} s, with {stalled[-1]:.3f} s, of {len(stalled)} polls")
    # A loop that waited for the disk once would be seconds late; how late a busy machine makes it
    # is the bench's matter.
    assert len(stalled) > 8 * DEVICES
    assert stalled[-1] < max(1.0, 2 * quiet[-1])


def test_a_ledger_that_cannot_be_written_keeps_its_agents(district: District) -> None:
    fleet = Fleet(district, "127.33.0.1", devices=DEVICES, ports=4)
    disk = Disk(district.folder)
    district.environment = disk.environment
    collector = district.start_collector()
    district.environment = {}
    agent = start(district, fleet, 2)
    oracle = Oracle(district, fleet, SWITCHES, 2)

    disk.fail(district.folder / "collector")
    wait_until("it says so", lambda: "ledger_cannot_write" in collector.text())
    # Longer than the silence after which a connection is given up: it does not read, and they may
    # have nothing to say.
    time.sleep(35)
    disk.heal()
    wait_until("it writes again", lambda: "ledger_writes_again" in collector.text())

    assert agent.text().count("collector_connected") == 1
    oracle.check()
