"""Fit the matching models of the bundled encoder on the development benchmarks; write data/models/e5-small.json.

usage: python scripts/calibrate.py [--shared ../shared] [--cache FILE] [--crossval DIR]

Four linear models, each fitted on what the one before gives (align/match): words, edges, pairs, context (on pairs that
inner folds judge, so that it sees them as they are on articles nobody fitted). The threshold is the middle of the best
ones by macro F1 over the scenarios of both sets, and the precision table is read off, both out of fold: five
folds by document, and no model that scores an article saw it or its document at any of the four steps. The weights
written are fitted on all. --crossval DIR writes DIR/dev and DIR/natural_dev as run directories, scored out of fold, for
score_bench.py. --cache keeps the encoder's vectors between runs.
"""

import argparse
import json
import os
import pickle
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # sums in another order move the ragged choice of the threshold by 0.02

import numpy as np

from align import __version__
from align.embed import load_encoder
from align.extract import extract_article
from align.files import sha256_text, write_atomic
from align.judge.pairs import check_article, with_own_evidence
from align.match.assign import choose, match_article, without_overlaps
from align.match.candidates import candidates_of, comparisons_of, encode_article, find_spans, shortlist
from align.match.context import context_features
from align.match.matcher import Matcher
from align.models.calibration import MEANS, MODELS, Calibration, LinearModel
from align.models.fitting import design, fit_choice, fit_logistic
from align.records import AlignedArticle, Article, Document, Segment
from align.run.aligner import with_sentences
from align.run.directory import RunDirectory
from align.segment import segment_article
from align.settings import CheckSettings, EmbedSettings, ReadSettings

FOLDS = 5
INNER_FOLDS = 10
NATURAL_WEIGHT = 3.0  # of an article written freely against a composed one, of which there are eight times as many
PAIR_NAMES = (
    "cosine lead rival margin edge edge_lead rank strong late_cosine late_rival coverage_en soft_en soft_ar logit_mean "
    "logit_good logit_bad logit_left_out logit_head logit_tail logit_before logit_behind too_short too_long words "
    "is_quoted is_headline is_standfirst is_alone is_whole_quote is_whole_sentence verb_before starts_with_verb "
    "is_torn_quote inner_marks inner_turns inner_frame is_unframed is_background numbers_shared numbers_foreign "
    "numbers_quoted has_numbers names_shared has_names left_start left_quote left_stop left_comma "
    "left_inna right_end right_quote right_stop right_comma orphans_left_quoted orphans_right_quoted orphans_left "
    "orphans_right is_one_word author_in_stretch author_before speech_of_author speech_of_other"
).split()


class CachedEncoder:
    """The encoder, each text once."""

    def __init__(self, encoder, path):
        self.encoder, self.path = encoder, path
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        self.known = pickle.loads(path.read_bytes()) if path and path.exists() else {"encode": {}, "encode_words": {}}

    def _get(self, kind, texts):
        known = self.known[kind]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, getattr(self.encoder, kind)(new) if new else []))
        return [known[text] for text in texts]

    def encode(self, texts):
        return np.array(self._get("encode", texts), np.float32).reshape(-1, self.dim)

    def encode_words(self, texts):
        return self._get("encode_words", texts)

    def save(self):
        if self.path:
            self.path.write_bytes(pickle.dumps(self.known, protocol=4))


@dataclass
class Example:
    """One benchmark article, read by the program, with its gold."""

    set: str
    row: dict
    article: Article
    segments: tuple[Segment, ...]
    encoded: object = None

    @property
    def fold(self):
        return int(sha256_text(self.row.get("doc", self.row["id"])), 16) % FOLDS

    @property
    def inner_fold(self):
        """For the fits within a fold: another way of dividing the documents."""
        return int(sha256_text(self.row.get("doc", self.row["id"])), 16) // FOLDS % INNER_FOLDS

    @property
    def weight(self):
        return NATURAL_WEIGHT if self.set == "natural_dev" else 1.0

    def gold(self, en_span):
        """Arabic spans that render the sentence at `en_span`."""
        out = []
        for link in self.row["links"]:
            tweet = self.row["tweets"][link["tweet"]]
            start, end = (tweet["body"][0] + offset for offset in tweet["sents"][link["sent"]]["body_span"])
            if overlap((start, end), en_span) >= 0.5:
                out.append(tuple(link["ar"]))
        return out


def overlap(a, b):
    common = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common else 0.0


def overlaps(starts, ends, gold):
    """Best overlap of each span with any gold span, (n,)."""
    best = np.zeros(len(starts))
    for a, b in gold:
        common = np.maximum(0, np.minimum(ends, b) - np.maximum(starts, a))
        best = np.maximum(best, common / (np.maximum(ends, b) - np.minimum(starts, a)))
    return best


def load_examples(shared):
    examples, read = [], ""
    for name in ("natural_dev", "dev"):
        text = (shared / "bench" / f"{name}.jsonl").read_text(encoding="utf-8")
        read += text
        for row in map(json.loads, text.splitlines()):
            article = extract_article(Document(row["id"], row["id"], row["text"]), ReadSettings())
            article = replace(article, tweets=tuple(map(with_sentences, article.tweets)))
            examples.append(Example(name, row, article, segment_article(article)))
    return examples, sha256_text(read)[:8]


