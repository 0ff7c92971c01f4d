#!/usr/bin/env bash
# Set up align in .venv and run the main job on the bundled samples. Safe to interrupt and to repeat.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
setup_venv run "requirements.txt pyproject.toml" -e ".[fast]"
echo "== align run data/samples --out runs/samples"
exec .venv/bin/align run data/samples --out runs/samples --redo
