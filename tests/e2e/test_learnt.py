"""What a device has taught about how it is best asked outlives the agent."""

from __future__ import annotations

import time
from pathlib import Path

from support.district import District
from support.fleet import Fleet
from support.process import Process, wait_until

TIMEOUT = 3.0  # of a request, in seconds; three attempts before GETBULK is given up


def start(district: District, file: Path, fleet: Fleet) -> tuple[Process, float]:
    """Starts the agent; gives how long it takes to read the switch's counters."""
    before = fleet.ask("polls 0").get("times", 0)
    begun = time.monotonic()
    agent = district.start_agent(file)
    wait_until("counters are read", lambda: fleet.ask("polls 0").get("times", 0) > before, 30)
    return agent, time.monotonic() - begun


def test_a_restarted_agent_asks_as_the_device_has_taught(district: District) -> None:
    fleet = Fleet(district, "127.32.0.1", ports=8)
    fleet.ask("fault 0 no-bulk on")
    configuration = f"""
host:
  enabled: false
defaults:
  ping: false
  snmp: {{port: {fleet.port}, timeout_milliseconds: {int(TIMEOUT * 1000)}}}
devices:
  - sw-1: {fleet.address}
"""
    file = district.agent_file("lincoln", "a1", configuration)
    learnt = file.parent / "state" / "learnt.yaml"

    agent, unknown = start(district, file, fleet)
    time.sleep(1)  # the cycle ends
    agent.stop()
    text = learnt.read_text()
    assert "device: sw-1" in text and "no_bulk: true" in text

    agent, known = start(district, file, fleet)
    print(f"{unknown:.1f} s to the first counters, {known:.1f} s once it is known")
    assert unknown > 3 * TIMEOUT > known
    agent.stop()

    # Killed while writing, by a newer agent, on a bad disk: the file is passed over and named.
    learnt.write_text(text[:-20] + "\x00")
    agent, _ = start(district, file, fleet)
    assert "learnt_ignored" in agent.text() and str(learnt) in agent.text()
    time.sleep(1)
    agent.stop()
    assert "no_bulk: true" in learnt.read_text()

    # What left the configuration is forgotten.
    file.write_text(file.read_text().replace("sw-1:", "sw-2:"))
    agent, _ = start(district, file, fleet)
    time.sleep(1)
    agent.stop()
    assert "sw-1" not in learnt.read_text() and "sw-2" in learnt.read_text()
