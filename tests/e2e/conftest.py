"""Fixtures of the end-to-end tests: real daemons, real peers, loopback and namespaces of our own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.district import District
from support.namespaces import Namespaces


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A collector and its authority, ready to be started; ends all it started."""
    made = District(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def namespaces() -> Iterator[Namespaces]:
    """Network namespaces; skipped with a plain word where they cannot be had."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    made = Namespaces()
    yield made
    made.remove()
