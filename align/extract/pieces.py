"""The lines of a text told apart: words of a post, what its frame prints (name, handle, link, time, labels), the rest.

A line may hold several pieces: a post with its attribution behind it, or a whole article in one paragraph with an
English post in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import regex

from align.extract.attribution import Attribution, is_name, split_attribution
from align.extract.labels import PLATFORM, is_counts, is_label, is_moment
from align.extract.posts import find_link
from align.extract.quotes import english_frame
from align.extract.speakers import VERB
from align.records import Span
from align.text.dates import find_date
from align.text.normal import normal_form
from align.text.tweet import HASHTAG, MENTION, PIC_LINK, URL
from align.text.words import count_arabic, count_latin, has_arabic

_HANDLE_IN_BRACKETS = regex.compile(r"\([^\w\n]{0,2}[@＠][A-Za-z0-9_.@-]{1,80}[^\w\n]{0,2}\)")
_HANDLE_LINE = regex.compile(r"\W{0,2}[@＠](?P<handle>[A-Za-z0-9_]{2,20})(?:\s*[·∙•|-]\s*(?P<moment>\S.*)|\s*·)?")
_NAME_AND_HANDLE = regex.compile(
    r"(?P<name>\S.{0,60}?)\s*[@＠](?P<handle>[A-Za-z0-9_]{2,20})\s*(?:[·∙•|-]\s*(?P<moment>\S.*)|·)"
)
_ON = rf"(?:on|(?:على|عبر|في)(?: (?:منصة|موقع|شبكة|تطبيق))?) {PLATFORM.replace('اكس', '[اإ]كس')}"
_CARD = regex.compile(rf"(?P<name>\S[^\n:]{{1,80}}?)(?:\s*\(@(?P<handle>\w{{1,20}})\))?\s+{_ON}\s*:?", regex.I)
_QUOTING_CARD = regex.compile(
    rf"(?P<head>(?P<name>\S[^\n:]{{1,80}}?)(?:\s*\(@(?P<handle>\w{{1,20}})\))?\s+{_ON}:\s*[\"“”«])"
    rf"(?P<words>.+?)(?P<tail>[\"”“»]?(?:\s*[/|]\s*{PLATFORM})?)",
    regex.I,
)
_SPEAKER_BEFORE = regex.compile(
    r"(?P<head>(?P<name>\p{Lu}[^\n:()]{0,60}?)?\s*\(?[@＠](?P<handle>[A-Za-z0-9_]{2,20})\)?[^:\n@]{0,40}:\s+)(?P<words>\S.+)"
)
_WEAK_BYLINE = regex.compile(r"(?:&mdash;|—|―)\s*(?P<name>[^\n—―.!?…]{2,60})")
_MOST_CARD_WORDS = 7  # of a name above a post
_MOST_SIGNATURE_CHARS = 160
_CHARS_TO_DATE = 14  # between a handle and the date behind it: a weekday, brackets
_LEAST_INNER_WORDS = 4  # of an English post inside an Arabic line, with an attribution
_LEAST_UNSIGNED_WORDS = 8  # and of one that ends in the link of its picture
_FOREIGN_RUN = regex.compile(r"[^\p{Arabic}\n]+(?:[،؛؟٪٫٬٠-٩][^\p{Arabic}\n]*)*")
_LEFT_OF_ARABIC = regex.compile(r"(?:[\s.،؛:!؟»)\]…,–—-]|[\"”“'](?=[\s.،]))+")
_LINK_BEHIND = regex.compile(rf"\s*(?:{URL.pattern})", regex.I)
_LATIN_WORD = regex.compile(r"(?<![@#\w])\p{Latin}[\p{Latin}'’-]*")
_SHORT_LINK = regex.compile(r"(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/\w+\W*$")


class Part(Enum):
    """What a piece of text is to a post."""

    WORDS = "words"
    SIGNATURE = "signature"  # an attribution; of a post above it, or below
    HEADER = "header"  # a name, a handle or both, above a post
    LINK = "link"  # nothing but the link of a post
    MOMENT = "moment"
    CHROME = "chrome"
    SIGNS = "signs"  # no letters of either script: emoji, figures, a link that is no post's
    OTHER = "other"  # the article's own text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text, and what its frame says."""

    span: Span
    part: Part
    said: Attribution = Attribution(0)


