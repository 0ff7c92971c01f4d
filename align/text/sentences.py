"""Sentences of Arabic news text and of English tweets, as offsets; rules for the abbreviations of both.

Arabic: a stop ends a sentence unless it follows an initial or an abbreviation (د. ، أ.د. ، ص.), or is a pause (.. or …)
or a cut (...) before more of the line; a line end always does. Decimal points have no space behind them.
"""

from __future__ import annotations

import regex

from align.records import Span
from align.text.spans import merged
from align.text.tweet import HASHTAG, MENTION, URL
from align.text.words import is_function_word, words

# A run of stops is looked at once, from where it or the search begins, and not again from each of its stops.
_ARABIC_END = regex.compile(r"(?:(?:(?<![.!?؟…])|\G)[.!?؟…]++(?=[\s\"”“»)\]]|$)|\n+)(?:[\"”“»)\]]*)")
_ARABIC_SHORT = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}])(?:(?:\p{L}\p{M}*\.[ \u00a0]?){0,3}\p{L}\p{M}*|هـ|تر|إلخ|الخ|أم|كم)\.$"
)
_PAUSE = regex.compile(r"(?:\.{2,}|…)[)\]]?")  # with the bracket of an editor's cut: (...)
_LABEL = regex.compile(r"\W*(?:(?:BREAKING|UPDATE|JUST IN|NEW|ALERT|WATCH|EXCLUSIVE|NEWS|LIVE)\s*[:|-]?)\W*")
_LABEL_CHARS = 80  # a label with the signs around it is shorter
_ABBREVIATION_CHARS = 64  # and so is an abbreviation with the name in front of it
_POINTER = regex.compile(
    r"[\p{Extended_Pictographic}\ufe0f\u200d\s>→⤵⬇]*(?:(?:full|read|more|see|watch|learn|thread|details?|statement|release|report|story|link|info(?:rmation)?|here|check|"
    r"click|via|photos?|video|listen|register|sign|tune|the|our|my|in|at|on|up|it|this|a|below|live|now|follow|find|out|"
    r"press|article|interview|remarks|text|to|for|of|about|with|ways|help|how)\b[\s:,.\p{Extended_Pictographic}\ufe0f\u200d>→⤵⬇]*){1,8}",
    regex.IGNORECASE,
)
_POINTER_WORD = regex.compile(
    r"\b(?:more|thread|details?|statement|release|report|read|watch|link|here|below|story|info|check)\b",
    regex.IGNORECASE,
)
_ABBREVIATION = regex.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Messrs|Dr|Drs|Prof|Eng|Engr|Gen|Brig|Maj|Lt|Lieut|Col|Sgt|Cpl|Capt|Cmdr|Adm|Supt|Insp|Sens?"
    r"|Reps?|Govs?|Pres|Amb|Atty|Cllr|Ald|Hon|Rev|Fr|St|Mt|Ft|Jr|Sr|Ph\.D|vs?|etc|esp|approx|cf|al|No|Nos|Vol|Fig|Inc|incl"
    r"|Ltd|Corp|Bros|Dept|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[ap]|\b(?:\p{L}\.)+\p{L}|\be\.g|\bi\.e)\.$"
)
# An initial (J. D. Salem), but not the letter of a plan, a group or a hall, and not the pronoun.
_INITIAL = regex.compile(
    r"(?<![\p{L}\p{N}&])(?<!\b(?i:plan|group|vitamin|hepatitis|grade|class|section|team|type|exhibit|option|part|phase|step"
    r"|hall|gate|block|zone|unit|level|terminal|row|category|league|stage|channel|building|wing|line|and|or|than)\s)"
    r"(?:[\p{Lu}--[I]]\.\s?)*[\p{Lu}--[I]]\.$",
    regex.V1,
)
_OPTION = regex.compile(r"[▫▪◻◼◽◾☐☑○●⚪⚫🔘🔹🔸•‣·]\ufe0f?\s*\S")  # of a poll
_MOST_OPTION_WORDS = 3
_MOST_STUMP_WORDS = 4  # of a sentence that the platform or a thread cut off, from which nothing can be told
_HINGES = frozenset("yet still while because although though when where which who whose what how until unless".split())
_STUMP = regex.compile(r"(?:…|\.{3,})[\"”’)]*$")
_REPOSTED = regex.compile(r"RT\s+@\w{1,20}:\s*")
_MENTIONS = regex.compile(rf"(?:[.,]?{MENTION.pattern}[,:]?\s+)+")
_PICTURE = r"(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe0f\u200d\U000e0020-\U000e007f♀♂])"
_ENGLISH_END = regex.compile(
    r"(?:(?<![.!?…])[.!?…]++[\"”’')\]]*+(?=\s+[\"“‘'(\[]*[\p{Lu}\p{N}\p{Arabic}])|\n++)", regex.V1
)
_GOES_ON = regex.compile(r"\s+\p{Ll}{2}")
# Each alternative takes a whole run, possessively, and begins where the run does: a run that is not followed by what
# must follow is then looked at once and not again from each of its characters. A link or tag is seen from its end.
_TWEET_END = regex.compile(
    rf"(?:(?:(?<![.!?…])[.!?…]++|(?<=\w)[¡¿](?=\s))[\"”’')\]]*+(?:[^\S\n]*+{_PICTURE}++)*(?=\s|pic\.|https?:|$)"
    rf"|(?<!{_PICTURE}){_PICTURE}++(?=\s++[\p{{Lu}}\d\"“#]|\s*+$)"
    rf"|(?<=\w)\s++(?=https?:)"
    rf"|(?<=\S)(?=\s++\p{{Lu}})(?<=\#\w+|https?:\S+|pic\.\S+)"
    rf"|\n++)"
)


