"""Score the development benchmarks out of fold: run directories for `align evaluate` and score_bench.py.

usage: python scripts/crossval.py --crossval DIR [--shared ../shared] [--cache FILE]

DIR/dev and DIR/natural_dev are as `align run` writes them, but each article is matched by weights that saw neither it
nor the news document that it was composed from (folds by document over ntrex_dev and bench/dev.jsonl, by article over
natural_dev). The shipped weights are left as they are: `scripts/calibrate.py` writes those.
"""

from calibrate import fit_all, parse_arguments, write_runs


def main():
    args = parse_arguments(__doc__)
    if args.crossval is None:
        raise SystemExit("crossval: expected --crossval DIR, the folder that the runs are written into")
    write_runs(fit_all(args.shared, args.cache), args.crossval)


if __name__ == "__main__":
    main()
