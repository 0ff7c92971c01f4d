"""Speed of the encoder engines and of whole runs, as ratios measured in one go.

    python scripts/bench_speed.py [--parts engines,run,growth,memory,start,search] [--rounds 5] [--articles 200]
        [--sizes 50,100,200] [--vectors 100000] [--pairs FILE.tsv] [--out FILE.json]

engines  each engine against SentenceTransformer.encode (fp32, batch 32) on the same short and news-length texts, in
         rounds that take turns; cosines to its vectors; retrieval over the columns en and ar of --pairs; the share of
         the processor's measured GEMM peak in the engine's precision (fp32, bf16)
run      made articles, every sentence distinct (names and numbers substituted), cache off: articles a second, the share
         that is not encoding, the same run again, one article in a hundred changed, a new directory with a warm cache,
         exponents of time and memory over --sizes (each size a process of its own)
growth   exponents of time and memory over --sizes of all but the encoder: words get their vectors from a table, since
         the model takes hours for a hundred thousand articles on two processors, and as long for each
memory   peak with the model at --articles of 205 segments, most of them short, over that at one of them (4,880 hold a
         million segments)
start    one small article from a cold start, and `align --help`
search   exact search against IndexFlatIP, --vectors a side: the columns of --pairs encoded, repeated with noise (more:
         scripts/bench_search.py)

Threads: all processors of the process, or OMP_NUM_THREADS. A ratio is the median over rounds of (baseline / engine).
"""

from __future__ import annotations

import argparse
import compileall
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from made_articles import NEWS, SHORT, TableEncoder, texts, write_articles

from align.embed.machine import choose, is_installed, threads
from align.run.session import peak_memory
from align.settings import EmbedSettings, Settings

ROOT = Path(__file__).parents[1]


def seconds(work):
    begin = perf_counter()
    work()
    return perf_counter() - begin


def engines_here():
    return [engine for engine in ("torch", "onnx", "openvino") if is_installed(engine)]


def encoder_of(engine, **options):
    from align.embed import load_encoder

    return load_encoder(EmbedSettings(engine=engine, cache=False, **options))


def gemm_peak(precision):
    """Most FLOP/s of a product in the encoder's own shapes, on the threads that the engines have."""
    import torch

    torch.set_num_threads(threads())
    kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
    left, right = torch.rand(1024, 384, dtype=kind), torch.rand(384, 1536, dtype=kind)
    return 2 * 1024 * 384 * 1536 / min(seconds(lambda: left @ right) for _ in range(200))


def flops(lengths, hidden=384, wide=1536, layers=12):
    """Of one pass: the four projections, the two of the feed-forward part, scores and mixing."""
    return layers * sum(2 * n * (4 * hidden**2 + 2 * hidden * wide) + 4 * n * n * hidden for n in lengths)


def baseline_encode():
    from align.embed.bundled import bundled_model_path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads())
        options = {"dtype": torch.float32, "add_pooling_layer": False}
        model = SentenceTransformer(str(bundled_model_path()), device="cpu", model_kwargs=options)
    return lambda rows: model.encode(rows, batch_size=32, show_progress_bar=False)


def accuracy(encoder, pairs):
    """Share of rows whose own translation is the nearest, each language centred on its own mean."""
    en, ar = (encoder([row[side] for row in pairs]) for side in ("en", "ar"))
    en, ar = (side - side.mean(0) for side in (en, ar))
    en, ar = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (en, ar))
    cosines, right = en @ ar.T, np.arange(len(pairs))
    return float((cosines.argmax(1) == right).mean()), float((cosines.argmax(0) == right).mean())


