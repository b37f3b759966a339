#!/usr/bin/env python3
"""What an outage costs: the spool's size, a start with a full or damaged one, and its replay.

spool_maker writes the spools with the agent's own encoder (traffic.hpp: school days of 8 h, nights, weekends).
A week of 50 switches is what a restarted agent finds, whole and with flipped bits; a day of 500 switches with
48 ports is replayed over a line of 10 Mbit/s while the agent goes on polling as many.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import random
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
from support.fleet import Fleet  # noqa: E402
from support.jitter import last_polls  # noqa: E402
from support.process import BUILD, Process, wait_until  # noqa: E402
from support.proxy import Proxy  # noqa: E402

MAKER = BUILD / "tests" / "bench" / "spool_maker"
PORTS = 48
LINE = 1_250_000  # octets a second: 10 Mbit/s
MIB = 1 << 20


def make_spool(folder: Path, devices: int, hours: int) -> dict[str, Any]:
    folder.mkdir(parents=True)
    done = subprocess.run(
        [MAKER, folder, str(devices), str(PORTS), str(hours)], check=True, capture_output=True, text=True
    )
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def tell_size(made: dict[str, Any], subject: str, target: float | None) -> None:
    show(Figure("outage", "spool of an outage", subject, made["octets"] / MIB, "MiB", target=target))


def configure(district: District, fleet: Fleet, name: str, devices: int, port: int | None = None) -> Path:
    """An agent of as many switches as the spool is of, under the names that it has."""
    listed = "\n".join(f"  - switch-{n // 16}-{n % 16}: {fleet.address_of(n)}" for n in range(devices))
    return district.agent_file(
        "lincoln",
        name,
        f"""
spool:
  max_bytes: 1GiB
host:
  enabled: false
defaults:
  ping: false
  snmp: {{port: {fleet.port}}}
devices:
{listed}
""",
        port,
    )


def flip_bits(folder: Path, times: int) -> None:
    chance = random.Random(5)
    files = sorted(folder.glob("*.seg"))
    for file in chance.sample(files, min(times, len(files))):
        octets = bytearray(file.read_bytes())
        octets[chance.randrange(len(octets) // 4, len(octets))] ^= 1 << chance.randrange(8)
        file.write_bytes(octets)


def seconds_to_first_poll(district: District, fleet: Fleet, file: Path) -> tuple[float, Process]:
    before = sum(poll.times for poll in last_polls(fleet).values())
    begun = time.monotonic()
    agent = district.start_agent(file)
    while sum(poll.times for poll in last_polls(fleet).values()) == before:
        assert time.monotonic() < begun + 60, agent.text()
        time.sleep(0.01)
    return time.monotonic() - begun, agent


def measure_starts(folder: Path, days: int) -> None:
    """Without a collector, as in the outage."""
    devices = 50
    district = District(folder)
    try:
        fleet = Fleet(district, "127.44.0.1", devices=devices, ports=PORTS)
        file = configure(district, fleet, "a1", devices)
        spool = file.parent / "state" / "spool"
        empty, agent = seconds_to_first_poll(district, fleet, file)
        agent.kill()
        shutil.rmtree(spool)
        made = make_spool(spool, devices, 24 * days)
        subject = f"{days} days of {devices} switches with {PORTS} ports"
        tell_size(made, subject, 256 if days == 7 else None)
        full, agent = seconds_to_first_poll(district, fleet, file)
        agent.kill()
        show(Figure("outage", "start to first poll, full spool", subject, full, "s",
                    peer="the same, empty", peer_value=empty, target=2.0))
        flip_bits(spool, 20)
        damaged, agent = seconds_to_first_poll(district, fleet, file)
        named = agent.text().count("spool_damage")
        agent.kill()
        assert named >= 1, agent.text()
        show(Figure("outage", "start to first poll, damaged spool", f"{subject}, bits flipped in {named} files",
                    damaged, "s", peer="the same, empty", peer_value=empty, target=5.0))
    finally:
        district.stop()


def measure_replay(folder: Path, devices: int, hours: int) -> None:
    district = District(folder)
    try:
        fleet = Fleet(district, "127.45.0.1", devices=devices, ports=PORTS)
        proxy = Proxy(district, "line", 1)
        file = configure(district, fleet, "a1", devices, proxy.port)
        made = make_spool(file.parent / "state" / "spool", devices, hours)
        subject = f"{hours} h of {devices} switches with {PORTS} ports"
        tell_size(made, subject, 512 if hours == 24 else None)
        collector = district.start_collector()
        proxy.ask(f"fault both throttle on {LINE}")
        begun = time.monotonic()
        district.start_agent(file)
        wait_until("the agent is there", lambda: lag(district, "lag_seconds") is not None, 60)
        lags = []
        while lag(district, "history_lag_seconds") or applied(district) < made["batches"]:
            lags.append(lag(district, "lag_seconds") or 0.0)
            assert time.monotonic() < begun + 1800
            time.sleep(1)
        passed = time.monotonic() - begun
        most_memory = collector.most_resident_bytes()
        assert all(value == 0 for _, value in district.page().samples["hallmonitor_agent_dropped_total"])
        subject += ", 10 Mbit/s, polling on"
        show(Figure("outage", "replay", subject, passed / 60, "min", target=10.0 if hours == 24 else None,
                    peer="the octets alone on that line", peer_value=made["octets"] / LINE / 60))
        show(Figure("outage", "samples told a second", subject, made["samples"] / passed / 1e6, "M/s",
                    more_is_better=True))
        show(Figure("outage", "live lane's lag meanwhile, max", subject, max(lags, default=0.0), "s", target=5.0))
        collector.stop(60)
        ledger = sum(file.stat().st_size for file in (folder / "collector").glob("ledger.db*"))
        show(Figure("outage", "ledger of a port and day", subject, ledger / devices / PORTS / hours * 24, "B"))
        show(Figure("outage", "collector's memory, most", subject, most_memory / MIB, "MiB"))
    finally:
        district.stop()


# The page of a school district's ports is tens of megabytes: who reads it five times a second measures that.
def lag(district: District, lane: str) -> float | None:
    agents = district.json("/api/v1/agents")["agents"]
    found: float | None = agents[0][lane] if agents else None
    return found


def applied(district: District) -> float:
    return district.page("/metrics/self").value("hallmonitor_ingest_batches_total") or 0.0


def main() -> None:
    quick = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=50 if quick else 500, help="of the replay")
    parser.add_argument("--hours", type=int, default=1 if quick else 24, help="of the replay")
    parser.add_argument("--days", type=int, default=1 if quick else 7, help="that a start finds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outage-bench-") as folder:
        (Path(folder) / "starts").mkdir()
        measure_starts(Path(folder) / "starts", options.days)
    with tempfile.TemporaryDirectory(prefix="outage-bench-") as folder:
        measure_replay(Path(folder), options.devices, options.hours)


if __name__ == "__main__":
    main()
