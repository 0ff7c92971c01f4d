#!/usr/bin/env bash
# Set up align with all its extras in .venv, then lint, types and tests. Extra arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
setup_venv dev "requirements.txt pyproject.toml" -e ".[dev,review,fast,scale]"
echo "== lint"
.venv/bin/ruff check align scripts tests
.venv/bin/ruff format --check align scripts tests
echo "== types"
.venv/bin/mypy
echo "== tests"
exec .venv/bin/python -m pytest "$@"
