"""Draws figures as an SVG: a bar a figure from its promise to where it stands, on a log scale.

What is promised is the line in the middle; a bar to the right is that many times better, to the left
worse. A diamond is the peer or raw limit of the same run. Figures without a promise are drawn against
their peer, in a part of their own.
"""

from __future__ import annotations

import dataclasses
import math
from xml.sax.saxutils import escape

import figures

WIDTH = 1080
LABELS = 330  # where the plot begins
PLOT = 470
ROW = 38
HEAD = 92
GROUP = 30
FOOT = 40
INK, SOFT, GRID = "#1f2933", "#66727f", "#dfe4ea"
GOOD, POOR, PEER = "#1f7a5c", "#c2410c", "#8b5cf6"
FONT = "font-family='Inter, Segoe UI, Helvetica, Arial, sans-serif'"


@dataclasses.dataclass(frozen=True)
class Scale:
    """Logarithmic: powers of ten between `low` and `high`."""

    low: int
    high: int

    def x(self, gain: float) -> float:
        share = (math.log10(gain) - self.low) / (self.high - self.low)
        return LABELS + PLOT * min(max(share, 0.0), 1.0)


def text(x: float, y: float, words: str, size: int = 12, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' {more}>{escape(words)}</text>"


def reference_of(figure: figures.Figure) -> float | None:
    return figure.target if figure.target is not None else figure.peer_value


def gain_of(figure: figures.Figure) -> float | None:
    return figure.gain_over(reference_of(figure))


def peer_gain_of(figure: figures.Figure) -> float | None:
    """Where the peer stands on the same scale."""
    if figure.target is None or not figure.peer_value:
        return None
    if figure.more_is_better:
        return figure.peer_value / figure.target
    return figure.target / figure.peer_value


def scale_for(rows: list[figures.Figure]) -> Scale:
    gains = [1.0]
    for row in rows:
        gains += [g for g in (gain_of(row), peer_gain_of(row)) if g]
    low = math.floor(math.log10(min(gains)) - 0.05)
    high = math.ceil(math.log10(max(gains)) + 0.05)
    return Scale(min(low, -1), max(high, 1))


def row_marks(figure: figures.Figure, y: float, scale: Scale) -> list[str]:
    gain = gain_of(figure)
    assert gain is not None
    colour = GOOD if gain >= 1 else POOR
    begin, end = sorted((scale.x(1), scale.x(gain)))
    middle = y + ROW / 2
    marks = [
        text(LABELS - 16, middle - 2, figure.name, 12, "text-anchor='end' font-weight='600'"),
        text(LABELS - 16, middle + 12, figure.subject, 10, f"text-anchor='end' fill='{SOFT}'"),
        f"<rect x='{begin:.1f}' y='{middle - 7:.1f}' width='{max(end - begin, 2):.1f}' height='14' "
        f"rx='3' fill='{colour}'/>",
    ]
    peer = peer_gain_of(figure)
    if peer:
        x = scale.x(peer)
        marks.append(
            f"<path d='M {x:.1f} {middle - 7:.1f} l 7 7 l -7 7 l -7 -7 z' fill='white' "
            f"stroke='{PEER}' stroke-width='2'><title>{escape(figure.peer)}</title></path>"
        )
    beside = f"{figures.number_text(figure.value)} {figure.unit}"
    if figure.target is not None:
        sign = "≥" if figure.more_is_better else "≤"
        beside += f"  (promise {sign} {figures.number_text(figure.target)})"
    marks.append(text(LABELS + PLOT + 18, middle - 2, beside, 12, "font-weight='600'"))
    if figure.peer and figure.peer_value is not None:
        peer_words = f"{figure.peer}: {figures.number_text(figure.peer_value)}"
        marks.append(text(LABELS + PLOT + 18, middle + 12, peer_words, 10, f"fill='{SOFT}'"))
    return marks


def axis(scale: Scale, top: float, bottom: float, middle: str) -> list[str]:
    marks = []
    for power in range(scale.low, scale.high + 1):
        x = scale.x(10.0**power)
        words = middle if power == 0 else f"{10 ** abs(power):,}× {'better' if power > 0 else 'worse'}"
        style = f"stroke='{INK}' stroke-width='1.5'" if power == 0 else f"stroke='{GRID}'"
        marks.append(f"<line x1='{x:.1f}' y1='{top:.1f}' x2='{x:.1f}' y2='{bottom:.1f}' {style}/>")
        shade = INK if power == 0 else SOFT
        marks.append(text(x, top - 7, words, 11, f"text-anchor='middle' fill='{shade}'"))
    return marks


def panel(rows: list[figures.Figure], top: float, title: str, middle: str) -> tuple[list[str], float]:
    """One part of the drawing and where it ends."""
    scale = scale_for(rows)
    y = top + 58
    marks: list[str] = [text(28, top + 20, title, 15, "font-weight='700'")]
    body: list[str] = []
    previous = None
    for row in rows:
        if row.bench != previous:
            body.append(text(28, y + 19, row.bench.upper(), 11, f"fill='{SOFT}' letter-spacing='1.5'"))
            y += GROUP
            previous = row.bench
        body += row_marks(row, y, scale)
        y += ROW
    return marks + axis(scale, top + 58, y, middle) + body, y + 20


def draw(run: figures.Run) -> str:
    """The whole picture."""
    drawable = [f for f in run.figures if gain_of(f)]
    promised = [f for f in drawable if f.target is not None]
    others = [f for f in drawable if f.target is None]
    marks: list[str] = []
    y: float = HEAD
    if promised:
        part, y = panel(promised, y, "Against what is promised", "promise")
        marks += part
    if others:
        part, y = panel(others, y, "Against peers and raw limits, without a promise", "equal")
        marks += part
    height = y + FOOT
    facts = run.machine
    foot = ", ".join(facts[key] for key in ("cpu", "kernel", "compiler", "date") if key in facts)
    legend = [
        f"<rect x='28' y='52' width='26' height='12' rx='3' fill='{GOOD}'/>",
        text(62, 62, "ours, promise met", 11),
        f"<rect x='190' y='52' width='26' height='12' rx='3' fill='{POOR}'/>",
        text(224, 62, "ours, missed or worse", 11),
        f"<path d='M 377 51 l 7 7 l -7 7 l -7 -7 z' fill='white' stroke='{PEER}' stroke-width='2'/>",
        text(392, 62, "peer or raw limit measured in the same run", 11),
    ]
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height:.0f}' "
            f"width='{WIDTH}' height='{height:.0f}' {FONT} fill='{INK}'>",
            f"<rect width='{WIDTH}' height='{height:.0f}' rx='10' fill='white'/>",
            text(28, 36, "Hallmonitor, measured", 20, "font-weight='700'"),
            *legend,
            *marks,
            text(28, height - 16, foot, 10, f"fill='{SOFT}'"),
            "</svg>\n",
        ]
    )
