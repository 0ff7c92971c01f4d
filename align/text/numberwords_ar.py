"""Arabic number words in normal form, with every clitic they may carry (وبخمسمئة), and their role in a number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from align.text.normal import normal_form
from align.text.units import ARABIC_DUALS


class Word(NamedTuple):
    """What a number word is: its role in the grammar and its values."""

    role: str  # unit, ten, teen-half, tens, hundred, scale, part, parts, ordinal, decade, dual
    values: tuple[Fraction, ...]


class Entry(NamedTuple):
    """A word with its clitics taken off."""

    word: Word
    has_and: bool
    has_article: bool


_UNITS = {
    1: "واحد واحدة", 2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي إثنان إثنين ثنتان ثنتين",
    3: "ثلاث ثلاثة", 4: "أربع أربعة", 5: "خمس خمسة", 6: "ست ستة", 7: "سبع سبعة", 8: "ثمان ثماني ثمانية", 9: "تسع تسعة",
}  # fmt: skip
_TENS = {
    20: "عشرون عشرين", 30: "ثلاثون ثلاثين", 40: "أربعون أربعين", 50: "خمسون خمسين", 60: "ستون ستين",
    70: "سبعون سبعين", 80: "ثمانون ثمانين", 90: "تسعون تسعين",
}  # fmt: skip
_STEMS = {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان ثماني", 9: "تسع"}
_HUNDREDS = {200: "مئتان مئتين مئتا مئتي مائتان مائتين مائتا مائتي"} | {
    100 * n: " ".join(stem + hundred for stem in stems.split() for hundred in ("مئة", "مائة"))
    for n, stems in _STEMS.items()
}
_SCALES = {
    10**3: ("ألف آلاف", "ألفان ألفين ألفي", "ألفا"),
    10**6: ("مليون ملايين", "مليونان مليونين مليوني", "مليونا"),
    10**9: ("مليار مليارات بليون بلايين", "ملياران مليارين ملياري", "مليارا بليونا"),
    10**12: ("تريليون ترليون تريليونات ترليونات", "تريليونان تريليونين تريليوني", "تريليونا ترليونا"),
}
_PARTS = {
    Fraction(1, 2): "نصف", Fraction(1, 3): "ثلث", Fraction(2, 3): "ثلثا ثلثي ثلثان ثلثين", Fraction(1, 4): "ربع",
    Fraction(2, 5): "خمسا خمسي خمسان", Fraction(1, 6): "سدس",
}  # fmt: skip
_PART_PLURALS = {3: "أثلاث", 4: "أرباع", 5: "أخماس", 6: "أسداس", 7: "أسباع", 8: "أثمان", 9: "أتساع", 10: "أعشار"}
ALSO_PARTS = {"خمس": 5, "سبع": 7, "تسع": 9, "عشر": 10}  # without vowels five and a fifth look alike
_ORDINALS = {
    1: "حادي حادية", 2: "ثاني ثانية ثان", 3: "ثالث ثالثة", 4: "رابع رابعة", 5: "خامس خامسة",
    6: "سادس سادسة", 7: "سابع سابعة", 8: "ثامن ثامنة", 9: "تاسع تاسعة", 10: "عاشر عاشرة",
}  # fmt: skip
_DECADE_STEMS = {20: "عشر", 30: "ثلاث", 40: "أربع", 50: "خمس", 60: "ست", 70: "سبع", 80: "ثمان", 90: "تسع"}
_AGES = {tuple(range(n, n + 10)): f"{stem}يني {stem}ينية" for n, stem in _DECADE_STEMS.items()}  # خمسيني, in his 50s
_DECADES = {  # of an age, or of any century
    (n, 1900 + n, 1800 + n, 2000 + n): f"{stem}ينات {stem}ينيات" for n, stem in _DECADE_STEMS.items()
}
_IMPLIED = {
    2: "ضعف ضعفي ضعفين ضعفا كلا كلتا كلي كلتي زوج زوجين توأم توأمان توأمين ثنائي ثنائية", 3: "ثلاثي ثلاثية",
    4: "رباعي رباعية", 5: "خماسي خماسية", 6: "سداسي سداسية",
}  # fmt: skip
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
_WITH_ARTICLE = ("ال", "وال", "فال", "بال", "كال", "وبال", "لل", "ولل", "فلل")
_PLURALS = tuple(normal_form(w) for w in "آلاف ملايين مليارات بلايين تريليونات".split())
_SUFFIXES = tuple(normal_form(w) for w in "هم هن ها ه نا كم".split())  # نصفهم, half of them


def _base_words() -> dict[str, Word]:
    words: dict[str, Word] = {}

    def add(table: Mapping[Any, str], role: str) -> None:
        for values, forms in table.items():
            for form in forms.split():
                several = values if isinstance(values, tuple) else (values,)
                words.setdefault(normal_form(form), Word(role, tuple(Fraction(v) for v in several)))

    add(_UNITS, "unit")
    add({10: "عشر عشرة"}, "ten")
    add({1: "أحد إحدى"}, "eleven")  # counts only before عشر and و + tens
    add(_TENS, "tens")
    add({100: "مئة مائة"}, "hundred")
    add(_HUNDREDS, "hundreds")
    add({n: single for n, (single, _, _) in _SCALES.items()}, "scale")
    add({2 * n: dual for n, (_, dual, _) in _SCALES.items()}, "dual scale")
    add({(n, 2 * n): either for n, (_, _, either) in _SCALES.items()}, "scale")
    add(_PARTS, "part")
    add(_PART_PLURALS, "parts")
    add({1: "أول أولى"}, "first")
    add(_ORDINALS, "ordinal")
    add(_DECADES, "decade")
    add(_IMPLIED, "implied")
    add(_AGES, "implied")
    add({2: " ".join(ARABIC_DUALS)}, "counted dual")
    return words


def _lexicon() -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    base = _base_words()
    for form, word in base.items():
        accusative = form + "ا"
        takes_it = word.role in ("unit", "ten", "hundred", "part", "ordinal") and accusative not in base
        shapes = [form, accusative] if takes_it else [form]
        if word.role == "part":
            shapes += [form + suffix for suffix in _SUFFIXES]
        for shape in shapes:
            for clitic in _PROCLITICS:
                table.setdefault(clitic + shape, Entry(word, clitic.startswith("و"), False))
            for clitic in _WITH_ARTICLE:
                table.setdefault(clitic + shape, Entry(word, clitic.startswith("و"), True))
    # Words that only look like a number with its clitics on.
    for form in "بثان لست ولست فلست الاثنين والاثنين بالاثنين للاثنين وللاثنين".split():  # "I am not", Monday
        table.pop(normal_form(form), None)
    return table


LEXICON = _lexicon()
VAGUE_ALONE = {word for word in LEXICON if word.endswith(_PLURALS)}  # thousands, without how many
HALVES = {
    normal_form(f"{article}{word}{ending}"): Fraction(1, n)
    for word, n in (("نصف", 2), ("ربع", 4), ("ثلث", 3))
    for article, ending in (("و", ""), ("وال", ""), ("و", "ا"))
}
AND_ELEVEN = normal_form("وأحد")  # before عشر; the normal form of واحد too
FIRST = (normal_form("أول"), normal_form("أولى"))
FIFTHS = {
    normal_form("وخمس"): Fraction(1, 5),
    normal_form("وعشر"): Fraction(1, 10),
    normal_form("وسدس"): Fraction(1, 6),
}
VIRUS_NAMES = {normal_form(w) for w in "كوفيد كوفد سارس كوف covid cov".split()}
