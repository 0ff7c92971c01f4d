"""Posts as articles print them between their lines: which lines are one post, whose it is, what of it is chrome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from align.extract.attribution import Attribution
from align.extract.labels import without_trailing_label
from align.extract.pieces import Part, Piece, ends_post, pieces_of
from align.extract.posts import PostLink, find_link, platform_of_handle
from align.extract.speakers import VERB
from align.records import Span
from align.text.normal import normal_form
from align.text.tweet import URL

_COUNTER = regex.compile(r"\(?(?P<number>\d{1,2})\s*[/⁄]\s*(?P<of>\d{0,2})\)?[.:)]?(?=\s)")
_GOES_ON = regex.compile(r"[(\[“\"«…]|\.{2,}|\p{Ll}")  # with which the words behind a verse begin
_ANNOUNCES = regex.compile(r"[:“\"«(—-]\s*$")  # with which the words before it end
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}|[\U0001f1e6-\U0001f1ff]")
_MOST_VERSE_LINES = 4
_MOST_VERSE_CHARS = 70


@dataclass(frozen=True, slots=True)
class Printed:
    """A post as printed: `body` holds its words and, as `aside`, what stands between them and is chrome."""

    block: Span  # with the frame
    body: Span  # empty for a bare link
    aside: tuple[Span, ...]
    said: Attribution
    link: PostLink | None

    @property
    def is_signed(self) -> bool:
        """Whether the text says that this is a post: a handle, an attribution, a link of its own."""
        return bool(self.said.handle or self.said.author or self.link)

    def words(self, text: str) -> str:
        """The body without what is aside."""
        at, parts = self.body.start, []
        for span in self.aside:
            parts.append(text[at : span.start].strip())
            at = span.end
        return "\n".join(filter(None, (*parts, text[at : self.body.end].strip())))


@dataclass(slots=True)
class _Draft:
    """A post that is being put together."""

    start: int
    end: int
    words: list[Piece] = field(default_factory=list)
    signature: Piece | None = None
    headers: list[Piece] = field(default_factory=list)
    moments: list[Piece] = field(default_factory=list)
    links: list[Piece] = field(default_factory=list)
    between: list[Span] = field(default_factory=list)  # chrome, also behind the last word
    waiting: list[Piece] = field(default_factory=list)  # signs that are words if words follow
    count: int | None = None  # of the post in its thread, as the last line that counts says
    is_closed: bool = False  # a signature or a time stands behind the words

    def add_words(self, piece: Piece, count: int | None) -> None:
        """Take the words of a line, with the signs in front of it."""
        self.words += [*self.waiting, piece]
        self.waiting = []
        self.count = self.count if count is None else count


def find_printed(text: str) -> list[Printed]:
    """The posts that `text` prints, in order: signed ones, and lines of English that nothing signs."""
    pieces = _with_verses(text, pieces_of(text))
    found: list[Printed] = []
    group: list[Piece] = []
    for piece in (*pieces, Piece(Span(len(text), len(text)), Part.OTHER)):
        if piece.part is not Part.OTHER:
            group.append(piece)
            continue
        found += [post for draft in _drafts(text, group) if (post := _finished(text, draft))]
        group = []
    return found


def _with_verses(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, a few short Arabic lines between two halves of a post counted as its words (a verse, a slogan)."""
    told = list(pieces)
    at = 0
    while at < len(told):
        end = at
        while end < len(told) and told[end].part is Part.OTHER:
            end += 1
        is_inside = 0 < at < end < len(told) and end - at <= _MOST_VERSE_LINES
        if is_inside and told[at - 1].part is Part.WORDS and told[end].part is Part.WORDS:
            before, behind = told[at - 1].span.cut(text), told[end].span.cut(text)
            lines = [piece.span.cut(text) for piece in told[at:end]]
            if (_ANNOUNCES.search(before) or _GOES_ON.match(behind)) and all(map(_is_verse, lines)):
                told[at:end] = [replace(piece, part=Part.WORDS) for piece in told[at:end]]
        at = max(end, at + 1)
    return told


def _is_verse(line: str) -> bool:
    is_frame = line.rstrip().endswith((":", ".")) or VERB.match(normal_form(line)) is not None
    return len(line) <= _MOST_VERSE_CHARS and not is_frame


def _drafts(text: str, group: Sequence[Piece]) -> Iterator[_Draft]:
    """The posts of neighbouring pieces: a frame above belongs to what follows, one behind to what stands before."""
    words = next((i for i, piece in enumerate(group) if piece.part is Part.WORDS), len(group))
    above = {piece.part for piece in group[:words]}
    last_signature = max((i for i, piece in enumerate(group) if piece.part is Part.SIGNATURE), default=-1)
    draft: _Draft | None = None
    for at, piece in enumerate(group):
        if draft is not None and _begins_post(text, draft, piece, above, is_signed_again=last_signature > at):
            yield draft
            draft = None
        draft = draft or _Draft(piece.span.start, piece.span.end)
        _add(text, draft, piece)
    if draft is not None:
        yield draft


