#!/bin/sh
# Style, types, tests: all of them, and non-zero when any fails. ARGS goes to pytest.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
export PATH
failed=

step() {
    printf '== %s\n' "$*"
    "$@" || failed="$failed [$*]"
}

eval "set -- ${ARGS:-}"
step ruff check .
step ruff format --check .
step mypy
step pytest -n auto "$@"

[ -z "$failed" ] || {
    printf '没有通过 / Failed:%s\n' "$failed" >&2
    exit 1
}
