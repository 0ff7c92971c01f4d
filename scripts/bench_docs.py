"""Sentence alignment of documents: ours beside Vecalign's and Bertalign's methods, out of fold by document.

    python scripts/bench_docs.py --shared ../shared --cache DIR [--fit data/docs/weights.json] [--chain 6]
        [--parts beads baselines documents speed]

The documents are made by scripts/made_documents.py: 2,577 true beads at noise 0. Weights are fitted on four fifths of
the documents and scored on the last, five times; `--fit` writes those of all documents. The baselines have the same
encoder, the same sentences and the same kind of block vectors, pooled from those of sentences, and their setting is
chosen on the very documents that they are scored on, which favours them. `speed` measures without the encoder, on made
vectors.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from docs_baselines import bertalign, blocks_of, vecalign
from made_documents import MadeDocument, made_documents, read_sources

from align.docs.aligning import (
    CALIBRATION_FEATURES,
    Alignment,
    align_texts,
    best_steps,
    calibration_features,
    texts_of_surfaces,
)
from align.docs.beads import Bead
from align.docs.coarse import band_of
from align.docs.features import Texts, evidence_of
from align.docs.fitting import FieldWeights, example_of, fit_field
from align.docs.moved import MOVED_FEATURES, candidates
from align.docs.pairing import DOCUMENT_FEATURES, Seen, document_candidates
from align.docs.surface import Surface, surface_of
from align.docs.weights import DocsWeights
from align.evaluate.beads import BeadCounts, count_beads
from align.match.matcher import Matcher, open_matcher
from align.models.fitting import fit_logistic
from align.models.linear import LinearModel, design, sigmoid
from align.settings import EmbedSettings

NOISES = (0.0, 0.1, 0.3)
FOLDS = 5


class Loaded(NamedTuple):
    """A made document as features see it."""

    made: MadeDocument
    texts: Texts
    noise: float

    @property
    def beads(self) -> list[Bead]:
        return [Bead(en, ar, 1.0, n in self.made.moved) for n, (en, ar) in enumerate(self.made.beads)]


class Bench:
    """The benchmark's documents, encoded once."""

    def __init__(self, shared: Path, cache: Path) -> None:
        self.shared, self.cache = shared, cache
        self.matcher: Matcher = open_matcher(EmbedSettings(cache_dir=str(cache)))
        self._surfaces: dict[tuple[str, str], Surface] = {}

    def load(self, noise: float, chain: int = 0) -> list[Loaded]:
        means, encode = self.matcher.bundle.means, self.matcher.encoder.encode
        found = []
        for made in made_documents(self.shared, noise, chain=chain):
            sides = self.surface(made.en, "en"), self.surface(made.ar, "ar")
            texts = texts_of_surfaces(encode(made.en), encode(made.ar), *sides, means.mean_en, means.mean_ar)
            found.append(Loaded(made, texts, noise))
        return found

    def surface(self, texts: Sequence[str], lang: str) -> Surface:
        """Each sentence is read once."""
        for text in texts:
            if (text, lang) not in self._surfaces:
                self._surfaces[text, lang] = surface_of([text], lang)
        own = [self._surfaces[text, lang] for text in texts]
        return Surface(
            np.array([one.letters[0] for one in own]), tuple(one.numbers[0] for one in own),
            tuple(one.names[0] for one in own),
        )  # fmt: skip


# --- fitting ---------------------------------------------------------------------------------------------------------


def fitted_fields(documents: Sequence[Loaded], cache: Path) -> dict[object, FieldWeights]:
    """The random field of all documents, and of all but those of each fold; kept in the cache."""
    place = cache / "fields.pkl"
    fields: dict[object, FieldWeights] = pickle.loads(place.read_bytes()) if place.exists() else {}
    missing = [name for name in ("all", *range(FOLDS)) if name not in fields]
    examples = [(one.made.fold, example_of(one.texts, one.beads)) for one in documents if missing]
    for name in missing:
        if name == "all":
            begin = fit_field([example for _, example in examples][::4], rounds=15)
            fields[name] = fit_field([example for _, example in examples], begin, rounds=40)
        else:  # from nothing, on every third document: none of the fold's has a say
            fields[name] = fit_field([example for own, example in examples if own != name][::3], rounds=30)
        place.write_bytes(pickle.dumps(fields))
    return fields


