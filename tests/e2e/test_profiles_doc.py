"""docs/profiles.md, followed as a stranger would: its files written, its commands run, its results compared."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.process import AGENT, FLEET, ROOT, Process, wait_until

DOCUMENT = ROOT / "docs" / "profiles.md"
DEVICE = "10.12.0.11"  # of the document
STAND_IN = "127.91.7.1"


def blocks(kind: str) -> list[tuple[str, str]]:
    """What stands behind the kind in the first line of each block, and its text."""
    found = re.findall(rf"^```{kind}\b ?(.*)\n((?:.*\n)*?)```$", DOCUMENT.read_text(), re.MULTILINE)
    assert found, kind
    return found


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the document with the lines that it promises."""
    found: list[tuple[str, list[str]]] = []
    for _, text in blocks("console"):
        for line in text.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def assert_promised(promised: list[str], told: list[str], command: str) -> None:
    """All promised lines one behind the other; '...' stands for any others."""
    at = 0
    may_skip = False
    for line in promised:
        if line == "...":
            may_skip = True
            continue
        while may_skip and at < len(told) and told[at] != line:
            at += 1
        assert at < len(told) and told[at] == line, f"{command}: {line!r} is not in\n" + "\n".join(told)
        at, may_skip = at + 1, False
    assert may_skip or at == len(told), f"{command}: it says more: {told[at:]}"


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """A folder with what the document has the reader write."""
    for kind in ("text", "yaml"):
        for name, text in blocks(kind):
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    shutil.copytree(ROOT / "tests" / "data" / "mibs", tmp_path / "mibs")
    profile = (tmp_path / "profiles/acme/switch.yaml").read_text()
    (tmp_path / "slip.yaml").write_text(profile.replace("{descr: 2,", "{descr: two,"))
    return tmp_path


@pytest.fixture()
def device(folder: Path) -> Iterator[str]:
    """Where the document's device answers."""
    arguments = ["--recording", str(folder / "acme.snmprec"), "--listen", f"{STAND_IN}:0"]
    process = Process("fleet", [str(FLEET), *arguments], folder / "fleet.log")

    def ready() -> list[str]:
        return [line for line in process.text().splitlines() if line.startswith('{"ready"')]

    try:
        port = json.loads(wait_until("the recording is served", ready)[0])["ports"][0]
        yield f"{STAND_IN}:{port}"
    finally:
        process.stop()


def test_the_document_keeps_its_promises(folder: Path, device: str) -> None:
    followed = 0
    for command, promised in steps():
        words = shlex.split(command.replace(DEVICE, device))
        output = words.pop() if ">" in words else None
        words = [str(AGENT) if word == "hallmonitor-agent" else word for word in words if word != ">"]
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
        if output:
            (folder / output).write_text(done.stdout)
            done.stdout = ""
        told = (done.stdout + done.stderr).replace(device, f"{DEVICE}:161").splitlines()
        assert_promised(promised, told, command)
        assert done.returncode == (1 if "slip" in command else 0), command
        followed += 1
    assert followed >= 6


def test_a_draft_is_a_profile_that_loads(folder: Path) -> None:
    def agent(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [AGENT, "profile", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )

    drafted = agent("compile", "mibs/ACME-MIB.txt")
    assert drafted.returncode == 0, drafted.stderr
    (folder / "draft.yaml").write_text(drafted.stdout)

    tested = agent("test", "draft.yaml", "acme.snmprec")

    assert tested.returncode == 0, tested.stderr
    assert tested.stdout == "profile draft.yaml: ACME-MIB\n"
