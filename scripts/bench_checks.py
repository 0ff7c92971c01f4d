"""The table of the checks: what they catch and how often they cry wolf, on every set of ../shared.

usage: python scripts/bench_checks.py [--shared ../shared] [--cache FILE] [--run DIR] [--json FILE] [--show SET]

Gold texts are checked text to text, with the bundled encoder's word evidence (--cache as in fit_coverage.py); pieces of
one sentence in natural_dev are judged together, as a run does. The coverage weights are those fitted without the
document at hand. --run scores a run directory of dev.jsonl or natural_dev.jsonl as ../shared/tools/score_bench.py does.
--json keeps precision and recall by code, from which scripts/write_checks.py makes docs/checks.md. --show prints the
misjudged pairs of a set. Errors mean findings of severity error.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from bench_lexical import COUNTRY_ROWS, changed_countries, tsv_rows
from bench_numbers import MONTHS, WEEKDAYS, Topic, change_name, change_number, in_both, is_error, read_tsv, wilson
from coverage_data import FOLDS, make_examples, read_ntrex
from fit_coverage import Vectors, auc

from align import __version__
from align.check.coverage.measure import CoverageModel, measure
from align.check.registry import CHECKS, Registered, run_checks
from align.check.rules import coverage
from align.files import data_path, sha256_text
from align.match.links import link_words
from align.records import Rendering, Severity, Subject, WordLink, WordScore
from align.settings import CheckSettings

JOINT = " … "
TARGETS = {
    "number": 0.95,
    "date": 0.95,
    "name": 0.9,
    "negation": 0.9,
    "direction": 0.85,
    "omission": 0.85,
    "addition": 0.85,
}


class Bench:
    """The checks with out-of-fold coverage weights, and the encoder's evidence."""

    def __init__(self, shared, cache):
        self.shared, self.vectors = shared, Vectors(cache)
        self.weights = self.vectors.calibration()
        rows = json.loads(data_path("models", "coverage.json").read_text(encoding="utf-8"))
        self.signature = rows["signature"]
        self.models = [CoverageModel.from_row(row, self.signature) for row in rows["folds"]]
        self.by_code = collections.defaultdict(collections.Counter)  # of error findings: on wrong pairs, on right ones
        self.by_family = collections.defaultdict(collections.Counter)  # of wrong pairs: how many, how many caught

    def checks(self, doc):
        model = self.models[int(sha256_text(doc), 16) % FOLDS]
        own = Registered(partial(coverage.check_coverage, model=model), coverage.CODES)
        return tuple(own if c.check is coverage.check_coverage else c for c in CHECKS)

    def subject(self, en, pieces, **context):
        """A subject over one or more Arabic pieces, with word evidence."""
        ar, links, en_words, ar_words, at = JOINT.join(pieces), [], [], [], 0
        for piece in pieces:
            found = link_words(self.vectors.of(en), self.vectors.of(piece), self.weights)
            links += [WordLink(k.en, type(k.ar)(k.ar.start + at, k.ar.end + at), k.score) for k in found.links]
            en_words.append(found.en_words)
            ar_words += [WordScore(type(w.span)(w.span.start + at, w.span.end + at), w.score) for w in found.ar_words]
            at += len(piece) + len(JOINT)
        best = tuple(max(same, key=lambda w: w.score) for same in zip(*en_words))
        return Subject(en, ar, links=tuple(links), en_words=best, ar_words=tuple(ar_words), **context)

    def findings(self, subject, doc):
        return run_checks(subject, CheckSettings(), checks=self.checks(doc))[0]


def line(name, value, target=""):
    print(f"{name:58} {value}{'   target ' + target if target else ''}")


def share(hits, n):
    low, high = wilson(hits, n)
    return f"{hits / max(1, n):.3f} ({hits} of {n}) [{low:.3f}, {high:.3f}]"


