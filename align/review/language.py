"""The two languages of the page: English as written in the templates, Arabic from a gettext catalogue."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "ar": "العربية"}
_LOCALE = Path(__file__).parent / "locale"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of `language`, compiled in memory; English needs none."""
    path = _LOCALE / language / "LC_MESSAGES" / "review.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def direction(language: str) -> str:
    """How the page runs."""
    return "rtl" if language == "ar" else "ltr"


def preferred(chosen: str | None, accepted: str) -> str:
    """The language of a request: what was chosen, else the first of Accept-Language that there is."""
    if chosen in LANGUAGES:
        return chosen
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return "en"
