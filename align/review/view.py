"""One pair with all that the page shows of it, gathered from the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from align.errors import StoreError
from align.models.names import with_current_names
from align.records import Span
from align.review.around import Around, SentenceView, around, seen
from align.review.passages import Mark, Passage, Region, article_passages, passage, window_around
from align.rows.kinds import BlockRow, FindingRow, RejectionRow
from align.rows.telling import Told, told
from align.store.bodies import EMPTY, LONGEST_TEXT, english_of, finding_key, pieces_of, proposed_piece, spans_of
from align.store.events import seat_of
from align.store.kinds import Body, Piece, StoredPair, StoredTweet
from align.store.queue import has_predecessor
from align.store.results import tweet_of
from align.store.schema import Article, Pair, State

_REACH = 1200  # characters of the article shown on both sides of the pair
_WHOLE = 60_000  # at most so much when the whole article is asked for
_LONGEST_ADDRESS = 2000
_OWN_FIELDS = ("probability", "cosine", "margin", "coverage_en", "coverage_ar")
_COMPARED = ("cosine", "margin", "linked_en", "linked_ar", "soft_en", "soft_ar")  # scores that candidates have too
_MOST_SHOWN = 3  # reasons why a candidate lost


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding, its number in the texts, and what this reviewer said of it."""

    number: int
    key: str
    code: str
    severity: str
    message: str
    message_ar: str
    en: str  # the words that it marks, empty where it marks none
    ar: str
    detail: Mapping[str, object]
    spans: tuple[Span, ...]  # in the article, of the sides that it marks
    said: str | None  # confirmed, dismissed

    def told(self, lang: str) -> Told:
        """The finding in an editor's words."""
        message = self.message_ar if lang == "ar" and self.message_ar else self.message
        return told(self.code, lang, self.en, self.ar, message, self.detail)


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """A candidate that lost, and in which scores it is behind."""

    row: RejectionRow
    passage: Passage
    behind: tuple[tuple[str, float, float], ...]  # name, its value, the chosen one's


class Unpaired(NamedTuple):
    """A sentence of the pair's tweet that no pair renders."""

    english: str
    is_unsure: bool
    arabic: str | None  # what may render it
    probability: float | None


@dataclass(frozen=True, slots=True)
class PairView:
    """Everything about one pair."""

    id: int
    row: StoredPair
    speaker: str | None
    rendering: str | None
    verdict: str | None
    verdict_reason: str | None  # what decided it: the code of a finding, or one of a few words
    doc_id: str
    title: str | None
    published: str | None
    outlet: str
    article_url: str | None  # http and https only
    author: str | None
    handle: str | None
    tweeted: str | None  # when, as the page or the platform says it
    tweet_url: str | None
    tweet_passage: Passage
    unpaired: tuple[Unpaired, ...]
    article: tuple[Passage, ...]
    is_cut: bool  # the article has more than is shown
    findings: tuple[FindingView, ...]
    runners_up: tuple[RunnerUp, ...]
    scores: Mapping[str, float]
    body: Body
    version: int
    pieces: Sequence[Piece]
    around: Around
    is_current: bool
    is_carried: bool
    is_final: bool
    is_checked: bool  # some check has read it; a file of bare pairs says nothing of the kind
    probability: float | None  # None where nothing has scored it
    is_embedded: bool  # the tweet stands in the article

    def doubt_of(self, sentence: SentenceView) -> Unpaired | None:
        """Why the run does not say for sure that nothing renders the sentence; None where it says so."""
        if sentence.place != "none":
            return None
        return next((one for one in self.unpaired if one.is_unsure and one.english == sentence.whole), None)

    @property
    def state(self) -> dict[str, object]:
        """What the page's script needs."""
        return {
            "id": self.id,
            "version": self.version,
            "body": {**self.body, "pieces": None},
            "pieces": [_light(piece) for piece in self.pieces],
            "proposed": _light(proposed_piece(self.row)),
            "isFinal": self.is_final,
            "also": [] if self.is_final else seen(self.around.pieces),
            "next": self.around.next and self.around.next._asdict(),
        }


