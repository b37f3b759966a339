"""What an agent takes of its machine while it polls switches of 48 ports."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .district import District
from .fleet import Fleet
from .process import AGENT, Process, wait_until

PORTS = 48


def start_agent(district: District, fleet: Fleet, devices: int) -> Process:
    """An agent that polls the first `devices` of the fleet once a minute."""
    lines = "\n".join(f"  - d{number}: {fleet.address_of(number)}" for number in range(devices))
    return district.start_agent(district.agent_file("lincoln", "a1", f"""
host: {{enabled: false}}
defaults:
  snmp: {{port: {fleet.port}}}
  ping: false
devices:
{lines}
"""))


def is_whole(district: District, devices: int) -> Callable[[], bool]:
    """Whether the collector knows every interface of so many devices."""

    def ask() -> bool:
        known = district.json("/api/v1/devices")["devices"]
        return len(known) == devices and all(len(of["interfaces"]) >= PORTS for of in known)

    return ask


def watch(district: District, agent: Process, devices: int) -> tuple[int, int]:
    """Octets resident at most: since the program began, and once every device has been read."""
    wait_until("the collector knows every interface", is_whole(district, devices), 60)
    time.sleep(3)  # over its largest batches
    steady = 0
    for _ in range(100):
        steady = max(steady, agent.resident_bytes())
        time.sleep(0.1)
    # The kernel counts by processor and sums roughly: its most may lie below what was seen.
    return max(agent.most_resident_bytes(), steady), steady


def stripped_bytes(folder: Path) -> int:
    """Size of the program as it is packaged."""
    stripped = folder / "agent.stripped"
    subprocess.run(["strip", "-o", stripped, AGENT], check=True)
    return stripped.stat().st_size
