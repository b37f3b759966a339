# shellcheck shell=bash
# Stages of tests/run.sh: each has a heading, its time, and its place in the summary at the end. The
# closing lines of Catch2, ctest and pytest are read from the output, so that the sum is a true one.

stage_results=()
stage_passed=0
stage_failed=0
stage_skipped=0

# The number before each match of a pattern in file $1, summed.
sum_of() {
    grep -oE "$2" "$1" | grep -oE '[0-9]+' | awk '{ sum += $1 } END { print sum + 0 }'
}

# Adds what the test programs counted themselves in file $1.
count_tests() {
    local log=$1 closing total failed
    # Catch2: "All tests passed (9 assertions in 4 test cases)" or "test cases: 4 | 3 passed | 1 failed".
    if closing=$(grep -oE 'in [0-9]+ test cases?\)' "$log"); then
        stage_passed=$((stage_passed + $(tr -dc '0-9' <<<"$closing")))
    elif closing=$(grep -E '^test cases: ' "$log"); then
        stage_passed=$((stage_passed + $(sum_of <(echo "$closing") '[0-9]+ passed')))
        stage_failed=$((stage_failed + $(sum_of <(echo "$closing") '[0-9]+ failed')))
    elif closing=$(grep -E '^[0-9]+% tests passed, ' "$log"); then # ctest
        failed=$(sum_of <(echo "$closing") '[0-9]+ tests failed')
        total=$(sum_of <(echo "$closing") 'out of [0-9]+')
        stage_passed=$((stage_passed + total - failed))
        stage_failed=$((stage_failed + failed))
    elif closing=$(tail -n 1 "$log" | grep -E '^[=0-9].* in [0-9.]+s'); then # pytest
        stage_passed=$((stage_passed + $(sum_of <(echo "$closing") '[0-9]+ passed')))
        stage_failed=$((stage_failed + $(sum_of <(echo "$closing") '[0-9]+ (failed|error)')))
        stage_skipped=$((stage_skipped + $(sum_of <(echo "$closing") '[0-9]+ skipped')))
    elif closing=$(tail -n 1 "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed$'); then # ours
        stage_passed=$((stage_passed + $(sum_of <(echo "$closing") '[0-9]+ passed')))
        stage_failed=$((stage_failed + $(sum_of <(echo "$closing") '[0-9]+ failed')))
    fi
}

# run_stage NAME COMMAND...: runs it in a subshell, so that a command may end it.
run_stage() {
    local name=$1 log code begun=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    log=$(mktemp)
    ("$@") 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    count_tests "$log"
    rm -f "$log"
    if [ "$code" = 0 ]; then
        stage_results+=("ok      $((SECONDS - begun)) s  $name")
    else
        stage_results+=("FAILED  $((SECONDS - begun)) s  $name (exit code $code)")
    fi
    printf -- '-- %s: %s s\n' "$name" "$((SECONDS - begun))"
    return "$code"
}

# The summary; ends the script.
finish() {
    local row is_good=0
    printf '\n== summary, %s s\n' "$SECONDS"
    for row in "${stage_results[@]}"; do
        printf '%s\n' "$row"
        [[ $row = FAILED* ]] && is_good=1
    done
    [ "$stage_skipped" = 0 ] || printf '%s skipped (reasons above)\n' "$stage_skipped"
    printf '%s passed, %s failed\n' "$stage_passed" "$stage_failed"
    exit "$is_good"
}

shell_check() {
    # shellcheck disable=SC2046 # no file of ours has a space in its name
    shellcheck --external-sources $(git ls-files '*.sh') .ci/run
}
