"""Recordings replayed by the simulated fleet, and what `inspect` says of them."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .process import AGENT, FLEET, Process, wait_until

AT_ONCE = 4


def address_of(number: int) -> str:
    return f"127.{90 + number // 250}.0.{number % 250 + 1}"


def inspect(target: str) -> dict[str, Any]:
    environment = {k: v for k, v in os.environ.items() if k != "HALLMONITOR_COMMUNITY"}
    done = subprocess.run(
        [AGENT, "inspect", target, "--json"],
        capture_output=True, text=True, env=environment, timeout=90, check=False,
    )
    assert done.returncode in (0, 1), f"{target}: {done.stderr}"
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def inspect_all(files: list[Path], folder: Path) -> dict[Path, dict[str, Any]]:
    """What `inspect` says of each recording, all served by one simulator whose log is in `folder`."""
    groups: list[str] = []
    for number, file in enumerate(files):
        groups += ["--recording", str(file), "--listen", f"{address_of(number)}:0"]
    process = Process("fleet", [str(FLEET), *groups], folder / "fleet.log")

    def ready() -> dict[str, Any] | None:
        lines = [line for line in process.text().splitlines() if line.startswith('{"ready"')]
        return json.loads(lines[0]) if lines else None

    try:
        port = wait_until("the recordings are served", ready)["ports"][0]
        targets = [f"{address_of(number)}:{port}" for number in range(len(files))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(files, pool.map(inspect, targets)))
    finally:
        process.stop()
