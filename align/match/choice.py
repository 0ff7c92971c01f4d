"""Which candidates of an article stand, none of which overlap, how likely each is, and what that says of a sentence."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import numpy as np

from align.match.candidates import Candidate
from align.match.context import context_features
from align.models.linear import sigmoid
from align.models.sections import MatchingModel
from align.protocols import Floats
from align.records import Article, Outlook, Rendered, Span


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that no better one overlaps, with its probability."""

    candidate: Candidate
    probability: float


def choose(candidates: Sequence[Candidate], model: MatchingModel) -> list[Chosen]:
    """The best candidates of an article, none of which overlap, each judged beside the others; likeliest first."""
    return judge(candidates, model)[0]


def judge(candidates: Sequence[Candidate], model: MatchingModel) -> tuple[list[Chosen], list[Chosen]]:
    """What `choose` gives, and for each sentence with nothing there its best that others overlap, judged likewise."""
    if not candidates:
        return [], []
    names = model.pair.names
    logits = model.pair.score({name: np.array([c.features[name] for c in candidates]) for name in names})
    kept = without_overlaps(candidates, logits)
    served = {candidates[number].order for number in kept}
    lost = []
    for number in np.argsort(-logits, kind="stable").tolist():
        if candidates[number].order not in served:
            served.add(candidates[number].order)
            lost.append(number)
    chosen = _in_context(candidates, logits, kept, model)
    beside = _in_context(candidates, logits, [*kept, *lost], model)[len(kept) :] if lost else []
    return sorted(chosen, key=lambda item: -item.probability), beside


def _in_context(
    candidates: Sequence[Candidate], logits: Floats, kept: Sequence[int], model: MatchingModel
) -> list[Chosen]:
    """The kept ones with their probabilities and what these rest on, in the order given."""
    features = context_features([candidates[number] for number in kept], logits[kept])
    judged = sigmoid(model.context.score(features)).tolist()
    told = [{name: float(values[place]) for name, values in features.items()} for place in range(len(kept))]
    return [
        Chosen(replace(candidates[number], features=candidates[number].features | own), probability)
        for number, own, probability in zip(kept, told, judged, strict=True)
    ]


def without_overlaps(candidates: Sequence[Candidate], logits: Floats) -> list[int]:
    """The rows that no better one overlaps, best first."""
    kept: list[int] = []
    for number in np.argsort(-logits, kind="stable").tolist():
        span = candidates[number].ar_span
        others = (candidates[other].ar_span for other in kept)
        if all(other.end <= span.start or span.end <= other.start for other in others):
            kept.append(number)
    return kept


def outlooks_of(
    article: Article, chosen: Sequence[Chosen], paired: Container[tuple[int, Span]], doubt: float
) -> tuple[Outlook, ...]:
    """For every English sentence whether it is rendered: surely where it is `paired`, hardly below `doubt`.

    A span that renders another sentence may render this one too, where the translator merged the two: unsure at most.
    """
    best: dict[tuple[int, Span], Chosen] = {}
    for item in chosen:  # those of one sentence likeliest first
        best.setdefault((item.candidate.tweet, item.candidate.en_span), item)
    out = []
    for tweet in article.tweets:
        for sentence in tweet.sentences if tweet.text is not None and tweet.lang == "en" else ():
            found = best.get((tweet.index, sentence))
            if found is None:
                out.append(Outlook(tweet.index, sentence, Rendered.NO))
                continue
            probability = found.probability
            rendered = Rendered.NO if probability < doubt else Rendered.UNSURE
            rendered = Rendered.YES if (tweet.index, sentence) in paired else rendered
            out.append(Outlook(tweet.index, sentence, rendered, found.candidate.ar_span, probability))
    return tuple(out)
