#!/usr/bin/env python3
"""How punctually an agent polls 2,000 devices over SNMPv3 (SHA-256, AES-128), a tenth of them dead.

A real agent and a real collector; the fleet tells when each device was read. A poll is late by how much
the time since the one before differs from the interval. The agent knows no engine id at its start.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.district import District  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.jitter import last_polls, watch_polls  # noqa: E402
from support.process import wait_until  # noqa: E402

QUICK = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
DEVICES = 400 if QUICK else 2000
INTERVAL = 10.0
SECONDS = 25.0 if QUICK else 120.0
LATE = 1.0  # seconds: what is promised of 99.9 % of the polls of the living


def measure(district: District) -> None:
    fleet = Fleet(
        district, "127.44.0.1", devices=DEVICES, ports=2,
        options=["--user", "monitor:sha256:authpass1:aes128:privpass1"],
    )
    dead = set(range(0, DEVICES, 10))
    for number in dead:
        fleet.ask(f"silence {number} on")
    devices = "\n".join(f"  - d{n}: {fleet.address_of(n)}" for n in range(DEVICES))
    district.start_collector()
    began = time.monotonic()
    agent = district.start_agent(
        district.agent_file(
            "lincoln",
            "a1",
            f"""
host: {{enabled: false}}
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  snmp:
    port: {fleet.port}
    version: 3
    user: monitor
    auth: sha256
    auth_password: authpass1
    priv: aes128
    priv_password: privpass1
devices:
{devices}
""",
        )
    )
    wait_until(
        "all that live are polled",
        lambda: sum(poll.times > 0 for poll in last_polls(fleet).values()) == DEVICES - len(dead),
        120,
    )
    seconds = time.monotonic() - began
    time.sleep(INTERVAL + LATE)  # the first poll comes early, the second at its time
    late = watch_polls(fleet, INTERVAL, SECONDS)
    assert agent.is_running()
    least = (SECONDS / INTERVAL - 2) * (DEVICES - len(dead))
    assert len(late) > least, f"only {len(late)} polls were seen"
    subject = f"{DEVICES} devices over SNMPv3 every {INTERVAL:g} s, a tenth dead"
    share = sum(one < LATE for one in late) / len(late)
    show(Figure("v3", "polls of the living within 1 s of their time", subject, share * 100, "%",
                more_is_better=True, target=99.9))
    show(Figure("v3", "all of the living polled after a start", subject, seconds, "s"))
    show(Figure("v3", "late by, p99.9", subject, late[int(len(late) * 0.999)] * 1000, "ms"))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="v3-bench-") as folder:
        district = District(Path(folder))
        try:
            measure(district)
        finally:
            district.stop()


if __name__ == "__main__":
    main()
