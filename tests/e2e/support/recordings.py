"""Recordings of real devices beside the project, and what is true of their interfaces."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .process import ROOT

DEVICES = ROOT.parent / "shared" / "devices"

STRINGS = {"name": "ifName", "descr": "ifDescr", "alias": "ifAlias"}
NUMBERS = {
    "type": "ifType",
    "admin": "admin",
    "oper": "oper",
    "in_octets": "in_octets",
    "out_octets": "out_octets",
    "in_ucast": "in_ucast",
    "out_ucast": "out_ucast",
    "in_multicast": "in_mcast",
    "out_multicast": "out_mcast",
    "in_broadcast": "in_bcast",
    "out_broadcast": "out_bcast",
    "in_errors": "in_errors",
    "out_errors": "out_errors",
    "in_discards": "in_discards",
    "out_discards": "out_discards",
}
LONGEST_STRING = 256
MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")

# A line of ifTable or ifXTable whose value is no number though its tag is one: masked by whoever gave
# the recording. The simulator leaves it out; the expected result takes what digits it finds.
MASKED = re.compile(
    rb"^\.?1\.3\.6\.1\.2\.1\.(?:2\.2\.1|31\.1\.1\.1)\.\d+\.(\d+)\|(?:2|65|66|67|70)\|(?!\d+\s*$)",
    re.MULTILINE,
)


def sanitized(text: str) -> str:
    """As the agent keeps strings: no control characters, bounded, cut at a character's border."""
    blanks = text.rstrip("\0\r\n").translate({9: " ", 10: " ", 13: " "})
    clean = "".join(c for c in blanks if unicodedata.category(c) not in ("Cc", "Zl", "Zp"))
    return clean.encode()[:LONGEST_STRING].decode(errors="ignore")


@dataclass(frozen=True)
class Difference:
    place: str  # "ifIndex 7 in_octets"
    expected: Any
    got: Any
    rule: str = ""  # that explains it

    @property
    def explained(self) -> bool:
        return bool(self.rule)

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected!r}, got {self.got!r}"


def octets_of(row: dict[str, Any], key: str) -> Any:
    """The 64-bit column where the row has it, unless it stands at 0 beside a live 32-bit one."""
    narrow = row.get(f"{key}_32")
    if row.get("hc_suspect") and row.get(f"{key}_hc") == 0 and narrow:
        return narrow
    return row.get(key)


def row_differences(expected: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    place = f"ifIndex {expected['ifIndex']}"
    for ours, theirs in STRINGS.items():
        want, have = expected.get(theirs), got.get(ours)
        if want != have:
            is_sanitized = want is not None and sanitized(want) == have
            rule = "without what the sanitizer takes away" if is_sanitized else ""
            yield Difference(f"{place} {ours}", want, have, rule)
    for ours, theirs in NUMBERS.items():
        want, have = octets_of(expected, theirs), got.get(ours)
        if want != have:
            yield Difference(f"{place} {ours}", want, have)
    speeds = [expected.get("speed_bps")]
    if expected.get("speed_suspect"):
        speeds.append(expected["speed_plausible_bps"])
    if got.get("speed_bps") not in speeds:
        yield Difference(f"{place} speed_bps", speeds, got.get("speed_bps"))
    mac = expected.get("ifPhysAddress")
    if mac is not None and (mac == "" or MAC.fullmatch(mac)) and got.get("mac") != mac:
        yield Difference(f"{place} mac", mac, got.get("mac"))
    if "in_octets_hc" in expected and not expected.get("hc_suspect") and got.get("counter_bits") != 64:
        yield Difference(f"{place} counter_bits", 64, got.get("counter_bits"))
    change = expected.get("ifLastChange")
    if got.get("last_change_seconds") != (None if change is None else change / 100):
        yield Difference(f"{place} last_change_seconds", change, got.get("last_change_seconds"))


def differences(
    recording: Path, expected: list[dict[str, Any]], got: list[dict[str, Any]]
) -> list[Difference]:
    """Between the rows that `inspect` gave and those expected."""
    masked = {int(index) for index in MASKED.findall(recording.read_bytes())}
    wanted = {row["ifIndex"]: row for row in expected}
    had = {row["if_index"]: row for row in got}
    found = [
        Difference(f"ifIndex {index}", index in wanted, index in had)
        for index in sorted(wanted.keys() ^ had.keys())
    ]
    for index in sorted(wanted.keys() & had.keys()):
        found += [
            replace(one, rule=one.rule or ("masked by its giver: no number" if index in masked and one.got is None else ""))
            for one in row_differences(wanted[index], had[index])
        ]
    return found


def recorded() -> list[Path]:
    """All recordings with an expected result, by name; empty where there are none."""
    files = sorted(DEVICES.glob("*.snmprec"))
    return [file for file in files if expected_file(file).exists()]


def expected_file(recording: Path) -> Path:
    return DEVICES / "expected" / f"{recording.stem}.json"


def expected_of(recording: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(expected_file(recording).read_text())
    return document
