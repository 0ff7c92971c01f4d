"""Numbers of the two sides, one against the other: what is missing, added, changed or off by a power of ten.

Every number of the English is paired with an Arabic one of equal value, whatever its form; then by equivalence (67 %
and two thirds, 72 hours and three days, 10 miles and 16 km). What is left over on both sides is a changed number; what
is left over on one side is missing or added, and weighs less where a translator may well do without it.
"""

from __future__ import annotations

from fractions import Fraction

import regex

from align.check.codes import CodeInfo
from align.check.evidence.equal import is_weak
from align.check.severity import Loss, weight_of_loss
from align.check.view import View
from align.check.wording import worded
from align.records import Finding, Severity, Span, Subject, linked_words
from align.text.calendar import iso_day
from align.text.numeral import Kind, Numeral

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "number.changed",
        Severity.ERROR,
        "a number of the tweet stands in the Arabic with another value",
        "عدد في التغريدة ورد في النص العربي بقيمة أخرى",
        "The clinic treated 137 patients.",
        "عالجت العيادة 173 مريضاً.",
    ),
    CodeInfo(
        "number.scale",
        Severity.ERROR,
        "a number is off by a power of ten",
        "عدد يختلف بقوة من قوى العشرة (ألف بدل مليون مثلاً)",
        "The bridge cost 42 million euros.",
        "كلّف الجسر 42 مليار يورو.",
    ),
    CodeInfo(
        "number.missing",
        Severity.ERROR,
        "a number of the tweet has no counterpart in the Arabic",
        "عدد في التغريدة لا مقابل له في النص العربي",
        "The fire destroyed 48 homes near the harbour.",
        "دمّر الحريق منازل قرب الميناء.",
    ),
    CodeInfo(
        "number.added",
        Severity.ERROR,
        "the Arabic states a number that the tweet does not hold",
        "عدد في النص العربي لا وجود له في التغريدة",
        "The fire destroyed homes near the harbour.",
        "دمّر الحريق 48 منزلاً قرب الميناء.",
    ),
    CodeInfo(
        "quantity.fraction",
        Severity.ERROR,
        "a half, a third or another fraction became another one, or all",
        "كسر (نصف، ثلث...) صار كسراً آخر أو صار الكل",
        "A third of the fields are under water.",
        "نصف الحقول مغمور بالمياه.",
    ),
)


def check_numbers(view: View) -> list[Finding]:
    """Numbers changed, missing and added."""
    findings = [_changed(e, a, view) for e, a in view.numbers.changed]
    findings += [f for e in view.numbers.missing if (f := _missing(e, view))]
    return findings + [f for a in view.numbers.added if (f := _added(a, view))]


def _shown(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):g}"


def _detail(**numerals: Numeral) -> dict[str, str]:
    values = {f"{side}_value": _shown(n.values[0]) for side, n in numerals.items()}
    return values | {f"{side}_unit": n.unit for side, n in numerals.items() if n.unit}


def _is_power_of_ten(ratio: Fraction) -> bool:
    big = ratio if ratio > 1 else 1 / ratio
    return big.denominator == 1 and big > 1 and set(str(big.numerator)[1:]) == {"0"} and str(big.numerator)[0] == "1"


def _changed(e: Numeral, a: Numeral, view: View) -> Finding:
    subject = view.subject
    said, shown = _shown(e.values[0]), _shown(a.values[0])
    is_scale = e.values[0] > 0 and a.values[0] > 0 and _is_power_of_ten(e.values[0] / a.values[0])
    is_same_unit = bool(e.unit) and e.unit == a.unit
    is_sure = is_same_unit or (not is_weak(e) and not is_weak(a)) or e.kind is a.kind is Kind.ORDINAL
    is_fraction = e.kind is Kind.FRACTION and a.kind is Kind.FRACTION
    code = "quantity.fraction" if is_fraction else "number.scale" if is_scale else "number.changed"
    severity = Severity.ERROR if is_sure else Severity.WARNING
    if _is_told_in_context(a, view) and (subject.is_excerpt or _is_told_beside(e, view)):
        severity = Severity.NOTE  # each number stands in another sentence: merged or compressed, not changed
    return Finding(
        code=code,
        severity=severity,
        message=f"{e.span.cut(subject.en)} became {a.span.cut(subject.ar)} ({said} against {shown})",
        message_ar=f"{e.span.cut(subject.en)} صار {a.span.cut(subject.ar)} ({said} مقابل {shown})",
        en=e.span,
        ar=a.span,
        detail=_detail(en=e, ar=a),
    )


def _is_told_in_context(a: Numeral, view: View) -> bool:
    """Whether another sentence of the tweet holds this number of the Arabic."""
    return any(set(a.values) & set(e.values) for e in view.tweet.numerals)


