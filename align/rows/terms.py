"""The words that page, report and terminal share, in both languages (docs/glossary.md), and one plural rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

# By key: English, Arabic. The Arabic of verdicts is feminine: it speaks of the translation.
TERMS: Mapping[str, tuple[str, str]] = {
    "article": ("article", "مقال"),
    "tweet": ("tweet", "تغريدة"),
    "pair": ("pair", "مقطع"),
    "finding": ("finding", "ملاحظة"),
    "findings": ("findings", "الملاحظات"),
    "outlet": ("outlet", "الجهة الناشرة"),
    "probability": ("probability", "الاحتمال"),
    "coverage": ("coverage", "التغطية"),
    "cosine": ("semantic likeness", "التشابه الدلالي"),
    "signature": ("signature", "البصمة"),
    "verdict": ("verdict", "الحكم"),
    "faithful": ("faithful", "مطابقة للأصل"),
    "partial": ("partial", "ناقصة"),
    "divergent": ("divergent", "مخالفة للأصل"),
    "not_judged": ("not judged", "لم تُفحص"),
    "severity": ("severity", "الخطورة"),
    "error": ("error", "خطأ"),
    "warning": ("warning", "تنبيه"),
    "note": ("note", "للعلم"),
    "none": ("no findings", "بلا ملاحظات"),
    "full": ("rendered in full", "تُرجمت كاملة"),
    "status_partial": ("rendered in part", "تُرجمت جزئياً"),
    "status_none": ("not rendered", "لم تُترجم"),
    "untranslated": ("not rendered", "لم تُترجم"),
    "quote": ("quote", "اقتباس"),
    "reported": ("reported speech", "كلام منقول"),
    "headline": ("headline", "عنوان"),
    "queue": ("review queue", "قائمة المراجعة"),
    "filters": ("filters", "تصفية"),
    "search": ("search", "بحث"),
    "omission": ("omission", "إغفال"),
    "addition": ("addition", "إضافة"),
    "grammar": ("grammar", "قواعد اللغة"),
    "all": ("all", "الكل"),
}
LANGUAGES = ("en", "ar")
# By noun and language: the forms of CLDR's categories; `{n}` is the number, which zero, one and two do without.
_COUNTED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "article": {
        "en": {"one": "{n} article", "other": "{n} articles"},
        "ar": {
            "zero": "لا مقالات", "one": "مقال واحد", "two": "مقالان", "few": "{n} مقالات", "many": "{n} مقالاً",
            "other": "{n} مقال",
        },
    },
    "tweet": {
        "en": {"one": "{n} tweet", "other": "{n} tweets"},
        "ar": {
            "zero": "لا تغريدات", "one": "تغريدة واحدة", "two": "تغريدتان", "few": "{n} تغريدات",
            "many": "{n} تغريدة", "other": "{n} تغريدة",
        },
    },
    "pair": {
        "en": {"one": "{n} pair", "other": "{n} pairs"},
        "ar": {
            "zero": "لا مقاطع", "one": "مقطع واحد", "two": "مقطعان", "few": "{n} مقاطع", "many": "{n} مقطعاً",
            "other": "{n} مقطع",
        },
    },
    "error": {
        "en": {"one": "{n} error", "other": "{n} errors"},
        "ar": {
            "zero": "لا أخطاء", "one": "خطأ واحد", "two": "خطآن", "few": "{n} أخطاء", "many": "{n} خطأً",
            "other": "{n} خطأ",
        },
    },
    "warning": {
        "en": {"one": "{n} warning", "other": "{n} warnings"},
        "ar": {
            "zero": "لا تنبيهات", "one": "تنبيه واحد", "two": "تنبيهان", "few": "{n} تنبيهات", "many": "{n} تنبيهاً",
            "other": "{n} تنبيه",
        },
    },
    "note": {
        "en": {"one": "{n} note", "other": "{n} notes"},
        "ar": {
            "zero": "لا شيء للعلم", "one": "إفادة واحدة للعلم", "two": "إفادتان للعلم", "few": "{n} إفادات للعلم",
            "many": "{n} إفادة للعلم", "other": "{n} إفادة للعلم",
        },
    },
    "finding": {
        "en": {"one": "{n} finding", "other": "{n} findings"},
        "ar": {
            "zero": "لا ملاحظات", "one": "ملاحظة واحدة", "two": "ملاحظتان", "few": "{n} ملاحظات",
            "many": "{n} ملاحظة", "other": "{n} ملاحظة",
        },
    },
}  # fmt: skip


def term(key: str, lang: str) -> str:
    """The word for `key`; the key itself where the glossary has none."""
    return TERMS[key][LANGUAGES.index(lang)] if key in TERMS else key


def counted(noun: str, n: int, lang: str) -> str:
    """`n` of a noun, in the form that CLDR's plural rules ask for. Raises KeyError for a noun that is not here."""
    forms = _COUNTED[noun][lang]
    return forms.get(plural_category(n, lang), forms["other"]).format(n=n)


@cache
def plural_category(n: int, lang: str) -> str:
    """CLDR's plural category of a whole number: zero, one, two, few, many or other."""
    from babel import Locale  # slow to import, and most commands count nothing

    return str(Locale.parse(lang).plural_form(n))
