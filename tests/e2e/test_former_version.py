"""An earlier version beside this one: each way of the wire, and an upgrade in place.

HALLMONITOR_FORMER names a build folder of that version; without it there is nothing to try.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.district import District
from support.oracle import Oracle
from support.process import AGENT, COLLECTOR, Process, wait_until
from support.school import INTERVAL, SWITCH, School

FORMER = os.environ.get("HALLMONITOR_FORMER")
pytestmark = pytest.mark.skipif(FORMER is None, reason="HALLMONITOR_FORMER names no earlier version")


def former(program: str) -> Path:
    return Path(FORMER or "", program, f"hallmonitor-{program}").resolve()


def with_a_spool_that_waits(district: District) -> tuple[School, Process, Oracle]:
    """A school whose agent reads on while its collector is dead."""
    school = School(district, "127.39.1.1")
    collector = district.start_collector()
    agent = district.start_agent(school.file)
    oracle = school.watch()
    polls = school.polls()
    collector.kill()
    wait_until("a spool waits", lambda: school.polls() >= polls + 4, 10 * INTERVAL)
    return school, agent, oracle


@pytest.mark.parametrize("who", ["agent", "collector"])
def test_one_of_them_is_of_an_earlier_version(district: District, who: str) -> None:
    """Reconnecting included: then each tells the other what it has."""
    setattr(district, who, former(who))
    school, agent, oracle = with_a_spool_that_waits(district)
    agent.kill()
    district.start_agent(school.file)
    district.start_collector()
    wait_until("the switch is up", school.is_current, 30)
    oracle.check()


@pytest.mark.parametrize("first", ["collector", "agent"])
def test_an_upgrade_with_a_spool_that_waits(district: District, first: str) -> None:
    """What the earlier version left in spool and ledger is read by this one."""
    district.agent, district.collector = former("agent"), former("collector")
    school, agent, oracle = with_a_spool_that_waits(district)
    district.collector = COLLECTOR
    if first == "collector":
        district.start_collector()
        wait_until("the switch is up", school.is_current, 30)
    agent.kill()
    district.agent = AGENT
    district.start_agent(school.file)
    if first == "agent":
        district.start_collector()
    wait_until("the switch is up", school.is_current, 30)
    oracle.check()
    assert district.value("hallmonitor_device_up", device=SWITCH.device) is not None
