"""Size and time of a job on a cluster, from rates measured in the same call: arithmetic beside a simulation.

    python scripts/simulate_scale.py [--articles 1e8] [--tweets 1e9] [--workers 1000] [--deaths 0.02] [--price 0.04]

Measured here, on one thread: seconds to align each of 60 made articles (cache off), tweets encoded a second, products
of two vectors a second of exact search. The simulation hands shards of 16 articles to workers, takes each article's
seconds from the measured ones, lets a worker die (--deaths an hour; its shard is done again, its successor loads the
encoder first), and says when the last shard is back. It simulates at most --shards shards and scales the rest up.
--price is money a processor hour. What it leaves out: the network, the scheduler's own limit (some 1,000 shards a
second) and storage that reads slower than a worker works.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import tempfile
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from made_articles import SHORT, texts, write_articles

from align import __version__
from align.index import FlatIndex
from align.read import read_inputs
from align.records import Document
from align.run.session import Opening, aligned_or_refused
from align.run.workers.shards import MOST_DOCUMENTS
from align.settings import EmbedSettings, Settings

ARTICLE_KB, TWEET_BYTES = 6, 200  # of text, in UTF-8; a made article has 2 KB, the pages of shared/bench/dev_html 4
DIM, FLOAT = 384, 4
QUERIES = 10  # sentences of an article that are looked up
PROBED = 0.016  # share of the vectors that 16 of 2,048 inverted lists hold, twice the even share (docs/performance.md)


def measure(count: int) -> dict[str, object]:
    """Rates of this machine on one thread."""
    begin = perf_counter()
    aligner = Opening(Settings(embed=EmbedSettings(cache=False))).aligner()
    aligner.encoder.encode_words(["ready"])
    load = perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "made.jsonl"
        write_articles(source, count)
        each = []
        for item in read_inputs([str(source)], aligner.settings.read):
            assert isinstance(item, Document)
            begin = perf_counter()
            aligned_or_refused(aligner, item)
            each.append(perf_counter() - begin)
    short = texts(SHORT, 512)
    begin = perf_counter()
    aligner.encoder.encode(short)
    tweets = len(short) / (perf_counter() - begin)
    vectors = np.random.default_rng(3).standard_normal((16_384, DIM)).astype(np.float32)
    index = FlatIndex(vectors)
    begin = perf_counter()
    index.search_top_k(vectors[:4096], 4)
    products = 4096 * len(vectors) / (perf_counter() - begin)
    return {"load": load, "articles": each, "tweets": tweets, "products": products}


def simulate(each: list[float], shards: int, workers: int, deaths: float, load: float, seed: int = 1) -> float:
    """Seconds until the last of `shards` is back."""
    dice = random.Random(seed)
    free = [load] * workers  # when each worker is free; all load the encoder first
    heapq.heapify(free)
    waiting, end = shards, 0.0
    while waiting:
        at = heapq.heappop(free)
        takes = sum(dice.choice(each) for _ in range(MOST_DOCUMENTS))
        dies_after = dice.expovariate(deaths / 3600) if deaths else float("inf")
        if dies_after < takes:
            heapq.heappush(free, at + dies_after + load)
            continue
        waiting -= 1
        end = max(end, at + takes)
        heapq.heappush(free, at + takes)
    return end


def main() -> None:
    """Print what was measured, the arithmetic and the simulation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=float, default=1e8)
    parser.add_argument("--tweets", type=float, default=1e9)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--deaths", type=float, default=0.02, help="of a worker, an hour")
    parser.add_argument("--price", type=float, default=0.04, help="of a processor hour")
    parser.add_argument("--shards", type=int, default=200_000, help="simulated at most")
    args = parser.parse_args()
    rates = measure(60)
    each = rates["articles"]
    mean = float(np.mean(each))
    print(json.dumps({"align": __version__, "threads": 1, "processors": os.cpu_count()}))
    print(f"measured: {1 / mean:.1f} articles a second ({mean * 1e3:.0f} ms, slowest {max(each) * 1e3:.0f}), encoder "
          f"loaded in {rates['load']:.1f} s, {rates['tweets']:.0f} tweets a second, "
          f"{rates['products'] / 1e6:.0f} million products a second")  # fmt: skip
    align_hours, encode_hours = args.articles * mean / 3600, args.tweets / rates["tweets"] / 3600
    exact = args.articles * QUERIES * args.tweets / rates["products"] / 3600
    lists = exact * PROBED
    text = args.articles * ARTICLE_KB / 1e6, args.tweets * TWEET_BYTES / 1e9
    print(f"text: {text[0]:,.0f} GB of articles, {text[1]:,.0f} GB of tweets")
    print(f"vectors of the tweets: {args.tweets * DIM * FLOAT / 1e9:,.0f} GB in fp32")
    rows = (
        ("align the articles", align_hours),
        ("encode the tweets", encode_hours),
        ("look each article up, exact", exact),
        ("look each article up, inverted lists", lists),
    )
    for name, hours in rows:
        print(f"{name:37} {hours:12,.0f} processor hours  {hours / args.workers:10,.1f} hours on {args.workers:,}"
              f"  {hours * args.price:12,.0f} money")  # fmt: skip
    total = int(args.articles / MOST_DOCUMENTS)
    done = min(total, args.shards)
    seconds = simulate(each, done, args.workers, args.deaths, rates["load"])
    ideal = done * MOST_DOCUMENTS * mean / args.workers
    print(f"simulated: {done:,} of {total:,} shards on {args.workers:,} workers, {args.deaths:g} deaths an hour: "
          f"{seconds / ideal:.3f} times the arithmetic")  # fmt: skip
    print(f"all {total:,} shards: {seconds / done * total / 3600:,.1f} hours")


if __name__ == "__main__":
    main()