def pieces_of(text: str) -> list[Piece]:
    """The pieces of all lines of `text` in order, empty lines left out."""
    lines = [Span(*match.span()) for match in regex.finditer(r"[^\s][^\n]*(?<=\S)", text)]
    pieces = [piece for line in lines for piece in _of_line(text, line)]
    return _with_names(text, _with_broken_signatures(text, pieces))


def is_latin(line: str) -> bool:
    """Whether a line is mostly Latin letters, hashtags, mentions and links aside."""
    bare = MENTION.sub(" ", HASHTAG.sub(" ", URL.sub(" ", line)))
    latin = count_latin(bare)
    if latin < 3:  # nothing but hashtags and mentions
        bare = URL.sub(" ", line)
        latin = count_latin(bare)
    return latin >= 3 and latin > 2 * count_arabic(bare)


def _of_line(text: str, line: Span) -> Iterator[Piece]:
    said = line.cut(text)
    links = [Span(line.start + m.start(), line.start + m.end()) for m in URL.finditer(said) if find_link(m.group())]
    if links and not URL.sub("", said).strip(" -—–\u200e\u200f"):
        yield from (Piece(link, Part.LINK) for link in links)
    elif english_frame(said):
        yield Piece(line, Part.OTHER)
    elif is_moment(said):
        found = find_date(said)
        yield Piece(line, Part.MOMENT, Attribution(0, date=found.iso if found else None))
    elif not URL.search(said) and (is_label(said) or is_counts(said)):
        yield Piece(line, Part.CHROME)
    elif header := _header(said):
        yield Piece(line, Part.HEADER, header)
    elif pieces := _words_behind_speaker(said, line):
        yield from pieces
    elif is_latin(said) or _is_signature(said):
        yield from _words_and_signature(text, line)
    elif has_arabic(said):
        yield from _inner_posts(text, line)
    else:
        yield Piece(line, Part.SIGNS)


def _header(said: str) -> Attribution | None:
    """The frame that a line above a post gives: a handle, a name and a handle, a card's "Name on Twitter"."""
    if len(said) > _MOST_SIGNATURE_CHARS:
        return None
    for pattern in (_HANDLE_LINE, _NAME_AND_HANDLE):
        match = pattern.fullmatch(said)
        if match and (not match["moment"] or is_moment(match["moment"])):
            found = find_date(match["moment"]) if match["moment"] else None
            name = match.groupdict().get("name")
            return Attribution(0, name, match["handle"], date=found.iso if found else None)
    match = _CARD.fullmatch(said)
    if match and _is_card_name(match["name"]) and not (said.rstrip().endswith(":") and has_arabic(match["name"])):
        return Attribution(0, match["name"].strip(), match["handle"])
    return None


def _is_card_name(name: str) -> bool:
    return (
        len(name.split()) <= _MOST_CARD_WORDS
        and not VERB.search(normal_form(name))
        and not regex.search("[.!?؟،]", name)
    )


def _words_behind_speaker(said: str, line: Span) -> list[Piece]:
    """Of 'Lina Sample on X: "We open."' and "Lina (@lina): We open." the frame and the words."""
    match = _QUOTING_CARD.fullmatch(said)
    if match is None or not _is_card_name(match["name"]):
        match = _SPEAKER_BEFORE.fullmatch(said)
        if match is None or (match["name"] and not is_name(match["name"].strip())):
            return []
    if not is_latin(match["words"]):
        return []
    pieces = [
        Piece(
            Span(*match.span("head")),
            Part.HEADER,
            Attribution(0, (match["name"] or "").strip() or None, match["handle"]),
        ),
        Piece(Span(*match.span("words")), Part.WORDS),
    ]
    if match.groupdict().get("tail"):
        pieces.append(Piece(Span(*match.span("tail")), Part.CHROME))
    return [Piece(piece.span.moved(line.start), piece.part, piece.said) for piece in pieces]


def _is_signature(said: str) -> bool:
    """Whether a line in Arabic letters is nothing but an attribution."""
    if len(said) > _MOST_SIGNATURE_CHARS or not ("@" in said or "＠" in said or said[:1] in "—―"):
        return False
    found = split_attribution(said)
    is_whole = found.date is not None or not found.date_text
    is_alone = found.body_end == 0 and not VERB.search(normal_form(found.author or ""))
    return is_whole and is_alone and bool(found.handle or found.author)


