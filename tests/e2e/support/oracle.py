"""Holds what the ledger counted against what the fleet served, octet by octet."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from .district import District
from .fleet import Fleet
from .process import wait_until

SETTLED = 9.0  # seconds in which all that was read has reached a ledger that nothing hinders, on a busy machine
SILENT = 2.5  # intervals after which what the journal told of a table is in its sums
Octets = dict[str, tuple[int, int]]  # in and out, by interface


@dataclass(frozen=True)
class Watched:
    """One device of the fleet, as its agent calls it."""

    site: str
    device: str
    number: int  # within the fleet


def unpack_sums(packed: bytes) -> Octets:
    """Octets in a record of collector/store/packed_sums.hpp."""
    place = 1  # behind the version

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            octet = packed[place]
            place += 1
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                return value
            shift += 7

    octets: Octets = {}
    for _ in range(number()):
        size = number()
        component = packed[place : place + size].decode()
        place += size
        counted = number()
        sums = [number() if counted >> slot & 1 else 0 for slot in range(12)]
        octets[component] = (sums[0], sums[1])
    return octets


def counted(district: District, watched: Watched) -> Octets:
    """Octets that the ledger holds of each interface."""
    query = (
        f"SELECT sums FROM rollup_hour WHERE site = '{watched.site}' AND device = '{watched.device}'"
    )
    octets: Octets = {}
    for (sums,) in district.ledger(query):
        for component, (received, sent) in unpack_sums(sums).items():
            before = octets.get(component, (0, 0))
            octets[component] = (before[0] + received, before[1] + sent)
    return octets


def is_counted(district: District, watched: Watched) -> bool:
    """True once the ledger has a step of the device's interfaces, in its sums or its journal."""
    table = bytes([len(watched.site)]) + watched.site.encode()
    table += bytes([len(watched.device)]) + watched.device.encode() + b"\x02"
    query = f"SELECT 1 FROM journal WHERE instr(steps, x'{table.hex()}') LIMIT 1"
    return bool(district.ledger(query)) or bool(counted(district, watched))


def difference(later: Octets, earlier: Octets) -> dict[tuple[str, str], int]:
    """By interface and direction; an interface that was never counted stands at 0."""
    zero = (0, 0)
    return defaultdict(
        int,
        {
            (name, direction): later.get(name, zero)[way] - earlier.get(name, zero)[way]
            for name in later
            for way, direction in enumerate(("in", "out"))
        },
    )


def flows_of(answer: dict[str, Any]) -> list[dict[str, int]]:
    return [row[way] for row in answer["interfaces"] for way in ("in", "out")]


def stop_between_polls(fleet: Fleet, number: int, interval: float) -> Octets | None:
    """Silences a device if a cycle is through and the next one has not begun; what it served last."""
    before = fleet.ask(f"served {number}")
    times = [flow.get("at_ms", 0) for flow in flows_of(before)]
    is_whole = max(times) - min(times) < interval * 500
    age = (before["now_ms"] - max(times)) / 1000
    # On a busy machine the poller is behind what it was served.
    if not is_whole or not interval / 3 <= age <= interval - 0.5:
        return None
    fleet.ask(f"silence {number} on")
    after = fleet.ask(f"served {number}")
    if [flow["times"] for flow in flows_of(after)] != [flow["times"] for flow in flows_of(before)]:
        fleet.ask(f"silence {number} off")  # the next one had begun
        return None
    return {row["ifName"]: (row["in"]["octets"], row["out"]["octets"]) for row in after["interfaces"]}


class Oracle:
    """The accounts of some devices from one quiet moment to the next.

    A quiet moment is one in which nothing is polled and all that was read is in the ledger. What the
    ledger counted between two of them must be what the counters moved between the last readings
    before each, whatever happened to daemons and lines meanwhile.
    """

    def __init__(
        self,
        district: District,
        fleet: Fleet,
        watched: list[Watched],
        interval: float,
        speed: float = 1.0,
    ) -> None:
        self._district = district
        self._fleet = fleet
        self._watched = watched
        self._interval = interval  # seconds between polls, at least 2 of ours
        self._speed = speed  # of the processes' clocks
        self._served = self._stop()
        self._counted = self._settle()
        fleet.ask("silence all off")

    def _polls(self, watched: Watched) -> int:
        return max(flow["times"] for flow in flows_of(self._fleet.ask(f"served {watched.number}")))

    def _stop(self) -> dict[Watched, Octets]:
        # The first poll of an agent's life takes longer: that one would be cut in its midst.
        polls = {watched: self._polls(watched) for watched in self._watched}
        wait_until(
            "two more polls of each device",
            lambda: all(self._polls(watched) >= polls[watched] + 2 for watched in self._watched),
            30 + 3 * self._interval / self._speed,
        )
        stopped: dict[Watched, Octets] = {}

        def all_stopped() -> bool:
            for watched in self._watched:
                if watched in stopped:
                    continue
                octets = stop_between_polls(self._fleet, watched.number, self._interval)
                if octets:
                    stopped[watched] = octets
            return len(stopped) == len(self._watched)

        wait_until("a moment between two polls of each device", all_stopped, 30)
        return stopped

    def _settle(self) -> dict[Watched, Octets]:
        held = [{watched: counted(self._district, watched) for watched in self._watched}]
        since = time.monotonic()

        def is_quiet() -> bool:
            nonlocal since
            now = {watched: counted(self._district, watched) for watched in self._watched}
            if now != held.pop():
                since = time.monotonic()
            held.append(now)
            return time.monotonic() - since >= SETTLED + SILENT * self._interval / self._speed

        wait_until("the ledger is at rest", is_quiet, 60)
        return held[0]

    def check(self, least: float = 1.0) -> None:
        """Stops the polls for good: since the beginning no octet was lost and none counted twice.

        `least`: the share of them that must be there, where a full spool may drop some.
        """
        served = self._stop()
        deadline = time.monotonic() + 60  # a busy machine writes later what the journal tells
        wrong = self._wrong(served, least)
        while wrong and time.monotonic() < deadline:
            wrong = self._wrong(served, least)
        assert not wrong, f"the ledger has so many octets of so many: {wrong}"
        self._check_intervals()

    def _wrong(
        self, served: dict[Watched, Octets], least: float
    ) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Octets that a ledger at rest has, and how many there should be, where they differ."""
        held = self._settle()
        wrong: dict[tuple[str, str, str], tuple[int, int]] = {}
        for watched in self._watched:
            moved = difference(served[watched], self._served[watched])
            summed = difference(held[watched], self._counted[watched])
            assert any(moved.values()), f"{watched}: nothing was served"
            for (name, way), truth in moved.items():
                if not least * truth <= summed[name, way] <= truth:
                    wrong[watched.site, name, way] = (summed[name, way], truth)
        return wrong

    def _check_intervals(self) -> None:
        """No two intervals of one object overlap."""
        query = (
            "SELECT site, device, kind, component, from_ms, to_ms FROM interval "
            "ORDER BY site, device, kind, component, from_ms"
        )
        before: tuple[Any, ...] = ()
        for row in self._district.ledger(query):
            assert row[4] < row[5], f"an interval without length: {row}"
            if before[:4] == row[:4]:
                assert before[5] <= row[4], f"intervals overlap: {before} and {row}"
            before = row
