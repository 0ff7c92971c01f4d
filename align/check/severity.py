"""What a loss weighs: by what is lost, and by whether the Arabic around it claims to be whole.

Newsrooms quote half a sentence on purpose and headlines compress, while a bare pair stands for itself. An error means
that a reader of the Arabic believes something that the English does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import regex

from align.check.evidence.text_view import TextView
from align.records import Rendering, Severity, Span, Subject
from align.text.words import words


class Frame(StrEnum):
    """What the Arabic claims to be."""

    PAIR = "bare pair"
    QUOTATION = "quotation"
    REPORT = "report"
    HEADING = "headline, standfirst, lead"


class Loss(StrEnum):
    """What has no counterpart, the most telling first."""

    NEGATION = "a negation"
    CONDITION = "a condition"
    HEDGE = "a hedge"
    CUT = "words out of the middle of one quotation, without a mark"
    NUMBER = "a number"
    NAME = "a name"
    CLAUSE = "a clause: four words or more"
    WORDS = "one to three other words"


_ALWAYS = dict.fromkeys((Frame.PAIR, Frame.QUOTATION, Frame.REPORT), Severity.ERROR) | {Frame.HEADING: Severity.NOTE}
_IN_PAIRS = {frame: Severity.ERROR if frame is Frame.PAIR else Severity.NOTE for frame in Frame}
POLICY: Mapping[Loss, Mapping[Frame, Severity]] = {
    Loss.NEGATION: _ALWAYS,
    Loss.CONDITION: _ALWAYS,
    Loss.HEDGE: _ALWAYS,
    Loss.CUT: _ALWAYS,
    Loss.NUMBER: _IN_PAIRS,
    Loss.NAME: _IN_PAIRS,
    Loss.CLAUSE: _IN_PAIRS,
    Loss.WORDS: dict.fromkeys(Frame, Severity.NOTE),
}
LEAST_CLAUSE = 4  # words from which a stretch is more than a few words
ELLIPSIS = regex.compile(r"\.{2,}|…|\[[^\]]{0,200}\]|\(\s*\.+\s*\)")


def policy_table() -> str:
    """The policy as docs/checks.md shows it."""
    lines = ["| what is lost | " + " | ".join(Frame) + " |", "|---" * (1 + len(Frame)) + "|"]
    lines += [f"| {loss} | " + " | ".join(POLICY[loss][frame] for frame in Frame) + " |" for loss in Loss]
    return "\n".join(lines) + "\n"


def frame_of(subject: Subject) -> Frame:
    """What the Arabic of a subject claims to be."""
    if subject.is_excerpt or subject.is_summary:
        return Frame.HEADING
    if subject.rendering is None:
        return Frame.PAIR
    return Frame.QUOTATION if subject.rendering is Rendering.QUOTE else Frame.REPORT


def weight_of_loss(loss: Loss, subject: Subject, *, is_sure: bool = True) -> Severity:
    """What a loss weighs in the frame of `subject`; no more than a warning where it is not sure."""
    severity = POLICY[loss][frame_of(subject)]
    return Severity.WARNING if severity is Severity.ERROR and not is_sure else severity


def kind_of_loss(side: TextView, lost: Span) -> Loss:
    """What a stretch of a text is that the other text does not render; of several kinds the most telling."""
    inside = [n for n, token in enumerate(side.tokens) if lost.start <= token.span.start and token.span.end <= lost.end]
    if not inside:
        return Loss.WORDS
    if any(m.key == "hard" and m.first in inside for m in side.negators):
        return Loss.NEGATION
    told = {m.group for m in side.mentions("claims.tsv") if m.first in inside and not m.key.endswith("?")}
    told |= {m.key for m in side.mentions("modals.tsv") if m.first in inside and m.group == "force"}
    if "condition" in told:
        return Loss.CONDITION
    if told & {"hearsay", "may"}:
        return Loss.HEDGE
    if any(lost.start <= n.span.start and n.span.end <= lost.end and n.in_figures for n in side.numerals):
        return Loss.NUMBER
    if any(name.first in inside for name in side.names):
        return Loss.NAME
    return Loss.CLAUSE if len(inside) >= LEAST_CLAUSE else Loss.WORDS


def is_cut_from_middle(subject: Subject, lost: Span) -> bool:
    """Whether a quotation renders what stands before and behind `lost`, and no mark says that words are left out."""
    if subject.rendering is not Rendering.QUOTE or ELLIPSIS.search(subject.ar):
        return False
    linked = [link.en for link in subject.links]
    is_cut = any(en.end <= lost.start for en in linked) and any(en.start >= lost.end for en in linked)
    return is_cut and len(words(lost.cut(subject.en))) >= LEAST_CLAUSE
