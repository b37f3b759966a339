"""Receivers of remote write: Debian's Prometheus and VictoriaMetrics, and one of our own that can fail.

Samples are had back as they were stored: by series (name and labels), in the order of time.
"""

from __future__ import annotations

import json
import ssl
import struct
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .district import District
from .fleet import Fleet
from .process import Process, free_port, wait_until

Series = tuple[tuple[str, str], ...]  # sorted labels, __name__ among them
Samples = dict[Series, list[tuple[int, float]]]  # by series: (ms since 1970, value)


def series_of(labels: dict[str, str]) -> Series:
    return tuple(sorted(labels.items()))


class Store:
    """What a real receiver is asked through Prometheus' own API."""

    port: int

    def _get(self, path: str, **parameters: str) -> bytes:
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as reply:
            return bytes(reply.read())

    def ask(self, path: str, **parameters: str) -> Any:
        answer = json.loads(self._get(f"/api/v1/{path}", **parameters))
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, query: str) -> list[dict[str, Any]]:
        return list(self.ask("query", query=query)["result"])

    def is_ready(self) -> bool:
        try:
            return bool(self.query("vector(1)"))
        except OSError:
            return False

    def raw(self, selector: str, seconds: int = 3600) -> Samples:
        found = self.query(f"{selector}[{seconds}s]")
        return {
            series_of(row["metric"]): [(round(at * 1000), float(value)) for at, value in row["values"]]
            for row in found
        }


class Prometheus(Store):
    """One that takes remote write, late samples included if `window` says how late."""

    path = "/api/v1/write"

    def __init__(self, district: District, name: str = "receiver", window: str = "1d") -> None:
        self.port = free_port()
        self.district, self.name = district, name
        self.folder = district.folder / name
        self.folder.mkdir()
        storage = f"storage: {{tsdb: {{out_of_order_time_window: {window}}}}}\n" if window else ""
        (self.folder / "prometheus.yml").write_text(f"global: {{scrape_interval: 1h}}\n{storage}")
        self.process = self.start()

    def start(self) -> Process:
        self.process = self.district.start(
            self.name,
            ["prometheus", f"--config.file={self.folder}/prometheus.yml",
             f"--storage.tsdb.path={self.folder}/data", "--web.enable-remote-write-receiver",
             f"--web.listen-address=127.0.0.1:{self.port}"],
        )
        wait_until(f"{self.name} is ready", self.is_ready, 30)
        return self.process


class VictoriaMetrics(Store):
    """One node; of samples that come twice it keeps one."""

    path = "/api/v1/write"

    def __init__(self, district: District, name: str = "victoria") -> None:
        self.port = free_port()
        folder: Path = district.folder / name
        self.process = district.start(
            name,
            ["victoria-metrics", f"-storageDataPath={folder}", f"-httpListenAddr=127.0.0.1:{self.port}",
             "-retentionPeriod=10y", "-dedup.minScrapeInterval=1ms", "-search.latencyOffset=0s"],
        )
        wait_until(f"{name} is ready", self.is_ready, 30)

    def is_ready(self) -> bool:
        try:
            return self._get("/health") == b"OK"
        except OSError:
            return False

    def raw(self, selector: str, seconds: int = 3600) -> Samples:
        self._get("/internal/force_flush")
        found: Samples = {}
        for line in self._get("/api/v1/export", **{"match[]": selector}).splitlines():
            row = json.loads(line)
            found[series_of(row["metric"])] = list(zip(row["timestamps"], map(float, row["values"])))
        return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
        shift += 7


def unsnappy(data: bytes) -> bytes:
    """Snappy's block format (google/snappy, format_description.txt)."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                octets = length - 59
                length = int.from_bytes(data[at : at + octets], "little")
                at += octets
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, offset = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at]
            at += 1
        else:
            octets = 2 if tag & 3 == 2 else 4
            length, offset = (tag >> 2) + 1, int.from_bytes(data[at : at + octets], "little")
            at += octets
        for _ in range(length):
            out.append(out[-offset])
    assert len(out) == size, "snappy block is not as long as it says"
    return bytes(out)


def fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Fields of a protobuf message: numbers and what they hold."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        if tag & 7 == 0:
            value, at = varint(message, at)
            yield tag >> 3, value
        elif tag & 7 == 1:
            yield tag >> 3, message[at : at + 8]
            at += 8
        else:
            assert tag & 7 == 2, f"wire type {tag & 7}"
            size, at = varint(message, at)
            yield tag >> 3, message[at : at + size]
            at += size


def read_request(body: bytes) -> Iterator[tuple[Series, int, float]]:
    for number, series in fields(unsnappy(body)):
        assert number == 1, f"field {number} of a WriteRequest"
        labels: list[tuple[str, str]] = []
        samples: list[dict[int, Any]] = []
        for kind, part in fields(series):
            if kind == 1:
                label = dict(fields(part))
                labels.append((label[1].decode(), label[2].decode()))
            else:
                samples.append(dict(fields(part)))
        assert labels == sorted(labels), f"labels are not in order: {labels}"
        for sample in samples:
            yield tuple(labels), int(sample.get(2, 0)), struct.unpack("<d", sample[1])[0]


class Recorder:
    """A receiver of our own: keeps what it takes, and answers as it is told."""

    path = "/write"

    def __init__(self, certificate: Path | None = None, key: Path | None = None) -> None:
        """With a certificate it speaks TLS."""
        self.samples: dict[tuple[Series, int], list[float]] = {}
        self.heads: list[dict[str, str]] = []
        self.answer: tuple[int, str] = (204, "")
        self.lock = threading.Lock()
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, text = recorder.take(dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, head: dict[str, str], body: bytes) -> tuple[int, str]:
        with self.lock:
            self.heads.append(head)
            if self.answer[0] >= 300:
                return self.answer
            for series, at, value in read_request(body):
                self.samples.setdefault((series, at), []).append(value)
            return self.answer

    def raw(self) -> Samples:
        """Samples that came twice are there once, if they said the same."""
        with self.lock:
            found: Samples = {}
            for (series, at), values in self.samples.items():
                assert len({struct.pack("<d", value) for value in values}) == 1, (series, at, values)
                found.setdefault(series, []).append((at, values[0]))
        return {series: sorted(samples) for series, samples in found.items()}

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def write_to(
    district: District, port: int, path: str = "/api/v1/write", more: str = "", scheme: str = "http"
) -> None:
    """Adds remote write to the collector's configuration; before it starts."""
    with district.collector_file.open("a") as file:
        file.write(f"remote_write:\n  url: {scheme}://127.0.0.1:{port}{path}\n{more}")


def agent_text(fleet: Fleet, devices: dict[str, str], interval: float = 2) -> str:
    lines = "".join(f"  - {name}: {address}\n" for name, address in devices.items())
    return f"""
host:
  enabled: false
defaults:
  poll_interval_seconds: {interval:g}
  liveness: {{interval_seconds: {interval:g}}}
  snmp: {{port: {fleet.port}}}
  watch: {{aliases: ["uplink*"]}}
devices:
{lines}"""
