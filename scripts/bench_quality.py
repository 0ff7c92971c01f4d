"""Matching quality against baselines with the same encoder, and what long inputs cost.

usage: python scripts/bench_quality.py [--shared ../shared] [--crossval DIR] [--cache FILE] [--scale]

Baselines, all with the article's gold tweets and every Arabic sentence, quotation and clause behind إنّ as a candidate:
  plain cosine   the best candidate of each English sentence by centred cosine, one threshold
  margin recipe  sentence-transformers' documented bitext mining: ratio margin over k=4 neighbours on both sides,
                 best candidate of each English sentence, one threshold
  nearest quote  the quotation that stands nearest to the tweet, for each of its sentences in turn
Each baseline takes the threshold that suits it best on the set it is scored on; `align` is scored out of fold (the run
directories of `scripts/calibrate.py --crossval DIR`). Intervals: bootstrap over articles, 95 %.

--scale adds seconds a stage for articles of growing length and a thread of 50 tweets, as ratios to the shortest.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from calibrate import CachedEncoder, load_examples

from align import __version__
from align.embed import load_encoder
from align.evaluate import Run, read_run, score_run
from align.evaluate.gold import read_gold
from align.extract.quotes import COMPLEMENT
from align.match.links import centred
from align.models import calibration
from align.records import Document, Span
from align.run.aligner import Aligner
from align.settings import EmbedSettings, Settings
from align.text.quotation import quoted_spans

NEIGHBOURS = 4
FIGURES = ("macro_f1", "macro_f1_strict", "micro_f1", "status_accuracy")


def candidate_spans(article, segments):
    """Sentences, quotations and clauses behind إنّ."""
    spans = set()
    for segment in segments:
        parts = [*segment.sentences, *quoted_spans(article.text, segment.start, segment.end)]
        for sentence in segment.sentences:
            text = sentence.cut(article.text)
            parts += [Span(sentence.start + m.end(), sentence.end) for m in COMPLEMENT.finditer(text)]
        spans |= {stripped(article.text, part) for part in parts}
    return sorted(span for span in spans if span.end > span.start)


def stripped(text, span):
    cut = span.cut(text)
    left = len(cut) - len(cut.lstrip(" \n\"'“”«»:،.!؟"))
    return Span(span.start + left, span.start + max(left, len(cut.rstrip(" \n\"'“”«»:،.!؟"))))


def scored(example, encoder, weights):
    """(tweet, English span, candidates, cosines, margins) of every English sentence of an article."""
    text = example.article.text
    spans = candidate_spans(example.article, example.segments)
    places = [(t.index, s) for t in example.article.tweets if t.text and t.lang == "en" for s in t.sentences]
    if not spans or not places:
        return []
    english = centred(encoder.encode([s.cut(text) for _, s in places]), weights.mean_en)
    arabic = centred(encoder.encode([s.cut(text) for s in spans]), weights.mean_ar)
    cosines = english @ arabic.T
    near_en = np.sort(cosines, 1)[:, -NEIGHBOURS:].mean(1)
    near_ar = np.sort(cosines, 0)[-NEIGHBOURS:].mean(0)
    margins = cosines / np.maximum(0.1, (near_en[:, None] + near_ar) / 2)
    return [(t, s, spans, cosines[k], margins[k]) for k, (t, s) in enumerate(places)]


def best_of(rows, column, threshold):
    """One pair a sentence where its best candidate reaches the threshold."""
    for row in rows:
        place = int(np.argmax(row[column]))
        if row[column][place] >= threshold:
            yield row[0], row[1], row[2][place]


def nearest_quotes(example):
    """Sentences of a tweet in turn to the quotations nearest to it."""
    text = example.article.text
    quotes = [q for s in example.segments for q in quoted_spans(text, s.start, s.end)]
    for tweet in example.article.tweets:
        if tweet.text and tweet.sentences:
            at = tweet.sentences[0].start
            near = sorted(sorted(quotes, key=lambda q: abs(q.start - at))[: len(tweet.sentences)])
            yield from ((tweet.index, sentence, quote) for sentence, quote in zip(tweet.sentences, near))


def as_run(examples, pairs_of):
    """What score_run reads, from (tweet, English span, Arabic span) of each article."""
    documents, tweets, pairs = {}, {}, {}
    for example in examples:
        doc, article = example.row["id"], example.article
        found = list(pairs_of(example))
        documents[doc] = {"doc_id": doc, "text": article.text}
        pairs[doc] = [
            {"tweet": t, "en_start": en.start, "en_end": en.end, "ar_start": ar.start, "ar_end": ar.end,
             "probability": 1.0, "rendering": "", "findings": []}
            for t, en, ar in found
        ]  # fmt: skip
        tweets[doc] = [tweet_row(tweet, {en for t, en, _ in found if t == tweet.index}) for tweet in article.tweets]
    return Run(documents, tweets, pairs)


def tweet_row(tweet, rendered):
    covered = [sentence in rendered for sentence in tweet.sentences]
    status = "none" if not any(covered) else "full" if all(covered) else "partial"
    return {"text": tweet.text, "start": tweet.start,
            "end": tweet.end, "handle": tweet.handle, "author": tweet.author,
            "created_at": tweet.created_at, "status": status}  # fmt: skip


def best_threshold(gold, examples, rows, column):
    values = np.concatenate([[r[column].max() for r in part] for part in rows.values() if part])
    tries = np.quantile(values, np.linspace(0, 0.9, 31))

    def run_at(threshold):
        return as_run(examples, lambda e: best_of(rows[e.row["id"]], column, threshold))

    best = max(tries, key=lambda t: score_run(gold, run_at(t))["macro_f1"])
    return float(best), run_at(best)


def quality(name, examples, shared, encoder, weights, crossval):
    gold = read_gold(shared / "bench" / f"{name}.jsonl")
    rows = {e.row["id"]: scored(e, encoder, weights) for e in examples}
    systems = {"nearest quote": as_run(examples, nearest_quotes)}
    for system, column in (("plain cosine", 3), ("margin recipe", 4)):
        threshold, run = best_threshold(gold, examples, rows, column)
        systems[f"{system} (>= {threshold:.2f}, chosen on this set)"] = run
    if crossval:
        systems["align, out of fold"] = read_run(crossval / name)
    for system, run in systems.items():
        figures = score_run(gold, run)
        print(f"{name:12} {system:45} " + "  ".join(f"{f} {figures[f]:.3f}" for f in FIGURES), flush=True)


def made_article(sentences, tweets):
    """A long page: every sentence distinct, the tweets' renderings spread over it."""
    days = "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()
    body = [
        f"وقالت البلدية في بيانها رقم {n} إن الطريق إلى الحي {n + 7} يفتح يوم {days[n % 7]}." for n in range(sentences)
    ]
    posts = []
    for n in range(tweets):
        at = n * sentences // tweets
        body[at] = f'وقال سامي العابد: "سنبني {n + 100} مدرسة في وادي زينة قبل نهاية العام".'
        posts.append(
            f"We will build {n + 100} schools in Wadi Zeina before the end of the year.\n"
            "— Sami Alabed (@sami) March 21, 2022"
        )
    paragraphs = [" ".join(body[k : k + 4]) for k in range(0, len(body), 4)]
    return "\n\n".join([*paragraphs, *posts])


