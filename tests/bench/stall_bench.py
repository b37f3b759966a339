#!/usr/bin/env python3
"""How steadily an agent polls while its disk hangs: every fsync of the spool takes 5 s.

A real agent and a real collector; the fleet tells when each device was read. Beside it the same agent
in the same run on the disk as it is. Jitter is by how much the time between two polls of a device
differs from the interval of 1 s.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.disk import Disk  # noqa: E402
from support.district import District  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.jitter import last_polls, watch_polls  # noqa: E402
from support.process import wait_until  # noqa: E402

INTERVAL = 1.0
FSYNC_SECONDS = 5.0
TARGET_MS = 100.0


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(quiet: list[float], stalled: list[float], devices: int) -> None:
    subject = f"{devices} devices every second, each fsync takes {FSYNC_SECONDS:g} s"
    for name, share, target in (("p50", 0.5, None), ("p99", 0.99, TARGET_MS), ("max", 1.0, TARGET_MS)):
        show(
            Figure(
                "stall", f"poll jitter, {name}", subject, percentile(stalled, share) * 1000, "ms",
                peer="the same on the disk as it is", peer_value=percentile(quiet, share) * 1000,
                target=target,
            )
        )


def run(options: argparse.Namespace, folder: Path) -> None:
    district = District(folder)
    try:
        fleet = Fleet(district, "127.43.0.1", devices=options.devices, ports=2)
        devices = "\n".join(f"  - d{n}: {fleet.address_of(n)}" for n in range(options.devices))
        district.start_collector()
        disk = Disk(folder)
        district.environment = disk.environment
        file = district.agent_file(
            "lincoln",
            "a1",
            f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  snmp: {{port: {fleet.port}}}
devices:
{devices}
""",
        )
        district.start_agent(file)
        wait_until(
            "every device is polled",
            lambda: all(poll.times > 5 for poll in last_polls(fleet).values()),
            60,
        )
        quiet = watch_polls(fleet, INTERVAL, options.seconds)
        disk.delay(file.parent, FSYNC_SECONDS)
        stalled = watch_polls(fleet, INTERVAL, options.seconds)
        disk.heal()  # else its end takes as long as all that is still to be synced
        report(quiet, stalled, options.devices)
    finally:
        district.stop()


def main() -> None:
    quick = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=50 if quick else 200)
    parser.add_argument("--seconds", type=float, default=10.0 if quick else 30.0,
                        help="of each of the two measurements")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stall-bench-") as folder:
        run(options, Path(folder))


if __name__ == "__main__":
    main()
