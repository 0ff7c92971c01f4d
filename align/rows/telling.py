"""A finding in an editor's words: what, where, why. The code and the numbers behind it stay out of sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from align.rows.tellings import POLICIES, TELLINGS
from align.rows.terms import LANGUAGES

_LONGEST = 160  # of what is quoted: a whole sentence left out is read in the text itself
# By side or sides that a finding marks: English, Arabic. Quotes are set apart, or one direction would turn the other.
_BOTH = ("The tweet says {en}; the Arabic says {ar}.", "في التغريدة {en}، وفي النص العربي {ar}.")
_ONLY_EN = ("The tweet says {en}.", "في التغريدة {en}.")
_ONLY_AR = ("The Arabic says {ar}.", "في النص العربي {ar}.")
_LACKS_AR = ("The tweet says {en}; nothing in the Arabic renders it.", "في التغريدة {en}، ولا مقابل له في النص العربي.")
_LACKS_EN = ("The Arabic says {ar}; the tweet does not.", "في النص العربي {ar}، وليس ذلك في التغريدة.")
_FIRST, _LAST = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE


class Told(NamedTuple):
    """A finding for people: its kind, where it is, and why it matters; an unknown kind has only its own message."""

    what: str
    where: str
    why: str

    @property
    def text(self) -> str:
        """All in one line."""
        return " ".join(part for part in (f"{self.what}:" if self.what else "", self.where, self.why) if part)


def told(code: str, lang: str, en: str, ar: str, message: str, detail: Mapping[str, object] | None = None) -> Told:
    """The finding `code`, whose words are `en` and `ar` (empty where a side has none), in the language `lang`.

    `message` is the finding's own; it is all that is told of a code that is none of ours.
    """
    telling = TELLINGS.get(code)
    number = LANGUAGES.index(lang)
    if telling is None:
        return Told("", "", message)
    if en and ar:
        where = _BOTH
    elif en:
        where = _LACKS_AR if telling.silent == "ar" else _ONLY_EN
    elif ar:
        where = _LACKS_EN if telling.silent == "en" else _ONLY_AR
    else:
        where = ("", "")
    why = telling.why[number]
    policy = POLICIES.get(str((detail or {}).get("policy")))
    if code == "omission.trimming" and policy:
        why = policy[number]
    return Told(telling.what[number], where[number].format(en=_quoted(en, "“”"), ar=_quoted(ar, "«»")), why)


def kind_of(code: str, lang: str) -> str:
    """The kind of a finding in words; the code itself where it is none of ours."""
    return TELLINGS[code].what[LANGUAGES.index(lang)] if code in TELLINGS else code


def _quoted(words: str, marks: str) -> str:
    text = " ".join(words.split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
    return f"{_FIRST}{marks[0]}{text}{marks[1]}{_LAST}"
