#!/bin/sh
# Run a folder of DMN test cases: what passes, what fails, what lies outside the language and why.
set -eu
if [ -z "${TCK:-}" ]; then
    echo "make tck TCK=文件夹 / make tck TCK=folder" >&2
    exit 2
fi
# the folder is named from where make was called
case $TCK in
/*) folder=$TCK ;;
*) folder=$PWD/$TCK ;;
esac
cd "$(dirname "$0")/.."
exec .venv/bin/python -m tests.policy.feel.tck "$folder"