def load_pair(
    session: Session, reviewer_id: int, pair_id: int, *, is_final: bool = False, is_whole: bool = False
) -> PairView:
    """Gather one pair as this reviewer sees it.

    Raises StoreError when there is no such pair.
    """
    found = session.execute(
        select(Pair, Article).join(Article, Pair.article_id == Article.id).where(Pair.id == pair_id)
    ).first()
    if found is None:
        raise StoreError(f"expected a pair of this store, found the number {pair_id}")
    pair, article = found
    seat = seat_of(reviewer_id, is_final=is_final)
    state = session.scalars(select(State).where(State.pair_id == pair_id, State.seat == seat)).first()
    body: Body = {**EMPTY, **state.body} if state else EMPTY
    row, pieces = pair.row, pieces_of(body, pair.row)
    findings = _findings(row, body, article.text)
    marks = [*_links(row), *_finding_marks(findings)]
    tweet = tweet_of(article, row)
    near = around(session, pair, article, tweet, pieces, seat)
    whole = [*pieces, *(piece for other in near.pieces for piece in other.pieces)]
    inside = [span for piece in whole for span in (*spans_of(piece, "en"), *spans_of(piece, "ar"))]
    arabic = Span(min(p["ar_start"] for p in pieces), max(p["ar_end"] for p in pieces))
    window = window_around(len(article.text), arabic, _WHOLE // 2 if is_whole else _REACH)
    return PairView(
        id=pair.id,
        row=row,
        speaker=row.get("speaker"),
        rendering=row.get("rendering"),
        verdict=row.get("verdict"),
        verdict_reason=row.get("verdict_reason"),
        doc_id=article.doc_id,
        title=article.title,
        published=article.published,
        outlet=article.outlet,
        article_url=web_address(article.url),
        author=tweet.get("author"),
        handle=tweet.get("handle"),
        tweeted=tweet.get("created_at"),
        tweet_url=web_address(tweet.get("url")),
        tweet_passage=_tweet_passage(article.text, tweet, row, inside, marks, near.regions),
        article=tuple(
            article_passages(article.text, _without(article.blocks, tweet, row), window, inside, marks, near.regions)
        ),
        unpaired=tuple(_unpaired(article.text, tweet)),
        is_cut=not is_whole and (window.start > 0 or window.end < len(article.text)),
        findings=findings,
        runners_up=tuple(_runner_up(article.text, candidate, row) for candidate in pair.runners_up),
        scores=_scores(row, row.get("features")),
        body=body,
        version=state.version if state else 0,
        pieces=pieces,
        around=near,
        is_current=pair.is_current,
        is_carried=has_predecessor(session, pair_id),
        is_final=is_final,
        is_checked=is_checked(row),
        probability=_probability(row),
        is_embedded="given" not in row,
    )


def is_checked(row: StoredPair) -> bool:
    """Whether a check has read the pair: a run checks all of its own, a file of pairs says so by what it holds."""
    if row.get("added"):
        return False
    return "given" not in row or row.get("verdict") is not None or bool(row.get("findings"))


def _probability(row: StoredPair) -> float | None:
    if row.get("added"):
        return None
    return row["given"]["probability"] if "given" in row else row["probability"]


def _light(piece: Piece) -> dict[str, object]:
    """The piece without texts that are too long to be corrected by hand: the page takes them from the article."""
    return {key: None if isinstance(text, str) and len(text) > LONGEST_TEXT else text for key, text in piece.items()}


def web_address(url: object) -> str | None:
    """`url` where it may become a link: an http or https address; anything else is shown as text or not at all."""
    text = str(url or "")
    return text if text.lower().startswith(("https://", "http://")) and len(text) <= _LONGEST_ADDRESS else None


def _findings(row: StoredPair, body: Body, text: str) -> tuple[FindingView, ...]:
    return tuple(
        _finding(number, finding, finding_key(finding, row), body, text)
        for number, finding in enumerate(row.get("findings") or [], start=1)
    )


def _finding(number: int, row: FindingRow, key: str, body: Body, text: str) -> FindingView:
    """The finding; corpora of others may lack any of its fields."""
    places = (_place(row.get("en_start"), row.get("en_end")), _place(row.get("ar_start"), row.get("ar_end")))
    detail = row.get("detail")
    return FindingView(
        number,
        key,
        row.get("code", ""),
        row.get("severity", "note"),
        row.get("message", ""),
        row.get("message_ar", ""),
        places[0].cut(text) if places[0] else "",
        places[1].cut(text) if places[1] else "",
        detail if isinstance(detail, dict) else {},
        tuple(place for place in places if place),
        body["findings"].get(key),
    )


def _place(start: object, end: object) -> Span | None:
    return Span(start, end) if isinstance(start, int) and isinstance(end, int) else None


def _finding_marks(findings: Sequence[FindingView]) -> list[Mark]:
    return [
        Mark(span, finding.number, str(finding.severity or "note")) for finding in findings for span in finding.spans
    ]


def _links(row: StoredPair) -> list[Mark]:
    marks = []
    for number, link in enumerate(row.get("links") or []):
        match link:
            case [int(en_start), int(en_end), int(ar_start), int(ar_end), *_]:
                pass
            case _:  # what another corpus calls a link
                continue
        marks.append(Mark(Span(row["en_start"] + en_start, row["en_start"] + en_end), number))
        marks.append(Mark(Span(row["ar_start"] + ar_start, row["ar_start"] + ar_end), number))
    return marks


def _tweet_passage(
    text: str,
    tweet: StoredTweet,
    row: StoredPair,
    inside: Sequence[Span],
    marks: Sequence[Mark],
    regions: Sequence[Region],
) -> Passage:
    english = english_of(row)
    whole = Span(int(tweet.get("start", english.start)), int(tweet.get("end", english.end)))
    window = window_around(whole.end, english, _REACH)
    return passage(
        text, Span(max(whole.start, window.start), min(whole.end, window.end)), "tweet", inside, marks, regions
    )


def _unpaired(text: str, tweet: StoredTweet) -> Iterator[Unpaired]:
    """The sentences that a run says something of and has no pair for; older runs and other corpora say nothing."""
    for sentence in tweet.get("sentences") or ():
        match sentence:
            case {"start": int(start), "end": int(end), "rendered": "no"}:
                yield Unpaired(text[start:end], False, None, None)
            case {
                "start": int(start),
                "end": int(end),
                "rendered": "unsure",
                "candidate": {"ar": str(arabic), "probability": float(probability)},
            }:
                yield Unpaired(text[start:end], True, arabic, probability)
            case {"start": int(start), "end": int(end), "rendered": "unsure"}:
                yield Unpaired(text[start:end], True, None, None)
            case _:  # rendered, or nothing that is known here
                continue


def _without(blocks: Sequence[BlockRow], tweet: StoredTweet, row: StoredPair) -> list[BlockRow]:
    """The article's blocks, the pair's own tweet marked: it stands beside the article already."""
    start = tweet.get("start", row["en_start"])
    return [{**b, "kind": "own"} if b["kind"] == "tweet" and b["start"] <= start < b["end"] else b for b in blocks]


def _scores(row: Mapping[str, object], features: Mapping[str, object] | None) -> dict[str, float]:
    merged = {**with_current_names(features or {}), **{name: row[name] for name in _OWN_FIELDS if name in row}}
    return {name: float(value) for name, value in merged.items() if isinstance(value, int | float)}


def _runner_up(text: str, candidate: RejectionRow, row: StoredPair) -> RunnerUp:
    ours, theirs = _scores(row, row.get("features")), _scores(candidate, candidate.get("features"))
    lower = [(n, theirs[n], ours[n]) for n in _COMPARED if n in theirs and n in ours and theirs[n] < ours[n]]
    lower.sort(key=lambda entry: (entry[1] - entry[2]) / max(abs(entry[2]), 0.1))
    start, end = int(candidate.get("ar_start", 0)), int(candidate.get("ar_end", 0))
    shown = passage(text, Span(start, min(end, start + _REACH)), "candidate", [], [])
    return RunnerUp(candidate, shown, tuple(lower[:_MOST_SHOWN]))
