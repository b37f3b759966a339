"""A real Prometheus with the configuration, rules and dashboard that we ship."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from support.district import District
from support.fleet import Fleet
from support.process import ROOT, free_port, wait_until

SHIPPED = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "hallmonitor.json"

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="Debian's prometheus is not installed"
)


class Prometheus:
    """The shipped configuration, on the test's ports and at a quicker pace."""

    def __init__(self, district: District, folder: Path) -> None:
        self.port = free_port()
        text = (SHIPPED / "prometheus.yml").read_text()
        text = text.replace(":9848", f":{district.http_port}")
        text = text.replace("interval: 15s", "interval: 2s").replace("interval: 30s", "interval: 2s")
        shutil.copytree(SHIPPED / "rules", folder / "rules")
        config = folder / "prometheus.yml"
        config.write_text(text)
        district.start(
            "prometheus",
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"],
        )
        wait_until("prometheus is ready", self._ready, 30)

    def _ready(self) -> bool:
        try:
            return bool(self.ask("query", query="vector(1)"))
        except OSError:
            return False

    def ask(self, path: str, **parameters: str) -> Any:
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            answer = json.load(reply)
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, query: str) -> list[dict[str, Any]]:
        return list(self.ask("query", query=query)["result"])


def promtool(*arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ["promtool", *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def dashboard_queries() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    variables = [row["query"] for row in dashboard["templating"]["list"] if row["type"] == "query"]
    for variable in variables:
        # label_values(SERIES, label): Grafana asks for the series.
        match = re.fullmatch(r"label_values\((.*), \w+\)", variable["query"])
        assert match, variable
        found.append(match[1])
    return [query.replace("$site", ".*").replace("$device", ".*") for query in found]


def test_shipped_rules_and_configuration_are_good() -> None:
    promtool("check", "config", str(SHIPPED / "prometheus.yml"))
    promtool("test", "rules", str(SHIPPED / "rules" / "hallmonitor_test.yml"))


def test_prometheus_scrapes_everything_and_the_dashboard_has_answers(
    district: District, tmp_path: Path
) -> None:
    fleet = Fleet(district, "127.33.0.1", devices=2, ports=8)
    district.start_collector()
    district.start_agent(
        district.agent_file(
            "lincoln",
            "a1",
            f"""
host:
  device: server
  poll_interval_seconds: 2
defaults:
  poll_interval_seconds: 2
  liveness: {{interval_seconds: 2}}
  snmp: {{port: {fleet.port}}}
  watch: {{aliases: ["uplink*"]}}
devices:
  - sw-1: 127.33.0.1
  - sw-2: 127.33.0.2
""",
        )
    )
    wait_until(
        "rates of both switches",
        lambda: len(district.page().samples.get("hallmonitor_interface_utilization_ratio", [])) >= 32,
        30,
    )
    begun = time.monotonic()
    prometheus = Prometheus(district, tmp_path)
    wait_until("both jobs are scraped", lambda: len(prometheus.query("up == 1")) >= 2, 30)
    # A minute of scrapes, thirty of each target.
    time.sleep(max(0.0, 60 - (time.monotonic() - begun)))

    page = district.page()
    missing = [name for name in page.samples if not prometheus.query(f"{{__name__='{name}'}}")]
    # Histograms and the like are asked for by their parts, which are the names on the page.
    assert not missing, f"on the page but not in Prometheus: {missing}"
    assert len(page.samples) > 35

    assert prometheus.query("min(up)")[0]["value"][1] == "1"
    targets = prometheus.ask("targets")["activeTargets"]
    assert all(target["lastError"] == "" for target in targets), targets
    promtool("check", "metrics", text=district.get("/metrics")[1])

    ours = prometheus.query('hallmonitor_interface_receive_bytes_total{device="sw-1"}')
    assert len(ours) == 8
    assert {row["metric"]["site"] for row in ours} == {"lincoln"}
    # A rate that Prometheus computes of our totals is the rate that the fleet serves.
    for name, row in fleet.served(0).items():
        query = f'rate(hallmonitor_interface_receive_bytes_total{{device="sw-1",interface="{name}"}}[10s])'
        (rate,) = prometheus.query(query)
        truth = row["in"]["rate_octets_per_second"]
        assert float(rate["value"][1]) == pytest.approx(truth, rel=0.35)

    # Heat, PoE and UPSs are what these switches do not have.
    of_switches = [
        query for query in dashboard_queries() if not re.match(r"hallmonitor_(sensor|poe|ups)_", query)
    ]
    answered = sum(bool(prometheus.query(query)) for query in of_switches)
    # Only what needs faults (errors) or ping has nothing to show on a healthy fleet.
    assert answered >= len(of_switches) - 4, f"{answered} of {len(of_switches)}"
    assert {alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"]} == set()
