"""What a device tells beside its interfaces, from its profile to /metrics."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from support.district import District
from support.fleet import Fleet
from support.process import AGENT, wait_until

ACCESS = ["--kind", "access"]


def agent_for(district: District, fleet: Fleet, more: str = "") -> None:
    lines = "\n".join(f"  - d{number}: {fleet.address_of(number)}" for number in range(2))
    district.start_agent(district.agent_file("lincoln", "a1", f"""
host: {{enabled: false}}
defaults:
  snmp: {{port: {fleet.port}}}
  ping: false
  poll_interval_seconds: 2
  environment_interval_seconds: 10
{more}
devices:
{lines}
"""))


def inspected(fleet: Fleet, device: int) -> dict[str, Any]:
    target = f"{fleet.address_of(device)}:{fleet.port}"
    done = subprocess.run(
        [AGENT, "inspect", target, "--json"], capture_output=True, text=True, check=False
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def samples(district: District, family: str, device: str) -> list[tuple[dict[str, str], float]]:
    found = district.page().samples.get(f"hallmonitor_{family}", [])
    return [(labels, value) for labels, value in found if labels["device"] == device]


def values(district: District, family: str, device: str) -> dict[str, float]:
    """Of a family, by the label `id`."""
    return {labels.get("id", ""): value for labels, value in samples(district, family, device)}


def test_what_an_access_switch_tells_is_on_the_page(district: District) -> None:
    fleet = Fleet(district, "127.61.0.1", devices=2, ports=24, group=ACCESS)
    district.start_collector()
    agent_for(district, fleet)
    page = wait_until(
        "facts are there",
        lambda: values(district, "poe_port_enabled", "d0")
        and values(district, "sensor_temperature_celsius", "d1"),
    )
    assert page
    told = inspected(fleet, 0)

    def count(kind: str) -> int:
        return sum(1 for sensor in told["sensors"] if sensor["kind"] == kind and "value" in sensor)

    temperatures = values(district, "sensor_temperature_celsius", "d0")
    assert len(temperatures) == count("temperature") > 0
    assert all(0 < celsius < 100 for celsius in temperatures.values())
    assert len(values(district, "poe_port_enabled", "d0")) == len(told["poe"]["ports"])
    assert len(values(district, "processor_load_ratio", "d0")) == len(told["processors"])
    assert len(values(district, "memory_used_bytes", "d0")) == len(told["memory"])
    # Told with the next check of the device.
    wait_until("the model is there", lambda: samples(district, "device_info", "d0")[0][0]["model"])
    info, _ = samples(district, "device_info", "d0")[0]
    assert info["model"] == told["device"]["model"]
    assert info["serial"] == told["device"]["serial"]

    # Ports are named as interfaces are, so that they join.
    ports = {labels["interface"] for labels, _ in samples(district, "interface_info", "d0")}
    counted = {labels["interface"] for labels, _ in samples(district, "interface_crc_errors_total", "d0")}
    assert counted and counted <= ports
    feeding = {labels["interface"]: labels["id"] for labels, _ in samples(district, "poe_port_enabled", "d0")}
    assert len(feeding) == len(told["poe"]["ports"]) and set(feeding) <= ports
    assert all(name.endswith("/" + port.rpartition(".")[2]) for name, port in feeding.items())

    tables = {labels["table"]: up for labels, up in samples(district, "device_table_up", "d0")}
    assert tables["interface"] == tables["pethPsePortTable"] == 1


def test_figures_go_on_while_counters_do(district: District) -> None:
    """A clock of 10 s reads what moves; a restarted collector knows what the old one knew."""
    fleet = Fleet(district, "127.61.1.1", devices=2, ports=8, group=ACCESS)
    collector = district.start_collector()
    agent_for(district, fleet)
    family = "processor_load_ratio"
    first = wait_until("a load is there", lambda: values(district, family, "d0"))
    wait_until("it moves", lambda: values(district, family, "d0") != first, 40)

    collector.stop()
    district.start_collector()
    assert values(district, "sensor_temperature_celsius", "d0")
    assert set(values(district, family, "d0")) == set(first)


def test_a_profile_of_ones_own_is_read(district: District) -> None:
    fleet = Fleet(district, "127.61.2.1", devices=2, ports=8, group=ACCESS)
    folder = district.folder / "profiles" / "school"
    folder.mkdir(parents=True)
    (folder / "switch.yaml").write_text("""
title: The school's own
scalars: {sysUpTime: 1.3.6.1.2.1.1.3}
facts:
  sensors:
    - {name: {text: On since}, kind: {text: other}, unit: {text: seconds}, value: {scalar: sysUpTime, scale: 0.01}}
""")
    # A file of the same name stands for the profile that is built in.
    (folder.parent / "cisco").mkdir()
    (folder.parent / "cisco" / "ios.yaml").write_text(
        "title: Ours\nextends: [school/switch]\nmatch: {sys_object_id: [1.3.6.1.4.1.9]}\n"
    )
    district.start_collector()
    file = district.agent_file("lincoln", "a1", f"""
profiles_directory: {folder.parent}
host: {{enabled: false}}
defaults: {{ping: false, snmp: {{port: {fleet.port}}}, poll_interval_seconds: 2}}
devices:
  - d0: {fleet.address_of(0)}
""")
    district.start_agent(file)

    labels, _ = wait_until("it is there", lambda: samples(district, "sensor_value", "d0"))[0]
    assert labels["sensor"] == "On since"
    assert labels["unit"] == "seconds"

    (folder / "switch.yaml").write_text("title: Broken\nfacts: {sensors: [{kind: text}]}\n")
    done = subprocess.run([AGENT, "check-config", file], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{folder}/switch.yaml:2:" in done.stderr
