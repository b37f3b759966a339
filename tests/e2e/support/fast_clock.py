"""Clocks that run faster than ours, the same in every process that has them."""

from __future__ import annotations

import time

from .process import DUE_TIMERS

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


class FastClock:
    """All of a process's clocks and timers, by libfaketime; begins when it is made."""

    def __init__(self, speed: float, ago: float = 0) -> None:
        """Begins `ago` seconds before now."""
        self.speed = speed
        self._ago = ago
        self._began = time.time()

    def now(self) -> float:
        """Seconds since 1970, as the processes have it."""
        return self._began - self._ago + (time.time() - self._began) * self.speed

    def sleep(self, seconds: float) -> None:
        """So many of theirs."""
        time.sleep(seconds / self.speed)

    def environment(self) -> dict[str, str]:
        """Of a process that is started now: its clock starts from its own beginning."""
        ahead = self.now() - time.time()
        return {
            "LD_PRELOAD": f"{DUE_TIMERS} {FAKETIME}",
            "FAKETIME": f"{ahead:+.3f} x{self.speed:g}",
        }
