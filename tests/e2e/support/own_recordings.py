"""Recordings of simulated devices, which every clone has, and the rows that their lines make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .process import ROOT

OWN = ROOT / "tests" / "data" / "recordings"

IF_TABLE = "1.3.6.1.2.1.2.2.1"
IF_X_TABLE = "1.3.6.1.2.1.31.1.1.1"
# Where a quantity has two columns, the later one counts if the row has it.
COLUMNS = {
    "ifDescr": [f"{IF_TABLE}.2"],
    "ifType": [f"{IF_TABLE}.3"],
    "admin": [f"{IF_TABLE}.7"],
    "oper": [f"{IF_TABLE}.8"],
    "ifLastChange": [f"{IF_TABLE}.9"],
    "in_octets": [f"{IF_TABLE}.10", f"{IF_X_TABLE}.6"],
    "in_ucast": [f"{IF_TABLE}.11", f"{IF_X_TABLE}.7"],
    "in_discards": [f"{IF_TABLE}.13"],
    "in_errors": [f"{IF_TABLE}.14"],
    "out_octets": [f"{IF_TABLE}.16", f"{IF_X_TABLE}.10"],
    "out_ucast": [f"{IF_TABLE}.17", f"{IF_X_TABLE}.11"],
    "out_discards": [f"{IF_TABLE}.19"],
    "out_errors": [f"{IF_TABLE}.20"],
    "ifName": [f"{IF_X_TABLE}.1"],
    "in_mcast": [f"{IF_X_TABLE}.2", f"{IF_X_TABLE}.8"],
    "in_bcast": [f"{IF_X_TABLE}.3", f"{IF_X_TABLE}.9"],
    "out_mcast": [f"{IF_X_TABLE}.4", f"{IF_X_TABLE}.12"],
    "out_bcast": [f"{IF_X_TABLE}.5", f"{IF_X_TABLE}.13"],
    "ifAlias": [f"{IF_X_TABLE}.18"],
}
STATES = ["", "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"]


def interfaces_of(recording: Path) -> list[dict[str, Any]]:
    """Rows as the expected results of real devices have them."""
    values: dict[str, Any] = {}
    for line in recording.read_text().splitlines():
        oid, tag, text = line.split("|", 2)
        values[oid] = text if tag.startswith("4") else text if "." in text else int(text or 0)
    indexes = [value for oid, value in values.items() if oid.startswith(f"{IF_TABLE}.1.")]
    rows = []
    for index in indexes:
        row = {"ifIndex": index}
        for key, columns in COLUMNS.items():
            found = [values[oid] for oid in (f"{column}.{index}" for column in columns) if oid in values]
            if found:
                row[key] = found[-1]
        row["admin"], row["oper"] = STATES[row["admin"]], STATES[row["oper"]]
        millions = values.get(f"{IF_X_TABLE}.15.{index}", 0)
        row["speed_bps"] = millions * 1_000_000 or values.get(f"{IF_TABLE}.5.{index}", 0)
        rows.append(row)
    return rows
