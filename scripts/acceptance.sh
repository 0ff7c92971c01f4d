#!/usr/bin/env bash
# What takes too long for CI: chaos whole, fuzzing at length, and the benchmarks behind the figures of docs/.
#
#     scripts/acceptance.sh [DIR]      # results go to DIR, runs/acceptance where none is named
#
# Each step prints into a file of its own; one that fails is named at the end and does not stop the others.
# ../shared must lie beside the checkout for the steps that measure quality. Take a day and a quiet machine for all of it;
# to repeat one step, copy its line.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
setup_venv dev "requirements.txt pyproject.toml" -e ".[dev,review,fast,scale]"
out=${1:-runs/acceptance}
mkdir -p "$out"
python=.venv/bin/python
failed=()

step() {
    local name=$1
    shift
    echo "== $name: $* > $out/$name.txt"
    "$@" > "$out/$name.txt" 2>&1 || failed+=("$name")
}

# Reliability (docs/reliability.md)
step chaos $python scripts/chaos.py                                 # 100 kills and more of each kind, 12,000 inputs
step chaos-seed-2 $python scripts/chaos.py --seed 2                 # the same with other inputs and moments
step fuzz $python scripts/fuzz_inputs.py --count 20000              # pages at length, with those of ../shared
step review-kills $python scripts/bench_review.py kills --kills 50  # decisions over HTTP while the server is killed
step review-load $python scripts/bench_review.py load               # 30 people at once: no decision lost

# Quality (docs/accuracy.md), out of fold
step crossval $python scripts/crossval.py --crossval "$out/cv"      # runs that bench_quality.py scores
step quality $python scripts/bench_quality.py --crossval "$out/cv"
step mining $python scripts/bench_mining.py
step extract $python scripts/bench_extract.py
step checks $python scripts/bench_checks.py --cache "$out/vectors.pkl" --json "$out/checks.json"
step numbers $python scripts/bench_numbers.py
step lexical $python scripts/bench_lexical.py --links
step duplicates $python scripts/bench_duplicates.py                 # docs/export.md

# Speed and size (docs/performance.md, docs/scale.md, docs/review.md): ratios, measured in one go
step speed-engines $python scripts/bench_speed.py --parts engines --rounds 5
step speed-run $python scripts/bench_speed.py --parts run --articles 200 --sizes 100,300,1000
step speed-growth $python scripts/bench_speed.py --parts growth --sizes 1000,10000,100000
step speed-search $python scripts/bench_speed.py --parts search --rounds 5
step speed-start $python scripts/bench_speed.py --parts start --rounds 5
step export $python scripts/bench_export.py
step review-large $python scripts/bench_review.py large
step scale $python scripts/simulate_scale.py

echo "results: $out"
if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}"
    exit 1
fi
