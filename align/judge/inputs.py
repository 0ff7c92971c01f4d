"""What `align check` is given, as a stream of judgements: one pair, a file of pairs, two files, a run, or articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.check.registry import is_wanted, require_known_codes
from align.check.rules.tweets import sentence_finding
from align.errors import ReadError, RunError, SettingsError
from align.judge.documents import judgements_of_documents
from align.judge.pairs import check_pairs
from align.judge.rows import judgement_of
from align.match.matcher import Matcher
from align.models.bundle import bundle_without_encoder
from align.pairs.opening import STANDARD_INPUT, standing_input
from align.pairs.texts import holds_pairs, pair_of_texts, read_pairs, read_two_files
from align.records import (
    AlignedArticle,
    Document,
    Evidence,
    Judgement,
    Pair,
    Rejection,
    Rendered,
    Status,
    TextPair,
    Unjudged,
)
from align.rows.article import article_rows
from align.rows.kinds import JudgementRow, TweetRow
from align.rows.places import finding_of, finding_row
from align.rows.reading import read_rows
from align.settings import CheckSettings, Settings

OpenMatcher = Callable[[], Matcher | None]
AlignDocument = Callable[[Document], AlignedArticle]  # raises ReadError where there is nothing to align


@dataclass(frozen=True, slots=True)
class Openers:
    """What opens the heavy parts, each called only where it is needed."""

    matcher: OpenMatcher  # None: rules alone
    aligner: Callable[[Matcher], AlignDocument]


def judge_inputs(
    inputs: Sequence[str], settings: Settings, openers: Openers, say: Callable[[str], None] = lambda line: None
) -> Iterator[Judgement]:
    """Judgements on whatever `inputs` names, in its order; the encoder is opened only where it is needed.

    `say` is told how a file of pairs was understood. Raises ReadError when nothing there can be read, RunError for a
    folder that is no run, SettingsError when articles are to be judged without an encoder.
    """
    require_known_codes(settings.check)
    paths = [Path(name) for name in inputs]
    if len(paths) == 1 and paths[0].is_dir():
        if not (paths[0] / "pairs.jsonl").is_file():
            raise RunError(
                f"expected a run directory with pairs.jsonl, found none in {paths[0]}; make it with align run"
            )
        if (paths[0] / "beads.jsonl").is_file():  # of `align docs`
            return judgements_of_documents(paths[0], settings, lambda pairs: _judged(pairs, settings, openers))
        if not (paths[0] / "documents.jsonl").is_file():  # of `align mine`: bare pairs that nothing has judged yet
            pairs = read_pairs(paths[0] / "pairs.jsonl", settings.read, say)
            return _judged(pairs, settings, openers)
        return _judgements_of_run(paths[0], settings.check)
    if len(paths) == 2 and not any(holds_pairs(path) for path in paths):
        return _judged(read_two_files(paths[0], paths[1], settings.read), settings, openers)
    if len(paths) == 1 and (paths[0].suffix == ".tsv" or holds_pairs(paths[0])):
        return _judged(read_pairs(paths[0], settings.read, say), settings, openers)
    return _judgements_of_articles(inputs, settings, openers)


def judge_texts(en: str, ar: str, settings: Settings, openers: Openers) -> Iterator[Judgement]:
    """The one judgement on one pair of texts."""
    require_known_codes(settings.check)
    return _judged([pair_of_texts("0", en, ar)], settings, openers)


def _judged(pairs: Iterable[TextPair], settings: Settings, openers: Openers) -> Iterator[Judgement]:
    matcher = openers.matcher()
    bundle = matcher.bundle if matcher else bundle_without_encoder(settings.match.weights)
    return check_pairs(pairs, matcher, settings.check, bundle.checks)


def _judgements_of_run(path: Path, settings: CheckSettings) -> Iterator[Judgement]:
    """The pairs of a run as it judged them, in the context of their articles, then what its tweets lack."""
    for row in read_rows(path, "pairs"):
        yield judgement_of(row, settings)
    for tweet in read_rows(path, "tweets"):
        yield from _judgements_of_tweet(tweet, settings)


def _judgements_of_tweet(row: TweetRow, settings: CheckSettings) -> Iterator[Judgement]:
    """What is wrong with a tweet itself, and each of its sentences that nothing renders; neither has a verdict."""
    tweet_id = f"{row['doc_id']}:{row['tweet']}"
    text = row["text"] or ""
    own = tuple(f for f in map(finding_of, row["findings"]) if is_wanted(f.code, settings))
    if own:
        yield Judgement(TextPair(tweet_id, text or row["url"] or "", ""), findings=own, doc_id=row["doc_id"])
    if row["lang"] != "en" or not is_wanted("omission.sentence", settings):
        return
    for number, sentence in enumerate(row["sentences"]):
        if not sentence["covered"]:
            words = text[sentence["start"] - row["start"] : sentence["end"] - row["start"]]
            finding = sentence_finding(words, Status(row["status"]), Rendered(sentence.get("rendered", "no")))
            yield Judgement(TextPair(f"{tweet_id}.{number}", words, ""), findings=(finding,), doc_id=row["doc_id"])


def _judgements_of_articles(inputs: Sequence[str], settings: Settings, openers: Openers) -> Iterator[Judgement]:
    """Articles taken the whole way; one that cannot be read gives one judgement with the error."""
    from align.read import read_inputs

    align: AlignDocument | None = None
    stdin = standing_input() if STANDARD_INPUT in inputs else None  # looked into already
    for item in read_inputs(inputs, settings.read, stdin=stdin):
        if isinstance(item, Rejection):
            yield Judgement(TextPair(item.source or "", "", ""), error=Unjudged(item.reason, item.detail))
            continue
        if align is None:
            matcher = openers.matcher()
            if matcher is None:
                raise SettingsError(
                    f"expected pairs beside --no-encoder, found an article in {item.source}, whose pairs only the "
                    "encoder finds; leave --no-encoder out, or give pairs"
                )
            align = openers.aligner(matcher)
        try:
            aligned = align(item)
        except ReadError as error:
            refused = Unjudged(error.reason, error.detail)
            yield Judgement(TextPair(item.doc_id, "", ""), error=refused, doc_id=item.doc_id)
            continue
        for pair in aligned.pairs:
            yield _judgement_of(pair)
        for row in article_rows(aligned)["tweets"]:
            yield from _judgements_of_tweet(row, settings.check)


def _judgement_of(pair: Pair) -> Judgement:
    return Judgement(
        TextPair(pair.pair_id, pair.en, pair.ar),
        Evidence(pair.features["cosine"], pair.probability),
        pair.coverage_en,
        pair.coverage_ar,
        pair.findings,
        pair.verdict,
        pair.verdict_reason,
        doc_id=pair.doc_id,
    )


def judgement_row(judgement: Judgement) -> JudgementRow:
    """One line of `align check --format jsonl`; a finding's spans are code points into `en` and `ar`."""
    pair, evidence = judgement.pair, judgement.evidence
    row: JudgementRow = {
        "pair_id": pair.pair_id,
        "en": pair.en,
        "ar": pair.ar,
        "cosine": _rounded(evidence.cosine),
        "probability": _rounded(evidence.probability),
        "coverage_en": _rounded(judgement.coverage_en),
        "coverage_ar": _rounded(judgement.coverage_ar),
        "findings": [finding_row(finding) for finding in judgement.findings],
        "verdict": judgement.verdict.value if judgement.verdict else None,
        "verdict_reason": judgement.verdict_reason,
    }
    if judgement.doc_id is not None:
        row["doc_id"] = judgement.doc_id
    if judgement.error is not None:
        row["error"] = {"code": judgement.error.code, "message": judgement.error.message}
    return row


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
