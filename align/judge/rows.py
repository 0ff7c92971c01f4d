"""Judgements as rows of pairs.jsonl keep them."""

from __future__ import annotations

from align.check.registry import is_wanted
from align.records import Evidence, Judgement, TextPair, Verdict
from align.rows.kinds import PairLine
from align.rows.places import finding_of, moved_row
from align.settings import CheckSettings


def judgement_of(row: PairLine, settings: CheckSettings) -> Judgement:
    """What a row says of its pair: spans count into the pair's texts, findings are those that the settings want."""
    found = (finding_of(moved_row(f, en=-row["en_start"], ar=-row["ar_start"])) for f in row["findings"])
    return Judgement(
        TextPair(row["pair_id"], row["en"], row["ar"]),
        Evidence(row["cosine"], row["probability"]),
        row["coverage_en"],
        row["coverage_ar"],
        tuple(finding for finding in found if is_wanted(finding.code, settings)),
        Verdict(row["verdict"]),
        row.get("verdict_reason"),
        doc_id=row["doc_id"],
    )
