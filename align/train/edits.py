"""Changes of a text at places: what was there, what stands there now, and where both stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from align.records import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of the characters of `span`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A text whose meaning was changed by rule."""

    text: str
    kind: str
    old: tuple[Span, ...]  # offsets into the original
    new: tuple[Span, ...]  # offsets into `text`; none where words were cut


def apply(text: str, kind: str, edits: Sequence[Edit]) -> Change:
    """The changed text; an edit that puts nothing anywhere leaves a place of no words behind."""
    parts: list[str] = []
    new: list[Span] = []
    end = size = 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        parts += [text[end : edit.span.start], edit.text]
        size += edit.span.start - end
        if edit.text:
            new.append(Span(size, size + len(edit.text)))
        size += len(edit.text)
        end = edit.span.end
    old = tuple(sorted((edit.span for edit in edits), key=lambda span: span.start))
    return Change("".join(parts) + text[end:], kind, old, tuple(new))


def touched(words: Sequence[Span], changed: Sequence[Span]) -> list[bool]:
    """For each word whether it overlaps one of the changed places."""
    return [any(word.start < span.end and span.start < word.end for span in changed) for word in words]
