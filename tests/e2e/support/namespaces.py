"""Several hosts on one machine: network namespaces joined by veth pairs."""

from __future__ import annotations

import os
import subprocess


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Namespaces:
    """Makes namespaces whose names are this process's own, and removes them."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def add(self, name: str) -> str:
        full = f"hm{os.getpid()}{name}"
        run("ip", "netns", "add", full)
        self._names.append(full)
        self.inside(full, "ip", "link", "set", "lo", "up")
        # Ping sockets for everybody inside; the machine's own setting is not touched.
        self.inside(full, "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
        return full

    def inside(self, namespace: str, *command: str) -> str:
        return run("ip", "netns", "exec", namespace, *command)

    def join(self, a: tuple[str, str, str], b: tuple[str, str, str]) -> None:
        """A veth pair; each end is (namespace, interface, address/length)."""
        run("ip", "link", "add", a[1], "netns", a[0], "type", "veth", "peer", b[1], "netns", b[0])
        for namespace, interface, address in (a, b):
            # Nothing but what a test sends: no router solicitations, no multicast listener reports.
            key = f"net.ipv6.conf.{interface}.disable_ipv6=1"
            self.inside(namespace, "sysctl", "-qw", key)
            self.inside(namespace, "ip", "address", "add", address, "dev", interface)
            self.inside(namespace, "ip", "link", "set", interface, "up")

    def mac(self, namespace: str, interface: str) -> str:
        path = f"/sys/class/net/{interface}/address"
        return self.inside(namespace, "cat", path).strip()

    def remove(self) -> None:
        for name in self._names:
            subprocess.run(["ip", "netns", "del", name], check=False)
