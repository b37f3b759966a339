"""Figures as the benches print them (figure.hpp): one JSON object a line, read and put into words."""

from __future__ import annotations

import dataclasses
import json
import math
import pathlib


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure; `ratio` and `met` are computed here, so that all tables agree."""

    bench: str
    name: str
    subject: str
    value: float
    unit: str
    minimum: float | None = None  # over the runs; none: as value
    maximum: float | None = None
    more_is_better: bool = False
    peer: str = ""
    peer_value: float | None = None
    target: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the promise is kept; none where nothing is promised."""
        if self.target is None:
            return None
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    def gain_over(self, other: float | None) -> float | None:
        """How many times better than `other`, below 1: worse. None where it cannot be said."""
        if not other or self.value <= 0 or other <= 0:
            return None
        return self.value / other if self.more_is_better else other / self.value


@dataclasses.dataclass(frozen=True)
class Run:
    """All figures of one run and the machine that they were taken on."""

    machine: dict[str, str]
    figures: list[Figure]


def load(path: pathlib.Path) -> Run:
    """Reads a file of figures. Raises ValueError with file and line for what is none."""
    machine: dict[str, str] = {}
    figures: list[Figure] = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            fields = json.loads(line)
            if "machine" in fields:
                machine = fields["machine"]
                continue
            figures.append(
                Figure(
                    bench=fields["bench"],
                    name=fields["name"],
                    subject=fields["subject"],
                    value=float(fields["value"]),
                    unit=fields["unit"],
                    minimum=float(fields["min"]),
                    maximum=float(fields["max"]),
                    more_is_better=fields["better"] == "more",
                    peer=fields.get("peer", ""),
                    peer_value=fields.get("peer_value"),
                    target=fields.get("target"),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}: no figure: {error}") from error
    return Run(machine, figures)


def show(figure: Figure) -> None:
    """Prints the line of JSON that load() reads, as bench::print does."""
    line: dict[str, object] = {
        "bench": figure.bench,
        "name": figure.name,
        "subject": figure.subject,
        "value": figure.value,
        "unit": figure.unit,
        "min": figure.value if figure.minimum is None else figure.minimum,
        "max": figure.value if figure.maximum is None else figure.maximum,
        "better": "more" if figure.more_is_better else "less",
    }
    if figure.peer:
        line["peer"] = figure.peer
    if figure.peer_value is not None:
        line["peer_value"] = figure.peer_value
        if figure.peer_value > 0:
            line["ratio"] = figure.value / figure.peer_value
    if figure.target is not None:
        line["target"] = figure.target
        line["met"] = figure.is_met
    print(json.dumps(line), flush=True)


def number_text(value: float) -> str:
    """Three significant digits, thousands apart."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spread_text(figure: Figure) -> str:
    """Value, and in brackets the range where there were several runs."""
    text = number_text(figure.value)
    if figure.minimum is None or figure.maximum is None or figure.minimum == figure.maximum:
        return text
    return f"{text} ({number_text(figure.minimum)}..{number_text(figure.maximum)})"


def gain_text(gain: float | None) -> str:
    """In words: "3.2 times better"."""
    if gain is None:
        return ""
    factor, word = (gain, "better") if gain >= 1 else (1 / gain, "worse")
    return "equal" if factor < 1.05 else f"{number_text(factor)} times {word}"


def verdict_text(figure: Figure) -> str:
    """Whether the promise is kept."""
    return {None: "", True: "met", False: "**missed**"}[figure.is_met]
