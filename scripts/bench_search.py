"""Search by size: exact blocks against IndexFlatIP, and inverted lists against exact search, as ratios in one run.

usage: python scripts/bench_search.py --vectors FILE.npy [--exact N] [--lists N] [--sample N] [--rounds N] [--threads N]

FILE holds sentence vectors, (n, dim), the two sides of a pair in neighbouring rows. They are repeated with noise until
there are N a side; both sides of a pair are moved by the same noise, so that pairs stay pairs and copies stay apart.
The lists are searched at several `probes`; recall@1 is against exact search on a sample of queries, of all nearest
rows and of the true pairs among them. align/index/plan.py holds what follows from it.
"""

import argparse
import time
from pathlib import Path

import faiss
import numpy as np

from align.index.blocked import neighbours_both_ways, neighbours_of
from align.index.lists import ListIndex
from align.index.plan import lists_for

PROBES = (4, 8, 16, 32, 64, 128)
NOISE = 0.35  # length of the noise against that of a vector: a copy's cosine with its original is about 0.94


def spread(vectors, count, seed):
    """`count` rows: the vectors in turn, each with noise of its own, unit length, centred."""
    rng = np.random.default_rng(seed)
    centred = vectors - vectors.mean(0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    out = np.empty((count, vectors.shape[1]), np.float32)
    for start in range(0, count, 100_000):
        rows = np.arange(start, min(count, start + 100_000))
        noise = rng.standard_normal((len(rows), vectors.shape[1]), np.float32) / np.sqrt(vectors.shape[1])
        moved = centred[rows % len(vectors)] + NOISE * noise
        out[rows] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return out


def seconds(work, rounds):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - begin)
    return float(np.median(times)), found


def bench_exact(english, arabic, rounds, k=4):
    """Ratios of exact blocks to IndexFlatIP, one way and both ways: medians over rounds that take turns."""
    flat = [faiss.IndexFlatIP(english.shape[1]) for _ in range(2)]
    for index, side in zip(flat, (arabic, english)):
        index.add(side)
    neighbours_of(english[:1000], arabic[:1000], k)  # opens the session
    one, both = [], []
    for _ in range(rounds):
        forward, (_, rows) = seconds(lambda: flat[0].search(english, k), 1)
        backward, _ = seconds(lambda: flat[1].search(arabic, k), 1)
        ours, found = seconds(lambda: neighbours_of(english, arabic, k), 1)
        ours_both, _ = seconds(lambda: neighbours_both_ways(english, arabic, k), 1)
        one.append(forward / ours)
        both.append((forward + backward) / ours_both)
    return {
        "exact": f"{len(english)} x {len(arabic)}",
        "blocks_over_IndexFlatIP_one_way": float(np.median(one)),
        "both_ways": float(np.median(both)),
        "least_and_most_one_way": (min(one), max(one)),
        "same_rows": float((found.rows == rows).mean()),
    }


def bench_lists(english, arabic, sample, rounds):
    n = len(english)
    lists = lists_for(n)
    begin = time.perf_counter()
    index = ListIndex.train(arabic, lists)
    index.add(arabic)
    built = time.perf_counter() - begin
    chosen = np.random.default_rng(0).choice(n, sample, replace=False)
    queries = english[chosen]
    exact, found = seconds(lambda: neighbours_of(queries, arabic, 1), rounds)
    flat = faiss.IndexFlatIP(english.shape[1])
    flat.add(arabic)
    flat_time, _ = seconds(lambda: flat.search(queries, 1), rounds)
    is_true = found.rows[:, 0] == chosen
    print(f"lists {n:,} x {n:,}: {lists} lists built in {built:.0f} s; exact, {sample} queries: "
          f"blocks {exact:.1f} s, IndexFlatIP {flat_time:.1f} s; true pairs nearest {is_true.mean():.3f}")  # fmt: skip
    for probes in PROBES:
        took, near = seconds(lambda probes=probes: index.search_top_k(queries, 1, probes=probes), rounds)
        same = near.rows[:, 0] == found.rows[:, 0]
        whole = n / sample
        print(f"  probes {probes:3}: recall@1 {same.mean():.4f}, of true pairs {same[is_true].mean():.4f}; search "
              f"{exact / took:.1f} times exact blocks, {flat_time / took:.1f} times IndexFlatIP; with building, "
              f"over all queries {exact * whole / (took * whole + built):.1f}", flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--exact", type=int, default=100_000)
    parser.add_argument("--lists", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=faiss.omp_get_max_threads())
    args = parser.parse_args()
    faiss.omp_set_num_threads(args.threads)
    vectors = np.load(args.vectors).astype(np.float32)
    sides = vectors[0::2], vectors[1::2]
    if args.exact:
        print(bench_exact(*(spread(v, args.exact, 0) for v in sides), args.rounds), flush=True)
    if args.lists:
        bench_lists(*(spread(v, args.lists, 0) for v in sides), args.sample, args.rounds)


if __name__ == "__main__":
    main()
