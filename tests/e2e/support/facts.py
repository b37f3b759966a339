"""What the expected results beside the recordings say of a device, compared with what `inspect` says.

This is the tests' own view of which quantity belongs into which section and of what a state means:
it shares nothing with the profiles.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .recordings import sanitized

Row = dict[str, Any]

# A unit may be rounded in its last digit, and doubles in theirs.
RELATIVE = 1e-6

SENTINELS = {-32768, 65535, 2147483647, -2147483648, 4294967295, -1000000000, 1000000000}


@dataclass(frozen=True)
class Verdict:
    """One expected row of a section: equal, or different with the rule that explains why."""

    section: str
    place: str
    wanted: Any = None
    got: Any = None
    rule: str = ""
    equal: bool = True


def same(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, (int, float)) and isinstance(got, (int, float)):
        return math.isclose(wanted, got, rel_tol=RELATIVE, abs_tol=1e-9)
    return bool(wanted == got)


def text(value: Any) -> str | None:
    """A text as the document holds it: without what the sanitizer takes away, none if it is blank."""
    if value is None:
        return None
    clean = sanitized(str(value))
    return clean if clean.strip() else None


def rows_of(document: Row, *path: str) -> list[Row]:
    found: Any = document
    for key in path:
        found = found.get(key) or {} if isinstance(found, dict) else {}
    return found if isinstance(found, list) else []


def by_index(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row.get("index")), []).append(row)
    return found


# --- inventory -------------------------------------------------------------------------------------------

INVENTORY = {
    "class": "class",
    "descr": "descr",
    "name": "name",
    "serial": "serial",
    "model": "model",
    "hardware_rev": "hw_rev",
    "firmware_rev": "fw_rev",
    "software_rev": "sw_rev",
}


def inventory(expected: Row, document: Row) -> Iterator[Verdict]:
    had = by_index(rows_of(document, "inventory"))
    for row in expected.get("entities", []):
        wanted = {ours: text(row.get(theirs)) for ours, theirs in INVENTORY.items()}
        wanted = {key: value for key, value in wanted.items() if value is not None}
        place = f"entPhysicalIndex {row['index']}"
        if not wanted:
            continue  # Its index and its place are all that is known of it.
        candidates = had.get(str(row["index"]), [])
        best: dict[str, Any] = {}
        for one in candidates:
            got = {key: one.get(key) for key in wanted}
            if not best or got == wanted:
                best = got
        yield Verdict("inventory", place, wanted, best or None, equal=best == wanted)


# --- sensors ---------------------------------------------------------------------------------------------

KINDS = {
    "celsius": {"temperature"},
    "voltsAC": {"voltage"},
    "voltsDC": {"voltage"},
    "amperes": {"current"},
    "watts": {"power", "optical_power"},
    "hertz": {"frequency"},
    "percentRH": {"humidity"},
    "rpm": {"fan"},
    "cmm": {"airflow"},
    "dBm": {"optical_power"},
}
ANY_KIND = {
    "temperature", "fan", "power", "voltage", "current", "frequency", "humidity", "optical_power",
    "airflow", "power_supply", "battery", "other",
}  # fmt: skip
PERCENT = re.compile(r"\s*(%|percent|pct)", re.IGNORECASE)
SCALES, PRECISIONS = range(1, 18), range(-8, 10)  # RFC 3433
SENSOR_STATUS = {"ok": "ok", "unavailable": "unavailable", "nonoperational": "nonoperational"}


def sensor_value(row: Row) -> tuple[float | None, str]:
    """What a reader should say, and the rule by which that is not the row's own number."""
    value, real = row.get("value"), row.get("real")
    if real is None:
        return None, ""
    if value in SENTINELS | {32767}:
        return None, "a sentinel is no value"
    if row.get("type") == "truthvalue":
        return value, "a truth value has no scale"
    if row.get("scale", 9) not in SCALES or row.get("precision", 0) not in PRECISIONS:
        return None, "no scale of the MIB's"
    if row.get("type") == "celsius" and not -300 < real < 10000:
        return None, "no temperature"
    if row.get("type") == "percentRH" and not 0 <= real <= 100:
        return None, "no humidity"
    if row.get("type") == "rpm" and real < 0:
        return None, "no speed"
    if row.get("type") == "percentRH" or PERCENT.match(str(row.get("units"))):
        return real / 100, "ratios run from 0 to 1"
    return real, ""


def entity_sensors(expected: Row, document: Row) -> Iterator[Verdict]:
    had = by_index(rows_of(document, "sensors"))
    for table in ("entity_sensors", "cisco_entity_sensors"):
        for row in expected.get(table, []):
            place = f"{table} {row['index']}"
            if "real" not in row:
                continue  # Without its type and scale the number says nothing.
            wanted, rule = sensor_value(row)
            kinds = KINDS.get(row["type"], ANY_KIND)
            candidates = [one for one in had.get(str(row["index"]), []) if one["kind"] in kinds]
            status = SENSOR_STATUS.get(str(row.get("status")))
            equal = any(
                same(wanted, one.get("value")) and status in (None, one.get("status"))
                for one in candidates
            )
            got = [(one["kind"], one.get("value"), one.get("status")) for one in candidates]
            if wanted is None and not candidates:
                equal = True
            yield Verdict("sensors", place, (row["type"], wanted, status), got, rule, equal)


