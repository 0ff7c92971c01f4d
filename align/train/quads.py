"""Minimal quads as training rows: six texts, and for each of its eight pairs the words whose meaning changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from align.errors import GoldError
from align.records import Span
from align.train.splits import is_held_out, quad_batches


@dataclass(frozen=True, slots=True)
class Quad:
    """Two English texts that differ in one meaning, and two Arabic renderings of each."""

    id: str
    type: str
    en: tuple[str, str]
    ar: tuple[tuple[str, str], tuple[str, str]]  # of en[0], of en[1]
    en_changed: tuple[tuple[Span, ...], tuple[Span, ...]]  # the words that carry the change; none where they were cut
    ar_changed: tuple[tuple[tuple[Span, ...], tuple[Span, ...]], tuple[tuple[Span, ...], tuple[Span, ...]]]


@dataclass(frozen=True, slots=True)
class QuadRow:
    """One of a quad's eight pairs: which English text, which side's renderings, which of the two."""

    english: int
    side: int
    rendering: int

    @property
    def is_right(self) -> bool:
        """Whether the Arabic renders this English."""
        return self.english == self.side


ROWS = tuple(QuadRow(english, side, rendering) for english in (0, 1) for side in (0, 1) for rendering in (0, 1))


def read_quads(shared: Path, batches: Sequence[str]) -> list[Quad]:
    """The quads of some batches.

    Raises GoldError when a file cannot be read or a changed word does not stand in its text.
    """
    quads = []
    for batch in batches:
        path = shared / "train" / "quads" / f"{batch}.jsonl"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise GoldError(f"the quads {path} cannot be read ({error}); name their folder with --shared") from error
        quads += [_quad(json.loads(line)) for line in lines if line.strip()]
    return quads


def training_quads(shared: Path) -> tuple[list[Quad], list[Quad]]:
    """The quads that are trained on, and the quarter of the same batches that choices are made on."""
    quads = read_quads(shared, quad_batches("trained"))
    return [q for q in quads if not is_held_out(q.id)], [q for q in quads if is_held_out(q.id)]


def _quad(row: dict[str, object]) -> Quad:
    en, en2, ar, ar2, spans = (row[name] for name in ("en", "en2", "ar", "ar2", "spans"))
    assert isinstance(en, str) and isinstance(en2, str) and isinstance(ar, list) and isinstance(ar2, list)
    assert isinstance(spans, dict)
    name = str(row["id"])
    found = [
        [_changed(name, text, part) for text, part in zip(texts, parts, strict=True)]
        for texts, parts in (([en, en2], [spans["en"], spans["en2"]]), (ar, spans["ar"]), (ar2, spans["ar2"]))
    ]
    english, first, second = found
    return Quad(
        id=name,
        type=str(row["type"]),
        en=(en, en2),
        ar=((ar[0], ar[1]), (ar2[0], ar2[1])),
        en_changed=(english[0], english[1]),
        ar_changed=((first[0], first[1]), (second[0], second[1])),
    )


def _changed(name: str, text: str, part: str) -> tuple[Span, ...]:
    if not part:
        return ()
    at = text.find(part)
    if at < 0:
        raise GoldError(f"quad {name}: the changed words {part!r} do not stand in {text!r}; correct its spans")
    return (Span(at, at + len(part)),)
