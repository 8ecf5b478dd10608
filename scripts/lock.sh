#!/bin/sh
# Write locks/*.txt from pyproject.toml. UPGRADE=1 takes the newest versions; otherwise pins stay.
set -eu
cd "$(dirname "$0")/.."

# A folder or index of this machine's own must not choose what every machine installs.
unset UV_FIND_LINKS UV_INDEX UV_EXTRA_INDEX_URL UV_EXCLUDE_NEWER UV_CONSTRAINT UV_OVERRIDE

lock() {
    out=$1
    shift
    .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate ${UPGRADE:+--upgrade} --output-file "locks/$out.txt" "$@"
}

lock uv --group uv
lock core pyproject.toml --group set-up
lock dev pyproject.toml --group set-up --group dev --constraints locks/core.txt
lock spark pyproject.toml --extra spark --constraints locks/dev.txt
