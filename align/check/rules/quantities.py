"""What stands around two numbers that agree: a bound turned round (at least, at most), a unit exchanged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import regex

from align.check.codes import CodeInfo
from align.records import Finding, Severity, Span, Subject
from align.text.folded import folded
from align.text.normal import NormalForm, normal_form
from align.text.numeral import Kind, Numeral
from align.text.units import UNITS, same_amount

CODES: tuple[CodeInfo, ...] = (
    CodeInfo(
        "quantity.bound",
        Severity.ERROR,
        "the bound of a number is turned round (an error), lost or changed (a warning at most)",
        "حدّ العدد معكوس (خطأ) أو ساقط أو متغيّر (تحذير على الأكثر)",
        "At least 60 boats left the harbour.",
        "غادر الميناء 60 قارباً على الأكثر.",
    ),
    CodeInfo(
        "quantity.unit",
        Severity.ERROR,
        "the number is the same, its unit is not",
        "العدد نفسه ووحدته مختلفة",
        "The strike will last 3 weeks.",
        "يستمر الإضراب 3 أشهر.",
    ),
    CodeInfo(
        "quantity.fraction",
        Severity.ERROR,
        "a half, a third or another fraction became another one",
        "كسر (نصف، ثلث...) صار كسراً آخر",
        "A third of the fields are under water.",
        "نصف الحقول مغمور بالمياه.",
    ),
)

_UP, _DOWN, _NEAR, _ABOUT = "up", "down", "near", "about"


def _pattern(phrases: str, *, at_end: bool) -> regex.Pattern[str]:
    forms = "|".join(normal_form(p.strip()).replace(" ", r"\s+") for p in phrases.split(","))
    if at_end:
        return regex.compile(rf"(?<!\p{{L}})[وفب]?(?:{forms})(?:\s+(?:the|a|an|its|ال))?[\s($€£]*$")
    return regex.compile(rf"^[\s,،]*(?:\S+\s+){{0,3}}?(?:{forms})(?!\p{{L}})")


# The longer phrase first: "no fewer than" holds "fewer than".
_EN_BEFORE = (
    (_UP, _pattern("no fewer than, no less than, not less than, at least, minimum of", at_end=True)),
    (_DOWN, _pattern("no more than, not more than, at most, up to, as many as, maximum of", at_end=True)),
    (_UP, _pattern("more than, over, above, exceeding, upwards of, in excess of", at_end=True)),
    (_DOWN, _pattern("less than, fewer than, under, below", at_end=True)),
    (_NEAR, _pattern("nearly, almost, close to, just under", at_end=True)),
    (_ABOUT, _pattern("about, around, some, roughly, approximately, circa, estimated", at_end=True)),
)
_EN_AFTER = (
    (_UP, _pattern("or more, at least", at_end=False)),
    (_DOWN, _pattern("or less, or fewer, at most", at_end=False)),
)
_MORE = "[يت](?:زيد|زد|زيدوا|تجاوز|تجاوزوا|تعدي|تعد|تخط|تخطي|فوق)"
_LESS = "[يت]قل"


def _not_beyond(verb: str) -> regex.Pattern[str]:
    """لا يزيد عددهم على: a verb denied, so the bound is the other one."""
    return regex.compile(rf"(?:لا|لم|لن|الا)\s+{verb}(?:\s+عدد\p{{L}}*)?(?:\s+(?:علي|عن|ال))?\s+(?:ال)?\W*$")


_AR_BEFORE = (
    (_DOWN, _not_beyond(_MORE)),
    (_UP, _not_beyond(_LESS)),
    (_DOWN, _pattern("أقل من, ما يقل عن, يقل عن, تقل عن, دون, دون ال, تصل إلى, يصل إلى, ما يصل إلى", at_end=True)),
    (_DOWN, _pattern("بحد أقصى, كحد أقصى, أقصاها, أقصاه", at_end=True)),
    (_UP, _pattern("أكثر من, أزيد من, ما يزيد على, ما يزيد عن, يزيد على, يزيد عن, تزيد على, تزيد عن", at_end=True)),
    (_UP, _pattern("يفوق, تفوق, فاق, تجاوز, تجاوزت, يتجاوز, تتجاوز, نيف, فوق, بحد أدنى", at_end=True)),
    (_NEAR, _pattern("ما يقارب, ما يقارب ال, يقارب, تقارب, قرابة, قرابة ال, ما يقرب من, يقرب من", at_end=True)),
    (_NEAR, _pattern("يناهز, ما يناهز, تناهز, زهاء", at_end=True)),
    (_ABOUT, _pattern("نحو, حوالي, حوالى, تقريبا, بنحو, في حدود", at_end=True)),
)
_AR_AFTER = (
    (_UP, _pattern("على الأقل, على أقل تقدير, كحد أدنى, بحد أدنى, في الأقل, أو أكثر, فأكثر, فما فوق", at_end=False)),
    (
        _DOWN,
        _pattern(
            "على الأكثر, على أكثر تقدير, كحد أقصى, بحد أقصى, على أبعد تقدير, في أحسن الأحوال, أو أقل, فأقل",
            at_end=False,
        ),
    ),
    (_ABOUT, _pattern("تقريبا", at_end=False)),
)
_CLITIC_LEFT = regex.compile(r"(?<=\s)[بولك]?(?:ال)?\W{0,2}$")  # of بـ30 and ال27, the figure apart


def _bound(form: NormalForm, span: Span, *, arabic: bool) -> str:
    """The bound that a number stands under; "" without one. `span` is in the normal form."""
    before = form.text[max(0, span.start - 40) : span.start]
    if arabic:
        before = _CLITIC_LEFT.sub("", before)
    for name, pattern in _AR_BEFORE if arabic else _EN_BEFORE:
        if pattern.search(before if not arabic else before.rstrip() + " "):
            return name
    after = form.text[span.end : span.end + 40]
    for name, pattern in _AR_AFTER if arabic else _EN_AFTER:
        if pattern.search(after):
            return name
    return ""


_NEGATOR = {
    False: regex.compile(r"\b(?:not|never|no|none|nobody|without|cannot|\p{L}+n't)\b(?!\s+(?:more|less|fewer))"),
    True: regex.compile(rf"(?<!\p{{L}})[وف]?(?:لا|لم|لن|ليس|ليست|دون|غير|بدون)(?!\p{{L}})(?!\s+(?:{_MORE}|{_LESS}))"),
}


def _is_negated(form: NormalForm, span: Span, *, arabic: bool) -> bool:
    """Whether a negation stands in the clause before a number and may turn its bound round."""
    start = _in_form(form, span).start
    before = form.text[max(0, start - 45) : start]
    return bool(_NEGATOR[arabic].search(regex.split(r"[.,،;؛:]", before)[-1]))


def _in_form(form: NormalForm, span: Span) -> Span:
    """A span of the original in the normal form."""
    return Span(bisect_left(form.origin, span.start), bisect_left(form.origin, span.end))


def check_quantities(subject: Subject, agreed: Sequence[tuple[Numeral, Numeral]]) -> list[Finding]:
    """Findings on the bounds and units of numbers that agree."""
    if not agreed:
        return []
    en, ar = folded(subject.en), folded(subject.ar)
    findings = [_unit_finding(e, a, subject) for e, a in _swapped_units(agreed)]
    for e, a in agreed:
        if e.kind is Kind.CODE or a.kind is Kind.CODE:
            continue
        if _other_unit(e, a):
            findings.append(_unit_finding(e, a, subject))
        said = _bound(en, _in_form(en, e.span), arabic=False)
        rendered = _bound(ar, _in_form(ar, a.span), arabic=True)
        severity = _weight_of_bounds(said, rendered)
        if severity is Severity.ERROR and (
            _is_negated(en, e.span, arabic=False) or _is_negated(ar, a.span, arabic=True)
        ):
            continue  # "may not hold more than 80" and "at most 80" agree
        if severity is not None:
            findings.append(_bound_finding(e, a, said, rendered, severity, subject))
    return findings


def _swapped_units(agreed: Sequence[tuple[Numeral, Numeral]]) -> list[tuple[Numeral, Numeral]]:
    """40 lamps for $15, 15 lamps for $40: every number is there, beside the other one's unit."""
    swapped = []
    for e, a in agreed:
        if e.unit and not a.unit and _is_strict(e.unit):
            for other_e, other_a in agreed:
                if other_a.unit == e.unit and not other_e.unit and other_e.values[0] != e.values[0]:
                    swapped.append((e, other_a))
    return swapped


