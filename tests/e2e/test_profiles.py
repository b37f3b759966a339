"""The profiles that come with Hallmonitor ask a device for nothing that no rule uses."""

from __future__ import annotations

from typing import Any

import yaml

from support.devices_page import PROFILES

Profile = dict[str, Any]


def words_of(value: Any) -> set[str]:
    """All keys and values within."""
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*(words_of(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(words_of(one) for one in value))
    return {str(value)}


def bases_of(name: str, profiles: dict[str, Profile]) -> set[str]:
    """A profile and all that it extends."""
    found = {name}
    for base in profiles[name].get("extends") or []:
        found |= bases_of(base, profiles)
    return found


def rules_about(name: str, profiles: dict[str, Profile]) -> list[dict[str, Any]]:
    """The rules that can use what a profile declares: of whatever stands in one device's profile with it."""
    together = [bases_of(other, profiles) for other in profiles]
    names = set().union(*(one for one in together if name in one))
    return [
        rule
        for other in sorted(names)
        for rules in (profiles[other].get("facts") or {}).values()
        for rule in rules
    ]


def idle(name: str, profiles: dict[str, Profile]) -> list[str]:
    """What the profile declares in vain."""
    rules = rules_about(name, profiles)
    used = words_of(rules)
    profile = profiles[name]
    found = [scalar for scalar in profile.get("scalars") or {} if scalar not in used]
    for table, told in (profile.get("tables") or {}).items():
        of_table = words_of([rule for rule in rules if rule.get("each") == table])
        found += [
            f"{table}.{column}"
            for column in told["columns"]
            if column not in of_table and f"{table}.{column}" not in used
        ]
    return found


def test_nothing_is_read_in_vain() -> None:
    profiles = {
        str(file.relative_to(PROFILES).with_suffix("")): yaml.safe_load(file.read_text())
        for file in PROFILES.rglob("*.yaml")
    }
    assert len(profiles) > 100
    found = {name: idle(name, profiles) for name in profiles}
    vain = [f"{name}: {', '.join(one)}" for name, one in sorted(found.items()) if one]
    assert not vain, "\n".join(vain)
