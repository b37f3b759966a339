"""The line between an agent and its collector, and what can go wrong with it."""

from __future__ import annotations

import json
from typing import Any

from .control import ask
from .district import District
from .process import PROXY, wait_until


class Proxy:
    """Carries an agent's connections to the collector."""

    def __init__(self, district: District, name: str, seed: int) -> None:
        self.control = district.folder / f"{name}.sock"
        self.process = district.start(
            name,
            [PROXY, "--listen", "127.0.0.1:0", "--to", f"127.0.0.1:{district.agents_port}",
             "--control", self.control, "--seed", seed],
        )
        ready = wait_until(f"{name} is ready", lambda: self.process.text().partition("\n")[0])
        self.port = int(json.loads(ready)["port"])

    def ask(self, command: str) -> dict[str, Any]:
        return ask(self.control, command)
