"""Just enough of hallmonitor.proto to play an agent that misbehaves."""

from __future__ import annotations

import ssl
import socket
import struct
from pathlib import Path


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<Q", value)


def block(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def frame(envelope: bytes) -> bytes:
    return struct.pack(">I", len(envelope)) + envelope


def hello(epoch: int) -> bytes:
    return frame(block(1, number(1, 1) + number(2, 1) + fixed64(3, epoch) + block(4, b"a test")))


def batch(epoch: int, seq: int, body: bytes = b"") -> bytes:
    """A batch on the live lane that opens its segment."""
    content = (
        fixed64(1, epoch) + number(2, seq) + number(3, seq) + fixed64(4, 1)
        + number(5, 0) + number(6, 0) + number(7, len(body)) + block(8, body)
    )
    return frame(block(3, number(1, 1) + block(2, content)))


def connect(port: int, certificates: Path) -> ssl.SSLSocket:
    """A connection with an agent's certificate; its own receive buffer is small."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificates / "ca.pem")
    context.load_cert_chain(certificates / "agent.pem", certificates / "agent.key")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.settimeout(30)
    plain.connect(("127.0.0.1", port))
    return context.wrap_socket(plain, server_hostname="127.0.0.1")
