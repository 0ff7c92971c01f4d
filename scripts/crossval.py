"""Score the development benchmarks out of fold: run directories for `align evaluate` and score_bench.py.

usage: python scripts/crossval.py --crossval DIR [--shared ../shared] [--cache FILE]

DIR/dev, DIR/natural_dev and DIR/natural are as `align run` writes them, but each article is matched by weights that saw
neither it nor the news document that it was composed from (folds by document over ntrex_dev and bench/dev.jsonl, by
article over the two others; of train/natural.jsonl the articles J are left out). The shipped weights are left as they
are: `scripts/calibrate.py` writes those.
"""

import argparse
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # as calibrate.py

from align.train.bundle import Workshop, fitted_matching
from align.train.crossval import write_runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--crossval", type=Path, required=True, metavar="DIR")
    args = parser.parse_args()
    shop = Workshop(args.shared, cache=args.cache)
    write_runs(fitted_matching(shop), shop.encoder, args.crossval)


if __name__ == "__main__":
    main()