def _is_told_beside(e: Numeral, view: View) -> bool:
    """Whether the article has this number of the tweet just before or after the rendering."""
    return any(set(e.values) & set(a.values) for a in view.around.numerals)


def _missing(e: Numeral, view: View) -> Finding | None:
    subject = view.subject
    whole = _QUANTIFIER_AR.search(subject.ar)
    if e.kind is Kind.FRACTION and whole and not _QUANTIFIER_EN.search(subject.en):
        return worded("quantity.fraction", Severity.ERROR, subject, e.span, Span(*whole.span()), **_detail(en=e))
    severity = _weight_of_missing(e, view)
    if severity is None:
        return None
    return worded("number.missing", severity, subject, e.span, None, **_detail(en=e))


# Half of them, and then all or most of them.
_QUANTIFIER_AR = regex.compile(r"(?<!\p{L})(?:جميع|كل|كافة|معظم|غالبية|أغلب|أكثرية)(?:هم|ها|هن)?(?!\p{L})")
_QUANTIFIER_EN = regex.compile(
    r"\b(?:all|every|each|everyone|everything|most|whole|entire|majority)\b", regex.IGNORECASE
)


def _weight_of_missing(e: Numeral, view: View) -> Severity | None:
    subject = view.subject
    if _is_year(e) and _YEAR_TOLD_AR.search(view.ar.form.text):
        return Severity.NOTE
    if is_weak(e) or e.kind is Kind.CODE or (e.values[0] <= 2 and e.kind is not Kind.FRACTION):
        return None
    if _is_told_beside(e, view):
        return Severity.NOTE
    is_figure_of_speech = not e.in_figures and e.values[0] in (100, 1000, 10**6, 10**9)
    is_soft = e.kind in (Kind.FRACTION, Kind.ORDINAL, Kind.DECADE) or (not e.in_figures and e.values[0] <= 10)
    is_sure = not (is_soft or is_figure_of_speech) and _is_rendered_around(e.span, subject)
    return weight_of_loss(Loss.NUMBER, subject, is_sure=is_sure)


def _is_rendered_around(span: Span, subject: Subject) -> bool:
    """Whether the words around a number are rendered: by links where an encoder has run, else by length alone."""
    if subject.en_words:
        near = sorted((w for w in subject.en_words if w.span != span), key=lambda w: abs(w.span.start - span.start))[:6]
        linked, _ = linked_words(subject.links)
        return bool(near) and sum(w.span in linked for w in near) >= len(near) / 2
    return len(subject.ar) >= MIN_LENGTH_RATIO * len(subject.en)


# A whole rendering is hardly ever shorter than this share of its English, in characters: 29 of 3,071 rows of tico19 and
# 6 of 930 of ntrex_dev are (scripts/bench_numbers.py prints the count).
MIN_LENGTH_RATIO = 0.6


def _added(a: Numeral, view: View) -> Finding | None:
    severity = _weight_of_added(a, view)
    if severity is None:
        return None
    return worded("number.added", severity, view.subject, None, a.span, **_detail(ar=a))


def _is_year(n: Numeral) -> bool:
    return n.in_figures and not n.unit and n.kind is Kind.CARDINAL and 1900 <= n.values[0] <= 2100


# "Last year" may be given as a number, and a number as العام الماضي.
_YEAR_TOLD_EN = regex.compile(
    r"\b(?:this|last|next|coming|previous|past) (?:year|season|summer|winter|spring|autumn)\b", regex.IGNORECASE
)
_YEAR_TOLD_AR = regex.compile(r"(?:العام|السنه) (?:ال)?(?:حالي|جاري|ماضي|منصرم|فائت|مقبل|قادم)ه?|هذا العام|هذه السنه")


def _weight_of_added(a: Numeral, view: View) -> Severity | None:
    subject, value = view.subject, a.values[0]
    if is_weak(a) or (value <= 1 and not a.in_figures) or (a.kind is Kind.CODE and value == 19):
        return None
    if _is_told_in_context(a, view):
        return Severity.NOTE
    tweet, article = iso_day(subject.tweet_date), iso_day(subject.published)
    if any(day and value in (day.year, day.month, day.day) for day in (tweet, article)):
        return Severity.NOTE
    if _is_year(a) and _YEAR_TOLD_EN.search(subject.en):
        return Severity.NOTE if tweet is None or abs(value - tweet.year) <= 1 else Severity.ERROR
    if not a.in_figures:
        return Severity.NOTE if a.kind in (Kind.ORDINAL, Kind.DECADE) or value < 3 else Severity.WARNING
    return Severity.ERROR
