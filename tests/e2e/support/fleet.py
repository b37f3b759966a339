"""The simulated fleet, which knows what it served."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from typing import Any

from .control import ask
from .district import District
from .process import FLEET, wait_until


class Fleet:
    """Switches on addresses of 127.0.0.0/8, all on one port."""

    def __init__(
        self,
        district: District,
        address: str,
        devices: int = 1,
        ports: int = 8,
        options: Sequence[object] = (),
        group: Sequence[object] = (),
    ) -> None:
        """`options` are of all devices, `group` of these on `address` and behind it."""
        self.control = district.folder / "fleet.sock"
        self.address = address
        self.process = district.start(
            "fleet",
            [FLEET, "--control", self.control, *options, "--listen", f"{address}:0",
             "--devices", devices, "--ports", ports, *group],
        )
        ready = wait_until("fleet is ready", self._ready)
        self.port = int(ready["ports"][0])

    def _ready(self) -> dict[str, Any] | None:
        lines = self.process.text().splitlines()
        return json.loads(lines[0]) if lines else None

    def address_of(self, number: int) -> str:
        """Devices stand at neighbouring addresses, from the first one's."""
        return str(ipaddress.IPv4Address(self.address) + number)

    def ask(self, command: str) -> dict[str, Any]:
        return ask(self.control, command)

    def served(self, device: int) -> dict[str, dict[str, Any]]:
        """What each interface was served, by ifName."""
        return {row["ifName"]: row for row in self.ask(f"served {device}")["interfaces"]}
