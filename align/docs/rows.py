"""The rows of two aligned documents: pairs with spans into both, beads in order, findings on what has no partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from align.check.registry import is_wanted
from align.check.rules.documents import gap_finding
from align.docs.beads import Bead
from align.docs.features import Evidence
from align.docs.formats import bead_row
from align.docs.reading import DocText
from align.files import sha256_text
from align.judge.pairs import check_pairs
from align.match.matcher import Matcher
from align.protocols import Floats
from align.records import Judgement, Span, TextPair
from align.rows.places import finding_row, moved_row
from align.settings import CheckSettings

Row = dict[str, Any]  # as JSON has it


class Judge(NamedTuple):
    """What judges pairs; without a matcher nothing is judged."""

    matcher: Matcher | None
    settings: CheckSettings
    links: bool = False  # whether word links are written


def document_row(document: DocText) -> Row:
    """The line of a document in documents.jsonl."""
    return {
        "doc_id": document.doc_id,
        "source": document.source,
        "lang": document.lang,
        "text": document.text,
        "title": document.title,
        "published": document.published,
        "url": document.url,
        "blocks": [{"kind": "paragraph", "start": p.start, "end": p.end} for p in document.paragraphs],
        "sentences": [[n, s.start, s.end] for n, s in zip(document.numbers, document.sentences, strict=True)],
    }


def pair_rows(
    english: DocText, arabic: DocText, beads: Sequence[Bead], evidence: Evidence | None, judge: Judge
) -> list[Row]:
    """A line of pairs.jsonl for each bead that has both sides."""
    whole = [(number, bead) for number, bead in enumerate(beads) if not bead.is_gap]
    rows = [_pair_row(english, arabic, number, bead, evidence) for number, bead in whole]
    if judge.matcher is None:
        return rows
    texts = [TextPair(row["pair_id"], row["en"], row["ar"]) for row in rows]
    judged = check_pairs(texts, judge.matcher, judge.settings, judge.matcher.bundle.checks)
    return [_judged(row, judgement, judge) for row, judgement in zip(rows, judged, strict=True)]


def _pair_row(english: DocText, arabic: DocText, number: int, bead: Bead, evidence: Evidence | None) -> Row:
    en, ar = _span(english, bead.en), _span(arabic, bead.ar)
    en_text, ar_text = en.cut(english.text), ar.cut(arabic.text)
    pair_id = sha256_text(repr((english.doc_id, arabic.doc_id, *en, *ar, en_text, ar_text)))[:16]
    cosine, margin = _likeness(evidence, bead) if evidence is not None else (None, None)
    return {
        "pair_id": pair_id,
        "rendering_id": pair_id,
        "doc_id": arabic.doc_id,
        "en_doc_id": english.doc_id,
        "ar_doc_id": arabic.doc_id,
        "bead": number,
        "en_sentences": [english.numbers[n] for n in bead.en],
        "ar_sentences": [arabic.numbers[n] for n in bead.ar],
        "en_start": en.start,
        "en_end": en.end,
        "en": en_text,
        "ar_start": ar.start,
        "ar_end": ar.end,
        "ar": ar_text,
        "cosine": cosine,
        "margin": margin,
        "probability": round(bead.probability, 4),
        "moved": bead.is_moved,
        "coverage_en": None,
        "coverage_ar": None,
        "findings": [],
        "verdict": None,
        "verdict_reason": None,
        "source": english.source,
        "ar_source": arabic.source,
    }


def _span(document: DocText, sentences: Sequence[int]) -> Span:
    return Span(document.sentences[min(sentences)].start, document.sentences[max(sentences)].end)


def _likeness(evidence: Evidence, bead: Bead) -> tuple[float, float]:
    """The cosine of a bead's two blocks, and how far it lies above the usual neighbours of its sentences."""
    texts, (en, ar) = evidence.texts, (list(bead.en), list(bead.ar))
    left, right = texts.english.vectors[en].sum(0), texts.arabic.vectors[ar].sum(0)
    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    cosine = float(left @ right) / max(length, 1e-9)
    near = _mean_near(evidence.en_nearest[en]) / 2 + _mean_near(evidence.ar_nearest[ar]) / 2
    return round(cosine, 4), round(cosine - near, 4)


def _mean_near(nearest: Floats) -> float:
    there = nearest[nearest > -1.0]
    return float(there.mean()) if there.size else 0.0


def _judged(row: Row, judgement: Judgement, judge: Judge) -> Row:
    en, ar = row["en_start"], row["ar_start"]
    links = judgement.evidence.links.links if judge.links else ()
    return {
        **row,
        "coverage_en": _rounded(judgement.coverage_en),
        "coverage_ar": _rounded(judgement.coverage_ar),
        "findings": [moved_row(finding_row(f), en=en, ar=ar) for f in judgement.findings],
        "verdict": judgement.verdict.value if judgement.verdict else None,
        "verdict_reason": judgement.verdict_reason,
        **({"links": [(*k.en, *k.ar, round(k.score, 3)) for k in links]} if judge.links else {}),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def bead_rows(english: DocText, arabic: DocText, beads: Sequence[Bead], settings: CheckSettings) -> list[Row]:
    """A line of beads.jsonl for each bead, in order; gaps carry what is to be said of them."""
    ids = {"en_doc_id": english.doc_id, "ar_doc_id": arabic.doc_id}
    rows: list[Row] = [{**bead_row(numbered(bead, english, arabic)), **ids, "findings": []} for bead in beads]
    for side, document in (("en", english), ("ar", arabic)):
        alone = [(n, bead.en if side == "en" else bead.ar) for n, bead in enumerate(beads) if bead.is_gap]
        places = {sentences[0]: n for n, sentences in alone if sentences}
        for sentences, is_paragraph in _left_out(document, sorted(places)):
            finding = gap_finding(_span(document, sentences), side, len(sentences), is_paragraph=is_paragraph)
            if is_wanted(finding.code, settings):
                rows[places[sentences[0]]]["findings"] = [finding_row(finding)]
    return rows


def numbered(bead: Bead, english: DocText, arabic: DocText) -> Bead:
    """The bead with what its sentences are called in place of their places."""
    return bead._replace(en=tuple(english.numbers[n] for n in bead.en), ar=tuple(arabic.numbers[n] for n in bead.ar))


def _left_out(document: DocText, missing: Sequence[int]) -> Iterator[tuple[list[int], bool]]:
    """The sentences that have no partner; those of a paragraph of several of which none has are told together."""
    paragraph_of = document.paragraph_of()
    groups: dict[int, list[int]] = {}
    for n, paragraph in enumerate(paragraph_of):
        groups.setdefault(paragraph, []).append(n)
    absent = set(missing)
    for sentences in groups.values():
        lost = [n for n in sentences if n in absent]
        if len(lost) == len(sentences) > 1:
            yield sentences, True
        else:
            yield from (([n], False) for n in lost)
