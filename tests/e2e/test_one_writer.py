"""Two machines with one identity: one tells, the other is refused, and nothing is counted twice."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from support.district import District
from support.fleet import Fleet
from support.oracle import Watched, counted
from support.process import COLLECTOR, wait_until

SWITCH = Watched("lincoln", "sw-1", 0)
PORT = "Gi1/0/1"
CONTESTED = "hallmonitor_agent_identity_contested"


def clone(file: Path) -> Path:
    """A copy of an agent's machine: certificate, configuration and what its spool holds now."""
    copy = file.parent.with_name("clone")
    shutil.copytree(file.parent, copy)
    cloned = copy / file.name
    cloned.write_text(file.read_text().replace(str(file.parent), str(copy)))
    return cloned


def refusals(district: District) -> str:
    return (district.folder / "clone.log").read_text()


def test_a_cloned_machine_is_refused_and_takes_over_only_when_the_first_is_gone(
    district: District,
) -> None:
    fleet = Fleet(district, "127.34.0.1", ports=4)
    file = district.agent_file(
        SWITCH.site,
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: 1
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
devices:
  - {SWITCH.device}: {fleet.address}
""",
    )
    district.start_collector()
    first = district.start_agent(file)
    wait_until("octets are in the ledger", lambda: PORT in counted(district, SWITCH), 30)
    begun = time.time()
    octets_then = counted(district, SWITCH)[PORT][0]

    second = district.start_agent(clone(file))
    wait_until("the second is refused", lambda: "refuses us" in refusals(district), 10)
    wait_until("it is on /metrics", lambda: district.value(CONTESTED, agent="a1") == 1, 10)
    events = district.json("/api/v1/events")["events"]
    (event,) = [event for event in events if event["kind"] == "double_identity"]
    assert "issue it a certificate of its own" in event["text"]
    status = [COLLECTOR, "status", "--socket", district.socket]
    told = subprocess.run([str(part) for part in status], capture_output=True, text=True, check=False)
    assert "a second machine uses its certificate" in told.stdout
    time.sleep(20)  # both poll, one is heard
    assert second.is_running()
    assert (district.folder / "collector.log").read_text().count("double_identity") == 1

    first.kill()
    gone = time.time()
    wait_until("the second takes over", lambda: "collector_connected" in refusals(district), 30)
    taken_over = time.time()
    time.sleep(12)  # what the journal tells is in the sums
    second.stop()
    ended = time.time()
    octets = settled_octets(district)

    rate = fleet.served(SWITCH.number)[PORT]["in"]["rate_octets_per_second"]
    seconds = (octets - octets_then) / rate
    # From the last reading of the first to the first one of the second nobody told; what the second
    # had read while it was refused does not count.
    unheard = taken_over - gone
    heard = ended - begun - unheard
    assert heard - 14 <= seconds <= heard + 6, f"{seconds:.1f} s of octets in {heard:.1f} s"


def settled_octets(district: District) -> int:
    """Once the ledger is at rest."""
    held = [0]

    def is_quiet() -> bool:
        before, held[0] = held[0], counted(district, SWITCH)[PORT][0]
        time.sleep(4)
        return before == held[0]

    wait_until("the ledger is at rest", is_quiet, 60)
    return held[0]

