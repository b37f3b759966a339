"""Full and read-only disks: nothing is lost and nothing counted twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from support.disk import Disk
from support.district import District
from support.mount import Mount
from support.process import wait_until
from support.school import School

POLLS = "hallmonitor_agent_polls_total"
DROPPED = "hallmonitor_agent_dropped_total"


@pytest.fixture
def mounts() -> Iterator[list[Mount]]:
    made: list[Mount] = []
    yield made
    for mount in made:
        mount.remove()


def spoil(fault: str, disk: Disk, mount: Mount) -> None:
    if fault == "full":
        mount.fill()
    else:
        disk.refuse(mount.place)


def mend(fault: str, disk: Disk, mount: Mount) -> None:
    if fault == "full":
        mount.free()
    else:
        disk.heal()


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_spool_that_cannot_be_written(
    district: District, mounts: list[Mount], fault: str
) -> None:
    """Polling goes on; batches wait in memory, and come when the disk is back."""
    school = School(district, "127.36.0.1")
    mounts.append(Mount(school.state, 2048))
    disk = Disk(district.folder)
    district.start_collector()
    district.environment = disk.environment
    agent = district.start_agent(school.file)
    oracle = school.watch()

    spoil(fault, disk, mounts[0])
    before = school.polls()
    time.sleep(8)
    assert school.polls() > before, "a disk held polls up"
    mend(fault, disk, mounts[0])
    wait_until("it tells again", lambda: (district.value(POLLS) or 0) > before, 30)

    assert agent.is_running()
    assert district.page().samples[DROPPED], "it is told of"
    assert all(value == 0 for _, value in district.page().samples[DROPPED]), "room was made too early"
    oracle.check()


def test_a_spool_that_overflows_drops_the_oldest_and_says_so(
    district: District, mounts: list[Mount]
) -> None:
    school = School(district, "127.36.1.1")
    mounts.append(Mount(school.state, 512))
    collector = district.start_collector()
    agent = district.start_agent(school.file)
    oracle = school.watch()

    collector.stop()
    mounts[0].fill(but=4)
    time.sleep(45)
    assert agent.is_running()
    district.start_collector()

    wait_until("it says so", lambda: (district.value(DROPPED, reason="disk_full") or 0) > 0, 40)
    # What was dropped is unknown; nothing is made up for it.
    oracle.check(least=0.3)


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_ledger_that_cannot_be_written(
    district: District, mounts: list[Mount], fault: str
) -> None:
    school = School(district, "127.36.2.1")
    mounts.append(Mount(district.folder / "collector", 8192))
    disk = Disk(district.folder)
    district.environment = disk.environment
    collector = district.start_collector()
    district.environment = {}
    district.start_agent(school.file)
    oracle = school.watch()

    spoil(fault, disk, mounts[0])
    wait_until("it is not ready", lambda: district.get("/-/ready", check=False)[0] == 503, 30)
    assert "ledger_cannot_write" in collector.text()
    time.sleep(6)
    mend(fault, disk, mounts[0])
    wait_until("it is ready", lambda: district.get("/-/ready", check=False)[0] == 200, 30)

    oracle.check()