def rest_of_weights(field: FieldWeights, documents: Sequence[Loaded], document: LinearModel) -> DocsWeights:
    """Calibration and the model of moved beads, fitted on what the field makes of the documents."""
    plain = LinearModel(CALIBRATION_FEATURES, np.array([1.0, 0.0]), 0.0)
    weights = DocsWeights(*field, plain, LinearModel(MOVED_FEATURES, np.zeros(len(MOVED_FEATURES)), 0.0), document, 0.2)
    marginals, rights, rows, labels = [], [], [], []
    for one in documents:
        true = {tuple(bead) for bead in one.made.beads}
        evidence = evidence_of(one.texts, band_of(one.texts.english, one.texts.arabic))
        steps = best_steps(evidence, weights)
        sides = [(tuple(range(s.i - s.en, s.i)), tuple(range(s.j - s.ar, s.j))) for s in steps]
        whole = [n for n, (en, ar) in enumerate(sides) if en and ar]
        found = calibration_features([steps[n] for n in whole]) if whole else None
        if found is not None:
            marginals.append(np.stack([found[name] for name in CALIBRATION_FEATURES], 1))
            rights += [sides[n] in true for n in whole]
        beads = [Bead(en, ar, step.probability) for (en, ar), step in zip(sides, steps)]
        for candidate in candidates(evidence, _with_gaps(beads, weights.threshold), weights):
            rows.append([candidate.features[name] for name in MOVED_FEATURES])
            labels.append((candidate.en, candidate.ar) in true)
    columns = np.concatenate(marginals)
    calibration = fit_logistic(CALIBRATION_FEATURES, columns, np.array(rights, float), np.ones(len(rights)))
    moved = fit_logistic(MOVED_FEATURES, np.array(rows), np.array(labels, float), np.ones(len(labels)))
    return replace(weights, calibration=calibration, moved=moved)


def _with_gaps(beads: Iterable[Bead], threshold: float) -> list[Bead]:
    out: list[Bead] = []
    for bead in beads:
        if not bead.is_gap and bead.probability < threshold:
            out += [Bead((n,), ()) for n in bead.en] + [Bead((), (n,)) for n in bead.ar]
        else:
            out.append(bead)
    return out


# --- beads -----------------------------------------------------------------------------------------------------------


