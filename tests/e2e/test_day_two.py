"""Backup and restore, and devices that leave."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from support.district import District
from support.fleet import Fleet
from support.oracle import Oracle, Watched, is_counted
from support.process import COLLECTOR, wait_until

INTERVAL = 2.0
SWITCH = Watched("lincoln", "sw-1", 0)
UP = "hallmonitor_device_up"


def collector(*words: object) -> subprocess.CompletedProcess[str]:
    command = [str(word) for word in (COLLECTOR, *words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def agent_text(fleet: Fleet, devices: int) -> str:
    named = "\n".join(f"  - sw-{n + 1}: {fleet.address_of(n)}" for n in range(devices))
    return f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
devices:
{named}
"""


def test_a_collector_moves_to_another_machine_with_a_backup(district: District) -> None:
    """Nothing is lost but what came between the backup and the move, and that is no guess."""
    fleet = Fleet(district, "127.35.0.1", ports=8)
    file = district.agent_file(SWITCH.site, "a1", agent_text(fleet, 1))
    running = district.start_collector()
    district.start_agent(file)
    wait_until("octets are in the ledger", lambda: is_counted(district, SWITCH), 30)
    oracle = Oracle(district, fleet, [SWITCH], INTERVAL)

    backup = district.folder / "backup"
    done = collector("backup", "--config", district.collector_file, "--out", backup)
    assert done.returncode == 0, done.stderr
    assert (backup / "ledger.db").stat().st_mode & 0o077 == 0
    assert {path.name for path in (backup / "tls").iterdir()} == {
        "ca.pem", "ca.key", "collector.pem", "collector.key",
    }
    again = collector("backup", "--config", district.collector_file, "--out", backup)
    assert again.returncode == 1 and "is there already" in again.stderr
    live = collector("restore", "--from", backup, "--config", district.collector_file, "--force")
    assert live.returncode == 1 and "another collector is running" in live.stderr

    # The old machine burns; the new one has the program and the backup.
    running.kill()
    shutil.rmtree(district.folder / "collector")
    shutil.rmtree(district.folder / "ca")
    district.collector_file.unlink()
    restored = collector("restore", "--from", backup, "--config", district.collector_file)
    assert restored.returncode == 0, restored.stderr
    over = collector("restore", "--from", backup, "--config", district.collector_file)
    assert over.returncode == 1 and "--force" in over.stderr

    district.start_collector()
    wait_until("the agent came by itself", lambda: district.value("hallmonitor_agent_up") == 1, 30)
    # The agent keeps what was not acknowledged, and the backup was taken in a quiet ledger.
    oracle.check()


def test_a_damaged_backup_replaces_nothing(district: District) -> None:
    district.start_collector().stop()
    ledger = district.folder / "collector" / "ledger.db"
    before = ledger.read_bytes()
    backup = district.folder / "backup"
    backup.mkdir()
    (backup / "ledger.db").write_bytes(before[:8192] + b"\xff" * 40_000)

    done = collector("restore", "--from", backup, "--config", district.collector_file, "--force")

    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert ledger.read_bytes() == before


def test_a_device_that_leaves_ends_and_stays_on_record(district: District) -> None:
    fleet = Fleet(district, "127.35.1.1", devices=2, ports=2)
    file = district.agent_file(SWITCH.site, "a1", agent_text(fleet, 2))
    running = district.start_collector()
    agent = district.start_agent(file)
    wait_until("both are up", lambda: district.value(UP, device="sw-2") == 1)
    time.sleep(5)

    agent.stop()
    rewrite(file, agent_text(fleet, 1))
    agent = district.start_agent(file)

    wait_until("sw-2 has no series", lambda: 'device="sw-2"' not in district.page().text)
    assert district.value(UP, device="sw-1") == 1
    ended = row_of(district, "sw-2")
    assert ended["up_seconds"] >= 4
    time.sleep(4)
    assert row_of(district, "sw-2") == ended, "a life that ended goes on"
    assert "device_left" in [event["kind"] for event in district.json("/api/v1/events")["events"]]
    status = collector("status", "--socket", district.socket)
    assert "sw-1" in status.stdout and "sw-2" not in status.stdout

    # A collector that is started anew knows it too, and one that comes back goes on.
    running.stop()
    district.start_collector()
    wait_until("sw-1 is up", lambda: district.value(UP, device="sw-1") == 1, 30)
    assert 'device="sw-2"' not in district.page().text
    agent.stop()
    rewrite(file, agent_text(fleet, 2))
    district.start_agent(file)
    wait_until("sw-2 is back", lambda: district.value(UP, device="sw-2") == 1)
    assert row_of(district, "sw-2")["unknown_seconds"] > 0


def rewrite(file: Path, more: str) -> None:
    head = file.read_text().partition("\nhost:")[0]
    file.write_text(head + more)


def row_of(district: District, device: str) -> dict[str, float]:
    objects = district.json("/api/v1/report?since=1h")["objects"]
    found = next(row for row in objects if row["device"] == device and row["interface"] is None)
    return {name: found[name] for name in ("up_seconds", "down_seconds", "unknown_seconds")}
