"""Debian's snmpd with users of SNMPv3, and the words for their protocols on both sides."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from .district import District

# Ours: net-snmp's.
AUTH = {
    "md5": "MD5",
    "sha1": "SHA",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
# Ours with its key_extension: net-snmp's. Those with -C lengthen keys Cisco's way.
PRIV = {
    ("des", "blumenthal"): "DES",
    ("aes128", "blumenthal"): "AES",
    ("aes192", "blumenthal"): "AES-192",
    ("aes256", "blumenthal"): "AES-256",
    ("aes192", "reeder"): "AES-192-C",
    ("aes256", "reeder"): "AES-256-C",
}


@dataclass
class User:
    """One user with passwords of his own; empty protocols: he has none."""

    name: str
    auth: str = ""
    priv: str = ""
    extension: str = "blumenthal"

    @property
    def auth_password(self) -> str:
        return f"{self.name}-auth"

    @property
    def priv_password(self) -> str:
        return f"{self.name}-priv"

    def create(self) -> str:
        """A line of snmpd.conf."""
        words = ["createUser", self.name]
        if self.auth:
            words += [AUTH[self.auth], self.auth_password]
        if self.priv:
            words += [PRIV[self.priv, self.extension], self.priv_password]
        return " ".join(words)

    def settings(self, **changed: object) -> str:
        """What the agent's configuration has of him, with changes."""
        keys: dict[str, object] = {"version": 3, "user": self.name}
        if self.auth:
            keys |= {"auth": self.auth, "auth_password": self.auth_password}
        if self.priv:
            keys |= {
                "priv": self.priv,
                "priv_password": self.priv_password,
                "key_extension": self.extension,
            }
        keys |= {"allow_weak": "true"} | changed
        return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


def pairs() -> list[User]:
    """A user for each of the 36 pairs that Debian's snmpd speaks."""
    return [
        User(f"{auth}-{priv}-{extension}", auth, priv, extension)
        for auth in AUTH
        for priv, extension in PRIV
    ]


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_snmpd(
    district: District, users: list[User], addresses: list[str], port: int
) -> None:
    """An snmpd that shows everything to these users, on all the addresses."""
    folder: Path = district.folder / "snmpd"
    folder.mkdir()
    lines = [
        f"[snmp] persistentDir {folder}",
        "[snmp] mibs :",
        "agentaddress " + ",".join(f"udp:{address}:{port}" for address in addresses),
        *(user.create() for user in users),
        *(f"rouser {user.name} noauth .1" for user in users),
    ]
    config = folder / "snmpd.conf"
    config.write_text("\n".join(lines) + "\n")
    district.start(
        "snmpd", ["snmpd", "-f", "-Lo", "-C", "-c", config, "-p", folder / "snmpd.pid"]
    )