def split_arabic(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of text[start:end]: together they hold every character, spaces between them included."""
    end = len(text) if end is None else end
    cuts = [start]
    for match in _ARABIC_END.finditer(text, start, end):
        if "\n" not in match.group() and match.end() < end and _goes_on(text, cuts[-1], match):
            continue
        if match.end() >= end:
            continue
        if len(cuts) > 1 and not text[cuts[-1] : match.start()].strip() and "\n" in match.group():
            cuts.pop()  # the line end behind a stop belongs to the sentence before
        cuts.append(match.end())
    cuts.append(end)
    return tuple(Span(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if b > a)


def _goes_on(text: str, start: int, match: regex.Match[str]) -> bool:
    mark = match.group()
    if _PAUSE.fullmatch(mark):
        return text[match.end()] != "\n"
    return mark == "." and bool(_ARABIC_SHORT.search(text, max(start, match.end() - 16), match.end()))


def _tweet_trim(text: str, start: int, end: int) -> Span:
    """A sentence without leading mentions and trailing hashtags and links."""
    is_first = start == 0
    while start < end and text[start].isspace():
        start += 1
    leading = _MENTIONS.match(text, start, end) if is_first else None
    leading = _REPOSTED.match(text, start, end) or leading
    if leading is not None:
        start = leading.end()
    tails = merged(m.span() for p in (URL, HASHTAG) for m in p.finditer(text, start, end))
    while True:
        while end > start and text[end - 1].isspace():
            end -= 1
        if not tails or tails[-1].end < end:
            return Span(start, end)
        end = tails.pop().start


def _is_sentence(cut: str) -> bool:
    bare = HASHTAG.sub("", URL.sub("", cut)).strip()
    if not any(char.isalnum() for char in bare):
        return False
    count = len(words(bare))
    if count <= _MOST_OPTION_WORDS and _OPTION.match(bare) and bare[-1] not in ".!?…":
        return False
    return not (count <= 6 and _POINTER.fullmatch(bare) and _POINTER_WORD.search(bare))


def _ends_in_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] does, spaces behind it aside."""
    tail = text[max(start, end - _ABBREVIATION_CHARS) : end].rstrip()
    is_cut = end - start > _ABBREVIATION_CHARS
    tail = " " + tail if is_cut else tail  # what is cut begins no sentence
    return bool(_ABBREVIATION.search(tail) or _INITIAL.search(tail))


def split_tweet(text: str) -> tuple[Span, ...]:
    """The sentences of a tweet: emoji kept, mentions in front and hashtags, links and pointers behind left out."""
    cuts, spoken = [0], 0  # `spoken`: no letter or figure stands between the last cut and it
    for match in _TWEET_END.finditer(text):
        end = match.end()
        if text[end : end + 1].isspace() and _ends_in_abbreviation(text, cuts[-1], end):
            continue
        if "\n" not in match.group() and _GOES_ON.match(text, end):
            continue
        while spoken < end and not text[spoken].isalnum():
            spoken += 1
        if spoken == end:  # an emoji in front belongs to what follows
            continue
        if end - cuts[-1] <= _LABEL_CHARS and _LABEL.fullmatch(text, cuts[-1], end):  # it stays with its sentence
            continue
        cuts.append(end)
        spoken = end
    cuts.append(len(text))
    spans = [_tweet_trim(text, a, b) for a, b in zip(cuts, cuts[1:], strict=False)]
    found = [s for s in spans if s.end > s.start and _is_sentence(s.cut(text))]
    while len(found) > 1 and _is_stump(found[-1].cut(text)):
        found.pop()
    return tuple(found)


def _is_stump(cut: str) -> bool:
    """Whether a few words that end in dots stop before anything is said: behind an article or a conjunction."""
    said = words(cut) if _STUMP.search(cut) else ()
    if not 0 < len(said) <= _MOST_STUMP_WORDS:
        return False
    last = said[-1].cut(cut).casefold()
    return is_function_word(last) or last in _HINGES


def split_english(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of English prose in text[start:end], without the white space around them; nothing else is lost.

    A stop ends one where a capital or a figure follows, behind opening marks, unless it belongs to an abbreviation.

    >>> text = "Dr. Amsel came at 9 a.m. on Friday. Nobody knew."
    >>> [span.cut(text) for span in split_english(text)]
    ['Dr. Amsel came at 9 a.m. on Friday.', 'Nobody knew.']
    """
    end = len(text) if end is None else end
    cuts = [start]
    for match in _ENGLISH_END.finditer(text, start, end):
        if "\n" in match.group() or not _ends_in_abbreviation(text, cuts[-1], match.end()):
            cuts.append(match.end())
    return _bare(text, [*cuts, end])


def split_arabic_prose(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of `split_arabic` without the white space around them; what is white space alone is none."""
    found = split_arabic(text, start, end)
    return _bare(text, [found[0].start, *(span.end for span in found)]) if found else ()


def _bare(text: str, cuts: list[int]) -> tuple[Span, ...]:
    """The stretches between the cuts without the white space around them."""
    spans = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        part = text[a:b]
        if bare := part.strip():
            first = a + len(part) - len(part.lstrip())
            spans.append(Span(first, first + len(bare)))
    return tuple(spans)