def calibration_error(sure: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    p, y = np.array(sure), np.array(right, float)
    place = np.minimum((p * bins).astype(int), bins - 1)
    parts = [(place == k) for k in range(bins) if (place == k).any()]
    return float(sum(abs(p[part].mean() - y[part].mean()) * part.mean() for part in parts))


def score(documents: Sequence[Loaded], results: Sequence[Sequence[tuple]], name: str) -> dict[str, float]:
    total, ordered, found, moved = BeadCounts(), BeadCounts(), 0, 0
    for one, beads in zip(documents, results):
        total = total.plus(count_beads(one.made.beads, beads))
        places = {tuple(one.made.beads[n]) for n in one.made.moved}
        given = {tuple(bead) for bead in beads}
        found, moved = found + len(places & given), moved + len(places)
        in_order = [bead for bead in one.made.beads if tuple(bead) not in places]
        gone = [{n for bead in places for n in bead[side]} for side in (0, 1)]
        kept = [b for b in beads if not (gone[0] & set(b[0]) or gone[1] & set(b[1]))]
        ordered = ordered.plus(count_beads(in_order, kept))
    figures = total.figures()
    line = {key: round(figures[key], 4) for key in ("strict_precision", "strict_recall", "strict_f1", "lax_f1")}
    line["strict_f1_of_what_keeps_order"] = round(ordered.figures()["strict_f1"], 4)
    line["moved_found"] = round(found / moved, 4) if moved else float("nan")
    print(name, json.dumps(line), flush=True)
    return figures


def beads_part(bench: Bench, weights: dict[object, DocsWeights], noise: float, chain: int) -> None:
    documents = bench.load(noise, chain)
    results: list[Alignment] = [align_texts(one.texts, weights[one.made.fold]) for one in documents]
    name = f"ours, noise {noise:.0%}, {'chains of ' + str(chain) if chain else 'documents'}:"
    score(documents, [[(b.en, b.ar) for b in result.beads] for result in results], name)
    sure, right = [], []
    for one, result in zip(documents, results):
        true = {tuple(bead) for bead in one.made.beads}
        for bead in result.beads:
            if not bead.is_gap:
                sure.append(bead.probability)
                right.append((bead.en, bead.ar) in true)
    print(f"    calibration error of {len(sure)} beads: {calibration_error(sure, right):.4f}", flush=True)


def baselines_part(bench: Bench, noise: float) -> None:
    """Each baseline with each of its settings; the best is what counts."""
    documents = bench.load(noise)
    encoded = [blocks_of(one.made, bench.matcher.encoder.encode) for one in documents]
    best: dict[str, tuple[float, str]] = {}
    tried = {vecalign: (0.005, 0.02, 0.05, 0.1, 0.2), bertalign: (-0.3, -0.1, -0.03, 0.0, 0.02, 0.04)}
    for method, settings in tried.items():
        for setting in settings:
            results = [method(blocks, setting) for blocks in encoded]
            name = f"{method.__name__} {setting}, noise {noise:.0%}:"
            figures = score(documents, results, name)
            best[method.__name__] = max(best.get(method.__name__, (0.0, "")), (figures["strict_f1"], name))
    print("best:", best, flush=True)


# --- documents -------------------------------------------------------------------------------------------------------


def document_sets(bench: Bench, count: int = 10, size: int = 60) -> Iterator[tuple[list[int], list[int], list[Loaded]]]:
    """Seeded sets of two folders of `size`, a tenth of each without a partner; documents at noise 10 %."""
    documents = bench.load(0.1)
    for number in range(count):
        chosen = np.random.default_rng([25, number]).permutation(len(documents))[: size + size // 10].tolist()
        english, arabic = chosen[:size], chosen[size // 10 :]
        rng = np.random.default_rng([26, number])
        yield english, [arabic[n] for n in rng.permutation(len(arabic))], documents


def documents_part(bench: Bench) -> LinearModel:
    """Fits the model of document pairs; prints what it gets right out of fold. Returns that of all."""
    from scipy.optimize import linear_sum_assignment

    encode = bench.matcher.encoder.encode
    sets, seen = list(document_sets(bench)), {}
    for n, one in enumerate(sets[0][2]):
        seen[n] = (Seen(encode(one.made.en), one.texts.en_surface), Seen(encode(one.made.ar), one.texts.ar_surface))
    parts = []
    for english, arabic, documents in sets:
        rows, columns, features = document_candidates([seen[n][0] for n in english], [seen[n][1] for n in arabic])
        right = np.array([english[i] == arabic[j] for i, j in zip(rows, columns)])
        folds = np.array([[documents[english[i]].made.fold, documents[arabic[j]].made.fold]
                          for i, j in zip(rows, columns)])  # fmt: skip
        parts.append((rows, columns, design(features, DOCUMENT_FEATURES), right, folds))
    whole = np.concatenate([part[2] for part in parts])
    right, folds = np.concatenate([part[3] for part in parts]), np.concatenate([part[4] for part in parts])
    sure = np.zeros(len(right))
    for fold in range(FOLDS):
        train, test = (folds != fold).all(1), folds[:, 0] == fold
        model = fit_logistic(DOCUMENT_FEATURES, whole[train], right[train].astype(float), np.ones(train.sum()))
        sure[test] = sigmoid(model.score_columns(whole[test]))
    hits = false = shared = given = at = 0
    for (rows, columns, *_), (english, arabic, _) in zip(parts, sets):
        table, place = np.zeros((len(english), len(arabic))), slice(at, at + len(rows))
        at += len(rows)
        table[rows, columns] = np.maximum(sure[place] - 0.5, 0.0)
        pairs = [(i, j) for i, j in zip(*linear_sum_assignment(table, maximize=True)) if table[i, j] > 0]
        good = sum(english[i] == arabic[j] for i, j in pairs)
        hits, false, given = hits + good, false + len(pairs) - good, given + len(pairs)
        shared += len(set(english) & set(arabic))
    print(f"documents of two folders of 60: right {hits / shared:.4f} of {shared}, "
          f"false {false / given:.4f} of {given}, calibration error {calibration_error(sure, right):.4f}")  # fmt: skip
    return fit_logistic(DOCUMENT_FEATURES, whole, right.astype(float), np.ones(len(right)))


# --- speed -----------------------------------------------------------------------------------------------------------


def speed_part(bench: Bench, weights: DocsWeights) -> None:
    """Time and memory without the encoder: sentences of the benchmark repeated, with vectors of their own."""
    pairs = [pair for documents in read_sources(bench.shared).values() for rows in documents for pair in rows]
    measured = []
    for count in (100, 300, 1000, 3000, 10_000, 20_000):
        rng = np.random.default_rng(count)
        english = [f"{pairs[n % len(pairs)][0]} {n // len(pairs)}" for n in range(count)]
        arabic = [f"{pairs[n % len(pairs)][1]} {n // len(pairs)}" for n in range(count)]
        common = rng.standard_normal((count, 384)).astype(np.float32)
        sides = []
        for _ in range(2):
            vectors = common + 0.9 * rng.standard_normal((count, 384)).astype(np.float32)
            sides.append((vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32))
        kept = [np.sort(rng.permutation(count)[: count - count // 20]) for _ in range(2)]
        begin = time.process_time()
        surfaces = surface_of([english[n] for n in kept[0]], "en"), surface_of([arabic[n] for n in kept[1]], "ar")
        read = time.process_time()
        empty = np.zeros(0, np.float32)
        texts = texts_of_surfaces(sides[0][kept[0]], sides[1][kept[1]], *surfaces, empty, empty)
        result = align_texts(texts, weights)
        done = time.process_time()
        true = {(n, n) for n in range(count)}
        hits = sum((int(kept[0][b.en[0]]), int(kept[1][b.ar[0]])) in true for b in result.beads
                   if len(b.en) == len(b.ar) == 1)  # fmt: skip
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        measured.append((count, done - begin, peak))
        print(f"{count} sentences: {done - begin:.1f} s of one core, {read - begin:.1f} of them reading numbers and "
              f"names; peak {peak:.0f} MB; {hits} right 1:1 beads", flush=True)  # fmt: skip
    logs = np.log(np.array(measured))
    exponents = [np.polyfit(logs[first:, 0], logs[first:, k], 1)[0] for first, k in ((0, 1), (2, 1), (2, 2))]
    print("exponent of time {:.3f}, from 1,000 on {:.3f}; of memory from 1,000 on {:.3f}".format(*exponents))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--cache", type=Path, required=True, help="vectors and fitted fields are kept there")
    parser.add_argument("--fit", type=Path, help="write the weights of all documents there")
    parser.add_argument("--chain", type=int, default=6)
    parser.add_argument("--parts", nargs="*", default=["documents", "beads", "baselines"])
    given = parser.parse_args()
    bench = Bench(given.shared, given.cache)
    if given.parts == ["speed"]:
        from align.docs.weights import docs_weights

        speed_part(bench, docs_weights())
        return
    document = documents_part(bench) if "documents" in given.parts else LinearModel(("whole",), np.zeros(1), 0.0)
    if "beads" in given.parts:
        training = [one for noise in NOISES for one in bench.load(noise)]
        fields = fitted_fields(training, given.cache)
        whole = rest_of_weights(fields["all"], training[::2], document)
        if given.fit:
            told = (
                f"{len(training)} made documents of ntrex_dev and tico19, {bench.matcher.encoder.name}, bench_docs.py"
            )
            given.fit.parent.mkdir(parents=True, exist_ok=True)
            row = replace(whole, origin=told).as_row()
            given.fit.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
        weights = {
            fold: rest_of_weights(fields[fold], [one for one in training[::2] if one.made.fold != fold], document)
            for fold in range(FOLDS)
        }
        for chain in (0, given.chain):
            for noise in NOISES:
                beads_part(bench, weights, noise, chain)
    if "baselines" in given.parts:
        for noise in NOISES:
            baselines_part(bench, noise)


if __name__ == "__main__":
    main()
