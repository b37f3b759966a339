"""What `hallmonitor-agent inspect` says of a device that is good, and of each that is not."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.district import District
from support.fleet import Fleet
from support.namespaces import Namespaces
from support.process import AGENT, wait_until

SWITCH = "127.50.0.1"
SECRET = "sesame-4711"
# What a device does wrong. Asking one is mostly waiting, so all are asked at once, a device each.
TROUBLES = [
    "wrong-address",
    "wrong-port",
    "wrong-community",
    "cut",
    "wrong-object",
    "endless",
    "stuck",
    "delay 1800",
    "only-v1",
    "truncated-table 4",
]


@dataclass
class Inspected:
    code: int
    document: dict[str, Any]
    text: str  # as JSON, with what went to stderr
    problems: str

    @property
    def verdict(self) -> str:
        return str(self.document["verdict"]["text"])

    @property
    def remedy(self) -> str:
        return str(self.document["verdict"].get("remedy", ""))


def run(*arguments: str, namespace: str = "", community: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "HALLMONITOR_COMMUNITY"}
    if community:
        environment["HALLMONITOR_COMMUNITY"] = community
    prefix = ["ip", "netns", "exec", namespace] if namespace else []
    return subprocess.run(
        [*prefix, str(AGENT), "inspect", *arguments],
        capture_output=True, text=True, env=environment, timeout=90, check=False,
    )


def inspect(*arguments: str, namespace: str = "", community: str = "") -> Inspected:
    done = run(*arguments, "--json", namespace=namespace, community=community)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    assert done.returncode == (0 if document["verdict"]["ok"] else 1)
    return Inspected(done.returncode, document, done.stdout + done.stderr, done.stderr)


@pytest.fixture
def fleet(district: District) -> Fleet:
    return Fleet(district, SWITCH)


@dataclass
class Troubled:
    """A device in trouble, and what `inspect` says of it."""

    address: str
    port: int
    found: Future[Inspected]


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Troubled]]:
    district = District(tmp_path_factory.mktemp("troubled"))
    # Between two of them stands one that answers for the first.
    fleet = Fleet(district, "127.50.1.1", devices=2 * len(TROUBLES), ports=8)
    with ThreadPoolExecutor(len(TROUBLES)) as pool:
        devices = {}
        for number, trouble in enumerate(TROUBLES):
            name, _, argument = trouble.partition(" ")
            fleet.ask(f"fault {2 * number} {name} on {argument}")
            address = fleet.address_of(2 * number)
            found = pool.submit(inspect, f"{address}:{fleet.port}")
            devices[trouble] = Troubled(address, fleet.port, found)
        yield devices
    district.stop()


@pytest.fixture
def host(district: District, namespaces: Namespaces) -> tuple[District, str, Namespaces]:
    """A machine of its own, whose users may ping; what the district starts runs there."""
    district.namespace = namespaces.add("host")
    return district, district.namespace, namespaces


def snmpd(district: District, folder: Path, address: str, access: str) -> None:
    """A real snmpd in the district's namespace."""
    config = folder / "snmpd.conf"
    config.write_text(f"{access}\nsysName real-snmpd\nsysLocation a namespace\n")
    process = district.start(
        "snmpd", ["snmpd", "-f", "-Lo", "-C", "-c", config, "-p", folder / "snmpd.pid", address]
    )
    wait_until("snmpd listens", lambda: "NET-SNMP version" in process.text())


def test_a_good_switch_is_read_whole(fleet: Fleet) -> None:
    found = inspect(f"{SWITCH}:{fleet.port}")

    assert found.code == 0
    served = fleet.served(0)
    rows = {row["name"]: row for row in found.document["interfaces"]}
    assert rows.keys() == served.keys()
    for name, row in served.items():
        assert rows[name]["if_index"] == row["ifIndex"]
        assert rows[name]["in_octets"] > 0
        assert rows[name]["counter_bits"] == 64
    tables = found.document["tables"]
    assert {name for name, state in tables.items() if state == "ok"} == {"ifTable", "ifXTable"}
    assert "failed" not in tables.values()
    assert found.document["anomalies"] == []
    assert found.document["device"]["uptime_seconds"] > 0
    assert "8 interfaces" in found.verdict


def test_people_get_the_same_as_a_table(fleet: Fleet) -> None:
    done = run(f"{SWITCH}:{fleet.port}")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    names = [row["name"] for row in inspect(f"{SWITCH}:{fleet.port}").document["interfaces"]]
    assert [line.split()[0] for line in lines if line.split()[:1] and line.split()[0] in names] == names
    assert lines[-1].startswith(f"{SWITCH}:{fleet.port} reads well: 8 interfaces")