def bench_engines(rounds, pairs_file):
    reference = baseline_encode()
    encoders = {engine: encoder_of(engine) for engine in engines_here()}
    ways = {"SentenceTransformer.encode": reference} | {name: e.encode for name, e in encoders.items()}
    precisions = {"SentenceTransformer.encode": "fp32"} | {name: e.engine.precision for name, e in encoders.items()}
    rows = []
    for kind, templates, count in (("short", SHORT, 512), ("news", NEWS, 256)):
        given = texts(templates, count)
        wanted = reference(given)
        lengths = [len(p.ids) for p in encoders["torch"]._loaded().tokenise(given)]
        vectors = {name: encode(given) for name, encode in ways.items()}  # warms up, too
        times = {name: [] for name in ways}
        peaks = {precision: [] for precision in {"fp32", "bf16"} & set(precisions.values())}
        for _ in range(rounds):
            for precision, found in peaks.items():  # in every round: a shared machine is not equally fast all the time
                found.append(gemm_peak(precision))
            for name, encode in ways.items():
                times[name].append(seconds(partial(encode, given)))
        base = times["SentenceTransformer.encode"]
        for name, taken in times.items():
            cosines, own_peaks = (vectors[name] * wanted).sum(1), peaks.get(precisions[name])  # None on a GPU
            rows.append(
                {
                    "text": kind,
                    "engine": name,
                    "precision": precisions[name],
                    "texts_a_second": len(given) / statistics.median(taken),
                    "ratio": statistics.median(b / t for b, t in zip(base, taken)),
                    "share_of_gemm_peak": own_peaks
                    and statistics.median(flops(lengths) / t / p for t, p in zip(taken, own_peaks)),
                    "mean_cosine": float(cosines.mean()),
                    "least_cosine": float(cosines.min()),
                    "pieces_a_text": statistics.mean(lengths),
                    "gemm_gflops": own_peaks and statistics.median(own_peaks) / 1e9,
                }
            )
            print(json.dumps(rows[-1]), flush=True)
    found = {"rows": rows}
    if pairs_file and pairs_file.is_file():
        pairs = read_pairs(pairs_file)
        found["retrieval"] = {name: accuracy(encode, pairs) for name, encode in ways.items()}
        found["retrieval_rows"] = len(pairs)
        print(json.dumps(found["retrieval"]), flush=True)
    return found


class TimedEncoder:
    """An encoder that adds up the seconds it takes."""

    def __init__(self, inner):
        self._inner, self.seconds = inner, 0.0
        self.name, self.revision, self.dim, self.engine = inner.name, inner.revision, inner.dim, inner.engine

    def _timed(self, work, rows):
        begin = perf_counter()
        found = work(rows)
        self.seconds += perf_counter() - begin
        return found

    def encode(self, rows):
        return self._timed(self._inner.encode, rows)

    def encode_words(self, rows):
        return self._timed(self._inner.encode_words, rows)


def one_run(source, out, embed, has_model=True):
    """Run `source` into `out` in this process, on as many threads as `align run` takes; returns what it cost.

    The share that is not encoding is of the time of all these threads.
    """
    from align.run.directory import RunDirectory
    from align.run.loop import run_articles
    from align.run.session import Opening
    from align.run.workers.threads import on_threads

    settings = Settings(embed=embed)
    opening = Opening(settings)
    aligners = opening.aligners(threads())
    encoders = [TimedEncoder(aligner.encoder if has_model else TableEncoder()) for aligner in aligners]
    for aligner, encoder in zip(aligners, encoders):
        aligner.encoder = encoder
    begin = perf_counter()
    with on_threads(aligners, opening) as stages:
        result = run_articles([str(source)], lambda: stages, lambda signature: RunDirectory(out, signature), settings)
    total, encoding = perf_counter() - begin, sum(encoder.seconds for encoder in encoders)
    return {
        "articles": result.usable,
        "segments": result.summary["items"].get("segment", 0),
        "seconds": total,
        "threads": len(aligners),
        "encoding": encoding,
        "share_not_encoding": 1 - encoding / total / len(aligners),
        "peak_mb": peak_memory() / 2**20,
        "stages": {k: round(v, 2) for k, v in result.summary["seconds"].items()},
    }


def in_process(source, out, *, has_model=True, **embed):
    """`one_run` in a process of its own, with the seconds that the process took in all."""
    given = {"source": str(source), "out": str(out), "embed": embed, "has_model": has_model}
    command = [sys.executable, __file__, "--child", json.dumps(given)]
    begin = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {**json.loads(done.stdout), "wall": perf_counter() - begin}


def exponent(sizes, values):
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def bench_run(count, sizes):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source, cache = place / "articles.jsonl", {"cache_dir": str(place / "cache")}
        write_articles(source, count)
        filling = in_process(source, place / "filling", **cache)
        warm = in_process(source, place / "warm", **cache)
        first = in_process(source, place / "out", cache=False)
        again = in_process(source, place / "out", cache=False)
        write_articles(source, count, changed=3)
        one_in_100 = in_process(source, place / "out", cache=False)
        found = {
            "first": first,
            "warm": warm,
            "articles_a_second": first["articles"] / first["seconds"],
            "nothing_changed_ratio": first["wall"] / again["wall"],
            "one_in_100_changed_ratio": first["wall"] / one_in_100["wall"],
            "cache_filling_ratio": first["wall"] / filling["wall"],
            "new_directory_warm_cache_ratio": first["wall"] / warm["wall"],
        }
        print(json.dumps(found), flush=True)
    return found | bench_growth(sizes, has_model=True)


