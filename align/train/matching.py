"""Fits the four linear models of matching, each on what the one before gives: words, edges, pairs, context.

The context model sees pairs as inner folds judge them, as they are on articles nobody fitted. The threshold is the
middle of the best ones by macro F1 over the scenarios and by the tweets' status, the precision table is read off, and
below `doubt` nine sentences of ten are not rendered, all three out of fold by document: no model that scores an article
saw it or its document at any of the four steps. The weights that are written are fitted on all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from align.match.candidates import (
    Candidate,
    EncodedArticle,
    candidates_of,
    comparisons_of,
    find_spans,
    pick_spans,
)
from align.match.choice import Chosen, choose, without_overlaps
from align.match.context import context_features
from align.match.selection import ScoredSpans
from align.models.bundle import Bundle
from align.models.fitting import fit_choice, fit_logistic
from align.models.linear import LinearModel, design
from align.protocols import Encoder, Floats, Ints
from align.records import Span
from align.train.articles import LOOSE, SETS, STRICT, ArticleExample, overlaps
from align.train.folds import FOLDS, INNER_FOLDS

PAIR_NAMES = tuple(
    (
        "cosine lead rival margin edge edge_lead rank strong late_cosine late_rival linked_en soft_en soft_ar "
        "logit_mean logit_good logit_bad logit_left_out logit_head logit_tail logit_before logit_behind too_short "
        "too_long words is_quoted is_headline is_standfirst is_alone is_whole_quote is_whole_sentence verb_before "
        "starts_with_verb is_torn_quote inner_marks inner_turns inner_frame is_unframed is_background numbers_shared "
        "numbers_foreign numbers_quoted has_numbers names_shared has_names left_start left_quote left_stop left_comma "
        "left_inna right_end right_quote right_stop right_comma orphans_left_quoted orphans_right_quoted orphans_left "
        "orphans_right is_one_word author_in_stretch author_before speech_of_author speech_of_other "
        "tweet_distance is_behind_tweet paragraph worth worth_log logit_claimed logit_left_in_unit logit_first "
        "logit_last starts_with_complement starts_with_particle ends_with_particle particle_before "
        "verb_behind verb_just_before inner_commas starts_with_author author_just_before holds_author"
    ).split()
)
_RIDGE = 4.0  # of the pair and the context model
_SHARPNESS = 25  # of the target among right spans: one that overlaps by 0.1 less counts a twelfth
_MOST_SPANS = 120  # of a sentence and a segment in the fit of edges, all near ones among them
_ONE_IN = 4  # segments of composed articles in which a sentence has no right span are fitted on, and weigh as many
_SLACK = 0.002  # of the mean of macro F1 and status: the curve is ragged
_SURE = 0.9  # share of the sentences said not to be rendered that are not
_FEWEST = 20  # sentences that tell such a share


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of all examples and of all but each fold, with what was measured on the fold left out."""

    examples: Sequence[ArticleExample]
    final: Bundle  # matching alone is fitted, threshold and precision table included
    folds: Sequence[Bundle]
    out_of_fold: dict[str, list[float]]  # by set: macro F1, strict macro F1

    def section(self) -> dict[str, Any]:
        """That of a bundle."""
        row = self.final.matching.as_row()
        head = {name: row.pop(name) for name in ("origin", "threshold", "precision")}
        return {**head, "out_of_fold": self.out_of_fold, **row}


def fit_matching(
    examples: Sequence[ArticleExample], base: Bundle, encoder: Encoder, origin: str, say: Callable[[str], None]
) -> Fitted:
    """Fit on encoded examples; of `base` the means are taken."""
    final = fit(examples, base, encoder)
    say("fitted on all")
    folds = []
    for fold in range(FOLDS):
        folds.append(fit([e for e in examples if e.fold != fold], base, encoder))
        say(f"fitted without fold {fold}")
    chosen = {e.name: chosen_of(e, folds[e.fold], encoder) for e in examples}
    threshold = best_threshold(examples, chosen)
    sets = {name: [e for e in examples if e.set == name] for name in SETS}
    measured = {
        name: [macro_f1(part, chosen, threshold, least) for least in (LOOSE, STRICT)]
        for name, part in sets.items()
        if part
    }
    say(f"threshold {threshold}\nout of fold, macro F1 / strict: {measured}")
    doubt = best_doubt([e for e in examples if e.set != "dev"], chosen, threshold)
    say(f"said not to be rendered below {doubt}")
    told = {"threshold": threshold, "doubt": doubt, "precision": precision_table(examples, chosen), "origin": origin}
    return Fitted(examples, _with_model(final, **told), [_with_model(fold, **told) for fold in folds], measured)


