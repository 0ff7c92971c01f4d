"""The page's words in both languages; what it shares with the review page and the terminal is the glossary's."""

from __future__ import annotations

from align.rows.terms import LANGUAGES, TERMS

# By key: English, Arabic.
_OWN: dict[str, tuple[str, str]] = {
    "title": ("Translation report", "تقرير الترجمة"),
    "any": ("all", "الكل"),
    "coverage_en": ("share of the English rendered", "ما تُرجم من النص الإنجليزي"),
    "coverage_ar": ("share of the Arabic backed by the tweet", "ما له أصل في التغريدة من النص العربي"),
    "by_code": ("findings by kind", "الملاحظات بحسب النوع"),
    "by_outlet": ("verdicts by outlet", "الأحكام بحسب الجهة الناشرة"),
    "filters": ("Filters", "تصفية"),
    "code": ("kind of finding", "نوع الملاحظة"),
    "shown": ("shown", "المعروض"),
    "unsure": ("perhaps translated", "ربما تُرجمت"),
    "not_looked_for": ("not looked for", "لم يُبحث عنها"),
    "because": ("reason:", "السبب:"),
    "reason_probability": ("hardly a translation (low probability)", "لا تكاد تكون ترجمة (احتمال متدنٍّ)"),
    "reason_no_error": ("nothing found that weighs", "لا شيء ذا وزن"),
    "reason_no_finding": ("no findings", "بلا ملاحظات"),
    "no_text": ("a link without text: nothing to compare", "رابط بلا نص، فلا شيء يُقارن"),
    "no_tweets": ("no tweet found", "لا تغريدة في المقال"),
    "unknown": ("unknown author", "كاتب غير معروف"),
    "echoes": ("The same tweet in several articles", "التغريدة نفسها في مقالات عدة"),
    "outlier": ("stands out", "تختلف عن غيرها"),
    "hidden": ("more in the run; raise --limit to show them", "أخرى في هذه المعالجة؛ لعرضها ارفع قيمة ‎--limit"),
    "hint": (
        "Point at a word, or move to it with Tab, to see its counterpart.",
        "أشر إلى كلمة، أو انتقل إليها بمفتاح Tab، ليظهر مقابلها.",
    ),
}
LABELS: dict[str, dict[str, str]] = {
    lang: {key: texts[number] for key, texts in {**TERMS, **_OWN}.items()} for number, lang in enumerate(LANGUAGES)
}
