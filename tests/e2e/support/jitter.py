"""How steadily devices are polled, by what the fleet saw."""

from __future__ import annotations

import time
from typing import NamedTuple

from .fleet import Fleet


class Poll(NamedTuple):
    """How often a device's first counter was read, and when last."""

    times: int
    at_ms: int


def last_polls(fleet: Fleet) -> dict[str, Poll]:
    devices = fleet.ask("polls all")["devices"]
    return {
        device["address"]: Poll(device["times"], device.get("at_ms", 0)) for device in devices
    }


def watch_polls(fleet: Fleet, interval: float, seconds: float) -> list[float]:
    """By how many seconds the time between two polls of a device differed from `interval`, sorted."""
    jitter: list[float] = []
    last = last_polls(fleet)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(interval / 4)
        now = last_polls(fleet)
        for address, poll in now.items():
            # When both fell between two looks nobody knows when the first was.
            if poll.times == last[address].times + 1:
                jitter.append(abs((poll.at_ms - last[address].at_ms) / 1000 - interval))
        last = now
    return sorted(jitter)
