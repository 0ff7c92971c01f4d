"""Fit the weights of an encoder on the development texts and write its bundle: all sections, or some of them.

usage: python scripts/calibrate.py [--model NAME_OR_PATH] [--out FILE] [--only SECTION ...] [--engine NAME]
                                   [--shared ../shared] [--cache FILE] [--hidden-seeds N]

Sections: means and matching (fitted together), pair, coverage, gender, mining (align/train says how). With --only the
others are kept as they stand in FILE. FILE is data/models/e5-small.json; name another for another encoder, then put it
into the `models` folder of the configuration or name it in [match] weights. --cache keeps the encoder's vectors.
"""

import argparse
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # sums in another order move the ragged choice of the threshold by 0.02

from align.models.bundle import SECTIONS
from align.train.bundle import Workshop, write_fitted

ROOT = Path(__file__).parents[1]


def parser():
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--model", default="e5-small", metavar="NAME_OR_PATH")
    found.add_argument("--out", type=Path, metavar="FILE")
    found.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION")
    found.add_argument("--engine", default="torch", help="the reference; faster ones round, which moves third digits")
    found.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    found.add_argument("--cache", type=Path, metavar="FILE")
    found.add_argument("--hidden-seeds", type=int, default=1, help="of mining; 0: only sets made of the same documents")
    return found


def main():
    asked = parser().parse_args()
    if asked.out is None and asked.model != "e5-small":
        raise SystemExit("calibrate: expected --out FILE beside --model, found none; name where the bundle goes")
    shop = Workshop(asked.shared, asked.model, asked.engine, asked.cache, hidden_seeds=asked.hidden_seeds)
    write_fitted(shop, asked.only, asked.out or ROOT / "data" / "models" / "e5-small.json")


if __name__ == "__main__":
    main()
