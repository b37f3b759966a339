"""Who may speak to the collector: only certificates of its own authority, only TLS 1.3."""

from __future__ import annotations

import subprocess

from support.district import District
from support.process import AGENT, COLLECTOR, wait_until


def handshake(district: District, *arguments: str) -> str:
    """What openssl's client makes of the agents' port."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{district.agents_port}", "-quiet",
         "-verify_quiet", *arguments],
        input=b"x" * 64, capture_output=True, timeout=20, check=False,
    )
    return (done.stdout + done.stderr).decode(errors="replace")


def test_strangers_are_refused(district: District) -> None:
    collector = district.start_collector()
    own = district.issue("lincoln", "a1")
    certificate = ("-cert", str(own / "agent.pem"), "-key", str(own / "agent.key"))

    assert "alert" in handshake(district)  # no certificate
    assert "alert protocol version" in handshake(district, "-tls1_2", *certificate)
    tickets = handshake(district, *certificate, "-msg")
    assert "NewSessionTicket" not in tickets
    wait_until("the log says why", lambda: "agent_refused" in collector.text())


def test_an_agent_of_another_district_says_what_is_wrong(district: District) -> None:
    district.start_collector()
    file = district.agent_file("lincoln", "a1", "host: {poll_interval_seconds: 2}")
    foreign = district.folder / "foreign"
    subprocess.run([COLLECTOR, "init-ca", "--directory", foreign], check=True, capture_output=True)
    (file.parent / "ca.pem").write_bytes((foreign / "ca.pem").read_bytes())

    agent = district.start_agent(file)

    wait_until("the reason", lambda: "not from our CA" in agent.text())
    assert district.json("/api/v1/agents")["agents"] == []


def test_a_key_that_others_may_read_is_refused(district: District) -> None:
    district.start_collector()
    file = district.agent_file("lincoln", "a1", "host: {poll_interval_seconds: 2}")
    (file.parent / "agent.key").chmod(0o644)

    agent = district.start_agent(file)

    wait_until("the remedy", lambda: "chmod 600" in agent.text())


def test_two_machines_with_one_identity_are_told_apart(district: District) -> None:
    district.start_collector()
    file = district.agent_file("lincoln", "a1", "host: {poll_interval_seconds: 2}")
    clone = file.with_name("clone.yaml")
    clone.write_text(file.read_text().replace("/state\n", "/state-of-clone\n"))
    district.start_agent(file)
    wait_until("the first is connected", lambda: district.json("/api/v1/agents")["agents"])

    second = district.start("second", [AGENT, "run", clone])

    wait_until("the second is refused", lambda: "certificate of its own" in second.text(), 20)