def _words_and_signature(text: str, line: Span) -> Iterator[Piece]:
    said = line.cut(text)
    found = split_attribution(said)
    if found.handle is None and found.author is None:
        weak = _WEAK_BYLINE.fullmatch(said)
        if weak and is_name(weak["name"].strip()):
            yield Piece(line, Part.SIGNATURE, Attribution(0, weak["name"].strip()))
        else:
            yield Piece(line, Part.WORDS)
        return
    if found.body_end:
        yield Piece(Span(line.start, line.start + found.body_end), Part.WORDS)
    rest = said[found.body_end :]
    yield Piece(Span(line.end - len(rest.lstrip()), line.end), Part.SIGNATURE, found)


def _inner_posts(text: str, line: Span) -> Iterator[Piece]:
    """The pieces of an Arabic line: its own text, and the English posts printed in it with their attributions."""
    at = line.start
    for words, signature, said in _signed_runs(text, line):
        if words.start < at:
            continue
        if text[at : words.start].strip():
            yield Piece(_stripped(text, Span(at, words.start)), Part.OTHER)
        yield Piece(words, Part.WORDS)
        if signature.end > signature.start:
            yield Piece(signature, Part.SIGNATURE, said)
        at = max(words.end, signature.end)
    if text[at : line.end].strip():
        yield Piece(_stripped(text, Span(at, line.end)), Part.OTHER)


def _signed_runs(text: str, line: Span) -> Iterator[tuple[Span, Span, Attribution]]:
    """Stretches of English in an Arabic line that are posts: an attribution or the link of a picture ends them."""
    said = line.cut(text)
    if not _LATIN_WORD.search(said):
        return
    mask = HASHTAG.sub(lambda m: "#" * len(m.group()), said)
    at = 0
    while (run := _FOREIGN_RUN.search(mask, at)) is not None:
        at = run.end()
        if len(_LATIN_WORD.findall(run.group())) < _LEAST_INNER_WORDS:
            continue
        end = run.end()
        handle = _HANDLE_IN_BRACKETS.search(said, run.start(), end)
        if handle is not None:
            found = find_date(said[handle.end() : handle.end() + _MOST_SIGNATURE_CHARS])
            is_near = found is not None and found.span.start <= _CHARS_TO_DATE
            end = handle.end() + (found.span.end if found is not None and is_near else 0)
            link = _LINK_BEHIND.match(said, end)
            end = link.end() if link else end
            at = max(end, at) if end > run.end() else end
        gap = _LEFT_OF_ARABIC.match(said, run.start()) if run.start() else None
        start = gap.end() if gap else run.start()
        parts = split_attribution(said[start:end])
        words = said[start : start + parts.body_end]
        count = len(_LATIN_WORD.findall(words))
        is_signed = parts.handle is not None and count >= _LEAST_INNER_WORDS
        if is_signed or (handle is None and count >= _LEAST_UNSIGNED_WORDS and _SHORT_LINK.search(words)):
            body = _stripped(text, Span(line.start + start, line.start + start + parts.body_end))
            yield body, Span(body.end, line.start + end) if is_signed else Span(body.end, body.end), parts


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _with_broken_signatures(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces, the lines of an attribution that a page breaks ("— Daniel B." above "Fowler (@fowler)") made one."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and piece.part in (Part.SIGNATURE, Part.HEADER) and before.part is not Part.OTHER:
            whole = Span(before.span.start, piece.span.end)
            said = split_attribution(whole.cut(text)) if text[whole.start] in "—―–-&" else piece.said
            if said.body_end == 0 and said.handle is not None and text[whole.start] in "—―–-&":
                joined[-1] = Piece(whole, Part.SIGNATURE, said)
                continue
        joined.append(piece)
    return joined


def _with_names(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces, the short line above a handle of its own told as the name, in whatever script."""
    named = list(pieces)
    for at, piece in enumerate(pieces):
        if piece.part is not Part.HEADER or piece.said.author or piece.said.handle is None:
            continue
        above = at - 1
        if above > 0 and pieces[above].part is Part.CHROME:  # "Verified account"
            above -= 1
        name = pieces[above].span.cut(text) if above >= 0 else ""
        is_text = above >= 0 and pieces[above].part in (Part.WORDS, Part.OTHER)
        if is_text and len(name) <= 60 and _is_card_name(name) and name[-1] not in ':…"”»':
            named[above] = Piece(pieces[above].span, Part.HEADER, Attribution(0, name))
    return named


def ends_post(words: str) -> bool:
    """Whether words end in the link of a picture, which the platform puts behind the last word of a post."""
    return any(match.end() == len(words.rstrip()) for match in PIC_LINK.finditer(words))