def bench_growth(sizes, *, has_model):
    grown = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            write_articles(place / "articles.jsonl", size)
            grown.append(in_process(place / "articles.jsonl", place / "out", has_model=has_model, cache=False))
        print(json.dumps({"size": size, **grown[-1]}), flush=True)
    found = {"grown": grown}
    if len(sizes) > 1:
        found["exponent_of_time"] = exponent(sizes, [row["seconds"] for row in grown])
        found["exponent_of_memory"] = exponent(sizes, [row["peak_mb"] for row in grown])
    return found


def bench_memory(articles):
    """Peaks with the model: one article, and `articles` of 205 segments each, most of them short."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for count in (1, articles):
            write_articles(place / f"{count}.jsonl", count, more=200)
            found[count] = in_process(place / f"{count}.jsonl", place / f"{count}", cache=False)
            print(json.dumps(found[count]), flush=True)
    return found | {"over_one_mb": found[articles]["peak_mb"] - found[1]["peak_mb"]}


def bench_start(rounds):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "off.toml").write_text("[embed]\ncache = false\n")
        sample = ROOT / "data" / "samples" / "founding-example.txt"
        run = [sys.executable, "-m", "align", "run", str(sample), "--quiet", "--config", str(place / "off.toml"), "-o"]
        show_help = [sys.executable, "-m", "align", "--help"]
        starts = {engine: [] for engine in engines_here()}
        helps = []
        compileall.compile_dir(ROOT / "align", quiet=2)  # as scripts/run.sh and pip leave it
        for number in range(rounds):
            for engine, taken in starts.items():
                command = [*run, str(place / f"{engine}-{number}"), "--engine", engine]
                taken.append(seconds(lambda command=command: subprocess.run(command, check=True)))
            helps.append(seconds(lambda: subprocess.run(show_help, check=True, capture_output=True)))
    found = {f"one_article_{engine}_s": statistics.median(taken) for engine, taken in starts.items()}
    return {**found, "help_s": statistics.median(helps)}


def bench_search(count, rounds, pairs):
    from bench_search import bench_exact, spread

    encoder = encoder_of(choose(EmbedSettings(), is_bundled=True).name)
    sides = (encoder.encode([row[side] for row in pairs]) for side in ("en", "ar"))
    return bench_exact(*(spread(vectors, count, 0) for vectors in sides), rounds)


def read_pairs(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default="engines,run,start,search")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--sizes", default="50,100,200")
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--pairs", type=Path, default=ROOT.parent / "shared" / "data" / "ntrex_dev" / "ntrex.tsv")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        given = json.loads(args.child)
        given |= {"source": Path(given["source"]), "out": Path(given["out"]), "embed": EmbedSettings(**given["embed"])}
        print(json.dumps(one_run(**given)))
        return
    engine = choose(EmbedSettings(), is_bundled=True)
    found = {"auto": engine._asdict(), "threads": threads(), "load": os.getloadavg()[0]}
    print(json.dumps(found), flush=True)
    parts = args.parts.split(",")
    if "engines" in parts:
        found["engines"] = bench_engines(args.rounds, args.pairs)
    sizes = [int(size) for size in args.sizes.split(",") if size]
    if "run" in parts:
        found["run"] = bench_run(args.articles, sizes)
    if "growth" in parts:
        found["growth"] = bench_growth(sizes, has_model=False)
    if "memory" in parts:
        found["memory"] = bench_memory(args.articles)
    if "start" in parts:
        found["start"] = bench_start(args.rounds)
    if "search" in parts and not args.pairs.is_file():
        print(f"search: left out, it takes its vectors from --pairs, and there is no {args.pairs}", file=sys.stderr)
    elif "search" in parts:
        found["search"] = bench_search(args.vectors, args.rounds, read_pairs(args.pairs))
    print(json.dumps({key: value for key, value in found.items() if key != "engines"}, indent=1))
    if args.out:
        args.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
