"""The newcomer's first command: a live table, and nothing left running."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.process import ROOT, free_port, wait_until

SCRIPT = ROOT / "deploy" / "quickstart.sh"
# What is built for the tests already is what it starts here.
ENVIRONMENT = {**os.environ, "HALLMONITOR_PRESET": "dev", "NO_COLOR": "1"}


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that an ordinary user reaches, even when root runs the tests."""
    parent = Path(tempfile.mkdtemp(prefix="hallmonitor-"))
    parent.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(parent, "nobody")
    yield parent / "state"
    shutil.rmtree(parent)


def command(state: Path, *more: str, http: int | None = None) -> list[str]:
    ports = ["--http", str(http or free_port()), "--agents", str(free_port())]
    return [str(SCRIPT), "--state", str(state), *ports, *more]


def daemons_of(state: Path) -> list[int]:
    """Processes whose program lies in the state folder."""
    found = []
    for link in Path("/proc").glob("[0-9]*/exe"):
        try:
            if str(state) in os.readlink(link):
                found.append(int(link.parent.name))
        except OSError:
            continue
    return found


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def test_once_prints_rates_and_ends_what_it_started(state: Path) -> None:
    done = run(command(state, "--once"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^my-school +\S+ +lo +up .*bit/s", done.stdout, re.MULTILINE), done.stdout
    assert daemons_of(state) == []


def test_second_start_is_fast_and_keeps_the_authority(state: Path) -> None:
    assert run(command(state, "--once")).returncode == 0
    authority = (state / "ca" / "ca.pem").read_bytes()
    begun = time.monotonic()

    assert run(command(state, "--once")).returncode == 0

    assert time.monotonic() - begun < 15
    assert (state / "ca" / "ca.pem").read_bytes() == authority


def test_taken_port_is_named_with_its_holder(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(command(state, "--once", http=port))

    assert done.returncode == 1
    assert f"port {port} is taken by" in done.stderr
    assert f"process {os.getpid()}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_wrong_usage_is_exit_code_2() -> None:
    for wrong in (["--nonsense"], ["--http", "70000"], ["--state"]):
        assert run([str(SCRIPT), *wrong]).returncode == 2


class Terminal:
    """The script on a terminal of its own, as at a user's desk."""

    def __init__(self, arguments: list[str]) -> None:
        self.shown = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            # Whoever runs the tests in the background ignores these, and so would the script.
            for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.execve(arguments[0], arguments, ENVIRONMENT)

    def read(self) -> None:
        if not select.select([self.terminal], [], [], 0.1)[0]:
            return
        try:
            self.shown += os.read(self.terminal, 65536)
        except OSError:  # nobody has it open any more
            time.sleep(0.1)

    def read_until(self, words: bytes, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown.decode(errors="replace")
            self.read()

    def wait(self, seconds: float = 30) -> int:
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                os.close(self.terminal)
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)


def test_ctrl_c_ends_all_it_started(state: Path) -> None:
    script = Terminal(command(state))
    script.read_until(b"Ctrl-C ends")
    assert len(daemons_of(state)) == 2

    os.write(script.terminal, b"\x03")

    assert script.wait() == 130
    assert daemons_of(state) == []


def test_daemons_do_not_outlive_a_killed_script(state: Path) -> None:
    script = Terminal(command(state))
    script.read_until(b"Ctrl-C ends")

    os.kill(script.pid, signal.SIGKILL)

    script.wait()
    wait_until("the daemons end", lambda: daemons_of(state) == [])
