"""Records to the rows that docs/formats.md describes: what one article gives to each file of a run."""

from __future__ import annotations

import re
from typing import TypedDict, cast

from align.records import AlignedArticle, Outlook, Pair, Rejection
from align.rows.kinds import ArticleRows, CandidateRow, PairLine, RejectionRow, SentenceRow, TweetRow
from align.rows.places import finding_row, moved_row

_TSV_FIELDS = (
    "pair_id rendering_id doc_id tweet en_start en_end en ar_start ar_end ar rendering cosine margin probability "
    "coverage_en coverage_ar verdict verdict_reason findings"
).split()
TSV_HEADER = "\t".join(_TSV_FIELDS) + "\n"


def article_rows(aligned: AlignedArticle) -> ArticleRows:
    """The rows of one article for every file of the contract."""
    article = aligned.article
    return {
        "document": {
            "doc_id": article.doc_id,
            "source": article.source,
            "text": article.text,
            "title": article.title,
            "published": article.published,
            "byline": article.byline,
            "url": article.url,
            "blocks": [{"kind": b.kind.value, "start": b.start, "end": b.end} for b in article.blocks],
        },
        "tweets": [_tweet_row(aligned, index) for index in range(len(article.tweets))],
        "pairs": [pair_row(pair) for pair in aligned.pairs],
        "rejected": [rejection_row(rejection) for rejection in aligned.rejected],
    }


class _Found(TypedDict, total=False):
    found_in: str


def _tweet_row(aligned: AlignedArticle, index: int) -> TweetRow:
    tweet = aligned.article.tweets[index]
    covered = aligned.covered(tweet)
    found: _Found = {"found_in": tweet.found_in} if tweet.found_in else {}
    return {
        "doc_id": aligned.article.doc_id,
        "tweet": index,
        "start": tweet.start,
        "end": tweet.end,
        "text": tweet.text,
        "platform": tweet.platform,
        "lang": tweet.lang,
        "author": tweet.author,
        "handle": tweet.handle,
        "created_at": tweet.created_at,
        "tweet_id": tweet.tweet_id,
        "url": tweet.url,
        **found,
        "status": aligned.status(tweet).value,
        "sentences": [
            _sentence_row(aligned.article.text, outlook, is_covered=c)
            for outlook, c in zip(aligned.outlook(tweet), covered, strict=True)
        ],
        "findings": [finding_row(finding) for finding in tweet.findings],
    }


def _sentence_row(text: str, outlook: Outlook, *, is_covered: bool) -> SentenceRow:
    span, probability = outlook.ar_span, outlook.probability
    candidate: CandidateRow | None = None
    if span is not None and probability is not None:
        candidate = {
            "ar_start": span.start,
            "ar_end": span.end,
            "ar": span.cut(text),
            "probability": round(probability, 4),
        }
    return {
        "start": outlook.en_span.start,
        "end": outlook.en_span.end,
        "covered": is_covered,
        "rendered": outlook.rendered.value,
        "candidate": candidate,
    }


_NAMED = ("cosine", "margin")  # scores that have fields of their own


def pair_row(pair: Pair) -> PairLine:
    """One line of pairs.jsonl."""
    en, ar, scores = pair.en_span.start, pair.ar_span.start, pair.features
    return {
        "pair_id": pair.pair_id,
        "rendering_id": pair.rendering_id,
        "doc_id": pair.doc_id,
        "tweet": pair.tweet,
        "en_start": pair.en_span.start,
        "en_end": pair.en_span.end,
        "en": pair.en,
        "ar_start": pair.ar_span.start,
        "ar_end": pair.ar_span.end,
        "ar": pair.ar,
        "rendering": pair.rendering.value,
        "cosine": round(scores["cosine"], 4),
        "margin": round(scores["margin"], 4),
        "coverage_en": _rounded(pair.coverage_en),
        "coverage_ar": _rounded(pair.coverage_ar),
        "probability": round(pair.probability, 4),
        "speaker": pair.speaker,
        "speaker_start": pair.speaker_span.start if pair.speaker_span else None,
        "speaker_end": pair.speaker_span.end if pair.speaker_span else None,
        "findings": [moved_row(finding_row(f), en=en, ar=ar) for f in pair.findings],
        "verdict": pair.verdict.value,
        "verdict_reason": pair.verdict_reason,
        "features": {name: round(value, 4) for name, value in scores.items() if name not in _NAMED},
        "links": [(*link.en, *link.ar, round(link.score, 3)) for link in pair.links],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def rejection_row(rejection: Rejection) -> RejectionRow:
    """One line of rejected.jsonl."""
    place = {"source": rejection.source, "doc_id": rejection.doc_id}
    row = {
        **{key: value for key, value in place.items() if value is not None},
        "stage": rejection.stage,
        "reason": rejection.reason,
        "detail": rejection.detail,
        **rejection.extra,
    }
    return cast(RejectionRow, row)  # what `extra` holds is the business of the stage


def _cell(value: object) -> str:
    """A cell that a spreadsheet cannot take for a formula: a leading quote, which readers of ours take off."""
    text = re.sub(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", " ", "" if value is None else str(value))
    return "'" + text if text.startswith(("=", "+", "-", "@", "'")) and isinstance(value, str) else text


def tsv_line(pair: PairLine) -> str:
    """A pair's line of pairs.tsv."""
    row = {**pair, "findings": "; ".join(f["code"] for f in pair["findings"])}
    return "\t".join(_cell(row[name]) for name in _TSV_FIELDS) + "\n"
