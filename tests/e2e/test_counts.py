"""Two hosts carry a known number of bytes: kernel and SNMP both say exactly that number."""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path

from support.district import District
from support.namespaces import Namespaces
from support.process import wait_until
from test_outages import snmpd_command

PAYLOAD = 972  # octets of a datagram; 1,014 on the wire with UDP, IP and Ethernet heads
HEADS = 8 + 20 + 14
SENDER = """
import socket, sys, time
count, size, gap = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begun = time.monotonic()
for number in range(count):
    # By the clock, not by sleeping: the rate is exact however busy the machine is.
    ahead = begun + number * gap - time.monotonic()
    if ahead > 0:
        time.sleep(ahead)
    link.sendto(bytes(size), ("10.77.2.2", 9))
"""


def send(namespaces: Namespaces, host: str, count: int, gap: float) -> subprocess.Popen[bytes]:
    command = ["ip", "netns", "exec", host, "python3", "-c", SENDER, str(count), str(PAYLOAD), str(gap)]
    return subprocess.Popen(command)


def test_bytes_are_exact_and_rates_true(
    district: District, namespaces: Namespaces, tmp_path: Path
) -> None:
    here = namespaces.add("a")
    there = namespaces.add("b")
    namespaces.join((here, "manage", "10.77.1.1/24"), (there, "managed", "10.77.1.2/24"))
    # SNMP has a cable of its own: the other carries nothing but what is sent here.
    namespaces.join((here, "carry", "10.77.2.1/24"), (there, "carried", "10.77.2.2/24"))
    mac = namespaces.mac(there, "carried")
    namespaces.inside(here, "ip", "neigh", "add", "10.77.2.2", "lladdr", mac, "dev", "carry")
    # Nobody listens there, and no ICMP error comes back to be counted.
    namespaces.inside(there, "ip", "route", "del", "10.77.2.0/24", "dev", "carried")

    district.namespace = here
    district.start("snmpd", snmpd_command(tmp_path, "10.77.1.2"), there)
    district.start_collector()
    district.start_agent(
        district.agent_file(
            "lincoln",
            "a1",
            """
host:
  device: here
  poll_interval_seconds: 5
defaults:
  poll_interval_seconds: 10
devices:
  - there: 10.77.1.2
""",
        )
    )

    def sent() -> float | None:
        return district.value(
            "hallmonitor_interface_transmit_bytes_total", device="here", interface="carry"
        )

    def received() -> float | None:
        return district.value(
            "hallmonitor_interface_receive_bytes_total", device="there", interface="carried"
        )

    wait_until("both sources are read", lambda: None not in (sent(), received()), 30)
    before = (sent(), received())

    count = 60_000
    gap = 0.001
    rates: dict[str, list[float]] = {"here": [], "there": []}
    sender = send(namespaces, here, count, gap)
    begun = time.monotonic()
    while sender.poll() is None:
        time.sleep(1)
        # The first readings still hold time before the traffic.
        if time.monotonic() - begun < 25:
            continue
        page = district.page()
        for device, name, interface in (
            ("here", "transmit", "carry"),
            ("there", "receive", "carried"),
        ):
            rate = page.value(
                f"hallmonitor_interface_{name}_bytes_per_second", device=device, interface=interface
            )
            if rate is not None:
                rates[device].append(rate)
    assert sender.returncode == 0

    carried = count * (PAYLOAD + HEADS)
    wait_until("the kernel's number", lambda: sent() == before[0] + carried, 20)
    wait_until("SNMP's number", lambda: received() == before[1] + carried, 40)

    truth = (PAYLOAD + HEADS) / gap
    kernel = statistics.median(rates["here"])
    snmp = statistics.median(rates["there"])
    print(f"truth {truth:.0f} B/s, kernel {kernel:.0f}, snmpd {snmp:.0f}")
    assert abs(kernel - truth) / truth <= 0.001
    # snmpd shows figures up to 3 s old: of an interval of 10 s that is 30 %.
    assert abs(snmp - truth) / truth <= 0.3
