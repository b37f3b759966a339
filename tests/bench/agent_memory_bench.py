#!/usr/bin/env python3
"""What the agent takes of its machine: resident memory by devices, and the program itself.

A real agent polls the simulated fleet of 48-port switches, their answers 20 ms late, and a real
collector takes its data. "Most" is from the program's begin (VmHWM), so the start and the first cycle
are in it; "once all is read" is what stays.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.district import District  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.footprint import PORTS, start_agent, stripped_bytes, watch  # noqa: E402

MIB = 1 << 20
TARGETS = {50: 12, 1000: 20}  # MiB
FEW, MANY = TARGETS


def resident(devices: int) -> tuple[int, int]:
    """Most, and once all is read."""
    with tempfile.TemporaryDirectory(prefix="agent-memory-bench-") as folder:
        district = District(Path(folder))
        try:
            fleet = Fleet(district, "127.46.0.1", devices=devices, ports=PORTS)
            fleet.ask("fault all delay on 20")
            district.start_collector()
            return watch(district, start_agent(district, fleet, devices), devices)
        finally:
            district.stop()


def main() -> int:
    steady = {}
    for devices, target in TARGETS.items():
        most, steady[devices] = resident(devices)
        name = f"agent resident, {devices:,} devices"
        show(Figure("agent_memory", name, "most", most / MIB, "MiB", target=target))
        show(Figure("agent_memory", name, "once all is read", steady[devices] / MIB, "MiB", target=target))
    show(Figure("agent_memory", "octets a device", f"from {FEW} to {MANY:,} devices of {PORTS} ports",
                (steady[MANY] - steady[FEW]) / (MANY - FEW), "B"))
    with tempfile.TemporaryDirectory() as folder:
        show(Figure("agent_memory", "binary stripped", "hallmonitor-agent",
                    stripped_bytes(Path(folder)) / MIB, "MiB", target=4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
