"""What `align docs` wrote, as judgements: its pairs as they were judged, or judged now, then what has no partner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from align.check.registry import is_wanted
from align.errors import RunError
from align.files import read_jsonl
from align.judge.rows import judgement_of
from align.records import Judgement, Span, TextPair
from align.rows.kinds import PairLine
from align.rows.places import finding_of, moved_row
from align.settings import CheckSettings, Settings


def judgements_of_documents(
    path: Path, settings: Settings, judge: Callable[[Iterable[TextPair]], Iterator[Judgement]]
) -> Iterator[Judgement]:
    """Every pair of aligned documents with its findings, then every gap that is told of.

    `judge` is asked where the pairs were not judged when they were aligned. Raises RunError for files that are broken.
    """
    try:
        pairs = list(read_jsonl(path / "pairs.jsonl"))
        if any(row["verdict"] is None for row in pairs):
            yield from judge(TextPair(row["pair_id"], row["en"], row["ar"]) for row in pairs)
        else:
            yield from (judgement_of(cast(PairLine, row), settings.check) for row in pairs)
        texts = {row["doc_id"]: row["text"] for row in read_jsonl(path / "documents.jsonl")}
        for row in read_jsonl(path / "beads.jsonl"):
            yield from _of_gap(row, texts, settings.check)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} holds no whole job of align docs ({error}); make it again with --redo") from error


def _of_gap(row: dict[str, Any], texts: dict[str, str], settings: CheckSettings) -> Iterator[Judgement]:
    """What is said of sentences that have no partner: the text of theirs, and the finding on all of it."""
    for one in row["findings"]:
        side = "en" if one["en_start"] is not None else "ar"
        doc_id, span = row[f"{side}_doc_id"], Span(one[f"{side}_start"], one[f"{side}_end"])
        text = span.cut(texts[doc_id])
        finding = finding_of(moved_row(one, en=-span.start, ar=-span.start))
        if is_wanted(finding.code, settings):
            pair_id = f"{doc_id}:{span.start}"
            pair = TextPair(pair_id, text, "") if side == "en" else TextPair(pair_id, "", text)
            yield Judgement(pair, findings=(finding,), doc_id=doc_id)
