"""docs/devices.md and the README's table of vendors: made of the profiles and of what `inspect` said of the recordings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .facts import Row, Verdict, rows_of
from .peers import Agreement
from .process import ROOT

PROFILES = ROOT / "config" / "profiles"
PAGE = ROOT / "docs" / "devices.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- devices: generated -->", "<!-- end of devices -->"
REWRITE = "HALLMONITOR_REWRITE_DOCS=1 python3 -m pytest -q tests/e2e/test_recordings.py"

# Heading of a column, and the sections that fill it.
COLUMNS = {
    "model, serial": ("device",),
    "parts": ("inventory",),
    "sensors": ("sensors",),
    "CPU": ("processors",),
    "memory": ("memory", "storage"),
    "PoE": ("poe_ports", "poe_groups"),
    "neighbours": ("neighbours",),
    "UPS": ("ups",),
    "printing": ("printer", "supplies"),
    "wireless": ("wireless", "radios"),
}
# Folders that are no maker's.
FOLDERS = {
    "host": "Linux, FreeBSD, pfSense, OPNsense, Windows",
    "printer": "printers of {makers} makers",
    "ups": "UPSs of Phoenixtec and Megatec",
}
SEEN, STATED = "●", "○"


@dataclass
class Profile:
    name: str
    title: str
    extends: list[str]
    sections: set[str]
    object_ids: list[str]
    vendor: str | None = None


@dataclass
class Vendor:
    names: list[str] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    recordings: int = 0
    stated: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)


def read_profile(file: Path) -> Profile:
    told: dict[str, Any] = yaml.safe_load(file.read_text())
    facts: dict[str, list[Row]] = told.get("facts") or {}
    texts = [rule.get("vendor") for rule in facts.get("device", [])]
    vendor = next((one["text"] for one in texts if isinstance(one, dict) and "text" in one), None)
    return Profile(
        name=str(file.relative_to(PROFILES).with_suffix("")),
        title=str(told["title"]),
        extends=told.get("extends") or [],
        sections=set(facts),
        object_ids=[str(one) for one in (told.get("match") or {}).get("sys_object_id", [])],
        vendor=vendor,
    )


def read_profiles() -> dict[str, Profile]:
    found = [read_profile(file) for file in sorted(PROFILES.rglob("*.yaml"))]
    return {one.name: one for one in found}


def enterprises() -> dict[str, str]:
    """Names by enterprise number, as standard/vendor.yaml has them."""
    told = yaml.safe_load((PROFILES / "standard" / "vendor.yaml").read_text())
    names: dict[Any, str] = told["facts"]["device"][0]["vendor"]["enum"]
    return {str(number): name for number, name in names.items()}


def own_sections(profile: Profile, all_profiles: dict[str, Profile]) -> set[str]:
    """What it reads of tables of its vendor: of its own rules and of those it extends beside standard's."""
    found = set(profile.sections)
    for name in profile.extends:
        if not name.startswith("standard"):
            found |= own_sections(all_profiles[name], all_profiles)
    return found


def sections_of(document: Row) -> set[str]:
    """The sections of a profile that this document shows filled."""
    found = {name for name in ("inventory", "sensors", "processors", "memory", "storage", "neighbours") if document.get(name)}
    found |= {name for name in ("ups", "printer", "wireless") if document.get(name)}
    found |= {f"poe_{name}" for name in ("ports", "groups") if rows_of(document, "poe", name)}
    device = document.get("device") or {}
    return found | ({"device"} if device.get("model") or device.get("serial") else set())


def vendors(documents: list[Row]) -> dict[str, Vendor]:
    """By folder of profiles; `standard` is no vendor."""
    profiles, names = read_profiles(), enterprises()
    found: dict[str, Vendor] = {}
    for profile in profiles.values():
        folder = profile.name.split("/")[0]
        if folder == "standard":
            continue
        vendor = found.setdefault(folder, Vendor())
        vendor.profiles.append(profile)
        vendor.stated |= own_sections(profile, profiles)
        told = [profile.vendor] if profile.vendor else []
        for object_id in profile.object_ids:
            told.append(names.get(object_id.split(".")[6]) if object_id.count(".") > 5 else None)
        for name in told:
            if name and name not in vendor.names:
                vendor.names.append(name)
    for document in documents:
        folder = str(document.get("profile", "")).split("/")[0]
        if folder in found:
            found[folder].recordings += 1
            found[folder].seen |= sections_of(document)
    return found


