"""Whatever the line between an agent and its collector does: nothing lost, nothing counted twice."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

from support.district import District, Page
from support.fleet import Fleet
from support.oracle import Oracle, Watched
from support.process import Process, wait_until
from support.proxy import Proxy

INTERVAL = 2.0  # of polls
DEVICE = "sw-1"
PORT = "Gi1/0/1"
# A dead peer is given up after 30 s without a word, and dialled anew within seconds.
PEER_SILENCE = 30.0
SECONDS_AFTER = 10.0
MEBI = 1 << 20


@dataclass
class Ordeal:
    """What one school's line goes through, and what shows that it did."""

    site: str
    orders: list[str]
    shows: list[str]  # what the proxy must have counted, as up.lost
    seconds: float = 12.0
    dies: float | None = None  # until when the connection may end without anybody being told

    @property
    def limit(self) -> float:
        """Seconds from its beginning after which the school must be current again."""
        given_up = 0.0 if self.dies is None else self.dies + PEER_SILENCE
        return max(self.seconds, given_up) + SECONDS_AFTER


ORDEALS = [
    Ordeal("delay", ["fault both delay on 300", "fault both jitter on 200"], ["up.carried"]),
    Ordeal("throttle", ["fault both throttle on 2000"], ["up.carried"]),
    Ordeal("hold", ["fault both hold on"], ["up.carried"]),
    Ordeal("black-hole", ["fault both black-hole on"], ["up.lost", "down.lost"], dies=0),
    Ordeal("data-lost", ["fault up black-hole on"], ["up.lost"], dies=0),
    Ordeal("acks-lost", ["fault down black-hole on"], ["down.lost"], dies=0),
    Ordeal("refuse", ["fault both refuse on", "fault up reset on 0"], ["refused", "reset"]),
    Ordeal("freeze", ["fault both freeze on", "fault up reset on 0"], ["reset"]),
    Ordeal("half-close-up", ["fault up half-close on 1000"], ["half_closed"]),
    Ordeal("half-close-down", ["fault down half-close on 100"], ["half_closed"]),
    Ordeal("byte-at-a-time", ["fault both byte-at-a-time on 200"], ["up.carried"]),
    Ordeal("reset-up", ["fault up reset on 3000"], ["reset"]),
    Ordeal("reset-down", ["fault down reset on 100"], ["reset"]),
    Ordeal("corrupt-up", ["fault up corrupt on 1000"], ["up.flipped"]),
    Ordeal("corrupt-down", ["fault down corrupt on 50"], ["down.flipped"]),
    Ordeal("mix-1", ["schedule 2000 SEED"], ["accepted"], seconds=30, dies=30),
    Ordeal("mix-2", ["schedule 1000 SEED"], ["accepted"], seconds=30, dies=30),
]


@dataclass
class School:
    """An agent behind a line of its own, with one switch."""

    ordeal: Ordeal
    watched: Watched
    proxy: Proxy
    agent: Process
    begun: float = 0.0
    ended: float = 0.0  # 0: not yet
    octets_then: int = 0  # on the switch's first port when the ordeal ended
    is_current: bool = False


def open_school(district: District, fleet: Fleet, number: int, ordeal: Ordeal, seed: int) -> School:
    proxy = Proxy(district, f"line-{ordeal.site}", seed)
    file = district.agent_file(
        ordeal.site,
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: 10}}
  snmp: {{port: {fleet.port}}}
devices:
  - {DEVICE}: 127.32.0.{number + 1}
""",
        port=proxy.port,
    )
    watched = Watched(ordeal.site, DEVICE, number)
    return School(ordeal, watched, proxy, district.start_agent(file))


def shown_octets(district: District) -> dict[str, int]:
    """The newest reading of each school's first port; none that is older than 2.5 intervals."""
    lines = district.get("/metrics/ifmib")[1].splitlines()
    wanted = [line for line in lines if line.startswith("ifHCInOctets{") and f'"{PORT}"' in line]
    page = Page("\n".join(wanted))
    return {labels["site"]: int(value) for labels, value in page.samples.get("ifHCInOctets", [])}


def begin(school: School, chance: random.Random) -> None:
    for order in school.ordeal.orders:
        school.proxy.ask(order.replace("SEED", str(chance.randrange(1 << 32))))
    school.begun = time.monotonic()


def end(school: School, fleet: Fleet) -> None:
    school.proxy.ask("clear")
    school.ended = time.monotonic()
    port = fleet.served(school.watched.number)[PORT]
    school.octets_then = port["in"]["now_octets"]


def counted_by(proxy: Proxy, what: str) -> int:
    value: Any = proxy.ask("stats")
    for key in what.split("."):
        value = value[key]
    return int(value)


def go_through(district: District, fleet: Fleet, schools: list[School]) -> None:
    """Ends each ordeal in time, until a reading taken after it is shown of every school."""
    while waiting := [school for school in schools if not school.is_current]:
        shown = shown_octets(district)
        for school in waiting:
            site, now = school.ordeal.site, time.monotonic()
            if not school.ended:
                if now >= school.begun + school.ordeal.seconds:
                    end(school, fleet)
            elif shown.get(site, 0) > school.octets_then:
                school.is_current = True
                print(f"{site}: current {now - school.ended:.1f} s after its end")
            else:
                assert now < school.begun + school.ordeal.limit, f"{site} is not current again"
        time.sleep(0.2)


def test_whatever_the_line_does_nothing_is_lost_or_doubled(district: District) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    fleet = Fleet(district, "127.32.0.1", devices=len(ORDEALS), ports=48)
    collector = district.start_collector()
    schools = [
        open_school(district, fleet, number, ordeal, seed) for number, ordeal in enumerate(ORDEALS)
    ]
    wait_until("every school is seen", lambda: len(shown_octets(district)) == len(ORDEALS), 30)
    oracle = Oracle(district, fleet, [school.watched for school in schools], INTERVAL)
    before = {process.name: process.resident_bytes() for process in district.running}

    for school in schools:
        begin(school, chance)
    go_through(district, fleet, schools)
    for school in schools:
        for what in school.ordeal.shows:
            assert counted_by(school.proxy, what) > 0, f"{school.ordeal.site}: no {what}"
    for process in [collector, *(school.agent for school in schools)]:
        grown = process.resident_bytes() - before[process.name]
        print(f"{process.name}: {grown / MEBI:+.1f} MiB")
        assert grown <= 8 * MEBI, f"{process.name} grew by {grown} octets"

    oracle.check()
    # Neither end keeps a connection of which the other knows nothing.
    for school in schools:
        wait_until(
            f"{school.ordeal.site} has one connection",
            lambda: school.proxy.ask("stats")["open"] == 1,
            PEER_SILENCE + SECONDS_AFTER,
        )