def _with_model(bundle: Bundle, **changes: Any) -> Bundle:
    return replace(bundle, matching=replace(bundle.matching, **changes))


def fit(examples: Sequence[ArticleExample], base: Bundle, encoder: Encoder) -> Bundle:
    """All four models; the bundle's other sections stay as they are."""
    usable = [(e, e.encoded) for e in examples if e.encoded is not None]
    bundle = _with_model(base, word=fit_words(usable, base))
    spans = [find_spans(encoded, bundle) for _, encoded in usable]
    bundle = _with_model(bundle, edge=fit_edges(usable, spans, np.random.default_rng(0)))
    found = [candidates(m, own, bundle, encoder) for (_, m), own in zip(usable, spans, strict=True)]
    pair, context = fit_pairs([e for e, _ in usable], found)
    return _with_model(bundle, pair=pair, context=context)


def fit_words(usable: Sequence[tuple[ArticleExample, EncodedArticle]], base: Bundle) -> LinearModel:
    """Whether a word belongs to a rendering of a sentence."""
    rows, targets, weights, names = [], [], [], tuple[str, ...]()
    for e, encoded in usable:
        for _, _, compared in comparisons_of(encoded, base.means):
            names = names or tuple(compared.features)
            for row, sentence in enumerate(encoded.sentences):
                gold, spans = e.gold(sentence.span), compared.window.spans
                rows.append(design({name: compared.features[name][row] for name in names}, names))
                targets.append([float(any(a <= w.start and w.end <= b for a, b in gold)) for w in spans])
                weights.append(np.full(len(spans), e.weight))
    return fit_logistic(names, np.concatenate(rows), np.concatenate(targets), np.concatenate(weights))


def fit_edges(
    usable: Sequence[tuple[ArticleExample, EncodedArticle]],
    spans: Sequence[Sequence[ScoredSpans]],
    rng: np.random.Generator,
) -> LinearModel:
    """Groups are a sentence and a segment; the right spans of a group share its target by their overlap."""
    columns, targets, weights, names = [], [], [], tuple[str, ...]()
    groups: list[Ints] = []
    for (e, encoded), own in zip(usable, spans, strict=True):
        for found in own:
            names = names or tuple(found.features)
            overlapping = overlaps(found.starts, found.ends, e.gold(encoded.sentences[found.sentence].span))
            for segment in np.unique(found.segment):
                rows, weight = np.flatnonzero(found.segment == segment), e.weight
                if e.set == "dev" and overlapping[rows].max() < LOOSE:
                    if rng.integers(_ONE_IN):
                        continue
                    weight *= _ONE_IN
                rows = thinned(rows, overlapping, rng)
                near = overlapping[rows]
                target = np.exp(_SHARPNESS * (near - near.max())) * (near >= LOOSE)
                columns.append(design({n: found.features[n][rows] for n in names}, names))
                targets.append(target / target.sum() if target.any() else target)
                groups.append(np.full(len(rows), len(groups)))
                weights.append(weight)
    return fit_choice(
        names, np.concatenate(columns), np.concatenate(targets), np.concatenate(groups), np.array(weights)
    )


def thinned(rows: Ints, overlapping: Floats, rng: np.random.Generator) -> Ints:
    """The rows near to gold, and as many of the others as there is room for."""
    near, far = rows[overlapping[rows] > 0.3], rows[overlapping[rows] <= 0.3]
    keep = max(20, _MOST_SPANS - len(near))
    return np.concatenate([near, rng.choice(far, keep, replace=False) if len(far) > keep else far])


def candidates(
    encoded: EncodedArticle, spans: Sequence[ScoredSpans], bundle: Bundle, encoder: Encoder
) -> list[Candidate]:
    """The best spans of every sentence with all features, as `find_candidates` has them."""
    return candidates_of(encoded, pick_spans(spans, bundle), encoder, bundle)


def fit_pairs(
    examples: Sequence[ArticleExample], found: Sequence[Sequence[Candidate]]
) -> tuple[LinearModel, LinearModel]:
    """The pair model and the context model."""
    told = [(e, c) for e, part in zip(examples, found, strict=True) for c in part]
    rows = np.array([[c.features[name] for name in PAIR_NAMES] for _, c in told])
    targets = np.array([float(e.is_right(c)) for e, c in told])
    weights = np.array([e.weight for e, _ in told])
    folds = np.array([e.inner_fold for e, _ in told])
    logits = np.zeros(len(rows))
    for fold in range(INNER_FOLDS):
        kept, unseen = folds != fold, folds == fold
        model = fit_logistic(PAIR_NAMES, rows[kept], targets[kept], weights[kept], ridge=_RIDGE)
        logits[unseen] = model.score(dict(zip(PAIR_NAMES, rows[unseen].T, strict=True)))
    context = _fit_context(found, logits, targets, weights)
    return fit_logistic(PAIR_NAMES, rows, targets, weights, ridge=_RIDGE), context


