#!/usr/bin/env bash
# fuzz.sh [--jobs N] TARGET...: runs each target 10^6 times (HALLMONITOR_LONG: 10^7), N at once, from the
# corpus in the tree and what it has grown in its build folder. A crash leaves its input beside the
# target; a target that did not get so far is a failure too.
set -uo pipefail

runs=1000000
[ -z "${HALLMONITOR_LONG:-}" ] || runs=10000000
jobs=1
if [ "${1:-}" = --jobs ]; then
    jobs=$2
    shift 2
fi

# Short traces and a small quarantine: freed memory is still watched, and executions are many.
export ASAN_OPTIONS=malloc_context_size=2:quarantine_size_mb=4

# One target; its log goes to the file beside it.
fuzz() {
    local target=$1 begun=$SECONDS seeds done_runs
    mkdir -p "$target.corpus"
    mapfile -t seeds <"$target.seeds"
    if "$target" -runs="$runs" -max_len="$(<"$target.max_len")" -timeout=10 -rss_limit_mb=2048 -entropic=0 \
        -artifact_prefix="$target-" -print_final_stats=1 "$target.corpus" "${seeds[@]}" >"$target.log" 2>&1 &&
        done_runs=$(grep -oE '^Done [0-9]+ runs' "$target.log" | grep -oE '[0-9]+') &&
        [ "$done_runs" -ge "$runs" ]; then
        printf '%-18s %s runs in %s s\n' "${target##*/}" "$done_runs" "$((SECONDS - begun))"
        return 0
    fi
    printf '%-18s FAILED; the end of %s:\n' "${target##*/}" "$target.log"
    tail -n 40 "$target.log"
    return 1
}

passed=0
failed=0
reap() {
    if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

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