def test_a_closed_port_is_told_from_silence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind((SWITCH, 0))
        port = unused.getsockname()[1]

    found = inspect(f"{SWITCH}:{port}")

    assert f"nothing listens on its UDP port {port}" in found.verdict
    assert "switch its SNMP agent on" in found.remedy


def test_a_host_that_pings_but_refuses_snmp_may_have_several_reasons(
    host: tuple[District, str, Namespaces], tmp_path: Path
) -> None:
    district, here, _ = host
    snmpd(district, tmp_path, "udp:127.0.0.1:161", f"rocommunity {SECRET}")

    found = inspect("127.0.0.1", namespace=here, community="wrong-4712")

    assert found.verdict.startswith("answers ping in ")
    assert "the protocol does not say which" in found.verdict
    assert "the community in HALLMONITOR_COMMUNITY" in found.remedy
    assert "this machine (127.0.0.1)" in found.remedy
    assert "wrong-4712" not in found.text


def test_a_host_that_answers_nothing_is_silent(host: tuple[District, str, Namespaces]) -> None:
    _, here, namespaces = host
    there = namespaces.add("other")
    namespaces.join((here, "toward", "10.77.9.1/24"), (there, "uplink", "10.77.9.2/24"))
    # A host that takes what is sent to it, and one that nobody has ever heard of.
    namespaces.inside(
        here, "ip", "neighbour", "add", "10.77.9.8", "lladdr", "02:00:00:00:00:08", "dev", "toward"
    )

    with ThreadPoolExecutor() as pool:
        hosts = pool.map(lambda host: inspect(host, namespace=here), ["10.77.9.8", "10.77.9.9"])
        taken, unheard = hosts

    assert taken.verdict == (
        "answers neither ping nor SNMP: it is down, its address is another, or a firewall drops both"
    )
    assert "power and cable" in taken.remedy
    assert unheard.verdict == (
        f"{taken.verdict}; a router or this machine says that it cannot be reached"
    )


def test_an_address_without_a_route_is_told(host: tuple[District, str, Namespaces]) -> None:
    _, here, _ = host

    found = inspect("192.0.2.7", namespace=here)

    assert found.verdict == "cannot be asked: this machine has no way to send to it"
    assert "ip route get 192.0.2.7" in found.remedy


def test_a_user_who_may_not_ping_is_told_so(host: tuple[District, str, Namespaces]) -> None:
    district, here, namespaces = host
    namespaces.inside(here, "sysctl", "-qw", "net.ipv4.ping_group_range=1 0")
    fleet = Fleet(district, SWITCH)
    fleet.ask("fault 0 silence on")

    found = inspect(f"{SWITCH}:{fleet.port}", namespace=here)

    assert "this user may not ping" in found.verdict
    fleet.ask("fault 0 silence off")
    good = run(f"{SWITCH}:{fleet.port}", namespace=here)
    assert good.returncode == 0
    assert "not permitted to this user (net.ipv4.ping_group_range)" in good.stdout


def test_a_slow_device_is_read_all_the_same(troubled: dict[str, Troubled]) -> None:
    found = troubled["delay 1800"].found.result()

    assert found.code == 1
    assert found.verdict.startswith("answers after 1.8")
    assert "timeout_milliseconds: 4000" in found.remedy
    assert len(found.document["interfaces"]) == 8


def test_a_device_of_the_other_version_is_read_in_it(troubled: dict[str, Troubled]) -> None:
    device = troubled["only-v1"]

    found = device.found.result()

    assert found.code == 1
    assert found.verdict == "answers SNMPv1 alone, not v2c"
    assert "'snmp: {version: 1}'" in found.remedy
    assert len(found.document["interfaces"]) == 8
    assert inspect(f"{device.address}:{device.port}", "--snmp", "1").code == 0


def test_a_restricted_view_is_told(host: tuple[District, str, Namespaces], tmp_path: Path) -> None:
    district, here, _ = host
    snmpd(
        district, tmp_path, "udp:127.0.0.1:161",
        "view systemonly included .1.3.6.1.2.1.1\nrocommunity public default -V systemonly",
    )

    found = inspect("127.0.0.1", namespace=here)

    assert "shows no interfaces" in found.verdict
    assert "view systemonly included .1.3.6.1.2.1" in found.remedy
    assert found.document["device"]["sys_name"] == "real-snmpd"


