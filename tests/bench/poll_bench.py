#!/usr/bin/env python3
"""What polling costs, beside raw sockets, the net-snmp library and Debian's snmp_exporter.

All poll the same simulated fleet of 48-port switches, which runs on a core of its own; the poller
has another. Cost is CPU time for a million varbinds received, since pollers read different columns.
The agent as a whole (spool, compression, TLS) runs against a real collector. Then a line of 20 ms,
and a fleet of which a tenth is dead.

Programs come from HALLMONITOR_BUILD, by default build/bench.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HALLMONITOR_BUILD", str(ROOT / "build" / "bench"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from figures import Figure, show  # noqa: E402
from support.district import District  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.process import BUILD, free_port, wait_until  # noqa: E402

QUICK = bool(os.environ.get("HALLMONITOR_BENCH_QUICK"))
DEVICES = 200 if QUICK else 1000
CYCLES = 3 if QUICK else 15
FIRST = (127, 50, 0, 1)
FLEET_CORE, POLLER_CORE = {0}, {1}
EXPORTER_AT_ONCE = 16

NAMES = {
    "raw": "raw sockets, no parsing",
    "parse": "raw sockets, least parsing",
    "net-snmp": "net-snmp library, asynchronous",
    "ours": "hallmonitor: varbinds to samples",
    "net-snmp-v3": "net-snmp library over SNMPv3",
    "v3": "hallmonitor over SNMPv3 (SHA-256, AES-128)",
}
V3_USER = "monitor:sha256:authpass1:aes128:privpass1"
IF_TABLE, IF_X_TABLE = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
# The columns that the other pollers read: octets, errors, discards, states, speed (poller.hpp).
COLUMNS = {
    "ifHCInOctets": f"{IF_X_TABLE}.6", "ifHCOutOctets": f"{IF_X_TABLE}.10",
    "ifInErrors": f"{IF_TABLE}.14", "ifOutErrors": f"{IF_TABLE}.20",
    "ifInDiscards": f"{IF_TABLE}.13", "ifOutDiscards": f"{IF_TABLE}.19",
    "ifOperStatus": f"{IF_TABLE}.8", "ifAdminStatus": f"{IF_TABLE}.7",
    "ifHighSpeed": f"{IF_X_TABLE}.15",
}


def address(number: int) -> str:
    whole = int.from_bytes(bytes(FIRST), "big") + number
    return ".".join(str(part) for part in whole.to_bytes(4, "big"))


def cpu_seconds(pid: int) -> float:
    """Of all threads, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def pin(pid: int, cores: set[int]) -> None:
    """All threads of a process, where the machine has so many cores."""
    if max(cores) < (os.cpu_count() or 1):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), cores)


