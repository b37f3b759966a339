#!/usr/bin/env bash
# Says which files clang-format would change. `tests/lib/format.sh --fix` changes them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mode=(--dry-run -Werror)
[ "${1:-}" = --fix ] && mode=(-i)
git ls-files -z '*.hpp' '*.cpp' | xargs -0 clang-format "${mode[@]}"
