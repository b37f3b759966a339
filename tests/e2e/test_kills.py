"""Nothing lost, nothing counted twice, however often the daemons are killed."""

from __future__ import annotations

import random
import time

from support.district import District
from support.fleet import Fleet
from support.oracle import Oracle, Watched, is_counted
from support.process import wait_until

KILLS = 20
INTERVAL = 3.0  # of polls
SWITCH = Watched("lincoln", "sw-1", 0)


def test_twenty_kills_of_each_lose_and_double_nothing(district: District) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    fleet = Fleet(district, "127.31.0.1", ports=8)
    file = district.agent_file(
        SWITCH.site,
        "a1",
        f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {INTERVAL:g}
  ping: false
  liveness: {{interval_seconds: 1}}
  snmp: {{port: {fleet.port}}}
  watch: {{names: ["Gi1/0/1"]}}
devices:
  - {SWITCH.device}: {fleet.address}
""",
    )
    collector = district.start_collector()
    agent = district.start_agent(file)
    wait_until("octets are in the ledger", lambda: is_counted(district, SWITCH))
    oracle = Oracle(district, fleet, [SWITCH], INTERVAL)

    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 1.5))
        collector.kill()
        time.sleep(chance.uniform(0, 0.5))
        collector = district.start_collector()
        time.sleep(chance.uniform(0.1, 1.5))
        agent.kill()
        time.sleep(chance.uniform(0, 0.5))
        agent = district.start_agent(file)
    # What the last one killed had read may be lost with it: this one reads on from what was durable.
    started_ms = time.time() * 1000
    wait_until(
        "the last agent has polled",
        lambda: fleet.served(SWITCH.number)["Gi1/0/1"]["in"]["at_ms"] > started_ms,
    )

    oracle.check()
    # All that is known of the watched port is that it was up.
    report = district.json("/api/v1/report?since=1h")["objects"]
    port = next(row for row in report if row["interface"] == "Gi1/0/1")
    assert port["down_seconds"] == 0
    assert port["up_seconds"] > 20