def ways(fleet: Fleet, devices: int, cycles: int, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Cycles of each way of polling."""
    command = [str(BUILD / "tests" / "bench" / "poll_ways"), f"{address(0)}:{fleet.port}",
               str(devices), str(cycles), *names]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, POLLER_CORE),
    )
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for line in done.stdout.splitlines():
        cycle = json.loads(line)
        found[cycle["way"]].append(cycle)
    return found


def figure_of(
    name: str, subject: str, values: list[float], unit: str, **more: Any
) -> Figure:
    return Figure("poll", name, subject, statistics.median(values), unit,
                  min(values), max(values), **more)


COST = "CPU-seconds per million varbinds"


def cost_of_ways(fleet: Fleet) -> dict[str, float]:
    """Ours beside raw sockets and the library; gives the medians."""
    cycles = ways(fleet, DEVICES, CYCLES, *NAMES)
    costs = {
        name: [cycle["cpu"] * 1e6 / cycle["varbinds"] for cycle in cycles[name]] for name in NAMES
    }
    medians = {name: statistics.median(values) for name, values in costs.items()}
    for name in ("raw", "parse", "net-snmp", "net-snmp-v3"):
        show(figure_of(COST, NAMES[name], costs[name], "s/M"))
    for peer in ("parse", "net-snmp"):
        show(figure_of(COST, NAMES["ours"], costs["ours"], "s/M", target=0.10,
                       peer=NAMES[peer], peer_value=medians[peer]))
    for peer in ("ours", "net-snmp-v3"):
        show(figure_of(COST, NAMES["v3"], costs["v3"], "s/M", target=0.45,
                       peer=NAMES[peer], peer_value=medians[peer]))
    for way in ("ours", "v3"):
        complete = cycles[way][-1]["complete"]
        assert complete == DEVICES, f"{way}: only {complete} of {DEVICES} were read whole"
    ours = cycles["ours"][-1]
    medians["varbinds a device"] = ours["varbinds"] / DEVICES
    return medians


class Exporter:
    """Debian's prometheus-snmp-exporter and whoever scrapes it."""

    def __init__(self, folder: Path, fleet: Fleet) -> None:
        self.fleet = fleet
        self.port = free_port()
        settings = folder / "snmp.yml"
        metrics = "".join(
            f"  - name: {name}\n    oid: {oid}\n    type: gauge\n    help: {name}\n"
            "    indexes:\n    - labelname: ifIndex\n      type: gauge\n"
            for name, oid in COLUMNS.items()
        )
        walks = "".join(f"  - {oid}\n" for oid in COLUMNS.values())
        settings.write_text(
            f"bench:\n  walk:\n{walks}  get:\n  - 1.3.6.1.2.1.1.3.0\n  metrics:\n"
            "  - name: sysUpTime\n    oid: 1.3.6.1.2.1.1.3\n    type: gauge\n    help: sysUpTime\n"
            f"{metrics}  version: 2\n  auth:\n    community: public\n"
        )
        self.process = subprocess.Popen(
            ["prometheus-snmp-exporter", f"--config.file={settings}",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, POLLER_CORE),
        )
        wait_until("snmp_exporter answers", self._answers)

    def _answers(self) -> bool:
        try:
            return "ifHCInOctets" in self.read(0)
        except OSError:
            return False

    def read(self, device: int) -> str:
        target = f"{address(device)}:{self.fleet.port}"
        url = f"http://127.0.0.1:{self.port}/snmp?module=bench&target={target}"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            return ""  # how it tells that a device is dead

    def cycle(self, devices: int, at_once: int) -> tuple[float, float, float, int]:
        """CPU, wall, when the last living device was read, varbinds."""
        cpu, begun = cpu_seconds(self.process.pid), time.monotonic()
        last, values = begun, 0
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            for body in pool.map(self.read, range(devices)):
                found = sum(body.count(f"\n{name}") for name in (*COLUMNS, "sysUpTime"))
                if found:
                    last, values = time.monotonic(), values + found
        wall = time.monotonic() - begun
        return cpu_seconds(self.process.pid) - cpu, wall, last - begun, values

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def cost_of_exporter(exporter: Exporter, ours: float) -> None:
    devices = DEVICES // 10
    cycles = [exporter.cycle(devices, EXPORTER_AT_ONCE) for _ in range(CYCLES // 3 + 1)]
    costs = [cpu * 1e6 / values for cpu, _, _, values in cycles]
    peer = "snmp_exporter, 16 at once"
    show(figure_of(COST, peer, costs, "s/M"))
    show(Figure("poll", COST, NAMES["ours"], ours, "s/M",
                peer=peer, peer_value=statistics.median(costs), target=0.10))


def cost_of_agent(district: District, fleet: Fleet, known: dict[str, float]) -> None:
    """The whole agent against a real collector: five cycles of all devices after a first one."""
    interval, cycles = 10, 2 if QUICK else 5
    lines = "\n".join(f"  - d{number}: {address(number)}" for number in range(DEVICES))
    district.start_collector()
    agent = district.start_agent(district.agent_file("lincoln", "bench", f"""
host: {{enabled: false}}
defaults:
  snmp: {{port: {fleet.port}}}
  ping: false
  poll_interval_seconds: {interval}
  liveness: {{interval_seconds: 600}}
devices:
{lines}
"""))
    pin(agent.process.pid, POLLER_CORE)
    time.sleep(2 * interval)
    values = []
    for _ in range(cycles):
        before = cpu_seconds(agent.process.pid)
        time.sleep(interval)
        varbinds = DEVICES * known["varbinds a device"]
        values.append((cpu_seconds(agent.process.pid) - before) * 1e6 / varbinds)
    for peer in ("parse", "net-snmp"):
        show(figure_of(COST, "hallmonitor: whole agent, with spool, compression and TLS", values,
                       "s/M", target=0.25, peer=NAMES[peer], peer_value=known[peer]))


def long_line(fleet: Fleet, exporter: Exporter) -> None:
    """A cycle of all devices at once, each answer 20 ms late."""
    fleet.ask("fault all delay on 20")
    cycles = ways(fleet, DEVICES, 3, "net-snmp-burst", "burst", "burst-wide")
    walls = {name: [cycle["wall"] for cycle in found] for name, found in cycles.items()}
    _, exporter_wall, _, _ = exporter.cycle(DEVICES // 10, DEVICES // 10)
    fleet.ask("fault all delay off")
    name = f"cycle of {DEVICES} devices over 20 ms"
    library = "net-snmp library, asynchronous, all at once"
    show(figure_of(name, library, walls["net-snmp-burst"], "s"))
    show(Figure("poll", name, f"snmp_exporter, {DEVICES // 10} devices only, all at once",
                exporter_wall, "s"))
    show(figure_of(name, "hallmonitor, one request a device", walls["burst"], "s",
                   peer=library, peer_value=statistics.median(walls["net-snmp-burst"])))
    show(figure_of(name, "hallmonitor, requests_at_once: 4", walls["burst-wide"], "s", target=0.3,
                   peer=library, peer_value=statistics.median(walls["net-snmp-burst"])))


def dead_devices(fleet: Fleet, exporter: Exporter) -> None:
    """How long the living wait when a tenth is dead; an agent waits for all at once, as here."""
    few = DEVICES // 10
    alive = statistics.median(
        cycle["complete_at"] for cycle in ways(fleet, DEVICES, 5, "burst")["burst"]
    )
    _, _, exporter_alive, _ = exporter.cycle(few, EXPORTER_AT_ONCE)
    for device in range(0, DEVICES, 10):
        fleet.ask(f"fault {device} silence on")
    found = ways(fleet, DEVICES, 3, "burst")["burst"]
    _, _, exporter_dead, _ = exporter.cycle(few, EXPORTER_AT_ONCE)
    fleet.ask("fault all silence off")
    assert all(cycle["complete"] == DEVICES - DEVICES // 10 for cycle in found)
    name = "cycle of the living, a tenth of the devices dead"
    peer = f"snmp_exporter, {few} devices, 16 at once"
    show(Figure("poll", name, f"{peer}, none dead", exporter_alive, "s"))
    show(Figure("poll", name, peer, exporter_dead, "s"))
    ours = f"hallmonitor, {DEVICES} devices, all at once"
    show(Figure("poll", name, f"{ours}, none dead", alive, "s"))
    show(figure_of(name, ours,
                   [cycle["complete_at"] for cycle in found], "s",
                   peer=peer, peer_value=exporter_dead))


def main() -> int:
    if not shutil.which("prometheus-snmp-exporter"):
        print("poll_bench.py: prometheus-snmp-exporter is missing", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="poll-bench-") as folder:
        district = District(Path(folder))
        exporter = None
        try:
            fleet = Fleet(district, address(0), devices=DEVICES, ports=48,
                          options=["--user", V3_USER])
            pin(fleet.process.process.pid, FLEET_CORE)
            known = cost_of_ways(fleet)
            exporter = Exporter(Path(folder), fleet)
            cost_of_exporter(exporter, known["ours"])
            long_line(fleet, exporter)
            dead_devices(fleet, exporter)
            cost_of_agent(district, fleet, known)
        finally:
            if exporter:
                exporter.stop()
            district.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