def _fit_context(found: Sequence[Sequence[Candidate]], logits: Floats, targets: Floats, weights: Floats) -> LinearModel:
    columns, chosen, at, names = [], list[int](), 0, tuple[str, ...]()
    for part in found:
        own = logits[at : at + len(part)]
        kept = without_overlaps(part, own)
        chosen += [at + row for row in kept]
        if kept:
            features = context_features([part[row] for row in kept], own[kept])
            names = tuple(features)
            columns.append(design(features, names))
        at += len(part)
    return fit_logistic(names, np.concatenate(columns), targets[chosen], weights[chosen], ridge=_RIDGE)


def chosen_of(example: ArticleExample, bundle: Bundle, encoder: Encoder) -> list[Chosen]:
    """The best candidates of an article with their probabilities."""
    if example.encoded is None:
        return []
    spans = find_spans(example.encoded, bundle)
    return choose(candidates(example.encoded, spans, bundle, encoder), bundle.matching)


def macro_f1(
    examples: Sequence[ArticleExample], chosen: dict[str, list[Chosen]], threshold: float, least: float = LOOSE
) -> float:
    """As score_bench.py counts it: the mean over scenarios; where nothing should be paired, the share left alone."""
    per: dict[str, Floats] = defaultdict(lambda: np.zeros(5))
    for e in examples:
        kept = [c.candidate for c in chosen[e.name] if c.probability >= threshold]
        true = sum(e.is_right(c, least) for c in kept)
        n = len(e.row["links"])
        per[e.row["scenario"]] += [true, len(kept), n, not kept and not n, 1]
    return float(np.mean([2 * t / (p + n) if n else clean / count for t, p, n, clean, count in per.values()]))


def status_accuracy(examples: Sequence[ArticleExample], chosen: dict[str, list[Chosen]], threshold: float) -> float:
    """The share of tweets with as many sentences rendered, all, some or none, as the gold says."""
    right = [
        _share(s in kept for s in tweet.sentences) == _share(bool(e.gold(s)) for s in tweet.sentences)
        for e in examples
        for kept in [{c.candidate.en_span for c in chosen[e.name] if c.probability >= threshold}]
        for tweet in e.article.tweets
        if tweet.sentences
    ]
    return sum(right) / max(1, len(right))


def _share(rendered: Iterable[bool]) -> float:
    told = list(rendered)
    return 0.0 if not any(told) else 1.0 if all(told) else 0.5


def best_threshold(examples: Sequence[ArticleExample], chosen: dict[str, list[Chosen]]) -> float:
    """The middle of the thresholds near to the best macro F1 over all scenarios and the best status together."""
    tries = np.arange(0.2, 0.8, 0.02)
    scores = np.array([(macro_f1(examples, chosen, t) + status_accuracy(examples, chosen, t)) / 2 for t in tries])
    return round(float(tries[scores >= scores.max() - _SLACK].mean()), 2)


def best_doubt(examples: Sequence[ArticleExample], chosen: dict[str, list[Chosen]], threshold: float) -> float:
    """The greatest probability of sentences' likeliest spans below which `_SURE` of them have no rendering."""
    rows = []
    for e in examples:
        best: dict[Span, float] = {}
        for item in chosen[e.name]:
            best.setdefault(item.candidate.en_span, item.probability)
        rows += [(best.get(s, 0.0), bool(e.gold(s))) for t in e.article.tweets for s in t.sentences]
    judged = np.array(sorted(rows), float).reshape(-1, 2)
    held = [
        t
        for t in np.arange(0.02, threshold, 0.01)
        for below in [judged[judged[:, 0] < t, 1]]
        if len(below) >= _FEWEST and below.mean() <= 1 - _SURE
    ]
    return round(float(max(held, default=0.02)), 2)


def precision_table(
    examples: Sequence[ArticleExample], chosen: dict[str, list[Chosen]]
) -> tuple[tuple[float, float], ...]:
    """(threshold, precision of what it keeps), for every hundredth."""
    judged = np.array([(c.probability, e.is_right(c.candidate)) for e in examples for c in chosen[e.name]])
    rows = []
    for threshold in np.arange(0.05, 1.0, 0.01):
        kept = judged[judged[:, 0] >= threshold]
        if len(kept) >= 20:
            rows.append((round(float(threshold), 2), round(float(kept[:, 1].mean()), 4)))
    return tuple(rows)
