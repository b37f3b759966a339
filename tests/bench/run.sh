#!/usr/bin/env bash
# Measures everything that docs/performance.md tells of, beside peers and raw limits in the same run.
# See --help.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
# shellcheck source=deploy/lib/setup.sh
. deploy/lib/setup.sh

usage() {
    cat <<'TEXT'
usage: tests/bench/run.sh [--quick] [--docs] [--jobs N] [BENCH...]
Installs what is missing, builds the preset "bench", runs every bench (or those named, without _bench),
and prints a table; the figures stay in build/bench/figures.jsonl, a drawing in build/bench/figures.svg.
  --quick   fewer rounds and smaller fleets: to see that the benches work, not for the record
  --docs    also writes the figures into docs/performance.{md,svg,jsonl}; wants a machine at rest
  --jobs N  processes at once while building (default: one a processor)
Exit code: 0 all ran, 1 a bench failed, 2 wrong usage. A promise that is not met is no failure here.
TEXT
}

jobs=$(nproc)
report=(--text)
wanted=()
while [ $# -gt 0 ]; do
    case $1 in
    --quick) export HALLMONITOR_BENCH_QUICK=1 ;;
    --docs) report+=(--docs) ;;
    --jobs)
        shift
        [[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "tests/bench/run.sh: --jobs needs a number" >&2; exit 2; }
        jobs=$1
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    -*)
        printf 'tests/bench/run.sh: unknown option %s\n' "$1" >&2
        usage >&2
        exit 2
        ;;
    *) wanted+=("${1%_bench}") ;;
    esac
    shift
done
if [ -n "${HALLMONITOR_BENCH_QUICK:-}" ] && [ ${#report[@]} -gt 1 ]; then
    echo "tests/bench/run.sh: quick figures are not for the record: --quick or --docs, not both" >&2
    exit 2
fi

build=$root/build/bench
export HALLMONITOR_BUILD=$build
install_packages deploy/packages-{build,run,test,bench}.txt
cmake --preset bench --log-level=WARNING || exit 1
ninja -C "$build" -j "$jobs" --quiet benches hallmonitor-agent hallmonitor-collector snmp_fleet slow_disk tcp_proxy || exit 1

# The command of every bench: a program of the build or a script beside this one.
command_of() {
    if [ -x "$build/tests/bench/$1_bench" ]; then
        printf '%s\n' "$build/tests/bench/$1_bench"
    elif [ -f "tests/bench/$1_bench.py" ]; then
        printf '%s\n' "tests/bench/$1_bench.py"
    else
        return 1
    fi
}

all_benches() {
    local source
    for source in tests/bench/*_bench.cpp tests/bench/*_bench.py; do
        [ -f "$source" ] && basename "${source%_bench.*}"
    done | sort -u
}

[ ${#wanted[@]} -gt 0 ] || mapfile -t wanted < <(all_benches)
for bench in "${wanted[@]}"; do
    command_of "$bench" >/dev/null || {
        printf 'tests/bench/run.sh: there is no bench %s; there are: %s\n' "$bench" "$(all_benches | paste -sd' ')" >&2
        exit 2
    }
done

figures=$build/figures.jsonl
code=0
/usr/bin/python3 tests/bench/report.py --machine "tests/bench/run.sh" >"$figures" || exit 1
for bench in "${wanted[@]}"; do
    command=$(command_of "$bench")
    printf '== %s\n' "$bench" >&2
    if [[ $command = *.py ]]; then
        /usr/bin/python3 "$command" >>"$figures"
    else
        "$command" >>"$figures"
    fi || {
        printf 'tests/bench/run.sh: the bench %s failed\n' "$bench" >&2
        code=1
    }
done
/usr/bin/python3 tests/bench/report.py "${report[@]}" "$figures" || code=1
exit "$code"
