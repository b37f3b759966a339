"""Every recorded device, replayed over the real network path, is read as its recording says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support.process import AGENT, FLEET, Process, wait_until
from support.recordings import DEVICES, differences, expected_of, recorded

AT_ONCE = 4


def address_of(number: int) -> str:
    return f"127.{90 + number // 250}.0.{number % 250 + 1}"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, str]]:
    """One simulator for all recordings: HOST:PORT of each."""
    files = recorded()
    if not files:
        pytest.skip(f"there are no recordings in {DEVICES}")
    groups: list[str] = []
    for number, file in enumerate(files):
        groups += ["--recording", str(file), "--listen", f"{address_of(number)}:0"]
    log = tmp_path_factory.mktemp("fleet") / "fleet.log"
    process = Process("fleet", [str(FLEET), *groups], log)

    def ready() -> dict[str, Any] | None:
        lines = [line for line in process.text().splitlines() if line.startswith('{"ready"')]
        return json.loads(lines[0]) if lines else None

    port = wait_until("the recordings are served", ready)["ports"][0]
    yield {file: f"{address_of(n)}:{port}" for n, file in enumerate(files)}
    process.stop()


def inspect(target: str) -> dict[str, Any]:
    environment = {k: v for k, v in os.environ.items() if k != "HALLMONITOR_COMMUNITY"}
    done = subprocess.run(
        [AGENT, "inspect", target, "--json"],
        capture_output=True, text=True, env=environment, timeout=90, check=False,
    )
    assert done.returncode in (0, 1), f"{target}: {done.stderr}"
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_interfaces_are_read_as_recorded(replayed: dict[Path, str]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        documents = dict(zip(replayed, pool.map(inspect, replayed.values())))

    wrong: list[str] = []
    print(f"{'RECORDING':44} {'ROWS':>5} {'WRONG':>6} {'EXPLAINED':>9}")
    for file, document in documents.items():
        rows = expected_of(file).get("interfaces", [])
        found = differences(file, document["interfaces"])
        faults = [str(one) for one in found if not one.explained]
        print(f"{file.stem:44} {len(rows):5} {len(faults):6} {len(found) - len(faults):9}")
        wrong += [f"{file.stem}: {fault}" for fault in faults]
    print("\n".join(wrong))
    assert not wrong, f"{len(wrong)} values are not as recorded, first {wrong[0]}"