def vendor_table(documents: list[Row]) -> str:
    lines = [
        f"| made by | recordings | {' | '.join(COLUMNS)} |",
        f"|---|---:|{':-:|' * len(COLUMNS)}",
    ]
    for folder, vendor in sorted(vendors(documents).items(), key=lambda item: label(*item).lower()):
        marks = []
        for sections in COLUMNS.values():
            is_seen = any(name in vendor.seen for name in sections)
            is_stated = any(name in vendor.stated for name in sections)
            marks.append(SEEN if is_seen else STATED if is_stated else "")
        lines.append(f"| {label(folder, vendor)} | {vendor.recordings or ''} | {' | '.join(marks)} |")
    lines += ["", f"{SEEN} read out of a recording of such a device. {STATED} the profile reads the vendor's tables for it."]
    return "\n".join(lines)


def label(folder: str, vendor: Vendor) -> str:
    named = FOLDERS.get(folder, "").format(makers=len(vendor.names))
    return named or ", ".join(vendor.names) or folder


def profile_table(documents: list[Row]) -> str:
    used = Counter(str(document.get("profile")) for document in documents)
    lines = ["| profile | for | recordings |", "|---|---|---:|"]
    for name, profile in sorted(read_profiles().items()):
        if profile.object_ids or name in ("standard", "cisco/unnamed"):
            lines.append(f"| {name} | {profile.title} | {used[name] or ''} |")
    return "\n".join(lines)


def share_table(verdicts: list[Verdict]) -> str:
    rows, equal = Counter[str](), Counter[str]()
    for one in verdicts:
        rows[one.section] += 1
        equal[one.section] += one.equal
    lines = ["| section | rows | equal | share |", "|---|---:|---:|---:|"]
    for name in sorted(rows):
        share = 100 * equal[name] / rows[name]
        lines.append(f"| {name} | {rows[name]} | {equal[name]} | {share:.2f} % |")
    return "\n".join(lines)


def difference_table(differences: list[tuple[str, Verdict]]) -> str:
    if not differences:
        return "There is none."
    lines = ["| recording | section | row | expected | read | why |", "|---|---|---|---|---|---|"]
    for recording, one in differences:
        cells = [recording, one.section, one.place, repr(one.wanted), repr(one.got), one.rule or "?"]
        lines.append(f"| {' | '.join(cell_text(cell) for cell in cells)} |")
    return "\n".join(lines)


def cell_text(cell: str) -> str:
    longest = 120
    clean = re.sub(r"\s+", " ", cell).replace("|", "\\|")
    return clean if len(clean) <= longest else clean[: longest - 3] + "..."


def peer_table(found: dict[str, Agreement]) -> str:
    lines = ["| value | the peer has | read the same |", "|---|---:|---:|"]
    lines += [f"| {name} | {one.rows} | {one.equal} |" for name, one in found.items()]
    return "\n".join(lines)


@dataclass
class Pages:
    """The generated texts and where they stand."""

    documents: list[Row]
    verdicts: list[tuple[str, Verdict]]
    agreement: dict[str, Agreement]

    def page(self) -> str:
        differences = [(recording, one) for recording, one in self.verdicts if not one.equal]
        return PAGE_TEXT.format(
            recordings=len(self.documents),
            vendors=vendor_table(self.documents),
            profiles=profile_table(self.documents),
            shares=share_table([one for _, one in self.verdicts]),
            differences=difference_table(differences),
            peers=peer_table(self.agreement),
        )

    def readme(self) -> str:
        told = README.read_text()
        begin, end = told.index(BEGIN) + len(BEGIN), told.index(END)
        return f"{told[:begin]}\n\n{vendor_table(self.documents)}\n\n{told[end:]}"

    def write(self) -> None:
        PAGE.write_text(self.page())
        README.write_text(self.readme())

    def stale(self) -> list[str]:
        found = [] if PAGE.exists() and PAGE.read_text() == self.page() else ["docs/devices.md is"]
        return found + ([] if README.read_text() == self.readme() else ["README.md is"])


PAGE_TEXT = """# Devices

What is understood of which device. This page is generated by `tests/e2e/test_recordings.py` out of the profiles in
`config/profiles/` and of what `hallmonitor-agent inspect` says of {recordings} recordings of real devices, each
replayed over the real network path. `docs/profiles.md` shows how a device is added.

Whatever speaks the standard MIBs is understood without a profile of its own: interfaces with duplex and Ethernet
errors, addresses, ENTITY-MIB, ENTITY-SENSOR-MIB, HOST-RESOURCES-MIB, POWER-ETHERNET-MIB, LLDP (both MIBs) and CDP,
spanning tree, UPS-MIB, Printer-MIB. The table says what is read of the makers' own tables beside.

{vendors}

## As recorded

Each row that the recordings' expected results know, matched by index and compared within rounding. Values that stand
for "none" (sentinels) must be absent.

{shares}

What differs, and why:

{differences}

## Another project's values

LibreNMS' tests assert values for most of the same recordings; its policy differs (it leaves rows out, keeps zeros of
transceivers without light, takes other averages), so this is a report and no requirement.

{peers}

## Profiles

{profiles}
"""
