"""Which quantity of a vendor belongs into which section of what `inspect` says, and what its states mean.

The tests' own view, beside `facts.py`; the names of the quantities are those of the expected results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .facts import ANY_KIND, SENTINELS, Row, Verdict, by_index, rows_of, same, text

@dataclass(frozen=True)
class Quantity:
    """Where a quantity of the expected results stands in the document."""

    section: str
    field: str
    scale: float = 1.0
    kinds: frozenset[str] = frozenset(ANY_KIND)
    words: tuple[tuple[Any, str], ...] = ()  # what a state is called
    none: frozenset[Any] = frozenset()  # what stands for "does not measure"
    scalar: bool = False  # its index in the document is not its own
    named: str = ""  # what tells it from others of its kind and index

    def value(self, row: Row) -> Any:
        raw = row.get("raw", row.get("value"))
        number = row.get("value")
        if raw in self.none or raw in SENTINELS:
            return None
        if self.words:
            return dict(self.words).get(number)
        if isinstance(number, str) and self.field == "value":
            return float(number)
        return number * self.scale if isinstance(number, (int, float)) else number


def states(words: str) -> tuple[tuple[Any, str], ...]:
    """'1 ok, 2 warning' as pairs."""
    pairs = (item.split() for item in words.split(", "))
    return tuple((int(key) if key.lstrip("-").isdigit() else key, word) for key, word in pairs)


def sensor(kind: str, scale: float = 1.0, none: Iterable[Any] = (), scalar: bool = False) -> Quantity:
    return Quantity("sensors", "value", scale, frozenset({kind}), (), frozenset(none), scalar)


def light(way: str, scale: float, none: Iterable[Any]) -> Quantity:
    kinds = frozenset({"optical_power"})
    return Quantity("sensors", "value", scale, kinds, (), frozenset(none), named=way)


def state(kind: str, words: str) -> Quantity:
    kinds = frozenset({kind}) if kind else frozenset(ANY_KIND)
    return Quantity("sensors", "status", 1.0, kinds, states(words))


def load(none: Iterable[Any] = (), scalar: bool = False) -> Quantity:
    return Quantity("processors", "load_ratio", 0.01, none=frozenset(none), scalar=scalar)


def memory(field: str, scale: float, none: Iterable[Any] = (), scalar: bool = False) -> Quantity:
    return Quantity("memory", field, scale, none=frozenset(none), scalar=scalar)


ENVMON = "1 ok, 2 warning, 3 critical, 4 critical, 5 absent, 6 critical"
FOUNDRY = "1 unknown, 2 ok, 3 critical"
KIB, MIB = 1024.0, 1048576.0

QUANTITIES: dict[str, Quantity] = {
    "aos7_cpu_1m": load(),
    "ap_clients_radio": Quantity("radios", "clients"),
    "apc_battery_temp_hp": Quantity("ups", "temperature_celsius"),
    "apc_charge_hp": Quantity("ups", "charge_ratio", 0.01),
    "apc_input_volts_hp": Quantity("ups", "input_volts"),
    "apc_load_hp": Quantity("ups", "load_ratio", 0.01),
    "apc_model": Quantity("device", "model"),
    "apc_output_status": Quantity("ups", "output_source", words=states("2 normal, 3 battery, 4 booster, 6 bypass, 7 none, 12 reducer")),
    "apc_replace_battery": Quantity("ups", "replace_battery", words=((1, False), (2, True))),  # type: ignore[arg-type]
    "apc_runtime": Quantity("ups", "runtime_seconds"),
    "aruba_ap_total": Quantity("wireless", "access_points"),
    "aruba_cpu": load(),
    "aruba_stations": Quantity("wireless", "clients"),
    "cps_charge": Quantity("ups", "charge_ratio", 0.01),
    "cps_runtime": Quantity("ups", "runtime_seconds"),
    "cpu": load(scalar=True),
    "cpu_1m": load(),
    "cpu_5m": load(),
    "cpu_5m_old": load(),
    "cpu_5m_oldcisco": load(scalar=True),
    "cx_psu_state": state("power_supply", "ok ok, fault_absent absent, fault_input critical"),
    "cx_psu_w": sensor("power"),
    "cx_temp": sensor("temperature", 0.001),
    "edgesw_mem_total_kb": memory("total_bytes", KIB, scalar=True),
    "edgesw_mem_free_kb": memory("free_bytes", KIB, scalar=True),
    "emempool_free": memory("free_bytes", 1),
    "emempool_used": memory("used_bytes", 1),
    "env_fan_state": state("fan", ENVMON),
    "env_psu_state": state("power_supply", ENVMON),
    "env_temp": sensor("temperature"),
    "env_temp_state": state("temperature", ENVMON),
    "env_temp_threshold": Quantity("sensors", "high", kinds=frozenset({"temperature"}), none=frozenset({0})),
    "ers_mem_avail_mb": memory("free_bytes", MIB),
    "fdry_fan_state": state("fan", FOUNDRY),
    "fdry_poe_port_mw": Quantity("poe/ports", "power_watts", 0.001),
    "fdry_psu_state": state("power_supply", FOUNDRY),
    "fdry_temp": sensor("temperature", none={0}),
    "fgt_cpu": load(scalar=True),
    "fgt_mem": memory("used_ratio", 0.01, scalar=True),
    "fgt_mem_total_kb": memory("total_bytes", KIB, scalar=True),
    "fgt_hw_sensor_name": Quantity("sensors", "name"),
    "fgt_hw_sensor_value": Quantity("sensors", "value"),
    "frogfoot_mem_free_kb": memory("free_bytes", KIB, scalar=True),
    "frogfoot_mem_total_kb": memory("total_bytes", KIB, scalar=True),
    "fru_fan_oper": state("fan", "1 unknown, 2 ok, 3 critical, 4 warning"),
    "fru_power_oper": state("power_supply", "1 critical, 2 ok, 3 absent, 4 critical, 5 critical, 8 critical, 9 warning, 12 warning"),
    "h3c_cpu": load(none={0}),
    "h3c_mem": memory("used_ratio", 0.01, none={0}),
    "h3c_temp": sensor("temperature", none={0, 65535}),
    "hp_fan_state": state("fan", "0 critical, 1 absent, 2 warning, 3 warning, 4 warning, 5 ok"),
    "hp_psu_state": state("power_supply", "1 absent, 2 critical, 3 ok, 4 critical, 5 critical"),
    "hp_sensor_state": state("", "1 unknown, 2 critical, 3 warning, 4 ok, 5 absent"),
    "hp_xcvr_rx_power": light("receive power", 0.001, {-99999999}),
    "hp_xcvr_tx_power": light("transmit power", 0.001, {-99999999}),
    "hw_cpu": load(none={0}),
    "hw_mem": memory("used_ratio", 0.01, none={0}),
    "hw_temp": sensor("temperature", none={0}),
    "idrac_psu_state": state("power_supply", "1 unknown, 2 unknown, 3 ok, 4 warning, 5 critical, 6 critical"),
    "idrac_temp": sensor("temperature"),
    "ilo_temp": sensor("temperature"),
    "jnx_cpu": load(none={0}),
    "jnx_mem": memory("used_ratio", 0.01, none={0}),
    "jnx_mem_mb": memory("total_bytes", MIB, none={0}),
    "jnx_rx_dbm": light("receive power", 1, {0}),
    "jnx_tx_dbm": light("transmit power", 1, {0}),
    "jnx_temp": sensor("temperature", none={0}),
    "lm_temp": sensor("temperature"),
    "lm_temp_name": Quantity("sensors", "name"),
    "mem_free": memory("free_bytes", 1),
    "mem_free_kb": memory("free_bytes", KIB),
    "mem_total": memory("total_bytes", 1),
    "mem_used_kb": memory("used_bytes", KIB),
    "mempool_free": memory("free_bytes", 1),
    "mempool_name": Quantity("memory", "name"),
    "mempool_used": memory("used_bytes", 1),
    "mge_charge": Quantity("ups", "charge_ratio", 0.01),
    "mge_output_load": Quantity("ups", "load_ratio", 0.01),
    "mge_runtime": Quantity("ups", "runtime_seconds"),
    "mtik_ap_clients": Quantity("radios", "clients"),
    "mtik_cpu_temp": sensor("temperature", scalar=True),
    "mtik_gauge_name": Quantity("sensors", "name"),
    "mtik_poe_watts": Quantity("poe/ports", "power_watts"),
    "mtik_temp": sensor("temperature", scalar=True),
    "mtik_volts": sensor("voltage", scalar=True),
    "netgear_mem_free_kb": memory("free_bytes", 1, scalar=True),
    "netgear_mem_total_kb": memory("total_bytes", 1, scalar=True),
    "netgear_temp": sensor("temperature"),
    "rc_cpu_5m": load(),
    "rc_mem_pct": memory("used_ratio", 0.01),
    "ruckus_zd_aps": Quantity("wireless", "access_points"),
    "ruckus_zd_clients": Quantity("wireless", "clients"),
    "syno_disk_status": state("", "1 ok, 2 ok, 3 warning, 4 critical, 5 critical"),
    "syno_disk_temp": sensor("temperature", none={0}),
    "syno_power_status": Quantity("sensors", "status", kinds=frozenset({"power_supply"}), words=states("1 ok, 2 critical"), scalar=True),
    "syno_raid_status": state("other", "1 ok, 11 critical, 12 critical"),
    "syno_system_status": Quantity("sensors", "status", kinds=frozenset({"other"}), words=states("1 ok, 2 critical"), scalar=True),
    "syno_temp": sensor("temperature", scalar=True),
    "tplink_cpu_1m": load(),
    "tplink_mem": memory("used_ratio", 0.01),
    "unifi_clients_vap": Quantity("radios", "clients"),
    "xups_charge": Quantity("ups", "charge_ratio", 0.01),
    "xups_input_volts": Quantity("ups", "input_volts"),
    "xups_minutes_left_s": Quantity("ups", "runtime_seconds"),
    "xups_output_load": Quantity("ups", "load_ratio", 0.01),
    "xups_battery_volts": Quantity("ups", "battery_volts"),
    "xups_ambient_temp": sensor("temperature", scalar=True),
}

# What stands in no section, and why.
LEFT_OUT: dict[str, str] = {
    "edgesw_cpu": "a text of three loads",
    "fgt_ha_mode": "no section for modes", "fgt_sessions": "no section for sessions",
    "jnx_name": "names without what they name", "jnx_state": "checked as sensors of fans and supplies",
    "mem_alloc": "free and total say it", "mtik_gauge_unit": "the unit of a gauge",
    "mtik_gauge_value": "by unit, compared as sensors beside its name", "pan_ha_state": "a state without number",
    "pan_sessions": "no section for sessions", "pan_sessions_max": "no section for sessions",
    "pf_states": "no section for sessions", "stack_role": "no section for roles",
    "stack_state": "a state of the stack", "unifi_essid": "the name of a network",
    "wlc_ssid_clients": "summed up in wireless",
}  # fmt: skip

SINGLE = {"device", "ups", "wireless", "printer"}


def candidates(document: Row, quantity: Quantity, row: Row) -> list[Any]:
    """What the document says where this quantity should stand."""
    if quantity.section in SINGLE:
        return [(document.get(quantity.section) or {}).get(quantity.field)]
    rows = rows_of(document, *PLACES.get(quantity.section, (quantity.section,)))
    if quantity.section == "sensors":
        rows = [one for one in rows if one["kind"] in quantity.kinds]
        rows = [one for one in rows if quantity.named in str(one.get("name")).lower()]
    if quantity.scalar:
        return [one.get(quantity.field) for one in rows]
    found = by_index(rows).get(str(row["index"]), [])
    return [one.get(quantity.field) for one in found]


PLACES = {"poe/ports": ("poe", "ports"), "radios": ("wireless", "radios")}


def quantities(expected: Row, document: Row) -> Iterator[Verdict]:
    for row in expected.get("vendor", []):
        name = row["quantity"]
        if name in LEFT_OUT or told_elsewhere(name, expected):
            continue
        quantity = QUANTITIES[name]
        section = quantity.section.split("/")[0]
        wanted = quantity.value(row)
        if isinstance(wanted, str):
            wanted = text(wanted)
        got = candidates(document, quantity, row)
        equal = any(same(wanted, one) for one in got) or (wanted is None and not got)
        rule = "" if equal else explained(row, got, expected)
        yield Verdict(section, f"{name} {row['index']}", wanted, got, rule, equal)


# What UPS-MIB says too, in full minutes, volts and percent: it is read first.
OF_UPS_MIB = {
    "xups_minutes_left_s": "minutes_remaining",
    "mge_runtime": "minutes_remaining",
    "xups_battery_volts": "battery_volts",
    "xups_input_volts": "input",
    "xups_charge": "charge_pct",
    "xups_output_load": "output",
}


# One load a processor: of five minutes, of the newest table that has it.
LOADS = ["cpu_5m", "cpu_5m_old", "cpu_1m", "cpu_5m_oldcisco"]


def told_elsewhere(name: str, expected: Row) -> bool:
    """Whether another object says the same and is read first."""
    if OF_UPS_MIB.get(name) in (expected.get("ups") or {}):
        return True
    told = {row["quantity"] for row in expected.get("vendor", [])}
    return name in LOADS and bool(told & set(LOADS[: LOADS.index(name)]))


def explained(row: Row, got: list[Any], expected: Row) -> str:
    """The rule by which a difference is none of ours."""
    if row["quantity"] in ("env_temp", "env_temp_state", "env_temp_threshold"):
        other = [
            one.get("real")
            for one in expected.get("cisco_entity_sensors", [])
            if str(one["index"]) == row["index"]
        ]
        if any(same(value, one) for value in other for one in got):
            return "CISCO-ENTITY-SENSOR-MIB has the same sensor, read at another moment"
    return ""
