"""A district in a folder: authority, collector, agents, and what they say."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fast_clock import FastClock
from .process import AGENT, COLLECTOR, Process, free_port, wait_until

SAMPLE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass
class Page:
    """A page of metrics, by name and labels."""

    text: str
    samples: dict[str, list[tuple[dict[str, str], float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.text.splitlines():
            if line.startswith("#") or not line:
                continue
            match = SAMPLE.match(line)
            assert match, f"not a sample: {line!r}"
            labels = dict(LABEL.findall(match[2] or ""))
            self.samples.setdefault(match[1], []).append((labels, float(match[3])))

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample of `name` that has at least these labels."""
        found = [
            value
            for have, value in self.samples.get(name, [])
            if all(have.get(key) == wanted for key, wanted in labels.items())
        ]
        assert len(found) <= 1, f"{name} {labels} is not one series but {len(found)}"
        return found[0] if found else None


CENTRE = "10.78.1.2"  # the collector's address where it is not on loopback


class District:
    """Everything runs on loopback, or inside one namespace; the collector in another if called so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespace = ""
        self.agents_port = free_port()
        self.http_port = free_port()
        self.socket = folder / "control.sock"
        self.running: list[Process] = []
        self.environment: dict[str, str] = {}  # more of it, for what is started from now on
        self.clock: FastClock | None = None  # of what is started from now on
        self.host = "127.0.0.1"  # where agents find the collector
        self.agent = AGENT  # the program that is started from now on
        self.collector = COLLECTOR  # likewise
        self._command(
            COLLECTOR, "init-ca", "--directory", folder / "ca", "--name", self.host, "--name", CENTRE
        )
        self.collector_file = folder / "collector.yaml"
        self.collector_file.write_text(
            f"""
listen:
  agents: 127.0.0.1:{self.agents_port}
  http: 127.0.0.1:{self.http_port}
tls:
  ca_file: ca/ca.pem
  certificate_file: ca/collector.pem
  key_file: ca/collector.key
state_directory: {folder}/collector
control_socket: {self.socket}
"""
        )

    def _command(self, *command: object) -> str:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def start(self, name: str, command: list[object], namespace: str | None = None) -> Process:
        process = Process(
            name,
            [str(part) for part in command],
            self.folder / f"{name}.log",
            self.namespace if namespace is None else namespace,
            self.environment | (self.clock.environment() if self.clock else {}),
        )
        self.running.append(process)
        return process

    def put_collector_at_centre(self) -> None:
        """Before anything is started or issued: it is across a line, at the address CENTRE."""
        self.host = CENTRE
        text = self.collector_file.read_text()
        self.collector_file.write_text(text.replace("agents: 127.0.0.1", f"agents: {CENTRE}"))

    def start_collector(self) -> Process:
        process = self.start("collector", [self.collector, "run", self.collector_file])
        wait_until("collector answers", self._answers)
        return process

    def _answers(self) -> bool:
        return self.get("/-/ready", check=False)[0] == 200

    def issue(self, site: str, agent: str) -> Path:
        out = self.folder / f"{site}-{agent}"
        self._command(
            COLLECTOR, "issue", "--directory", self.folder / "ca",
            "--site", site, "--agent", agent, "--out", out,
        )
        return out

    def agent_file(self, site: str, agent: str, more: str, port: int | None = None) -> Path:
        """Configuration of a new agent; `more` is YAML behind the collector's part.

        `port`: where it finds the collector, when not where that listens.
        """
        out = self.issue(site, agent)
        file = out / "agent.yaml"
        file.write_text(
            f"""
collector:
  address: {self.host}:{port or self.agents_port}
  ca_file: ca.pem
  certificate_file: agent.pem
  key_file: agent.key
state_directory: {out}/state
{more}
"""
        )
        return file

    def start_agent(self, file: Path) -> Process:
        return self.start(file.parent.name, [self.agent, "run", file])

    def get(self, path: str, check: bool = True) -> tuple[int, str]:
        """GET over the control socket, which needs no network of its own."""
        done = subprocess.run(
            ["curl", "-s", "--max-time", "10", "--unix-socket", str(self.socket),
             "-w", "\n%{http_code}", f"http://localhost{path}"],
            capture_output=True, text=True, check=False,
        )
        body, _, status = done.stdout.rpartition("\n")
        code = int(status or 0)
        assert not check or code == 200, f"GET {path}: {code} {body}"
        return code, body

    def page(self, path: str = "/metrics") -> Page:
        return Page(self.get(path)[1])

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def value(self, name: str, **labels: str) -> float | None:
        return self.page().value(name, **labels)

    def ledger(self, query: str) -> list[tuple[Any, ...]]:
        """Reads the database beside the running collector."""
        database = sqlite3.connect(f"file:{self.folder}/collector/ledger.db?mode=ro", uri=True)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def stop(self) -> None:
        for process in reversed(self.running):
            if process.is_running():
                process.stop()


def epoch(rfc3339: str) -> float:
    """Seconds since 1970 of a time in UTC as the API writes it."""
    whole, _, fraction = rfc3339.rstrip("Z").partition(".")
    seconds = time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone
    return seconds + float(f"0.{fraction or 0}")
