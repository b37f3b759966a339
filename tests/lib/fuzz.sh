#!/usr/bin/env bash
# fuzz.sh [--jobs N] TARGET...: runs each target 10^6 times (HALLMONITOR_LONG: 10^7), N at once, from the
# corpus in the tree, what it has grown in its build folder, and what it found before; one line a target.
# The input of a finding lies in TARGET.findings and ends the target's run; until the cause is mended the
# next run ends there at once. A target that did not get so far is a failure too.
set -uo pipefail

runs=1000000
[ -z "${HALLMONITOR_LONG:-}" ] || runs=10000000
jobs=1
if [ "${1:-}" = --jobs ]; then
    jobs=$2
    shift 2
fi
[ $# -gt 0 ] || { echo "usage: tests/lib/fuzz.sh [--jobs N] TARGET..." >&2; exit 2; }

# Short traces and a small quarantine: freed memory is still watched, and executions are many.
export ASAN_OPTIONS=strict_string_checks=1:malloc_context_size=2:quarantine_size_mb=1:thread_local_quarantine_size_kb=256

# One target; its log goes to the file beside it.
fuzz() {
    local target=$1 begun=$SECONDS seeds code executions seconds findings
    mkdir -p "$target.corpus" "$target.findings"
    mapfile -t seeds <"$target.seeds"
    "$target" -runs="$runs" -max_len="$(<"$target.max_len")" -timeout=10 -rss_limit_mb=2048 -entropic=0 \
        -artifact_prefix="$target.findings/" -print_final_stats=1 \
        "$target.corpus" "${seeds[@]}" "$target.findings" >"$target.log" 2>&1
    code=$?
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")
    seconds=$((SECONDS - begun))
    findings=$(grep -c 'Test unit written to' "$target.log")
    printf '%-18s %8s executions in %5s s, %6s a second, findings: %s\n' "${target##*/}" "${executions:-0}" \
        "$seconds" "$((${executions:-0} / (seconds > 0 ? seconds : 1)))" "$findings"
    [ "$code" = 0 ] && [ "$findings" = 0 ] && [ "${executions:-0}" -ge "$runs" ] && return
    printf '%s FAILED (exit code %s); the end of %s:\n' "${target##*/}" "$code" "$target.log"
    tail -n 40 "$target.log"
    return 1
}

passed=0
failed=0
reap() {
    if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Processes in the background ignore an interrupt.
stop() {
    local job
    for job in $(jobs -p); do pkill -P "$job"; done
    exit 130
}
trap stop INT TERM
running=0
for target in "$@"; do
    if [ "$running" -ge "$jobs" ]; then
        reap
        running=$((running - 1))
    fi
    fuzz "$target" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    reap
    running=$((running - 1))
done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
