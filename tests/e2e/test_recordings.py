"""Every recorded device, replayed over the real network path, is read as its recording says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from support import devices_page, facts, peers
from support.facts import Verdict
from support.own_recordings import OWN, interfaces_of
from support.quantities import quantities
from support.recordings import DEVICES, differences, expected_of, recorded
from support.replay import inspect_all

LEAST_SHARE = 0.98

PARTS = [
    facts.inventory,
    facts.entity_sensors,
    facts.host,
    facts.poe,
    facts.neighbours,
    facts.ethernet,
    facts.addresses,
    facts.spanning_tree,
    facts.ups,
    facts.printer,
    quantities,
]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, Any]]:
    """What `inspect` says of each recording of a real device."""
    files = recorded()
    if not files:
        pytest.skip(f"there are no recordings in {DEVICES}")
    return inspect_all(files, tmp_path_factory.mktemp("fleet"))


def verdicts(documents: dict[Path, dict[str, Any]]) -> list[tuple[str, Verdict]]:
    return [
        (file.stem, verdict)
        for file, document in documents.items()
        for part in PARTS
        for verdict in part(expected_of(file), document)
    ] + [(file.stem, verdict) for file, document in documents.items() for verdict in interfaces(file, document)]


def interfaces(file: Path, document: dict[str, Any]) -> list[Verdict]:
    """One a row, and one more for each value of a row beyond the first that differs."""
    rows = expected_of(file).get("interfaces", [])
    found = differences(file, rows, document["interfaces"])
    unequal = [
        Verdict("interfaces", one.place, one.expected, one.got, one.rule, equal=False) for one in found
    ]
    whole = len(rows) - len({one.place.split()[1] for one in found})
    return unequal + [Verdict("interfaces", "")] * whole


def test_our_own_recordings_are_read_as_they_say(tmp_path: Path) -> None:
    documents = inspect_all(sorted(OWN.glob("*.snmprec")), tmp_path)

    assert len(documents) == 7
    for file, document in documents.items():
        expected = interfaces_of(file)
        assert expected
        assert differences(file, expected, document["interfaces"]) == []


def test_interfaces_are_read_as_recorded(documents: dict[Path, dict[str, Any]]) -> None:
    wrong: list[str] = []
    print(f"{'RECORDING':44} {'ROWS':>5} {'WRONG':>6} {'EXPLAINED':>9}")
    for file, document in documents.items():
        rows = expected_of(file).get("interfaces", [])
        found = differences(file, rows, document["interfaces"])
        faults = [str(one) for one in found if not one.explained]
        print(f"{file.stem:44} {len(rows):5} {len(faults):6} {len(found) - len(faults):9}")
        wrong += [f"{file.stem}: {fault}" for fault in faults]
    print("\n".join(wrong))
    assert not wrong, f"{len(wrong)} values are not as recorded, first {wrong[0]}"


def test_facts_are_read_as_recorded(documents: dict[Path, dict[str, Any]]) -> None:
    found = verdicts(documents)
    print(devices_page.share_table([verdict for _, verdict in found]))
    unequal = [(recording, verdict) for recording, verdict in found if not verdict.equal]
    for recording, verdict in unequal:
        print(f"{recording}: {verdict.section} {verdict.place}: {verdict.wanted!r} {verdict.got!r}")
    sections = {verdict.section for _, verdict in found}
    for section in sorted(sections):
        rows = [verdict.equal for _, verdict in found if verdict.section == section]
        share = sum(rows) / len(rows)
        assert share >= LEAST_SHARE, f"{section}: {share:.2%} of {len(rows)} rows are as recorded"
    blank = [f"{recording}: {one.section} {one.place}" for recording, one in unequal if not one.rule]
    assert not blank, f"{len(blank)} differences have no explanation, first {blank[0]}"


def test_every_device_is_judged(documents: dict[Path, dict[str, Any]]) -> None:
    """What is not well is said in words, with what to do."""
    for file, document in documents.items():
        verdict = document["verdict"]
        assert verdict["text"], file.stem
        assert verdict["ok"] or verdict["remedy"], f"{file.stem}: {verdict}"


def test_every_device_is_named(documents: dict[Path, dict[str, Any]]) -> None:
    """Its maker but for hosts and what withholds its sysObjectID; a profile for each."""
    unnamed = [
        file.stem
        for file, document in documents.items()
        if "vendor" not in document["device"] and not document["profile"].startswith("host/")
    ]
    assert not unnamed, f"no vendor: {', '.join(unnamed)}"


def test_the_pages_of_devices_are_current(documents: dict[Path, dict[str, Any]]) -> None:
    """docs/devices.md and the README's table are generated; with HALLMONITOR_REWRITE_DOCS=1 they are written."""
    expected = [expected_of(file) for file in documents]
    agreement = peers.agreement(expected, list(documents.values()))
    told = devices_page.Pages(list(documents.values()), verdicts(documents), agreement)
    if os.environ.get("HALLMONITOR_REWRITE_DOCS") == "1":
        told.write()
    stale = told.stale()
    assert not stale, f"{', '.join(stale)} not current: {devices_page.REWRITE}"
