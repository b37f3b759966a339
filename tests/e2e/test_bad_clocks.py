"""Processes that stand still and clocks that are set: nothing is lost and nothing counted twice."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from support.district import District
from support.process import Process, wait_until
from support.school import INTERVAL, School

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


@pytest.mark.parametrize("who", ["agent", "collector"])
def test_a_process_that_stands_still(district: District, who: str) -> None:
    """SIGSTOP for longer than a silent connection lives."""
    school = School(district, "127.36.3.1")
    stopped: dict[str, Process] = {"collector": district.start_collector()}
    stopped["agent"] = district.start_agent(school.file)
    oracle = school.watch()

    stopped[who].process.send_signal(signal.SIGSTOP)
    time.sleep(40)
    stopped[who].process.send_signal(signal.SIGCONT)
    wait_until("the switch is up", school.is_current, 30)

    oracle.check()


@pytest.mark.parametrize(
    "offsets",
    [[1800, -7200, 0], [10 - int(time.time()), 0], [8 * 365 * 86_400, 0]],
    ids=["hours", "1970", "years ahead"],
)
def test_a_clock_that_is_set(district: District, offsets: list[int]) -> None:
    """No down time, no octet lost and none twice: what no clock of its own dates, the collector's does."""
    if not Path(FAKETIME).exists():
        pytest.skip("libfaketime is not installed")
    school = School(district, "127.36.4.1")
    clock = district.folder / "clock"
    clock.write_text("+0\n")
    district.start_collector()
    district.environment = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    agent = district.start_agent(school.file)
    district.environment = {}
    oracle = school.watch()
    wait_until("the switch is up", school.is_current, 30)
    before = down_seconds(district)

    for offset in offsets:
        fresh = clock.with_suffix(".new")
        fresh.write_text(f"{offset:+}\n")
        fresh.rename(clock)
        time.sleep(3 * INTERVAL)
    time.sleep(6 * INTERVAL)

    assert agent.is_running()
    assert down_seconds(district) == before, "a clock took the switch down"
    oracle.check()


def down_seconds(district: District) -> float:
    rows = district.json("/api/v1/report?since=1d")["objects"]
    return sum(row["down_seconds"] for row in rows)