def base_calibration(examples, encoder):
    """Means over both benchmarks; models that are still empty."""
    english = [s.cut(e.article.text) for e in examples for t in e.article.tweets for s in t.sentences]
    arabic = [e.article.text[s.start : s.end] for e in examples for s in e.segments]
    means = {"mean_en": encoder.encode(english).mean(0), "mean_ar": encoder.encode(arabic).mean(0)}
    for name, side in (("word_mean_en", english), ("word_mean_ar", arabic)):
        means[name] = np.concatenate([w.vectors for w in encoder.encode_words(side)]).mean(0)
    empty = LinearModel((), np.zeros(0), 0.0)
    return Calibration(encoder.name, encoder.revision, **means, word=empty, edge=empty, pair=empty, context=empty,
                       threshold=0.5, precision=(), signature="")  # fmt: skip


def fit_words(examples, calibration):
    rows, targets, weights, names = [], [], [], None
    for e in examples:
        for _, _, compared in comparisons_of(e.encoded, calibration):
            names = names or tuple(compared.features)
            for row, sentence in enumerate(e.encoded.sentences):
                gold = e.gold(sentence.span)
                spans = compared.window.spans
                rows.append(design({name: compared.features[name][row] for name in names}, names))
                targets.append([float(any(a <= w.start and w.end <= b for a, b in gold)) for w in spans])
                weights.append(np.full(len(spans), e.weight))
    return fit_logistic(names, np.concatenate(rows), np.concatenate(targets), np.concatenate(weights))


def fit_edges(examples, spans, rng):
    """Groups are a sentence and a segment; the right spans of a group share its target by their overlap."""
    columns, targets, groups, weights, names = [], [], [], [], None
    for e in examples:
        for found in spans[id(e)]:
            names = names or tuple(found.features)
            overlapping = overlaps(found.starts, found.ends, e.gold(e.encoded.sentences[found.sentence].span))
            for segment in np.unique(found.segment):
                rows = np.flatnonzero(found.segment == segment)
                rows = thinned(rows, overlapping, rng)
                near = overlapping[rows]
                target = np.exp(25 * (near - near.max())) * (near >= 0.5)
                columns.append(design({n: found.features[n][rows] for n in names}, names))
                targets.append(target / target.sum() if target.any() else target)
                groups.append(np.full(len(rows), len(groups)))
                weights.append(e.weight)
    return fit_choice(
        names, np.concatenate(columns), np.concatenate(targets), np.concatenate(groups), np.array(weights)
    )


def thinned(rows, overlapping, rng, most=120):
    near, far = rows[overlapping[rows] > 0.3], rows[overlapping[rows] <= 0.3]
    keep = max(20, most - len(near))
    return np.concatenate([near, rng.choice(far, keep, replace=False) if len(far) > keep else far])


def candidates(example, spans, calibration, encoder):
    picked = []
    for found in spans:
        edge = calibration.edge.score(found.features)
        rows = shortlist(found, edge)
        picked.append((found, rows, edge[rows]))
    return candidates_of(example.encoded, picked, encoder, calibration)


def is_right(example, candidate, least=0.5):
    return any(overlap(candidate.ar_span, gold) >= least for gold in example.gold(candidate.en_span))


def fit_pairs(examples, spans, calibration, encoder):
    """The pair model and the context model."""
    found = [candidates(e, spans[id(e)], calibration, encoder) for e in examples]
    rows = np.array([[c.features[name] for name in PAIR_NAMES] for part in found for c in part])
    targets = np.array([float(is_right(e, c)) for e, part in zip(examples, found) for c in part])
    weights = np.array([e.weight for e, part in zip(examples, found) for c in part])
    folds = np.array([e.inner_fold for e, part in zip(examples, found) for c in part])

    def fitted(chosen):
        return fit_logistic(PAIR_NAMES, rows[chosen], targets[chosen], weights[chosen], ridge=4.0)

    logits = np.zeros(len(rows))
    for fold in range(INNER_FOLDS):
        model, unseen = fitted(folds != fold), folds == fold
        logits[unseen] = model.score(dict(zip(PAIR_NAMES, rows[unseen].T)))
    columns, kept_rows, at = [], [], 0
    for part in found:
        kept = without_overlaps(part, logits[at : at + len(part)])
        kept_rows += [at + row for row in kept]
        if kept:
            features = context_features([part[row] for row in kept], logits[at : at + len(part)][kept])
            columns.append(design(features, tuple(features)))
        at += len(part)
    context = fit_logistic(tuple(features), np.concatenate(columns), targets[kept_rows], weights[kept_rows], ridge=4.0)
    return fitted(slice(None)), context


def fit(examples, base, encoder):
    usable = [e for e in examples if e.encoded]
    calibration = replace(base, word=fit_words(usable, base))
    spans = {id(e): find_spans(e.encoded, calibration) for e in usable}
    calibration = replace(calibration, edge=fit_edges(usable, spans, np.random.default_rng(0)))
    pair, context = fit_pairs(usable, spans, calibration, encoder)
    return replace(calibration, pair=pair, context=context)


