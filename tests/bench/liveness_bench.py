#!/usr/bin/env python3
"""How soon a dead device is seen on the collector's /metrics, and what asking costs.

A real agent and a real collector (TLS, spool, ledger) watch simulated devices by SNMP alone, since
the kernel answers every ping in 127/8. Each device answers with a delay of its own, as over a real
network. Some fall silent at random moments; /metrics is read ten times a second until all are down.
With checks every second the agent's share of a core is taken from /proc before that, beside two bare
programs that send the same probes to the same fleet (probe_peer).

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.district import District  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.process import BUILD, wait_until  # noqa: E402

BASE = (127, 40, 0, 1)
DEVICE_UP = re.compile(rb'\nhallmonitor_device_up\{[^\n]*?device="d(\d+)"[^\n]*\} ([01])')


def address(number: int) -> str:
    """The fleet counts its devices' addresses up from the first."""
    whole = int.from_bytes(bytes(BASE), "big") + number
    return ".".join(str(part) for part in whole.to_bytes(4, "big"))


def cpu_seconds(pid: int) -> float:
    """Of all threads, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def core_share(pid: int, seconds: float) -> float:
    begun, before = time.monotonic(), cpu_seconds(pid)
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / (time.monotonic() - begun)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Watch(threading.Thread):
    """Reads /metrics ten times a second and notes when each device was first seen down."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.down_at: dict[int, float] = {}
        self.known = 0
        self.is_over = False
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def read(self) -> None:
        self._link.request("GET", "/metrics")
        page = self._link.getresponse().read()
        now = time.monotonic()
        seen = DEVICE_UP.findall(page)
        self.known = len(seen)
        for number, state in seen:
            if state == b"0":
                self.down_at.setdefault(int(number), now)

    def run(self) -> None:
        due = time.monotonic()
        while not self.is_over:
            self.read()
            due = max(due + 0.1, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))


def configuration(options: argparse.Namespace, port: int) -> str:
    devices = "\n".join(f"  - d{n}: {address(n)}" for n in range(options.devices))
    return f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: 3600
  environment_interval_seconds: 3600
  ping: false
  liveness: {{interval_seconds: {options.interval:g}}}
  snmp: {{port: {port}}}
devices:
{devices}
"""


def spread_delays(fleet: Fleet, options: argparse.Namespace) -> None:
    chance = random.Random(options.seed)
    for number in range(options.devices):
        fleet.ask(f"delay {number} {chance.randint(1, options.delay)}")


def measure_peer(kind: str, options: argparse.Namespace, port: int) -> float:
    done = subprocess.run(
        [str(BUILD / "tests" / "bench" / "probe_peer"), kind, address(0), str(port),
         str(options.devices), str(options.interval), str(options.quiet)],
        capture_output=True, text=True, check=True,
    )
    return float(json.loads(done.stdout)["core_share"])


def kill_some(fleet: Fleet, options: argparse.Namespace) -> dict[int, float]:
    """Silences devices at random moments, on average one every 150 ms; when each died."""
    chance = random.Random(options.seed)
    died: dict[int, float] = {}
    for number in chance.sample(range(options.devices), options.kill):
        time.sleep(chance.uniform(0, 0.3))
        fleet.ask(f"silence {number} on")
        died[number] = time.monotonic()
    return died


def false_downs(watch: Watch, died: dict[int, float]) -> int:
    return sum(
        1 for number, at in watch.down_at.items() if number not in died or at < died[number]
    )


def report_delays(options: argparse.Namespace, delays: list[float], missing: int) -> None:
    subject = (
        f"{options.kill} of {options.devices} devices die, checked every "
        f"{options.interval:g} s, {options.loss} % loss"
    )
    target = 3.0 if options.interval <= 1 else 30.0
    worst = max(delays)
    rows = [
        ("death to /metrics, p50", percentile(delays, 0.50), None),
        ("death to /metrics, p99", percentile(delays, 0.99), target),
        ("death to /metrics, max", worst, None),
    ]
    for name, value, promise in rows:
        show(Figure("liveness", name, subject, value, "s", min(delays), worst, target=promise))
    show(Figure("liveness", "deaths not seen", subject, missing, "devices", target=0))


def report_cost(options: argparse.Namespace, share: float, timers: float, ticks: float) -> None:
    subject = f"agent: {options.devices} probes every {options.interval:g} s, spool and TLS included"
    show(
        Figure(
            "liveness", "share of one core", subject, share * 100, "%",
            peer="bare probes, a timer a probe", peer_value=timers * 100, target=1.0,
        )
    )
    show(
        Figure(
            "liveness", "share of one core", subject, share * 100, "%",
            peer="bare probes, one 50 ms tick for all", peer_value=ticks * 100, target=1.0,
        )
    )


def run(options: argparse.Namespace, folder: Path) -> None:
    district = District(folder)
    try:
        fleet = Fleet(district, address(0), devices=options.devices, ports=1)
        if options.delay:
            spread_delays(fleet, options)
        if options.interval <= 1:
            peers = [measure_peer(kind, options, fleet.port) for kind in ("timers", "ticks")]
        if options.loss:
            fleet.ask(f"loss all {options.loss}")
        district.start_collector()
        agent = district.start_agent(
            district.agent_file("lincoln", "a1", configuration(options, fleet.port))
        )
        watch = Watch(district.http_port)

        def all_known() -> bool:
            watch.read()
            return watch.known == options.devices

        wait_until("every device is known", all_known, 30 + 3 * options.interval)
        if options.interval <= 1:
            # Until all is read that a start reads: it is asking that is to be measured.
            time.sleep(options.settle)
            report_cost(options, core_share(agent.process.pid, options.quiet), *peers)

        watch = Watch(district.http_port)
        watch.start()
        died = kill_some(fleet, options)
        deadline = time.monotonic() + 4 * options.interval + 10
        while not died.keys() <= watch.down_at.keys() and time.monotonic() < deadline:
            time.sleep(0.1)
        watch.is_over = True
        watch.join()
        delays = [watch.down_at[n] - at for n, at in died.items() if n in watch.down_at]
        report_delays(options, delays, len(died) - len(delays))
        subject = f"{options.loss} % loss, {options.devices} devices, the whole run"
        show(
            Figure(
                "liveness", "false downs", subject, false_downs(watch, died), "devices", target=0
            )
        )
    finally:
        district.stop()


def main() -> None:
    quick = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=200 if quick else 1000)
    parser.add_argument("--kill", type=int, default=40 if quick else 200)
    parser.add_argument(
        "--interval", type=float, action="append", dest="intervals",
        help="seconds between checks; may be repeated (default: 1 and 10)",
    )
    parser.add_argument("--loss", type=int, default=1, help="percent of requests")
    parser.add_argument("--delay", type=int, default=20, help="longest delay of an answer in ms")
    parser.add_argument("--quiet", type=float, default=5.0 if quick else 20.0,
                        help="seconds of cost measurement")
    parser.add_argument("--settle", type=float, default=5.0 if quick else 40.0,
                        help="seconds before the cost is measured")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for interval in options.intervals or ([1.0] if quick else [1.0, 10.0]):
        options.interval = interval
        with tempfile.TemporaryDirectory(prefix="liveness-bench-") as folder:
            run(options, Path(folder))


if __name__ == "__main__":
    main()