# --- processors, memory, storage -------------------------------------------------------------------------

MEMORY_TYPES = {"ram", "virtualMemory"}


def host(expected: Row, document: Row) -> Iterator[Verdict]:
    told: Row = expected.get("host") or {}
    processors = by_index(rows_of(document, "processors"))
    for row in told.get("processors", []):
        if row.get("load_pct") is None:
            continue
        wanted = row["load_pct"] / 100
        got = [one["load_ratio"] for one in processors.get(str(row["index"]), [])]
        equal = any(same(wanted, one) for one in got)
        yield Verdict("processors", f"hrProcessorTable {row['index']}", wanted, got, equal=equal)
    stored = by_index(rows_of(document, "storage"))
    kept = by_index(rows_of(document, "memory"))
    for row in told.get("storage", []):
        if row.get("size_bytes") is None:
            continue
        wanted = {"total_bytes": row["size_bytes"], "used_bytes": row.get("used_bytes")}
        place = f"hrStorageTable {row['index']} {row.get('descr')}"
        yield capacity("storage", place, wanted, stored.get(str(row["index"]), []))
        is_zone = str(row.get("descr")).startswith(("UMA: ", "MALLOC: "))  # of the kernel's allocators
        if row.get("type") in MEMORY_TYPES and not is_zone:
            yield capacity("memory", place, wanted, kept.get(str(row["index"]), []))
    total = (told.get("ucd") or {}).get("mem_total_real_kb")
    if total:
        got = [one.get("total_bytes") for one in rows_of(document, "memory")]
        equal = any(same(total * 1024, one) for one in got)
        yield Verdict("memory", "memTotalReal", total * 1024, got, equal=equal)


def capacity(section: str, place: str, wanted: Row, candidates: list[Row]) -> Verdict:
    got = [{key: one.get(key) for key in wanted} for one in candidates]
    equal = any(all(same(wanted[key], one[key]) for key in wanted) for one in got)
    return Verdict(section, place, wanted, got, equal=equal)


# --- power over Ethernet ---------------------------------------------------------------------------------


def poe(expected: Row, document: Row) -> Iterator[Verdict]:
    told: Row = expected.get("poe") or {}
    groups = by_index(rows_of(document, "poe", "groups"))
    for row in told.get("main", []):
        wanted = {
            "nominal_watts": row.get("nominal_w"),
            "consumption_watts": row.get("consumption_w"),
            "oper": row.get("oper"),
        }
        got = [{key: one.get(key) for key in wanted} for one in groups.get(str(row["group"]), [])]
        yield Verdict("poe", f"group {row['group']}", wanted, got, equal=wanted in got)
    ports = by_index(rows_of(document, "poe", "ports"))
    for row in told.get("ports", []):
        place = f"{row['group']}.{row['port']}"
        wanted = {"admin": row.get("admin"), "detection": row.get("detection")}
        got = [{key: one.get(key) for key in wanted} for one in ports.get(place, [])]
        yield Verdict("poe", f"port {place}", wanted, got, equal=wanted in got)


# --- neighbours ------------------------------------------------------------------------------------------


def neighbours(expected: Row, document: Row) -> Iterator[Verdict]:
    had = rows_of(document, "neighbours")
    lldp = Counter(neighbour(one) for one in had if one["protocol"] == "lldp")
    for row in expected.get("lldp_neighbours", []):
        wanted = (
            row.get("local_ifIndex"),
            text(row.get("rem_chassis_id")),
            text(row.get("rem_port_id")),
            text(row.get("rem_sysname")),
        )
        yield taken("neighbours", f"lldp {row.get('local_port_num')}.{row['rem_index']}", wanted, lldp)
    # The expected results say nothing of the system's name in CDP.
    cdp = Counter(neighbour(one)[:3] for one in had if one["protocol"] == "cdp")
    for row in expected.get("cdp_neighbours", []):
        wanted = (row["ifIndex"], text(row.get("rem_device_id")), text(row.get("rem_port")))
        yield taken("neighbours", f"cdp {row['ifIndex']}.{row['dev_index']}", wanted, cdp)


def neighbour(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(key) for key in ("local_if_index", "chassis_id", "port_id", "system_name"))


def taken(section: str, place: str, wanted: tuple[Any, ...], had: Counter[tuple[Any, ...]]) -> Verdict:
    """Each row of the document answers for one expected row only."""
    if had[wanted] > 0:
        had[wanted] -= 1
        return Verdict(section, place, wanted, wanted)
    near = [one for one in had if one[0] == wanted[0] or one[1] == wanted[1]]
    return Verdict(section, place, wanted, near, equal=False)


# --- interfaces, addresses, spanning tree ----------------------------------------------------------------