@pytest.mark.parametrize(
    ("fault", "verdict", "remedy"),
    [
        ("wrong-address", "is answered for by 127.50.1.2:", "poll the address that it answers from"),
        ("wrong-port", "is answered for by 127.50.1.3:", "poll the address that it answers from"),
        ("wrong-community", "answers with another community", "set the same in both places"),
        ("cut", "sends replies that are no SNMP", "restart its SNMP agent"),
        ("wrong-object", "answers for other objects", "update its firmware"),
        ("endless", "shows a table without an end", "take that table out of its SNMP view"),
        ("stuck", "answers for other objects", "update its firmware"),
    ],
)
def test_what_breaks_the_protocol_is_named_with_object_and_remedy(
    troubled: dict[str, Troubled], fault: str, verdict: str, remedy: str
) -> None:
    found = troubled[fault].found.result()

    assert found.code == 1
    assert found.verdict.startswith(verdict)
    assert "1.3.6.1.2.1." in found.verdict
    assert remedy in found.remedy
    assert found.document["anomalies"][0].startswith(found.verdict)


def test_a_gap_in_a_table_is_told_beside_what_was_read(troubled: dict[str, Troubled]) -> None:
    found = troubled["truncated-table 4"].found.result()

    assert found.code == 1
    assert "(ifNumber, 1.3.6.1.2.1.2.1.0)" in found.verdict
    assert len(found.document["interfaces"]) == 4


def test_an_ipv6_address_stands_in_brackets(
    host: tuple[District, str, Namespaces], tmp_path: Path
) -> None:
    district, here, _ = host
    snmpd(district, tmp_path, "udp6:[::1]:1161", "rocommunity6 public")

    found = inspect("[::1]:1161", namespace=here)

    assert found.code == 0
    assert found.document["device"]["address"] == "[::1]:1161"
    assert [row["name"] for row in found.document["interfaces"]] == ["lo"]


def test_a_name_that_does_not_resolve_is_told(host: tuple[District, str, Namespaces]) -> None:
    _, here, _ = host

    found = inspect("no-such-switch.invalid", namespace=here)

    assert found.verdict.startswith("is no name that resolves")
    assert found.document["device"]["address"] == "no-such-switch.invalid:161"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [""],
        ["10.0.0.1:99999"],
        ["10.0.0.1:0"],
        ["10.0.0.300"],
        ["two words"],
        ["[::1"],
        ["::1]:161"],
        ["10.0.0.1", "--snmp", "4"],
        ["10.0.0.1", "--community", "public"],
        ["10.0.0.1", "10.0.0.2"],
    ],
)
def test_wrong_usage_is_told_from_a_fault(arguments: list[str]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr


def test_snmp_version_3_needs_a_user() -> None:
    done = run("10.0.0.1", "--snmp", "3")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("--credentials: SNMPv3 needs a file with 'user'")


def credentials(folder: Path, text: str, mode: int = 0o600) -> str:
    file = folder / "credentials.yaml"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_the_community_comes_from_a_file_that_is_closed_to_others(
    host: tuple[District, str, Namespaces], tmp_path: Path
) -> None:
    district, here, _ = host
    snmpd(district, tmp_path, "udp:127.0.0.1:161", f"rocommunity {SECRET}")
    file = credentials(tmp_path, f"community: {SECRET}\n")

    found = inspect("127.0.0.1", "--credentials", file, namespace=here, community="wrong")

    assert found.code == 0
    assert SECRET not in found.text
    assert inspect("127.0.0.1", namespace=here, community=SECRET).code == 0


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        (f"community: {SECRET}\n", 0o644, "is open to group or others (mode 0644); run chmod 600"),
        (f"comunity: {SECRET}\n", 0o600, "credentials.yaml:1:1: unknown key 'comunity'"),
        (f"{SECRET}\n", 0o600, "credentials.yaml:1:1: "),
        ("community: ''\n", 0o600, "credentials.yaml:1:12: "),
        ("# nothing\n", 0o600, "credentials.yaml: "),
        (f"user: monitor\nauth_password: {SECRET}\n", 0o644, "run chmod 600"),
    ],
)
def test_faulty_credentials_are_told_without_the_secret(
    tmp_path: Path, text: str, mode: int, complaint: str
) -> None:
    done = run("127.0.0.1", "--credentials", credentials(tmp_path, text, mode))

    assert (done.returncode, done.stdout) == (1, "")
    assert complaint in done.stderr
    assert SECRET not in done.stderr