def gold_links(path):
    """(article, link, sentence, tweet) of a benchmark."""
    for text in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(text)
        for link in article["links"]:
            tweet = article["tweets"][link["tweet"]]
            yield article, link, tweet["sents"][link["sent"]], tweet


def bench_links(bench, name, show):
    """Gold links text to text; pieces of one sentence together, findings given back to the piece they lie in."""
    rows = list(gold_links(bench.shared / "bench" / f"{name}.jsonl"))
    bench.vectors.add([t for _, link, s, _ in rows for t in (s["en"], link["ar_text"])])
    groups = collections.defaultdict(list)
    for n, (article, link, _, _) in enumerate(rows):
        is_alone = link["mode"] == "headline" or name == "dev"
        groups[(article["id"], link["tweet"], link["sent"], n if is_alone else -1)].append(n)
    caught, clean, by_row = collections.defaultdict(list), [], collections.defaultdict(list)
    for members in groups.values():
        for n, findings in _judge_group(bench, rows, members):
            article, link, sentence, _ = rows[n]
            errors = [f for f in findings if f.severity is Severity.ERROR]
            if link["error"]:
                kind = link["error"]["type"]
                caught[kind].append((bool(errors), any(f.code.startswith(kind) for f in errors)))
            else:
                clean.append(bool(errors))
                by_row[sentence.get("row", (article["id"], link["tweet"], link["sent"]))].append(bool(errors))
            count_codes(bench, errors, link["error"]["type"] if link["error"] else None)
            if name == show and bool(errors) == (link["error"] is None):
                print(f"-- {link['error'] or 'clean'}\n   {sentence['en']}\n   {link['ar_text']}")
                print(f"   {[(f.code, f.severity.value, f.message) for f in findings]}")
    for kind, hits in sorted(caught.items()):
        target = f"{TARGETS[kind]:.2f}" if name == "dev" and kind in TARGETS else ""
        line(f"{name}: {kind} caught", share(sum(h[0] for h in hits), len(hits)), target)
        line(f"{name}: {kind} caught, same code", share(sum(h[1] for h in hits), len(hits)))
    line(f"{name}: macro error recall", f"{np.mean([np.mean([h[0] for h in v]) for v in caught.values()]):.3f}")
    line(f"{name}: false alarm rate", share(sum(clean), len(clean)), "0.06 at most" if name == "natural_dev" else "")
    rate = np.mean([np.mean(v) for v in by_row.values()])
    line(
        f"{name}: false alarm rate by row", f"{rate:.4f} ({len(by_row)} rows)", "0.03 at most" if name == "dev" else ""
    )


def _judge_group(bench, rows, members):
    article, link, sentence, tweet = rows[members[0]]
    pieces = [rows[n][1]["ar_text"] for n in members]
    start, end = link["ar"][0], rows[members[-1]][1]["ar"][1]
    subject = bench.subject(
        sentence["en"],
        pieces,
        rendering=Rendering(link["mode"]),
        en_context=tweet["body_text"],
        ar_before=article["text"][max(0, start - 200) : start],
        ar_after=article["text"][end : end + 200],
        author=tweet["name"],
        handle=tweet["handle"],
        tweet_date=tweet["date"],
        is_excerpt=link["mode"] == "headline",
    )
    findings = bench.findings(subject, article.get("doc", article["id"]))
    starts = [sum(len(p) + len(JOINT) for p in pieces[:n]) for n in range(len(pieces))]
    for place, n in enumerate(members):
        own = [
            f
            for f in findings
            if max((i for i, s in enumerate(starts) if f.ar and s <= f.ar.start), default=0) == place
        ]
        yield n, own


def count_codes(bench, errors, kind):
    """For docs/checks.md: an error finding is right when the pair holds an error."""
    for code in {f.code for f in errors}:
        bench.by_code[code]["right" if kind else "wrong"] += 1
    if kind:
        bench.by_family[kind]["pairs"] += 1
        bench.by_family[kind]["caught"] += bool(errors)
        bench.by_family[kind]["same"] += any(f.code.startswith(kind) for f in errors)


