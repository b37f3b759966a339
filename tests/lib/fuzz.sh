#!/usr/bin/env bash
# fuzz.sh TARGET: grows the target's corpus in its build folder for a short while (HALLMONITOR_LONG: for
# ten minutes), starting from the corpus in the tree. A crash leaves its input beside the target.
set -euo pipefail

target=$1
seconds=$([ -n "${HALLMONITOR_LONG:-}" ] && echo 600 || echo 40)
mkdir -p "$target.corpus"
mapfile -t seeds <"$target.seeds"
# stdout carries libFuzzer's progress, of which the end is enough.
"$target" -runs=1000000 -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$target-" -print_final_stats=1 "$target.corpus" "${seeds[@]}" 2>&1 | tail -n 40
