"""Omission and addition: stretches of the tweet that the Arabic does not render, and the other way round.

Evidence is the likeness of every word to the other side (`rendered`), joined to stretches (`stretch`); a logistic
regression turns their features into the probability that a stretch is truly left out or added. Without an encoder's
word scores nothing is said. What belongs to the tweet and not to its sentence is judged by a policy, as notes
(`trimmed`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from align.check.codes import CodeInfo
from align.check.rendered import FUNCTION_WORDS, WORD_FEATURES, Floats, Side, read_sides
from align.check.stretch import STRETCH_FEATURES, Stretch, find_stretch, stretch_row
from align.check.trimmed import CODES as TRIMMED_CODES
from align.check.trimmed import check_trimmings, only_says_who
from align.errors import ModelError
from align.files import data_path
from align.records import Finding, Severity, Span, Subject
from align.text.parts import split_parts

CODES = (
    CodeInfo(
        "omission.part",
        Severity.ERROR,
        "A part of the English sentence has no counterpart in the Arabic.",
        "جزء من الجملة الإنجليزية لا مقابل له في العربية.",
        "The museum reopens on Friday, and entry is free for children.",
        "يفتح المتحف أبوابه من جديد يوم الجمعة.",
    ),
    CodeInfo(
        "addition.part",
        Severity.ERROR,
        "The Arabic holds words that nothing in the English sentence stands behind.",
        "في العربية كلام لا أصل له في الجملة الإنجليزية.",
        "The bridge will stay closed until spring.",
        "سيبقى الجسر مغلقاً حتى الربيع بسبب أخطاء في التصميم.",
    ),
    *TRIMMED_CODES,
)
_MOST_STRETCHES = 3  # findings of one side
_LEAST_CONTENT = 2  # content words of an error; one word alone is as often a paraphrase


@dataclass(frozen=True, slots=True)
class CoverageModel:
    """Weights for the words and the stretches of both sides; the last weight of each is the constant."""

    word_en: Floats  # (len(WORD_FEATURES) + 1,)
    word_ar: Floats
    stretch_en: Floats  # (len(STRETCH_FEATURES) + 1,)
    stretch_ar: Floats
    error_en: float  # least probability of an omission of severity error
    error_ar: float
    warning_en: float
    warning_ar: float
    signature: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any], signature: str) -> CoverageModel:
        """The model that `scripts/fit_coverage.py` wrote."""

        def vector(name: str, features: list[str]) -> Floats:
            return np.array([row[name][f] for f in (*features, "constant")], np.float64)

        return cls(
            word_en=vector("word_en", WORD_FEATURES),
            word_ar=vector("word_ar", WORD_FEATURES),
            stretch_en=vector("stretch_en", STRETCH_FEATURES),
            stretch_ar=vector("stretch_ar", STRETCH_FEATURES),
            error_en=float(row["error_en"]),
            error_ar=float(row["error_ar"]),
            warning_en=float(row["warning_en"]),
            warning_ar=float(row["warning_ar"]),
            signature=signature,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of one side and how likely it is that the other side has nothing for it."""

    span: Span
    content: int
    probability: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of each side has a counterpart, [0, 1], and the stretches that may have none, likeliest first."""

    en: float
    ar: float
    left_out: tuple[Gap, ...] = ()
    added: tuple[Gap, ...] = ()


@lru_cache(maxsize=1)
def load_model() -> CoverageModel:
    """The weights that ship.

    Raises ModelError when the package's data is broken.
    """
    path = data_path("models", "coverage.json")
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return CoverageModel.from_row(row["weights"], str(row["signature"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the coverage weights {path} cannot be read ({error}); reinstall the package") from error


def measure(subject: Subject, model: CoverageModel | None = None) -> Coverage | None:
    """Coverage of both sides; None without word scores on both."""
    return _measure(subject, model) if model else _by_shipped_model(subject)


@lru_cache(maxsize=16)
def _by_shipped_model(subject: Subject) -> Coverage | None:
    """Kept for a moment: the check asks, and so does whoever shows the figures."""
    return _measure(subject, load_model())


def _measure(subject: Subject, model: CoverageModel) -> Coverage | None:
    if not subject.en_words or not subject.ar_words:
        return None
    english, arabic = read_sides(subject, model.word_en, model.word_ar)
    left_out = tuple(_gaps(english, arabic, model.stretch_en, model.warning_en))
    added = tuple(_gaps(arabic, english, model.stretch_ar, model.warning_ar))
    return Coverage(_covered(english), _covered(arabic), left_out, added)


def _covered(side: Side) -> float:
    return float(np.average(side.log_odds < 0, weights=side.weights))


def _gaps(side: Side, other: Side, weights: Floats, least: float) -> Iterator[Gap]:
    taken: list[Stretch] = []
    while len(taken) < _MOST_STRETCHES:
        run = find_stretch(side, taken)
        score = float(stretch_row(side, other, run) @ weights[:-1] + weights[-1])
        probability = float(1 / (1 + np.exp(-np.clip(score, -30, 30))))
        if probability < least:
            return
        yield Gap(run.span(side), int((1 - side.is_function)[run.first : run.last].sum()), probability)
        taken.append(run)
        if sum(r.last - r.first for r in taken) >= len(side.words):
            return


def check_coverage(subject: Subject, model: CoverageModel | None = None) -> list[Finding]:
    """Omissions, additions, and notes on what belongs to the tweet rather than to its sentence."""
    coverage = measure(subject, model)
    model = model or load_model()
    notes = [*check_trimmings(subject), *_hung_on(subject)]
    if coverage is None:
        return notes
    omissions = [_omission(subject, gap, coverage, model) for gap in coverage.left_out]
    additions = [_addition(subject, gap, model) for gap in coverage.added]
    return [*omissions, *additions, *notes]


def _omission(subject: Subject, gap: Gap, coverage: Coverage, model: CoverageModel) -> Finding:
    words = gap.span.cut(subject.en)
    if only_says_who(words):
        return Finding(
            "omission.attribution",
            Severity.NOTE,
            f"who says so is left out: {words}",
            f"سقط ذكر القائل: {words}",
            en=gap.span,
            detail={"policy": "dropped", "probability": round(gap.probability, 3)},
        )
    parts = split_parts(subject.en, [g.span for g in coverage.left_out])
    missing = [part for part in parts if any(_mostly_in(part, g.span) for g in coverage.left_out)]
    rendered = len(parts) - len(missing)
    return Finding(
        "omission.part",
        _severity(gap, model.error_en, is_excerpt=subject.is_excerpt),
        f'left out: "{words}"; {rendered} of {len(parts)} parts rendered',
        f"سقط من الترجمة: «{words}»؛ تُرجم {rendered} من {len(parts)} من أجزاء الجملة",
        en=gap.span,
        detail={
            "probability": round(gap.probability, 3),
            "coverage": round(coverage.en, 3),
            "parts": len(parts),
            "rendered": rendered,
            "missing": [part.cut(subject.en) for part in missing],
        },
    )


def _addition(subject: Subject, gap: Gap, model: CoverageModel) -> Finding:
    words = gap.span.cut(subject.ar)
    return Finding(
        "addition.part",
        _severity(gap, model.error_ar, is_excerpt=subject.is_excerpt),
        f"not in the tweet: «{words}»",
        f"ليس في التغريدة: «{words}»",
        ar=gap.span,
        detail={"probability": round(gap.probability, 3)},
    )


def _hung_on(subject: Subject) -> list[Finding]:
    """Words that the quotation goes on with when all of the tweet has been rendered."""
    if sum(word.lower() not in FUNCTION_WORDS for word in subject.left_over.split()) < _LEAST_CONTENT:
        return []
    return [
        Finding(
            "addition.part",
            Severity.NOTE if subject.is_excerpt else Severity.ERROR,
            f"not in the tweet, though quoted behind its words: «{subject.left_over}»",
            f"ليس في التغريدة مع أنه داخل علامتي الاقتباس بعد كلامها: «{subject.left_over}»",
            detail={"left_over": subject.left_over},
        )
    ]


def _severity(gap: Gap, error: float, *, is_excerpt: bool) -> Severity:
    if is_excerpt:  # a headline compresses
        return Severity.NOTE
    is_error = gap.probability >= error and gap.content >= _LEAST_CONTENT
    return Severity.ERROR if is_error else Severity.WARNING


def _mostly_in(part: Span, gap: Span) -> bool:
    common = min(part.end, gap.end) - max(part.start, gap.start)
    return common > 0.5 * (part.end - part.start)
