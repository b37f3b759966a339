"""An agent with a good certificate and bad manners costs the collector little."""

from __future__ import annotations

from support import wire
from support.district import District
from support.process import wait_until

MEBI = 1 << 20
EPOCH = 7
MOST_BATCHES = 1_000_000


def test_who_sends_and_never_reads_is_let_go(district: District) -> None:
    collector = district.start_collector()
    link = wire.connect(district.agents_port, district.issue("lincoln", "a1"))
    link.sendall(wire.hello(EPOCH))
    wait_until("it is let in", lambda: "agent_connected" in collector.text())
    before = collector.resident_bytes()

    # Each is answered by a reject, which nobody reads.
    refused = wire.batch(EPOCH + 1, 1) * 1_000
    sent = 0
    try:
        while sent < MOST_BATCHES:
            link.sendall(refused)
            sent += 1_000
    except OSError:
        pass
    link.close()

    assert sent < MOST_BATCHES, "the collector would have gone on for ever"
    wait_until("the log says why", lambda: "agent does not read our answers" in collector.text())
    rejected = [line for line in collector.text().splitlines() if "batch_rejected" in line]
    assert len(rejected) == 1, "the same reason is told once"
    grown = collector.resident_bytes() - before
    print(f"{sent} batches, {grown / MEBI:+.1f} MiB")
    assert grown <= 16 * MEBI