def scale(encoder_settings):
    aligner = Aligner(load_encoder(encoder_settings), None, Settings())
    aligner.calibration = calibration.load(aligner.encoder.name, aligner.encoder.revision)
    first = None
    for sentences, tweets in ((500, 1), (1000, 1), (5000, 1), (500, 50), (1000, 50), (5000, 50)):
        text, begin = made_article(sentences, tweets), time.perf_counter()
        aligner.clock.seconds.clear()
        found = aligner.align(Document("made", "made", text))
        seconds = time.perf_counter() - begin
        first = first or seconds / sentences
        stages = "  ".join(f"{stage} {spent:.1f} s" for stage, spent in aligner.clock.seconds.items())
        ratio = seconds / sentences / first
        print(
            f"{sentences:5} sentences, {tweets:2} tweets: {ratio:.2f} times the first row's time a sentence", flush=True
        )
        print(f"      {len(found.pairs)} pairs; {stages}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--crossval", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--scale", action="store_true")
    args = parser.parse_args()
    if args.scale:
        scale(EmbedSettings())
        return
    examples, data_hash = load_examples(args.shared)
    encoder = CachedEncoder(load_encoder(EmbedSettings()), args.cache)
    weights = calibration.load(encoder.name, encoder.revision)
    print(json.dumps({"model": encoder.name, "revision": encoder.revision, "weights": weights.signature,
                      "data": data_hash, "version": __version__}))  # fmt: skip
    for name in ("dev", "natural_dev"):
        quality(name, [e for e in examples if e.set == name], args.shared, encoder, weights, args.crossval)
    encoder.save()


if __name__ == "__main__":
    main()
