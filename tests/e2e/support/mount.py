"""A small file system of its own, which a test can fill."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest


class Mount:
    """A tmpfs at `place`, a folder that is made."""

    def __init__(self, place: Path, kibibytes: int) -> None:
        if os.geteuid() != 0:
            pytest.skip("mounting needs root")
        place.mkdir(parents=True)
        self.place = place
        self._ballast = place / "ballast"
        self._mount("-t", "tmpfs", "-o", f"size={kibibytes}k,mode=0700", "tmpfs")

    def _mount(self, *options: str) -> None:
        done = subprocess.run(
            ["mount", *options, str(self.place)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"mounting is not possible here: {done.stderr.strip()}")

    def fill(self, but: int = 0) -> None:
        """Not one octet is left, or `but` pages of 4 KiB."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                file.truncate(file.tell() - but * 4096)

    def free(self) -> None:
        self._ballast.unlink()

    def remove(self) -> None:
        subprocess.run(["umount", "-l", str(self.place)], check=False)
