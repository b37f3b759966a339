"""What remote write sends: to whom, and in what form."""

from __future__ import annotations

from support.district import District
from support.fleet import Fleet
from support.process import wait_until
from support.receiver import Recorder, agent_text, write_to


def test_over_tls_the_receiver_must_be_who_it_is(district: District) -> None:
    """The district's own authority signs for the receiver here; a second collector trusts another."""
    fleet = Fleet(district, "127.40.0.1", devices=1, ports=2)
    ca = district.folder / "ca"
    recorder = Recorder(ca / "collector.pem", ca / "collector.key")
    token = district.folder / "token"
    token.write_text("sesame\n")
    token.chmod(0o600)
    plain = district.collector_file.read_text()
    write_to(district, recorder.port, recorder.path, "  bearer_token_file: token\n", scheme="https")
    collector = district.start_collector()
    district.start_agent(district.agent_file("lincoln", "a1", agent_text(fleet, {"sw-1": "127.40.0.1"})))
    wait_until("the reason", lambda: "not from our CA" in collector.text(), 30)
    assert not recorder.heads
    collector.stop()

    district.collector_file.write_text(plain)
    more = "  bearer_token_file: token\n  ca_file: ca/ca.pem\n"
    write_to(district, recorder.port, recorder.path, more, scheme="https")
    district.start_collector()
    wait_until("samples", lambda: any("bytes_per_second" in dict(one)["__name__"] for one in recorder.raw()), 30)
    recorder.stop()
    assert {head["Authorization"] for head in recorder.heads} == {"Bearer sesame"}


def test_a_request_carries_what_the_protocol_asks_for(district: District) -> None:
    fleet = Fleet(district, "127.37.0.1", devices=1, ports=2)
    recorder = Recorder()
    password = district.folder / "password"
    password.write_text("open sesame\n")
    password.chmod(0o600)
    write_to(
        district,
        recorder.port,
        recorder.path,
        "  basic_auth: {username: anna, password_file: password}\n"
        "  leave_out: [hallmonitor_interface_info, hallmonitor_agent_*]\n",
    )
    district.start_collector()
    district.start_agent(district.agent_file("lincoln", "a1", agent_text(fleet, {"sw-1": "127.37.0.1"})))
    wait_until("samples", lambda: any("bytes_per_second" in dict(one)["__name__"] for one in recorder.raw()))
    recorder.stop()

    head = recorder.heads[0]
    assert head["Content-Encoding"] == "snappy"
    assert head["Content-Type"] == "application/x-protobuf"
    assert head["X-Prometheus-Remote-Write-Version"] == "0.1.0"
    assert head["User-Agent"].startswith("hallmonitor-collector/")
    assert head["Authorization"] == "Basic YW5uYTpvcGVuIHNlc2FtZQ=="
    names = {dict(series)["__name__"] for series in recorder.raw()}
    assert "hallmonitor_interface_oper_up" in names
    assert not [name for name in names if name == "hallmonitor_interface_info" or "_agent_" in name]
