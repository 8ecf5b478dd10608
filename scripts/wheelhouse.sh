#!/bin/sh
# Fill the folder WHEELHOUSE with the wheels of this machine's platform. SET=dev adds what make test needs.
set -eu
cd "$(dirname "$0")/.."
folder=${WHEELHOUSE:-wheelhouse}
mkdir -p "$folder"
.venv/bin/python -m pip download --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --dest "$folder" -r locks/uv.txt -r "locks/${SET:-core}.txt"
printf '已放入 %s；离线时 make run WHEELHOUSE=%s / Filled %s; offline: make run WHEELHOUSE=%s\n' \
    "$folder" "$folder" "$folder" "$folder"
