"""One agent with one switch, and the accounts of what it saw."""

from __future__ import annotations

from pathlib import Path

from .district import District
from .fleet import Fleet
from .oracle import Oracle, Watched, is_counted
from .process import wait_until

INTERVAL = 2.0
SWITCH = Watched("lincoln", "sw-1", 0)


class School:
    """`port`: where its agent finds the collector, when not where that listens."""

    def __init__(self, district: District, address: str, port: int | None = None) -> None:
        self.district = district
        self.fleet = Fleet(district, address, ports=24)
        self.file = district.agent_file(
            SWITCH.site,
            "a1",
            f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {self.fleet.port}}}
devices:
  - {SWITCH.device}: {self.fleet.address}
""",
            port,
        )

    @property
    def state(self) -> Path:
        return self.file.parent / "state"

    def watch(self) -> Oracle:
        wait_until("octets are in the ledger", lambda: is_counted(self.district, SWITCH), 30)
        return Oracle(self.district, self.fleet, [SWITCH], INTERVAL)

    def polls(self) -> int:
        """Times that the switch was asked for its first port."""
        return int(self.fleet.served(SWITCH.number)["Gi1/0/1"]["in"]["times"])

    def is_current(self) -> bool:
        return self.district.value("hallmonitor_device_up", device=SWITCH.device) == 1
