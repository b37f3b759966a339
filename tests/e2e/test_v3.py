"""SNMPv3 against Debian's snmpd and against engines that restart, are cloned and lie."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from support.district import District
from support.fleet import Fleet
from support.jitter import last_polls, watch_polls
from support.process import AGENT, wait_until
from support.snmpd import User, free_udp_port, pairs, start_snmpd

SITE = "lincoln"
HEAD = """
host: {enabled: false}
defaults:
  ping: false
  poll_interval_seconds: 2
  liveness: {interval_seconds: 1}
  snmp: {timeout_milliseconds: 1000, PORT}
devices:
"""


def agent_file(district: District, port: int, devices: list[tuple[str, str, str]]) -> object:
    """Devices are (name, address, snmp settings)."""
    lines = [
        f"  - {{name: {name}, address: {address}, snmp: {settings}}}"
        for name, address, settings in devices
    ]
    return district.agent_file(SITE, "a1", HEAD.replace("PORT", f"port: {port}") + "\n".join(lines))


def snmp_up(district: District, names: list[str]) -> set[str]:
    page = district.page()
    return {name for name in names if page.value("hallmonitor_device_snmp_up", device=name) == 1}


def events_of(district: District, device: str) -> list[str]:
    found = district.json("/api/v1/events")["events"]
    return [event["text"] for event in found if event["device"] == device]


def told(district: District, device: str, words: str) -> bool:
    return any(words in text for text in events_of(district, device))


def test_every_pair_of_protocols_that_snmpd_speaks(district: District) -> None:
    users = pairs()
    assert len(users) == 36
    port = free_udp_port()
    addresses = [f"127.81.0.{number}" for number in range(1, 37)]
    start_snmpd(district, users, addresses, port)
    district.start_collector()
    devices = [
        (user.name, address, user.settings()) for user, address in zip(users, addresses)
    ]
    agent = district.start_agent(agent_file(district, port, devices))
    names = [user.name for user in users]

    wait_until("all pairs are polled", lambda: len(snmp_up(district, names)) == 36, 60)

    page = district.page()
    for name in names:
        assert page.value("hallmonitor_interface_oper_up", device=name, interface="lo") == 1, name
    assert agent.is_running()
    assert "MD5 or DES" in agent.text()
    for user in users:
        assert user.auth_password not in agent.text()
        assert user.priv_password not in agent.text()


def test_what_is_wrong_is_told_in_words(district: District) -> None:
    full = User("full", "sha256", "aes128")
    signed = User("signed", "sha1")
    short = User("short", "sha1", "aes256")
    port = free_udp_port()
    addresses = [f"127.82.0.{number}" for number in range(1, 9)]
    start_snmpd(district, [full, signed, short], addresses[:7], port)
    district.start_collector()
    stranger = User("stranger", "sha256", "aes128")
    devices = {
        "good": full.settings(),
        "unknown": stranger.settings(),
        "password": full.settings(auth_password="not-the-one"),
        "protocol": full.settings(auth="sha512"),
        "privacy": full.settings(priv_password="not-the-one"),
        "level": signed.settings(priv="aes128", priv_password="any-at-all"),
        "extension": short.settings(key_extension="reeder"),
        "nobody": full.settings(),
    }
    expected = {
        "unknown": "does not know the SNMPv3 user 'stranger'",
        "password": "refuses the password of the SNMPv3 user 'full'",
        "protocol": "look at auth_password and whether it uses SHA-512",
        "privacy": "answers no encrypted request: look at priv_password and whether it uses AES-128",
        "level": "does not do authPriv for the SNMPv3 user 'signed'",
        "extension": "whether it uses AES-256 with key_extension reeder",
        "nobody": "nothing listens on the SNMP port",
    }
    rows = [
        (name, address, settings)
        for (name, settings), address in zip(devices.items(), addresses)
    ]
    district.start_agent(agent_file(district, port, rows))

    wait_until("the good one is polled", lambda: snmp_up(district, ["good"]) == {"good"}, 60)
    for device, words in expected.items():
        wait_until(f"{device}: {words}", lambda: told(district, device, words), 30)
    assert snmp_up(district, list(devices)) == {"good"}
    # Who refuses is alive, and so is who cannot decrypt: neither is pinged here.
    page = district.page()
    for device in expected:
        wanted = 0 if device == "nobody" else 1
        assert page.value("hallmonitor_device_up", device=device) == wanted, device
    for device in ("password", "privacy", "extension"):
        assert not told(district, device, "is down"), events_of(district, device)


def inspect(folder: Path, target: str, user: User, **changed: object) -> tuple[int, str, str]:
    """Exit code, verdict with remedy, and what went to stderr."""
    file = folder / "credentials.yaml"
    settings = user.settings(**changed).replace("version: 3, ", "")
    file.write_text(settings)
    file.chmod(0o600)
    command = [AGENT, "inspect", target, "--snmp", "3", "--credentials", file, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    for secret in (user.auth_password, user.priv_password):
        assert secret not in done.stdout + done.stderr
    verdict = json.loads(done.stdout)["verdict"]
    return done.returncode, f"{verdict['text']}: {verdict.get('remedy', '')}", done.stderr


def test_inspect_says_what_is_wrong_of_a_user(district: District, tmp_path: Path) -> None:
    full = User("full", "sha256", "aes128")
    weak = User("weak", "md5", "des")
    port = free_udp_port()
    start_snmpd(district, [full, weak, User("open")], ["127.86.0.1"], port)
    target = f"127.86.0.1:{port}"
    wait_until("snmpd answers", lambda: inspect(tmp_path, target, full)[0] == 0)

    good = inspect(tmp_path, target, full)
    assert "reads well" in good[1]
    assert good[2] == ""
    assert inspect(tmp_path, target, full, level="authNoPriv")[0] == 0
    assert inspect(tmp_path, target, User("open"))[0] == 0
    code, _, problems = inspect(tmp_path, target, weak)
    assert (code, problems) == (0, "warning: SNMPv3 with MD5 or DES, which are broken\n")
    for words, user, changed in (
        ("does not know the SNMPv3 user 'nobody'", User("nobody", "sha1"), {}),
        ("refuses the password of the SNMPv3 user 'full': look at auth_password", full,
         {"auth_password": "not-the-one"}),
        ("answers no encrypted request: look at priv_password", full,
         {"priv_password": "not-the-one"}),
        ("answers no encrypted request: look at priv_password and whether it uses AES-256", full,
         {"priv": "aes256"}),
        ("does not do authNoPriv for the SNMPv3 user 'open'", User("open", "sha1"), {}),
    ):
        code, verdict, _ = inspect(tmp_path, target, user, **changed)
        assert code == 1
        assert words in verdict
    code, verdict, _ = inspect(tmp_path, f"127.86.0.2:{port}", full)
    assert code == 1
    assert "nothing listens on its UDP port" in verdict


ACCOUNT = "monitor:sha256:authpass1:aes128:privpass1"
SETTINGS = (
    "{version: 3, user: monitor, auth: sha256, auth_password: authpass1,"
    " priv: aes128, priv_password: privpass1}"
)


def fleet_file(district: District, fleet: Fleet, count: int) -> object:
    devices = [(f"sw-{number}", fleet.address_of(number), SETTINGS) for number in range(count)]
    return agent_file(district, fleet.port, devices)


def test_clones_of_one_engine_with_clocks_far_apart_are_all_polled(district: District) -> None:
    fleet = Fleet(
        district, "127.83.0.1", 50, options=["--user", ACCOUNT], group=["--engine", "80007ed90501"]
    )
    for number in range(50):
        fleet.ask(f"engine {number} {1 + number % 5} {number * 500_000}")
    district.start_collector()
    district.start_agent(fleet_file(district, fleet, 50))
    names = [f"sw-{number}" for number in range(50)]

    wait_until("all clones are polled", lambda: len(snmp_up(district, names)) == 50, 60)
    acquainted = [fleet.ask(f"device {number}") for number in range(50)]
    time.sleep(10)

    assert len(snmp_up(district, names)) == 50
    for number, before in enumerate(acquainted):
        device = fleet.ask(f"device {number}")
        assert device["v3_discoveries"] == 1, device
        assert device["v3_reports"] == before["v3_reports"] <= 4, device
        assert device["v3_answers"] >= before["v3_answers"] + 10, device


def test_the_dead_delay_none_of_the_living(district: District) -> None:
    fleet = Fleet(district, "127.87.0.1", 300, ports=2, options=["--user", ACCOUNT])
    for number in range(0, 300, 10):
        fleet.ask(f"silence {number} on")
    district.start_collector()
    district.start_agent(fleet_file(district, fleet, 300))
    wait_until(
        "all that live are polled",
        lambda: sum(poll.times > 0 for poll in last_polls(fleet).values()) == 270,
        60,
    )
    time.sleep(3)  # the first poll comes early, the second at its time

    late = watch_polls(fleet, 2, 12)

    assert len(late) > 270 * 4
    assert sum(one < 1 for one in late) >= 0.999 * len(late), late[-10:]


def test_engines_that_restart_are_followed_and_told(district: District) -> None:
    fleet = Fleet(district, "127.84.0.1", 4, options=["--user", ACCOUNT])
    for number in range(4):
        fleet.ask(f"engine {number} 5 1000000")
    district.start_collector()
    district.start_agent(fleet_file(district, fleet, 4))
    names = [f"sw-{number}" for number in range(4)]
    wait_until("all are polled", lambda: len(snmp_up(district, names)) == 4, 60)

    for number, boots in ((0, 6), (1, 5), (2, 2)):
        fleet.ask(f"engine {number} {boots} 1")

    wait_until(
        "a counted boot", lambda: told(district, "sw-0", "restarted its SNMP engine: boots 6 after 5")
    )
    wait_until("an uncounted one", lambda: told(district, "sw-1", "boots 5 after 5"))
    wait_until("one counted anew", lambda: told(district, "sw-2", "boots 2 after 5"))
    time.sleep(5)
    assert len(snmp_up(district, names)) == 4
    assert events_of(district, "sw-3") == []
    for name in names:
        assert not told(district, name, "no answer"), events_of(district, name)


def test_a_device_that_lies_costs_little_and_delays_nobody(district: District) -> None:
    fleet = Fleet(district, "127.85.0.1", 8, options=["--user", ACCOUNT])
    district.start_collector()
    district.start_agent(fleet_file(district, fleet, 8))
    names = [f"sw-{number}" for number in range(8)]
    wait_until("all are polled", lambda: len(snmp_up(district, names)) == 8, 60)

    faults = {
        0: ["v3-replays on 100"],
        1: ["v3-wrong-digest on"],
        2: ["v3-denies-engine on", "duplicate on 50"],
        3: ["v3-new-engines on"],
        4: ["v3-denies-time on"],
        5: ["v3-unsigned on"],
        6: ["v3-size-lie on 0"],
    }
    before = {number: fleet.ask(f"device {number}") for number in range(8)}
    for number, words in faults.items():
        for fault in words:
            fleet.ask(f"fault {number} {fault}")
    began = time.monotonic()
    time.sleep(20)
    lying = snmp_up(district, names)
    after = {number: fleet.ask(f"device {number}") for number in range(8)}
    seconds = time.monotonic() - began

    assert lying == {"sw-6", "sw-7"}
    for number in range(6):
        discoveries = after[number]["v3_discoveries"] - before[number]["v3_discoveries"]
        assert discoveries <= 2 * (seconds / 10 + 1), (number, discoveries)
        requests = after[number]["requests"] - before[number]["requests"]
        assert requests <= 40 * seconds, (number, requests)
    fleet.ask("fault all v3-replays off")
    for number, words in faults.items():
        for fault in words:
            fleet.ask(f"fault {number} {fault.split()[0]} off")
    wait_until("all are polled again", lambda: len(snmp_up(district, names)) == 8, 60)
