"""clang-tidy over the whole tree, only where something changed since it last was clean.

    tidy.py [--jobs N] BUILD_FOLDER

BUILD_FOLDER is configured with the preset `tidy` and need not be built: each source is compiled alone, as
the preset `dev` does not. A source file is looked at again when it, a header of ours that it includes, its
compile command or the checks changed. What was clean is remembered by hash in BUILD_FOLDER/tidy/clean.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^#include "(.+)"', re.MULTILINE)


def project_headers(source: pathlib.Path) -> set[pathlib.Path]:
    """The headers of ours that a source includes, those of headers too. They are named from the root."""
    found: set[pathlib.Path] = set()
    todo = [source]
    while todo:
        for name in INCLUDE.findall(todo.pop().read_text()):
            header = ROOT / name
            if header in found or not header.exists():
                continue
            found.add(header)
            todo.append(header)
    return found


def fingerprint(command: dict[str, str]) -> str:
    source = pathlib.Path(command["file"])
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(command["command"].encode())
    for path in sorted({source, *project_headers(source)}):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tidy(database: pathlib.Path, source: str) -> tuple[int, str]:
    done = subprocess.run(
        [
            "clang-tidy",
            "--quiet",
            "--extra-arg=-Wno-unknown-warning-option",
            "-p",
            str(database),
            source,
        ],
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("build", type=pathlib.Path)
    options = parser.parse_args()
    build: pathlib.Path = options.build.resolve()
    remembered = build / "tidy" / "clean"
    known = set(remembered.read_text().split()) if remembered.exists() else set()

    commands = json.loads((build / "compile_commands.json").read_text())
    remembered.parent.mkdir(exist_ok=True)
    hashes: dict[str, str] = {}
    for command in commands:
        source = pathlib.Path(command["file"])
        if build in source.parents:
            continue
        hashes[str(source)] = fingerprint(command)
    todo = {source: key for source, key in hashes.items() if key not in known}
    print(f"clang-tidy: {len(todo)} of {len(hashes)} files to look at", flush=True)

    remembered.write_text("".join(f"{key}\n" for key in hashes.values() if key in known))
    offenders = 0
    with remembered.open("a") as clean, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(tidy, build, source): source for source in todo}
        for future in concurrent.futures.as_completed(running):
            source = running[future]
            code, text = future.result()
            if code == 0:
                # At once, so that a run that is cut short was not in vain.
                print(todo[source], file=clean, flush=True)
                continue
            offenders += 1
            print(text, end="", flush=True)
    print(f"clang-tidy: {len(todo) - offenders} clean, {offenders} with warnings")
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
