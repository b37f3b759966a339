"""The systemd units: their sandboxes are tight, and the daemons run on what the units hand them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.district import District
from support.process import AGENT, COLLECTOR, ROOT, wait_until

UNITS = ROOT / "deploy" / "systemd"
BINARIES = {"agent": AGENT, "collector": COLLECTOR}
# Exposure as systemd-analyze rates it, from 0 to 10: the design's promise.
HIGHEST_EXPOSURE = {"agent": 1.5, "collector": 2.0}


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed")
    return found


@pytest.mark.parametrize("daemon", HIGHEST_EXPOSURE)
def test_sandbox_is_as_tight_as_promised(analyze: str, daemon: str) -> None:
    unit = UNITS / f"hallmonitor-{daemon}.service"
    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    overall = re.search(r"Overall exposure level .*: ([0-9.]+)", rated.stdout)
    assert overall, rated.stdout + rated.stderr
    assert float(overall[1]) <= HIGHEST_EXPOSURE[daemon], rated.stdout


@pytest.mark.parametrize("daemon", BINARIES)
def test_unit_has_no_fault(analyze: str, daemon: str, tmp_path: Path) -> None:
    name = f"hallmonitor-{daemon}.service"
    text = (UNITS / name).read_text()
    installed = tmp_path / name
    installed.write_text(text.replace(f"/usr/local/bin/hallmonitor-{daemon}", str(BINARIES[daemon])))
    verified = subprocess.run(
        [analyze, "verify", "--man=no", str(installed)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_daemons_run_on_the_credentials_of_their_units(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent_folder = district.agent_file("school", "agent", "").parent
    sources = {"collector": district.folder / "ca", "agent": agent_folder}
    for daemon, source in sources.items():
        # The folder as systemd makes it: readable by an access list, which shows as group bits.
        credentials = district.folder / "credentials" / daemon
        credentials.mkdir(parents=True)
        unit = (UNITS / f"hallmonitor-{daemon}.service").read_text()
        handed = re.findall(r"^LoadCredential=([^:]+):", unit, re.MULTILINE)
        for name in handed:
            if name.endswith(".yaml"):
                settings = (agent_folder / name) if daemon == "agent" else district.collector_file
                (credentials / name).write_text(settings.read_text().replace("ca/", ""))
            else:
                shutil.copy(source / name, credentials / name)
            (credentials / name).chmod(0o440)
        start = re.search(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
        assert start
        arguments = start[1].replace("%d", str(credentials)).split()
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
        district.start(f"{daemon}-unit", [BINARIES[daemon], *arguments])

    log = district.folder / "agent-unit.log"
    wait_until(f"agent reaches the collector, see {log}", lambda: "collector_connected" in log.read_text())
