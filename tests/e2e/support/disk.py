"""A disk that is slow or broken when a test says so."""

from __future__ import annotations

import errno
from pathlib import Path

from .process import SLOW_DISK


class Disk:
    """What the daemons that were started with `environment` believe of theirs."""

    def __init__(self, folder: Path) -> None:
        self._order = folder / "disk-order"
        self.environment = {"LD_PRELOAD": str(SLOW_DISK), "SLOW_DISK": str(self._order)}

    def delay(self, folder: Path, seconds: float) -> None:
        """Every fsync of a file below `folder` takes so long."""
        self._say(f"delay {folder} {seconds * 1000:.0f}")

    def fail(self, folder: Path) -> None:
        """Every fsync of a file below `folder` fails, as on a dying disk."""
        self._say(f"fail {folder} {errno.EIO}")

    def refuse(self, folder: Path) -> None:
        """Every write and fsync below `folder` fails, as when the disk was remounted read-only."""
        self._say(f"refuse {folder} {errno.EROFS}")

    def heal(self) -> None:
        self._say("")

    def _say(self, order: str) -> None:
        # At once: a daemon must not read half of it.
        fresh = self._order.with_suffix(".new")
        fresh.write_text(order)
        fresh.rename(self._order)
