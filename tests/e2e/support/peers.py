"""What another project's tests assert for the same recordings, compared loosely: to report, not to assert.

Its policy differs: it leaves rows out, shows power of light in dBm and takes other averages.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .facts import Row, rows_of

KINDS = {
    "temperature": "temperature",
    "fanspeed": "fan",
    "voltage": "voltage",
    "current": "current",
    "power": "power",
    "frequency": "frequency",
    "humidity": "humidity",
    "dbm": "optical_power",
}


@dataclass
class Agreement:
    rows: int = 0
    equal: int = 0

    def count(self, equal: bool) -> None:
        self.rows += 1
        self.equal += equal


def close(value: Any, others: list[Any]) -> bool:
    return any(
        isinstance(other, (int, float)) and math.isclose(value, other, rel_tol=0.01, abs_tol=0.011)
        for other in others
        if isinstance(value, (int, float))
    )


def in_peers_unit(row: Row, peer_class: str) -> float | None:
    value = row.get("value")
    if value is None:
        return None
    if row.get("unit") == "ratio":
        return float(value) * 100
    if peer_class == "dbm" and row.get("unit") == "watts":
        return 10 * math.log10(value * 1000) if value > 0 else None
    return float(value)


def sensors(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    told = values.get("sensors/sensors (discovery)") or values.get("sensors/sensors (poller)") or []
    had = rows_of(document, "sensors")
    ups = document.get("ups") or {}
    ports = rows_of(document, "poe", "ports") + rows_of(document, "poe", "groups")
    others = {
        "temperature": [ups.get("temperature_celsius")],
        "voltage": [ups.get(key) for key in ("input_volts", "output_volts", "battery_volts")],
        "power": [
            row.get(key)
            for row in ports
            for key in ("power_watts", "nominal_watts", "consumption_watts")
        ],
    }
    for row in told:
        peer_class = row.get("sensor_class")
        if peer_class not in KINDS or row.get("sensor_current") is None:
            continue
        kind = KINDS[peer_class]
        found = [in_peers_unit(one, peer_class) for one in had if one["kind"] == kind]
        yield f"sensors: {kind}", close(row["sensor_current"], found + others.get(peer_class, []))


def loads(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    found = [row["load_ratio"] * 100 for row in rows_of(document, "processors")]
    for row in values.get("processors/processors (discovery)", []):
        if row.get("processor_usage") is not None:
            yield "processors", close(row["processor_usage"], found)


def capacities(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    had = rows_of(document, "memory")
    totals = [row.get("total_bytes") for row in had]
    ratios = [row["used_ratio"] * 100 for row in had if "used_ratio" in row]
    for row in values.get("mempools/mempools (discovery)", []):
        share = row.get("mempool_perc")
        is_near = share is not None and any(abs(share - one) <= 1 for one in ratios)
        yield "memory", is_near or close(row.get("mempool_total"), totals)
    sizes = [row.get("total_bytes") for row in rows_of(document, "storage")]
    for row in values.get("storage/storage (discovery)", []):
        yield "storage", close(row.get("storage_size"), sizes)


def supplies(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    had = rows_of(document, "printer", "supplies")
    levels = [row["level_ratio"] * 100 for row in had if "level_ratio" in row]
    for row in values.get("printer-supplies/printer_supplies (discovery)", []):
        level = row.get("supply_current")
        yield "supplies", level is not None and any(abs(level - one) <= 1 for one in levels)


def wireless(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    had = document.get("wireless") or {}
    found = [had.get("clients"), had.get("access_points")]
    found += [row["clients"] for row in had.get("radios", [])]
    for part in ("poller", "discovery"):
        for row in values.get(f"wireless/wireless_sensors ({part})", []):
            if row.get("sensor_class") in ("clients", "ap-count"):
                yield "wireless", close(row.get("sensor_current"), found)


def identity(values: Row, document: Row) -> Iterator[tuple[str, bool]]:
    told = (values.get("os/devices (discovery)") or [{}])[0]
    had = document.get("device") or {}
    if told.get("serial"):
        yield "device: serial", str(told["serial"]).strip() == str(had.get("serial")).strip()
    if told.get("version"):
        ours, theirs = str(had.get("software", "-")).strip(), str(told["version"])
        yield "device: software", ours in theirs or theirs in ours


def agreement(expected: list[Row], documents: list[Row]) -> dict[str, Agreement]:
    """Of each kind of value: how many the peer has, how many of them the documents have too."""
    found: dict[str, Agreement] = {}
    for told, document in zip(expected, documents, strict=True):
        values = (told.get("peer") or {}).get("values") or {}
        for part in (sensors, loads, capacities, supplies, wireless, identity):
            for name, equal in part(values, document):
                found.setdefault(name, Agreement()).count(equal)
    return dict(sorted(found.items()))