def _is_strict(unit: str) -> bool:
    return unit == "percent" or UNITS[unit].dimension.startswith("money")


def _other_unit(e: Numeral, a: Numeral) -> bool:
    if not e.unit or not a.unit or e.unit == a.unit or {e.unit, a.unit} == {"day", "night"}:
        return False
    if same_amount(e.values[0], e.unit, a.values[0], a.unit):
        return False
    one, two = UNITS[e.unit].dimension, UNITS[a.unit].dimension
    return one == two or (one.startswith("money") and two.startswith("money"))


def _unit_finding(e: Numeral, a: Numeral, subject: Subject) -> Finding:
    return Finding(
        code="quantity.unit",
        severity=Severity.ERROR,
        message=f"{e.span.cut(subject.en)} ({e.unit}) became {a.span.cut(subject.ar)} ({a.unit})",
        message_ar=f"{a.span.cut(subject.ar)}: وحدة القياس تخالف ما في التغريدة ({e.span.cut(subject.en)})",
        en=e.span,
        ar=a.span,
        detail={"en_unit": e.unit, "ar_unit": a.unit},
    )


def _weight_of_bounds(said: str, rendered: str) -> Severity | None:
    pair = {said, rendered}
    if pair in ({_UP, _DOWN}, {_UP, _NEAR}):
        return Severity.ERROR
    if len(pair) == 1 or pair == {_NEAR, _ABOUT} or pair == {_NEAR, _DOWN}:
        return None
    return Severity.NOTE if "" in pair else Severity.WARNING


_NAMES = {"": "none", _UP: "more", _DOWN: "less", _NEAR: "nearly", _ABOUT: "about"}
_NAMES_AR = {"": "بلا حدّ", _UP: "أكثر", _DOWN: "أقل", _NEAR: "قرابة", _ABOUT: "نحو"}


def _bound_finding(e: Numeral, a: Numeral, said: str, rendered: str, severity: Severity, subject: Subject) -> Finding:
    return Finding(
        code="quantity.bound",
        severity=severity,
        message=f"{e.span.cut(subject.en)}: bound '{_NAMES[said]}' became '{_NAMES[rendered]}'",
        message_ar=f"{a.span.cut(subject.ar)}: حدّ العدد كان «{_NAMES_AR[said]}» فصار «{_NAMES_AR[rendered]}»",
        en=e.span,
        ar=a.span,
        detail={"en_bound": said, "ar_bound": rendered},
    )
