"""Processes that a test starts: logged to a file, ended for certain."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("HALLMONITOR_BUILD", ROOT / "build" / "dev")).resolve()
AGENT = BUILD / "agent" / "hallmonitor-agent"
COLLECTOR = BUILD / "collector" / "hallmonitor-collector"
FLEET = BUILD / "tests" / "sim" / "snmp_fleet"
SLOW_DISK = BUILD / "tests" / "faultlib" / "slow_disk.so"
DUE_TIMERS = BUILD / "tests" / "faultlib" / "due_timers.so"
PROXY = BUILD / "tests" / "proxy" / "tcp_proxy"

T = TypeVar("T")


def wait_until(what: str, get: Callable[[], T | None], seconds: float = 20.0) -> T:
    """The first true value of `get`, asked ten times a second."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = get()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:g} s: {what}")


_given: set[int] = set()


def free_port() -> int:
    """A TCP port that nobody uses right now, and no other of this process's: below those that the kernel gives to whoever asks for any,
    and of a thousand that this one of several test processes has to itself."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 20
    while True:
        port = 10_000 + 1_000 * worker + random.randrange(1_000)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
            except OSError:
                continue


class Process:
    """One program, perhaps inside a network namespace."""

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        namespace: str = "",
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        prefix = ["ip", "netns", "exec", namespace] if namespace else []
        with log.open("ab") as out:
            # ip netns exec replaces itself by the command, so signals reach the program.
            self.process = subprocess.Popen(
                prefix + command,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | (environment or {}),
            )

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def is_running(self) -> bool:
        return self.process.poll() is None

    def resident_bytes(self) -> int:
        """What it has in memory now (VmRSS)."""
        return self._status_bytes("VmRSS")

    def most_resident_bytes(self) -> int:
        """The most it ever had in memory (VmHWM)."""
        return self._status_bytes("VmHWM")

    def _status_bytes(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(status.partition(f"{name}:")[2].split()[0])

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 15.0) -> int:
        """SIGTERM, then the exit code; SIGKILL for one that does not go."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} does not end within {seconds:g} s of SIGTERM")
