#!/usr/bin/env python3
"""Two thousand agents that come back at once, each with an hour to tell.

agent_storm has them all in one process: certificate, spool, connection and encoder of each are the real ones.
Each is of one switch with 24 ports, which is a million series and some; its spool is in memory where there is
/dev/shm, since two thousand disks are not one. They find a real collector; the two share this machine's processors.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.district import District  # noqa: E402
from support.process import BUILD, wait_until  # noqa: E402

PORTS = 24
CURRENT = 15.0  # seconds: what is checked every 10 s is told in a batch a second later
MIB = 1 << 20


def prepare(district: District, root: Path, agents: int) -> int:
    """A folder an agent: its certificate, and the same hour in a spool of its own. Batches of all."""
    hour = root / "hour"
    hour.mkdir()
    done = subprocess.run(
        [BUILD / "tests" / "bench" / "spool_maker", hour, "1", str(PORTS), "1"],
        check=True, capture_output=True, text=True,
    )
    for number in range(agents):
        folder = root / str(number)
        shutil.copytree(district.issue(f"school-{number:04}", "a1"), folder)
        (folder / "spool").mkdir()
        for file in hour.glob("*.seg"):
            os.link(file, folder / "spool" / file.name)
    return int(json.loads(done.stdout)["batches"]) * agents


def measure(folder: Path, root: Path, agents: int) -> None:
    district = District(folder)
    try:
        batches = prepare(district, root, agents)
        collector = district.start_collector()
        storm = district.start(
            "storm", [BUILD / "tests" / "bench" / "agent_storm", root, district.agents_port, agents, PORTS]
        )
        wait_until("the storm begins", lambda: "started" in storm.text(), 300)
        begun = time.monotonic()
        live: float | None = None
        while True:
            told = lags(district)
            passed = time.monotonic() - begun
            current = sum(1 for one in told if one[0] is not None and one[0] < CURRENT)
            drained = sum(1 for one in told if one[0] is not None and not one[1])
            if live is None and current == agents:
                live = passed
            if live is not None and drained == agents and applied(district) >= batches:
                break
            assert passed < 1200, f"{current} current, {drained} drained; {storm.text()[-500:]}"
            time.sleep(0.5)
        subject = f"{agents} agents of {PORTS} ports, an hour each, collector and agents on {os.cpu_count()} cores"
        show(Figure("reconnect", "all current again", subject, live, "s", target=60.0))
        show(Figure("reconnect", "all drained", subject, passed, "s", target=900.0))
        show(Figure("reconnect", "collector's memory, most", subject, collector.most_resident_bytes() / MIB, "MiB"))
    finally:
        district.stop()


def applied(district: District) -> float:
    return district.page("/metrics/self").value("hallmonitor_ingest_batches_total") or 0.0


def lags(district: District) -> list[tuple[float | None, float | None]]:
    """Of each agent that was ever there, its live lane's lag and its history's."""
    agents: list[dict[str, Any]] = district.json("/api/v1/agents")["agents"]
    return [(one.get("lag_seconds"), one.get("history_lag_seconds")) for one in agents]


def main() -> None:
    quick = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=100 if quick else 2000)
    options = parser.parse_args()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="reconnect-bench-") as folder,
        tempfile.TemporaryDirectory(prefix="reconnect-bench-", dir=memory) as root,
    ):
        measure(Path(folder), Path(root), options.agents)


if __name__ == "__main__":
    main()
