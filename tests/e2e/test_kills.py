"""Nothing lost, nothing counted twice, however often the daemons are killed.

HALLMONITOR_LONG=1: a thousand kills of agents, a thousand of the collector, five hundred of all at once.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

from support.district import District
from support.fleet import Fleet
from support.oracle import Oracle, Watched, is_counted
from support.process import Process, wait_until

LONG = bool(os.environ.get("HALLMONITOR_LONG"))
KILLS = 1000 if LONG else 30  # of agents, and of the collector; half as many of all at once
SCHOOLS = 5
INTERVAL = 3.0  # of polls
PORT = "Gi1/0/1"


@dataclass
class Agent:
    file: Path
    watched: Watched
    process: Process


class Killer:
    """Kills whom it is told to at a random moment, and starts them again a little later."""

    def __init__(self, district: District, agents: list[Agent], seed: int) -> None:
        self._district = district
        self._agents = agents
        self._collector = district.start_collector()
        self._chance = random.Random(seed)
        for agent in agents:
            agent.process = district.start_agent(agent.file)

    def agent(self) -> None:
        victim = self._chance.choice(self._agents)
        self._wait(0.8)
        victim.process.kill()
        self._wait(0.4)
        victim.process = self._district.start_agent(victim.file)

    def collector(self) -> None:
        self._wait(3)  # a checkpoint is every 2 s
        self._collector.kill()
        self._wait(0.4)
        self._collector = self._district.start_collector()

    def all(self) -> None:
        self._wait(3)
        for process in [self._collector, *(agent.process for agent in self._agents)]:
            process.kill()
        self._wait(0.4)
        self._collector = self._district.start_collector()
        for agent in self._agents:
            agent.process = self._district.start_agent(agent.file)

    def _wait(self, most: float) -> None:
        time.sleep(self._chance.uniform(0, most))


def open_schools(district: District, fleet: Fleet) -> list[Agent]:
    agents = []
    for number in range(SCHOOLS):
        watched = Watched(f"school-{number}", "sw-1", number)
        file = district.agent_file(
            watched.site,
            "a1",
            f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
  watch: {{names: ["{PORT}"]}}
devices:
  - {watched.device}: {fleet.address_of(number)}
""",
        )
        agents.append(Agent(file, watched, None))  # type: ignore[arg-type]
    return agents


def test_kills_lose_and_double_nothing(district: District) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    fleet = Fleet(district, "127.31.0.1", devices=SCHOOLS, ports=8)
    agents = open_schools(district, fleet)
    killer = Killer(district, agents, seed)
    watched = [agent.watched for agent in agents]
    wait_until("octets are in the ledger", lambda: all(is_counted(district, of) for of in watched), 30)
    oracle = Oracle(district, fleet, watched, INTERVAL)

    ways = [killer.agent] * KILLS + [killer.collector] * KILLS + [killer.all] * (KILLS // 2)
    random.Random(seed).shuffle(ways)
    for kill in ways:
        kill()
    # What the last ones killed had read may be lost with them: these read on from what was durable.
    ended_ms = time.time() * 1000
    wait_until(
        "every agent has polled since",
        lambda: all(fleet.served(of.number)[PORT]["in"]["at_ms"] > ended_ms for of in watched),
    )

    oracle.check()
    print(f"killed: {KILLS} agents, the collector {KILLS} times, all of them {KILLS // 2} times")
    # All that is known of the watched ports is that they were up.
    report = district.json("/api/v1/report?since=1d")["objects"]
    ports = [row for row in report if row["interface"] == PORT]
    assert len(ports) == SCHOOLS
    for row in ports:
        assert row["down_seconds"] == 0
        assert row["up_seconds"] > 20