def _begins_post(text: str, draft: _Draft, piece: Piece, above: set[Part], *, is_signed_again: bool) -> bool:
    """Whether `piece` is the first of another post than `draft`."""
    if not draft.words:
        return piece.part is Part.LINK and bool(draft.links)
    if piece.part is Part.HEADER:
        return True
    if piece.part is Part.SIGNATURE:
        return draft.signature is not None or Part.SIGNATURE in above
    if piece.part is Part.LINK:
        return bool(draft.links) or Part.LINK in above
    if piece.part is not Part.WORDS:
        return False
    if draft.is_closed:
        is_done = draft.signature is None or ends_post(draft.words[-1].span.cut(text))
        return is_signed_again or is_done or Part.SIGNATURE in above
    return ends_post(draft.words[-1].span.cut(text)) or _counts_on(text, draft, piece)


def _count_of(text: str, piece: Piece) -> int | None:
    """The place in a thread that a line begins with ("3/5")."""
    number = _COUNTER.match(text, piece.span.start, piece.span.end)
    return int(number["number"]) if number else None


def _counts_on(text: str, draft: _Draft, piece: Piece) -> bool:
    """Whether a line begins the next post of a thread ("3/5" behind one with "2/5")."""
    return draft.count is not None and _count_of(text, piece) == draft.count + 1


def _add(text: str, draft: _Draft, piece: Piece) -> None:
    is_waiting = piece.part is Part.SIGNS and bool(draft.words) and not draft.is_closed
    if piece.part is Part.WORDS:
        draft.add_words(piece, _count_of(text, piece))
    elif is_waiting:
        draft.waiting.append(piece)
    elif piece.part is Part.SIGNATURE:
        if not draft.words and draft.moments and not draft.headers:  # "March 12" is all that the post says
            draft.words, draft.moments = draft.moments, []
        draft.signature, draft.is_closed = piece, bool(draft.words)
    elif piece.part is Part.HEADER:
        draft.headers.append(piece)
    elif piece.part is Part.LINK:
        draft.links.append(piece)
    elif piece.part is Part.MOMENT:
        draft.moments.append(piece)
        draft.is_closed = draft.is_closed or bool(draft.words)
    if piece.part is not Part.WORDS and draft.words and not is_waiting:
        draft.between.append(piece.span)
    draft.end = piece.span.end


def _finished(text: str, draft: _Draft) -> Printed | None:
    """The post of a draft; None where it holds neither words nor a link."""
    links = [link for piece in draft.links if (link := find_link(piece.span.cut(text)))]
    if not draft.words:
        if not links:
            return None
        place = draft.links[0].span
        return Printed(place, Span(place.start, place.start), (), Attribution(0), links[0])
    if all(piece.part is Part.OTHER for piece in draft.words):
        return None
    draft.words += [
        piece for piece in draft.waiting if _PICTOGRAPH.search(piece.span.cut(text)) or URL.search(piece.span.cut(text))
    ]
    body = Span(draft.words[0].span.start, draft.words[-1].span.end)
    body = Span(body.start, body.start + len(without_trailing_label(body.cut(text)).rstrip()))
    said = _said(draft)
    link = links[0] if links else _signed_link(text, draft, said)
    if said.handle is None and link is not None and not draft.headers:
        said = replace(said, handle=link.handle)
    aside = tuple(span for span in draft.between if body.start < span.start and span.end < body.end)
    return Printed(Span(draft.start, max(draft.end, body.end)), body, aside, said, link)


def _said(draft: _Draft) -> Attribution:
    """Name, handle and date from all parts of the frame; the attribution's own come first."""
    sources = [piece.said for piece in (draft.signature, *draft.headers, *draft.moments) if piece is not None]
    author = next((said.author for said in sources if said.author), None)
    handle = next((said.handle for said in sources if said.handle), None)
    dated = next((said for said in sources if said.date), None)
    text = next((said.date_text for said in sources if said.date_text), None)
    return Attribution(0, author, handle, text, dated.date if dated else None)


def _signed_link(text: str, draft: _Draft, said: Attribution) -> PostLink | None:
    """The post's own link: in its attribution, or in its words where it is its author's; any other is quoted."""
    link = find_link(draft.signature.span.cut(text)) if draft.signature else None
    if link is not None:
        return link
    inside = find_link(Span(draft.words[0].span.start, draft.words[-1].span.end).cut(text))
    is_own = inside is not None and said.handle is not None and (inside.handle or "").lower() == said.handle.lower()
    return inside if is_own else None


def platform_of_printed(post: Printed) -> str:
    """The platform of a printed post: its link's, else the one that gives out such handles."""
    return post.link.platform if post.link else platform_of_handle(post.said.handle)
