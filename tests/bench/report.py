"""Tables and drawing of the benches' figures.

    report.py --machine COMMAND           prints the line of JSON that a file of figures begins with
    report.py [--text] [--docs] FIGURES   prints a table; draws figures.svg beside FIGURES; --docs also
                                          writes docs/performance.{md,svg,jsonl}
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

import chart
import figures

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- figures: written by tests/bench/run.sh --docs -->"
END = "<!-- end of figures -->"


def machine(command: str) -> dict[str, str]:
    """What a reader must know to judge the figures."""
    cpu = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=True)
    return {
        "cpu": cpu,
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": compiler.stdout.splitlines()[0] + ", -O2",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "command": command,
    }


def rows_of(run: figures.Run) -> list[list[str]]:
    """The table's rows, one a figure."""
    rows = []
    for figure in run.figures:
        peer = ""
        if figure.peer:
            peer = f"{figure.peer}: {figures.number_text(figure.peer_value or 0)}"
        promise = ""
        if figure.target is not None:
            sign = "≥" if figure.more_is_better else "≤"
            promise = f"{sign} {figures.number_text(figure.target)}"
        rows.append(
            [
                f"{figure.name}, {figure.unit}",
                figure.subject,
                figures.spread_text(figure),
                peer,
                figures.gain_text(figure.gain_over(figure.peer_value)),
                promise,
                figures.verdict_text(figure),
            ]
        )
    return rows


HEADINGS = ["what", "of", "figure", "beside", "that is", "promise", ""]


def text_table(run: figures.Run) -> str:
    """For a terminal: aligned columns, one block a bench."""
    rows = [[cell.replace("**", "") for cell in row] for row in rows_of(run)]
    widths = [max(len(row[i]) for row in [HEADINGS, *rows]) for i in range(len(HEADINGS))]
    lines = []
    previous = None
    for figure, row in zip(run.figures, rows):
        if figure.bench != previous:
            lines += ["", figure.bench.upper()]
            previous = figure.bench
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    return "\n".join(lines).lstrip("\n")


def markdown_tables(run: figures.Run) -> str:
    """One table a bench."""
    lines = []
    previous = None
    for figure, row in zip(run.figures, rows_of(run)):
        if figure.bench != previous:
            lines += ["", f"### {figure.bench}", "", "| " + " | ".join(HEADINGS) + " |"]
            lines.append("|---|---|---:|---|---|---|---|")
            previous = figure.bench
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
    return "\n".join(lines).strip()


def write_page(run: figures.Run, source: pathlib.Path) -> None:
    """Renews the part of docs/performance.md between its marks, and what stands beside it."""
    page = PAGE.read_text()
    if BEGIN not in page or END not in page:
        sys.exit(f"report.py: {PAGE} lacks the marks {BEGIN} and {END}")
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    facts = run.machine
    machine_text = (
        f"Measured {facts.get('date')} with `{facts.get('command')}` on {facts.get('cpu')}, "
        f"{facts.get('cores')} cores, {facts.get('memory')}, {facts.get('kernel')}, "
        f"{facts.get('compiler')}. In brackets the least and the most over the runs."
    )
    drawing = "![Figures beside promises and peers](performance.svg)"
    body = "\n\n".join([BEGIN, machine_text, drawing, markdown_tables(run), END])
    PAGE.write_text(head + body + tail)
    PAGE.with_suffix(".svg").write_text(chart.draw(run))
    if source.resolve() != PAGE.with_suffix(".jsonl"):
        shutil.copyfile(source, PAGE.with_suffix(".jsonl"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--machine", metavar="COMMAND")
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("figures", nargs="?", type=pathlib.Path)
    asked = parser.parse_args()
    if asked.machine:
        print(json.dumps({"machine": machine(asked.machine)}))
        return
    if not asked.figures:
        parser.error("name a file of figures")
    try:
        run = figures.load(asked.figures)
    except (OSError, ValueError) as error:
        sys.exit(f"report.py: {error}")
    asked.figures.with_suffix(".svg").write_text(chart.draw(run))
    if asked.text:
        print(text_table(run))
    if asked.docs:
        write_page(run, asked.figures)


if __name__ == "__main__":
    main()