def chosen_of(example, calibration, encoder):
    if not example.encoded:
        return []
    return choose(candidates(example, find_spans(example.encoded, calibration), calibration, encoder), calibration)


def macro_f1(examples, chosen, threshold, least=0.5):
    """As score_bench.py counts it: the mean over scenarios; where nothing should be paired, the share left alone."""
    per = defaultdict(lambda: np.zeros(5))
    for e in examples:
        kept = [c.candidate for c in chosen[id(e)] if c.probability >= threshold]
        true = sum(is_right(e, c, least) for c in kept)
        n = len(e.row["links"])
        per[e.row["scenario"]] += [true, len(kept), n, not kept and not n, 1]
    return float(np.mean([2 * t / (p + n) if n else clean / count for t, p, n, clean, count in per.values()]))


def best_threshold(examples, chosen, slack=0.002):
    """The middle of the thresholds within `slack` of the best macro F1 over all scenarios: the curve is ragged."""
    tries = np.arange(0.2, 0.8, 0.02)
    scores = np.array([macro_f1(examples, chosen, t) for t in tries])
    return round(float(tries[scores >= scores.max() - slack].mean()), 2)


def precision_table(examples, chosen):
    """(threshold, precision of what it keeps), for every hundredth."""
    judged = np.array([(c.probability, is_right(e, c.candidate)) for e in examples for c in chosen[id(e)]])
    rows = []
    for threshold in np.arange(0.05, 1.0, 0.01):
        kept = judged[judged[:, 0] >= threshold]
        if len(kept) >= 20:
            rows.append((round(float(threshold), 2), round(float(kept[:, 1].mean()), 4)))
    return rows


def write_runs(fitted, target):
    """Run directories in which each article is matched by weights that saw neither it nor its document.

    The checks are the shipped ones: their coverage weights have seen these texts.
    """
    for name in ("dev", "natural_dev"):
        directory = RunDirectory(target / name, f"crossval|{fitted.signature}|thr:{fitted.threshold:.3f}", redo=True)
        for e in (e for e in fitted.examples if e.set == name):
            weights = fitted.folds[e.fold]
            result = match_article(e.article, e.segments, fitted.encoder, weights, fitted.threshold)
            linked = with_own_evidence(result.pairs, Matcher(fitted.encoder, weights))
            pairs = check_article(e.article, linked, CheckSettings())
            directory.add(e.row["id"], AlignedArticle(e.article, pairs, result.rejected))
        directory.finish({"crossval": True})
        directory.close()


class Fitted(NamedTuple):
    """Weights of all examples and of all but each fold, with what was measured on the fold left out."""

    examples: list
    encoder: CachedEncoder
    final: Calibration
    folds: dict[int, Calibration]
    threshold: float
    precision: list
    out_of_fold: dict[str, list[float]]
    signature: str


def fit_all(shared, cache):
    examples, data_hash = load_examples(shared)
    encoder = CachedEncoder(load_encoder(EmbedSettings()), cache)
    base = base_calibration(examples, encoder)
    for e in examples:
        e.encoded = encode_article(e.article, e.segments, encoder, base)
    encoder.save()
    final = fit(examples, base, encoder)
    print("fitted on all", flush=True)
    folds = {}
    for fold in range(FOLDS):
        folds[fold] = fit([e for e in examples if e.fold != fold], base, encoder)
        print(f"fitted without fold {fold}", flush=True)
    chosen = {id(e): chosen_of(e, folds[e.fold], encoder) for e in examples}
    sets = {name: [e for e in examples if e.set == name] for name in ("natural_dev", "dev")}
    threshold = best_threshold(examples, chosen)
    out_of_fold = {n: [macro_f1(p, chosen, threshold, least) for least in (0.5, 0.9)] for n, p in sets.items()}
    signature = f"spans4|data:{data_hash}|articles:{len(examples)}|v:{__version__}"
    print(f"{signature}\nthreshold {threshold}\nout of fold, macro F1 / strict: {out_of_fold}")
    encoder.save()
    precision = precision_table(examples, chosen)
    return Fitted(examples, encoder, final, folds, threshold, precision, out_of_fold, signature)


def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--crossval", type=Path)
    return parser.parse_args()


def main():
    args = parse_arguments(__doc__)
    fitted = fit_all(args.shared, args.cache)
    final = fitted.final
    record = {
        "signature": fitted.signature,
        "model": final.model,
        "revision": final.revision,
        "threshold": fitted.threshold,
        "precision": fitted.precision,
        "out_of_fold": fitted.out_of_fold,
        **{name: getattr(final, name).as_row() for name in MODELS},
        **{name: [round(float(value), 5) for value in getattr(final, name)] for name in MEANS},
    }
    path = Path(__file__).parents[1] / "data" / "models" / "e5-small.json"
    write_atomic(path, json.dumps(record, indent=1) + "\n")
    print(f"wrote {path}")
    if args.crossval:
        write_runs(fitted, args.crossval)


if __name__ == "__main__":
    main()
