#!/usr/bin/env bash
# Everything that tests this project: installs what is needed, builds, runs. See --help.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
# shellcheck source=deploy/lib/setup.sh
. deploy/lib/setup.sh
# shellcheck source=tests/lib/stages.sh
. tests/lib/stages.sh

usage() {
    cat <<'TEXT'
usage: tests/run.sh [STAGES] [--long] [--jobs N]
Without STAGES: installs what is missing, builds, runs the unit, I/O, corpus and end-to-end tests.
  --quick   only build and run the unit tests (the inner loop; installs nothing)
  --asan    the C++ tests under the address and undefined behaviour sanitizers
  --tsan    the C++ tests under the thread sanitizer
  --tidy    formatting, clang-tidy and shellcheck
  --fuzz    every fuzz target 10^6 times (--long: 10^7 times)
  --e2e     only the end-to-end tests (real snmpd, real Prometheus, network namespaces)
  --all     all of the above
  --long    the long form of what is run
  --jobs N  processes at once (default: one a processor)
Several STAGES may be given. Exit code: 0 all passed, 1 something failed, 2 wrong usage.
TEXT
}

jobs=$(nproc)
long=no
stages=()
while [ $# -gt 0 ]; do
    case $1 in
    --quick | --asan | --tsan | --tidy | --fuzz | --e2e) stages+=("${1#--}") ;;
    --all) stages=(cxx e2e tidy asan tsan fuzz) ;;
    --long) long=yes ;;
    --jobs)
        shift
        [[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "tests/run.sh: --jobs needs a number" >&2; exit 2; }
        jobs=$1
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    *)
        printf 'tests/run.sh: unknown option %s\n' "$1" >&2
        usage >&2
        exit 2
        ;;
    esac
    shift
done
[ ${#stages[@]} -gt 0 ] || stages=(cxx e2e)
[ "$long" = no ] || export HALLMONITOR_LONG=1

# build PRESET [TARGET...], once each.
built=
build() {
    local preset=$1
    [[ " $built " != *" $* "* ]] || return 0
    built+=" $*"
    shift
    run_stage "configure $preset" cmake --preset "$preset" --log-level=WARNING || finish
    run_stage "build $preset" ninja -C "build/$preset" -j "$jobs" --quiet "$@" || finish
}

# The C++ tests of a preset. The corpora that fuzzing grew are replayed by ctest.
cxx_tests() {
    local preset=$1 prefix=()
    # The thread sanitizer of g++ 12 cannot lay out its memory under some kernels' randomization.
    if [ "$preset" = tsan ] && setarch --addr-no-randomize true 2>/dev/null; then
        prefix=(setarch --addr-no-randomize)
    fi
    run_stage "unit tests, $preset" "${prefix[@]}" "build/$preset/tests/unit_tests"
    run_stage "I/O tests, $preset" "${prefix[@]}" "build/$preset/tests/io_tests"
    run_stage "corpora, $preset" "${prefix[@]}" ctest --test-dir "build/$preset" --exclude-regex '^(unit|io)_tests$' \
        --output-on-failure --parallel "$jobs"
}

export ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$root/tests/lib/lsan.supp:print_suppressions=0
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

if [ "${stages[*]}" != quick ]; then
    run_stage "packages" install_packages deploy/packages-{build,run,test}.txt || finish
fi
for stage in "${stages[@]}"; do
    case $stage in
    quick)
        build dev unit_tests
        run_stage "unit tests, dev" build/dev/tests/unit_tests
        ;;
    cxx)
        build dev
        cxx_tests dev
        ;;
    asan | tsan)
        build "$stage"
        cxx_tests "$stage"
        ;;
    e2e)
        build dev
        # Many at a time: they wait more than they compute.
        run_stage "end-to-end tests" /usr/bin/python3 -m pytest -q -rs -n $((4 * jobs)) tests/e2e
        ;;
    tidy)
        run_stage "format" tests/lib/format.sh
        run_stage "shell scripts" shell_check
        run_stage "configure tidy" cmake --preset tidy --log-level=WARNING || finish
        run_stage "clang-tidy" /usr/bin/python3 tests/lib/tidy.py --jobs "$jobs" build/tidy
        ;;
    fuzz)
        build fuzz fuzz_targets
        run_stage "fuzz" tests/lib/fuzz.sh --jobs "$jobs" build/fuzz/tests/fuzz/*_fuzz
        ;;
    esac
done
finish