ERRORS = {
    "crc_errors": "fcs_errors",
    "alignment_errors": "alignment_errors",
    "single_collisions": "single_collisions",
    "multiple_collisions": "multiple_collisions",
    "late_collisions": "late_collisions",
    "excessive_collisions": "excessive_collisions",
    "internal_mac_tx_errors": "internal_mac_tx_errors",
    "carrier_sense_errors": "carrier_sense_errors",
    "frame_too_longs": "frame_too_longs",
    "internal_mac_rx_errors": "internal_mac_rx_errors",
    "symbol_errors": "symbol_errors",
}


def ethernet(expected: Row, document: Row) -> Iterator[Verdict]:
    had = {row["if_index"]: row for row in rows_of(document, "interfaces")}
    for row in expected.get("interfaces", []):
        wanted: Row = {} if row.get("duplex") is None else {"duplex": row["duplex"]}
        told = row.get("dot3") or {}
        wanted |= {ours: told[theirs] for ours, theirs in ERRORS.items() if told.get(theirs) is not None}
        one = had.get(row["ifIndex"], {})
        got = {key: one[key] for key in ("duplex", *ERRORS) if key in one}
        if not wanted and not got:
            continue
        yield Verdict("ethernet", f"ifIndex {row['ifIndex']}", wanted, got, equal=got == wanted)


def prefix_length(mask: str | None) -> int | None:
    if mask is None:
        return None
    bits = "".join(f"{int(part):08b}" for part in mask.split("."))
    return bits.index("0") if "0" in bits else len(bits)


def addresses(expected: Row, document: Row) -> Iterator[Verdict]:
    keys = ("address", "if_index", "prefix_length")
    had = {tuple(row.get(key) for key in keys) for row in rows_of(document, "addresses")}
    for row in expected.get("addresses", []):
        wanted = (row["address"], row["ifIndex"], prefix_length(row.get("netmask")))
        near = [one for one in had if one[0] == wanted[0]]
        yield Verdict("addresses", row["address"], wanted, near, equal=wanted in had)


SPANNING_TREE = {
    "topology_changes": "top_changes",
    "root_cost": "root_cost",
    "root_port": "root_port",
    "designated_root": "designated_root",
    "priority": "priority",
}


def spanning_tree(expected: Row, document: Row) -> Iterator[Verdict]:
    told = (expected.get("bridge") or {}).get("stp") or {}
    had = document.get("spanning_tree") or {}
    for ours, theirs in SPANNING_TREE.items():
        if told.get(theirs) is not None:
            wanted, got = told[theirs], had.get(ours)
            yield Verdict("spanning_tree", ours, wanted, got, equal=same(wanted, got))
    if told.get("time_since_change") is not None:
        wanted, got = told["time_since_change"] / 100, had.get("since_change_seconds")
        yield Verdict("spanning_tree", "since_change_seconds", wanted, got, equal=same(wanted, got))


# --- UPSs and printers -----------------------------------------------------------------------------------

UPS = {
    "status": ("battery_status", 1),
    "on_battery_seconds": ("seconds_on_battery", 1),
    "runtime_seconds": ("minutes_remaining", 60),
    "charge_ratio": ("charge_pct", 0.01),
    "temperature_celsius": ("battery_celsius", 1),
    "output_source": ("output_source", 1),
    "battery_volts": ("battery_volts", 1),
}


def ups(expected: Row, document: Row) -> Iterator[Verdict]:
    told: Row = expected.get("ups") or {}
    had: Row = document.get("ups") or {}
    for ours, (theirs, scale) in UPS.items():
        if theirs not in told or told[theirs] in SENTINELS:
            continue
        wanted = told[theirs] if isinstance(told[theirs], str) else told[theirs] * scale
        yield Verdict("ups", ours, wanted, had.get(ours), equal=same(wanted, had.get(ours)))
    loads = [row["load_pct"] / 100 for row in told.get("output", []) if row.get("load_pct") is not None]
    if loads:
        got = had.get("load_ratio")
        yield Verdict("ups", "load_ratio", max(loads), got, equal=same(max(loads), got))


PRINTER_STATUS = {1: "other", 2: "unknown", 3: "idle", 4: "printing", 5: "warmup"}


def printer(expected: Row, document: Row) -> Iterator[Verdict]:
    told: Row = expected.get("printer") or {}
    had: Row = document.get("printer") or {}
    for row in told.get("hr_printer_status", [])[:1]:
        wanted = PRINTER_STATUS.get(row["status"])
        yield Verdict("printer", "status", wanted, had.get("status"), equal=wanted == had.get("status"))
    for row in told.get("markers", [])[:1]:
        wanted, got = row["life_count"], had.get("pages")
        yield Verdict("printer", "pages", wanted, got, equal=same(wanted, got))
    supplies = by_index(rows_of(document, "printer", "supplies"))
    for row in told.get("supplies", []):
        level = row["pct"] / 100 if row.get("pct") is not None else None
        candidates = supplies.get(row["index"], [])
        got = [(one.get("descr"), one.get("level_ratio")) for one in candidates]
        descr = text(row.get("descr"))
        equal = any(descr == one[0] and same(level, one[1]) for one in got)
        yield Verdict("printer", f"supply {row['index']}", (descr, level), got, equal=equal)