def bench_contrast(bench, show):
    path = bench.shared / "bench" / "contrast_dev.jsonl"
    rows = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    bench.vectors.add([t for r in rows for t in (r["en"], r["ar"])])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "checked.jsonl"
        with out.open("w", encoding="utf-8") as stream:
            for n, row in enumerate(rows):
                findings = bench.findings(bench.subject(row["en"], [row["ar"]], en_context=row["en"]), row["base"])
                told = [{"code": f.code, "severity": f.severity.value, "message": f.message} for f in findings]
                stream.write(json.dumps({"pair_id": str(n), "findings": told}) + "\n")
                errors = [f for f in findings if f.severity is Severity.ERROR]
                count_codes(bench, errors, row["type"] if row["label"] == "error" else None)
        command = [sys.executable, str(bench.shared / "tools" / "score_contrast.py"), str(path), str(out)]
        command += ["--show", "600"] if show == "contrast" else ["--json"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if show == "contrast":
        print(text)
        return
    result = json.loads(text)
    for key, target in (("macro_recall", "0.75"), ("macro_recall_any", "0.85"), ("macro_recall_same_code", "")):
        line(f"contrast: {key}", f"{result[key]:.3f}", target)
    for key, target in (("false_alarm_rate", "0.04 at most"), ("false_alarm_rate_any", "0.12 at most")):
        line(f"contrast: {key}", f"{result[key]:.3f}", target)
    for key in ("recall", "recall_any"):
        line(f"contrast: {key}", "  ".join(f"{k} {v:.2f}" for k, v in result[key].items()))


def bench_synthetic(bench):
    """Clauses of at least four words left out of ntrex_dev: area under the curve of the likeliest omission's score."""
    examples = [e for e in make_examples(read_ntrex(bench.shared)) if e.kind in ("clean", "omission.clause")]
    bench.vectors.add([t for e in examples for t in (e.en, e.ar)])
    scores = collections.defaultdict(list)
    for e in examples:
        model = replace(bench.models[e.fold], warning_en=0.0)
        measured = measure(bench.subject(e.en, [e.ar]), model)
        scores[e.kind].append(max((g.probability for g in measured.left_out), default=0.0))
    area = auc(np.array(scores["omission.clause"]), np.array(scores["clean"]))
    counts = f"{len(scores['omission.clause'])} against {len(scores['clean'])}"
    line("ntrex_dev: clause left out, area under the ROC curve", f"{area:.3f} ({counts})", "0.93")


def rules(en, ar):
    """Findings without an encoder."""
    return run_checks(Subject(en, ar, en_context=en), CheckSettings())[0]


def bench_tico(bench, show):
    """False alarms on careful human translations, and changes made by script; rules alone."""
    tico = [(r["en"], r["ar"]) for r in read_tsv(bench.shared / "data/tico19/tico19.all.tsv")]
    ntrex = [(r["en"], r["ar"]) for r in read_tsv(bench.shared / "data/ntrex_dev/ntrex.tsv")]
    begin = time.process_time()
    found = [rules(en, ar) for en, ar in tico]
    seconds = time.process_time() - begin
    hits = sum(is_error(f, ("number", "date")) for f in found)
    line("tico19: rows with a number or date error", share(hits, len(tico)), "0.015 at most")
    line("tico19: rows with any error, rules alone", share(sum(map(is_error, found)), len(tico)))
    for (en, ar), findings in zip(tico, found):
        if show == "tico19" and is_error(findings):
            print(f"--\n   {en}\n   {ar}\n   {[(f.code, f.message) for f in findings]}")
    draw = random.Random(20)
    numbers = [(en, new) for en, ar in tico if (new := change_number(en, ar, draw))]
    changed("a number (tico19)", draw.sample(numbers, min(1000, len(numbers))), ("number",), "0.97")
    for topic, names, rows in ((Topic.MONTH, MONTHS, tico), (Topic.WEEKDAY, WEEKDAYS, tico + ntrex)):
        fit = [(en, new) for en, ar in rows if in_both(en, ar, topic) and (new := change_name(ar, topic, names, draw))]
        changed(f"a {topic.value}", fit, ("date",), "0.97" if topic is Topic.MONTH else "0.95")
    line("tico19: rules alone, pairs a second on one core", f"{len(tico) / seconds:.0f}")


def changed(name, rows, families, target):
    line(f"changed: {name}", share(sum(is_error(rules(en, ar), families) for en, ar in rows), len(rows)), target)


def bench_countries_and_gender(bench):
    """Countries changed by script, and gender counterfactuals; the gender weights were fitted on these very pairs."""
    rows = tsv_rows(bench.shared / "data" / "tico19" / "tico19.all.tsv") + read_ntrex(bench.shared)
    fit = [(s.en, s.ar) for s in changed_countries(rows)][:COUNTRY_ROWS]
    changed("a country", fit, ("name",), "0.93")
    pairs = tsv_rows(bench.shared / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv")
    names = (("en", "ar", "ar_flipped"), ("en_flipped", "ar_flipped", "ar"))
    sides = [[row[name] for name in side] for row in pairs for side in names]
    right = sum(_is_flagged(rules(en, ar)) for en, ar, _ in sides)
    crossed = sum(_is_flagged(rules(en, other)) for en, _, other in sides)
    line("mt_geneval: crossed pairs flagged, in sample", share(crossed, len(sides)), "0.80")
    line("mt_geneval: right pairs flagged, in sample", share(right, len(sides)), "0.05 at most")


def _is_flagged(findings):
    """By the gender check, a warning included."""
    return any(f.code.startswith("gender") and f.severity is not Severity.NOTE for f in findings)


def bench_speed(bench):
    """All checks with word evidence at hand, as after the encoder."""
    rows = list(gold_links(bench.shared / "bench" / "dev.jsonl"))
    subjects = [bench.subject(s["en"], [link["ar_text"]]) for _, link, s, _ in rows]
    begin = time.process_time()
    for subject in subjects:
        run_checks(subject, CheckSettings())
    seconds = time.process_time() - begin
    rate = len(subjects) / seconds
    line("pairs a second on one core, all checks, no encoder", f"{rate:.0f}", "167 (10,000 in 60 s)")


def bench_run(bench, run):
    """A run directory, scored by the shared tool."""
    for name in ("dev", "natural_dev"):
        gold = bench.shared / "bench" / f"{name}.jsonl"
        command = [sys.executable, str(bench.shared / "tools" / "score_bench.py"), str(gold), str(run), "--only-read"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and not done.stdout.startswith("articles: 0"):
            print(f"== {run} as {name}\n{done.stdout}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", metavar="SET", help="dev, natural_dev, contrast or tico19")
    args = parser.parse_args()
    bench = Bench(args.shared, args.cache)
    codes = sha256_text(" ".join(sorted(i.code for c in CHECKS for i in c.codes)))[:8]
    signature = f"checks:{len(CHECKS)}|codes:{codes}|{bench.signature}|align:{__version__}"
    print(signature)
    for name in ("dev", "natural_dev"):
        bench_links(bench, name, args.show)
    bench_contrast(bench, args.show)
    if not args.show or args.show == "tico19":
        bench_tico(bench, args.show)
    if not args.show:
        bench_countries_and_gender(bench)
        bench_synthetic(bench)
        bench_speed(bench)
    if args.run:
        bench_run(bench, args.run)
    if args.json:
        counts = {"codes": bench.by_code, "families": bench.by_family}
        plain = {name: {key: dict(count) for key, count in sorted(c.items())} for name, c in counts.items()}
        text = json.dumps({"signature": signature, **plain}, indent=1)
        args.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
