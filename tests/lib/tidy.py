"""clang-tidy over the whole tree, only where something changed since it last was clean.

    tidy.py [--jobs N] BUILD_FOLDER

A source file is looked at again when it, a header of ours that it includes, its compile command or the
checks changed. What was clean is remembered by hash in BUILD_FOLDER/tidy/clean.
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
# g++'s precompiled headers and the warnings that only it knows say nothing to clang.
PRECOMPILED = re.compile(r"-Winvalid-pch|-include \S+cmake_pch\.hxx")


def project_headers(build: pathlib.Path) -> dict[str, list[pathlib.Path]]:
    """The files of ours that each object was made from, by the object's name, as ninja knows them."""
    deps: dict[str, list[pathlib.Path]] = {}
    listing = subprocess.run(
        ["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True, check=True
    )
    current: list[pathlib.Path] = []
    for line in listing.stdout.splitlines():
        if line.startswith("    "):
            path = (build / line.strip()).resolve()
            if ROOT in path.parents and build not in path.parents:
                current.append(path)
        elif ": #deps" in line:
            current = deps.setdefault(line.split(":")[0], [])
    return deps


def object_of(command: dict[str, str]) -> str:
    words = command["command"].split()
    return words[words.index("-o") + 1]


def fingerprint(command: dict[str, str], files: list[pathlib.Path]) -> str:
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(command["command"].encode())
    for path in sorted({pathlib.Path(command["file"]), *files}):
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

    deps = project_headers(build)
    commands = json.loads((build / "compile_commands.json").read_text())
    for command in commands:
        command["command"] = PRECOMPILED.sub("", command["command"])
    database = build / "tidy"
    database.mkdir(exist_ok=True)
    (database / "compile_commands.json").write_text(json.dumps(commands))
    hashes: dict[str, str] = {}
    for command in commands:
        source = pathlib.Path(command["file"])
        if build in source.parents:
            continue
        hashes[str(source)] = fingerprint(command, deps.get(object_of(command), []))
    todo = {source: key for source, key in hashes.items() if key not in known}
    print(f"clang-tidy: {len(todo)} of {len(hashes)} files to look at", flush=True)

    remembered.write_text("".join(f"{key}\n" for key in hashes.values() if key in known))
    offenders = 0
    with remembered.open("a") as clean, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(tidy, database, source): source for source in todo}
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
