"""Speed of the encoder engines and of whole runs, as ratios measured in one go.

    python scripts/bench_speed.py [--parts engines,run,growth,start,search] [--rounds 5] [--articles 200]
        [--sizes 50,100,200] [--vectors 100000] [--pairs FILE.tsv] [--out FILE.json]

engines  each engine against SentenceTransformer.encode (fp32, batch 32) on the same short and news-length texts, in
         rounds that take turns; cosines to its vectors; retrieval over the columns en and ar of --pairs; the share of
         the processor's measured fp32 GEMM peak
run      made articles, every sentence distinct (names and numbers substituted), cache off: articles a second, the share
         that is not encoding, the same run again, one article in a hundred changed, a new directory with a warm cache,
         exponents of time and memory over --sizes (each size a process of its own)
growth   exponents of time and memory over --sizes of all but the encoder: words get their vectors from a table, since
         the model takes hours for a hundred thousand articles on two processors, and as long for each
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
from zlib import crc32

import numpy as np

from align.embed.machine import choose, is_installed, threads
from align.protocols import WordVectors
from align.settings import EmbedSettings, Settings
from align.stages import peak_memory
from align.text.words import words

ROOT = Path(__file__).parents[1]
SHORT = (
    ("We open at {n}.", "نفتح أبوابنا في الساعة {n}."),
    ("{name} lost the vote.", "خسر {ar_name} التصويت."),
    ("Nobody called me in {n} days.", "لم يتصل بي أحد منذ {n} يوما."),
    ("Thank you, {name}!", "شكرا لك يا {ar_name}!"),
)
NEWS = (
    (
        "{name}, who has run the harbour authority for {n} months, said on Tuesday that the new quay would be "
        "finished before the winter storms and that no fisherman would lose his berth while the work went on.",
        "وقال {ar_name} الذي يدير هيئة الميناء منذ {n} شهرا يوم الثلاثاء إن الرصيف الجديد سيكتمل قبل عواصف الشتاء "
        "وإن أي صياد لن يفقد مرساه أثناء استمرار الأعمال.",
    ),
    (
        "The committee led by {name} counted {n} broken pumps in the valley and warned the council that another dry "
        "summer would leave the upper villages without drinking water.",
        "وأحصت اللجنة التي يرأسها {ar_name} {n} مضخة معطلة في الوادي وحذرت المجلس من أن صيفا جافا آخر سيترك القرى "
        "العليا بلا مياه للشرب.",
    ),
    (
        "According to {name} the museum sold {n} tickets in its first week, far more than anyone in the small town had "
        "dared to hope when the old station was closed.",
        "وبحسب {ar_name} باع المتحف {n} تذكرة في أسبوعه الأول، وهو عدد يفوق كثيرا ما تجرأ أحد في البلدة الصغيرة "
        "على تمنيه حين أغلقت المحطة القديمة.",
    ),
)
FIRST = (("Salma", "سلمى"), ("Karim", "كريم"), ("Dana", "دانا"), ("Yusuf", "يوسف"), ("Layal", "ليال"), ("Omar", "عمر"))
LAST = (("Rawi", "الراوي"), ("Haddad", "حداد"), ("Mansour", "منصور"), ("Sayegh", "الصايغ"), ("Nasri", "النصري"))


def person(number):
    (en, ar), (en2, ar2) = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return f"{en} {en2}", f"{ar} {ar2}"


def sentence(templates, number):
    """The `number`-th English and Arabic sentence; no two numbers give the same."""
    en, ar = templates[number % len(templates)]
    name, ar_name = person(number)
    return en.format(name=name, n=number + 2), ar.format(ar_name=ar_name, n=number + 2)


def texts(templates, count):
    return [text for number in range(count // 2) for text in sentence(templates, number)]


def article(number):
    """A made article of two tweets, one of them translated as a whole, one left alone."""
    said = [sentence(NEWS, 7 * number + k) for k in range(5)]
    (first, _), (second, _) = person(number), person(number + 11)
    lines = [
        f"خبر محلي رقم {number + 1} من الساحل",
        said[0][1],
        f'وكتب {person(number)[1]} في تغريدة: "{said[1][1]}"',
        said[1][0],
        f"— {first} (@{first.replace(' ', '')}) June {number % 28 + 1}, 2022",
        said[2][1],
        said[3][1],
        said[4][0],
        f"— {second} (@{second.replace(' ', '')}) June {number % 28 + 1}, 2022",
    ]
    return {"id": f"made-{number:06d}", "text": "\n".join(lines)}


def write_articles(path, count, changed=0):
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            row = article(number)
            if changed and number % 100 == 0:
                row["text"] += f"\nوأكد المجلس أن {changed + number} أسرة ستستفيد من القرار الجديد."
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def seconds(work):
    begin = perf_counter()
    work()
    return perf_counter() - begin


def engines_here():
    return [engine for engine in ("torch", "onnx", "openvino") if is_installed(engine)]


def encoder_of(engine, **options):
    from align.embed import load_encoder

    return load_encoder(EmbedSettings(engine=engine, cache=False, **options))


def gemm_peak():
    """Most fp32 FLOP/s of a product in the encoder's own shapes, on the threads that the engines have."""
    import torch

    torch.set_num_threads(threads())
    left, right = torch.rand(1024, 384), torch.rand(384, 1536)
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
    rows = []
    for kind, templates, count in (("short", SHORT, 512), ("news", NEWS, 256)):
        given = texts(templates, count)
        wanted = reference(given)
        lengths = [len(p.ids) for p in encoders["torch"]._loaded().tokenise(given)]
        vectors = {name: encode(given) for name, encode in ways.items()}  # warms up, too
        times, peaks = {name: [] for name in ways}, []
        for _ in range(rounds):
            peaks.append(gemm_peak())  # in every round: a shared machine is not equally fast all the time
            for name, encode in ways.items():
                times[name].append(seconds(partial(encode, given)))
        base = times["SentenceTransformer.encode"]
        for name, taken in times.items():
            cosines = (vectors[name] * wanted).sum(1)
            rows.append(
                {
                    "text": kind,
                    "engine": name,
                    "precision": encoders[name].engine.precision if name in encoders else "fp32",
                    "texts_a_second": len(given) / statistics.median(taken),
                    "ratio": statistics.median(b / t for b, t in zip(base, taken)),
                    "share_of_fp32_gemm_peak": statistics.median(flops(lengths) / t / p for t, p in zip(taken, peaks)),
                    "mean_cosine": float(cosines.mean()),
                    "least_cosine": float(cosines.min()),
                    "pieces_a_text": statistics.mean(lengths),
                    "gemm_gflops": statistics.median(peaks) / 1e9,
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


class TableEncoder:
    """No model: a word's vector stands in a table, at a place that its letters decide; an Arabic word of the made
    sentences has that of the English word about as far into its sentence, so that renderings are found and checked.
    """

    name, revision, dim, engine = "table", "1", 384, None

    def __init__(self):
        self._rows = np.random.default_rng(7).standard_normal((4093, self.dim)).astype(np.float32)
        self._english = {}
        for sides in (*SHORT, *NEWS, *FIRST, *LAST):
            english, arabic = ([span.cut(side) for span in words(side)] for side in sides)
            for place, word in enumerate(arabic):
                self._english.setdefault(word, english[place * len(english) // len(arabic)])

    def encode_words(self, rows):
        return [self._of(row) for row in rows]

    def _of(self, text):
        spans = words(text)
        printed = (span.cut(text) for span in spans)
        vectors = self._rows[[crc32(self._english.get(w, w).encode()) % len(self._rows) for w in printed]]
        return WordVectors(spans, vectors, vectors)

    def encode(self, rows):
        sums = np.array([self._of(row).vectors.sum(0) for row in rows], np.float32).reshape(-1, self.dim)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def one_run(source, out, embed, has_model=True):
    """Run `source` into `out` in this process, on as many threads as `align run` takes; returns what it cost.

    The share that is not encoding is of the time of all these threads.
    """
    from align.rundir import RunDirectory
    from align.runner import run_articles
    from align.scale.threads import on_threads
    from align.stages import Opening

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
