#!/bin/sh
# Write requirements.lock and requirements-dev.lock: the newest versions that pyproject.toml allows.
# Usage: deploy/lock.sh PYTHON, the oldest supported Python, so that the result fits all others.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" -m venv "$work/venv"
python=$work/venv/bin/python
names() {
    "$python" -c '
import sys, tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*(project["dependencies"] if sys.argv[1] == "run" else project["optional-dependencies"][sys.argv[1]]), sep="\n")
' "$1" >"$work/$1.txt"
}

names run
"$python" -m pip install -q --disable-pip-version-check -r "$work/run.txt"
"$python" -m pip freeze --exclude pip --exclude setuptools >"$work/run.lock"
names dev
"$python" -m pip install -q --disable-pip-version-check -r "$work/run.lock" -r "$work/dev.txt"
"$python" -m pip freeze --all --exclude pip >"$work/all.lock"

{
    echo "# What the server runs on, exactly. Made by: make lock"
    cat "$work/run.lock"
    # Only the first releases of 3.11 need it, for redis.
    echo 'async-timeout==5.0.1; python_full_version < "3.11.3"'
} >requirements.lock
{
    echo "# What tests and linters need besides, exactly. Made by: make lock"
    echo "-r requirements.lock"
    grep -vxFf "$work/run.lock" "$work/all.lock"
} >requirements-dev.lock
