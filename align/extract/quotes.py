"""Quote frames: who says what, with which verb. Direct speech in marks, reported speech after إنّ and أنّ.

A frame stands before its quote, after it, or in the paragraph before; a second وأضاف goes on with the same speaker, and
a quote that is not closed goes on in the next paragraph where that one closes or opens it again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from align.extract.speakers import SOURCE, VERB, is_participle, speaker_after, speaker_before, speaker_of
from align.records import Block, BlockKind, Frame, Span
from align.text.normal import NormalForm, normal_form, normal_form_with_map
from align.text.quotation import MARKS, PAIRS, marks_in, opens, quoted_spans
from align.text.words import has_arabic

# إنّ، أنّ، بأنّ، وأنّ with their pronouns; what follows is the reported clause.
COMPLEMENT = regex.compile(r"(?<!\p{L})(?:[وف]?[بل]?ان)(?:ه|ها|هم|هما|هن|نا|ني|ي)?(?!\p{L})\s+(?=\S)")
_CLAUSE_END = regex.compile(r"(?<!(?<!\p{L})\p{L})[.؟!?…](?=\s|$)|\n|؛")
_BREAK = regex.compile(r"(?<!(?<!\p{L})\p{L})[.؟!?](?=\s)|\n")  # the stop behind an initial is none
_ENGLISH_FRAME = regex.compile(
    r"(?:(?:In|On|Earlier|Later|Responding|Writing)\b[^:\n]{0,60}, )?(?P<speaker>[\p{Lu}@][\w.'’@ -]{1,60}?)"
    r"(?: (?:also|later|then|has|had))? (?P<verb>tweeted|wrote|posted|said|added|replied|commented|responded|shared"
    r"|writes|says)\b[^.!?\n]{0,60}:"
)
_GOES_ON = regex.compile(r"(?:^|[.؟!?\n»”\"])[،,]?\s*(?:كما|ثم|وقد|فقد|ايضا)?\s*[وف]?$")
_CHARS_VERB_TO_SPEECH = 160  # between them a name, an office, a platform
_CHARS_QUOTE_TO_VERB = 60  # behind a closed quote
_CHARS_BEFORE_VERB = 60  # that can say it goes on with the frame before
_MOST_VERBS = 8  # of saying before one speech whose subject may be its speaker; a sentence with more is a list
_MOST_BLOCKS_OF_QUOTE = 4  # behind the one that opens it
_LEAST_SPEECH_WORDS = 3  # of a quote that is speech though no colon introduces it; shorter ones are names


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A block in normal form; every span is into `mask` until `original` maps it into the article."""

    start: int
    form: NormalForm
    mask: str  # what stands between marks blanked out, so that no verb in it counts; of a short name the marks too
    quotes: tuple[Span, ...]
    is_open: bool  # its last quote is not closed
    verbs: tuple[re.Match[str], ...]
    breaks: tuple[Span, ...]  # the ends of its sentences, line ends too
    first: int  # its first character that is no space

    def break_before(self, at: int) -> int:
        """Where the sentence that holds `at` begins: behind the last break before it."""
        place = bisect_right(self.breaks, at, key=lambda stop: stop.end) - 1
        return self.breaks[place].end if place >= 0 else 0

    def break_behind(self, at: int) -> int:
        """Where the sentence that holds `at` ends."""
        place = bisect_left(self.breaks, at, key=lambda stop: stop.start)
        return self.breaks[place].start if place < len(self.breaks) else len(self.mask)

    def verbs_between(self, start: int, end: int) -> tuple[re.Match[str], ...]:
        """The verbs that lie within [start, end)."""
        first = bisect_left(self.verbs, start, key=lambda verb: verb.start())
        return self.verbs[first : bisect_right(self.verbs, end, key=lambda verb: verb.end())]

    def original(self, span: Span) -> Span:
        """The span in the article's text."""
        return Span(*(self.start + offset for offset in self.form.original_span(*span)))


def english_frame(line: str) -> regex.Match[str] | None:
    """An English line that only introduces the tweet under it ("Lina Sample tweeted on Monday:")."""
    return _ENGLISH_FRAME.fullmatch(line.strip()) if line.rstrip().endswith(":") else None


def reported_spans(text: str, start: int, end: int) -> list[Span]:
    """The clauses after إنّ and أنّ in text[start:end], the particle and its pronoun left out, to the sentence's end."""
    form = normal_form_with_map(text[start:end])
    spans = (Span(*(start + offset for offset in form.original_span(*span))) for span in _reported(form.text))
    return [trimmed for span in spans if (trimmed := _trimmed(text, span)).end > trimmed.start]


def find_frames(text: str, blocks: Sequence[Block]) -> tuple[Frame, ...]:
    """The quote frames and reported speech of an article, in order, outside its tweets."""
    frames: list[Frame] = []
    before: _Paragraph | None = None
    going_on = _going_on(text, blocks)
    for number, (block, following) in enumerate(zip(blocks, (*blocks, None)[1:], strict=True)):
        if block.kind is BlockKind.TWEET:
            continue
        line = english_frame(text[block.start : block.end])
        if line:
            if following is not None and following.kind is BlockKind.TWEET:
                names = (Span(block.start + a, block.start + b) for a, b in (line.span("speaker"), line.span("verb")))
                frames.append(Frame((Span(following.start, following.end),), True, *names))
            continue
        is_going_on = before is not None and before.is_open and bool(frames) and frames[-1].is_direct
        if not is_going_on and not has_arabic(text[block.start : block.end]):
            before = None  # every verb of speech and particle looked for is Arabic
            continue
        paragraph, rest = _read_paragraph(text, block, going_on.get(number) if frames else None)
        if rest is not None and frames[-1].is_direct:
            frames[-1] = replace(frames[-1], speech=(*frames[-1].speech, rest))
        for frame in _paragraph_frames(text, block, paragraph, frames[-1] if frames else None, before):
            if is_going_on and frame.verb is None and frame.speech[0].start <= block.start + 2:
                frames[-1] = replace(frames[-1], speech=(*frames[-1].speech, *frame.speech))
            else:
                frames.append(frame)
        before = paragraph
    return tuple(sorted(_with_sure_headlines(text, frames), key=_place))


def _place(frame: Frame) -> Span:
    return frame.speech[0] if frame.speech else frame.verb or Span(0, 0)


def _with_sure_headlines(text: str, frames: Sequence[Frame]) -> Iterator[Frame]:
    """A headline's "name:" counts as a speaker when the text gives the floor to that name too."""
    named = {word for f in frames if f.verb and f.speaker for word in normal_form(f.speaker.cut(text)).split()}
    for frame in frames:
        is_title = frame.verb is None and frame.speaker is not None and not frame.is_direct
        if not is_title or frame.speaker is None or normal_form(frame.speaker.cut(text)).split()[-1] in named:
            yield frame


def _going_on(text: str, blocks: Sequence[Block]) -> dict[int, int]:
    """By its number, for each block that goes on with a quote opened in a block before it, where that stretch ends.

    A quote is closed within a few blocks or was never meant to be: the blocks between are its own.
    """
    spoken = [number for number, block in enumerate(blocks) if block.kind is not BlockKind.TWEET]
    found: dict[int, int] = {}
    for at, number in enumerate(spoken):
        block = blocks[number]
        begin = found[number] + 1 if number in found else block.start
        if begin > block.end or not _is_left_open(text, begin, block.end):
            continue
        following = spoken[at + 1 : at + 1 + _MOST_BLOCKS_OF_QUOTE]
        for step, other in enumerate(following):
            close = _closing_in(text, blocks[other])
            if close is not None:
                found.update((between, blocks[between].end) for between in following[:step])
                found[other] = close
                break
            if not _may_go_on(text, blocks[other]):
                break
    return found


def _is_left_open(text: str, begin: int, end: int) -> bool:
    quotes = quoted_spans(text, begin, end)
    return bool(quotes) and not any(char in MARKS for char in text[quotes[-1].end : end])


def _closing_in(text: str, block: Block) -> int | None:
    """Where a block closes a quote opened before it; None where it begins with a mark or closes none."""
    marks = marks_in(text, block.start, block.end)
    if not marks or marks[0] == block.start:
        return None
    first, is_odd = marks[0], len(marks) % 2 == 1
    if not opens(text, first):
        return first if is_odd or text[first] not in PAIRS or text[first] in "»”" else None
    return marks[-1] if is_odd and not opens(text, marks[-1]) else None  # behind quotes inside the quote


def _may_go_on(text: str, block: Block) -> bool:
    """Whether a block may lie inside a quote: every mark in it has its counterpart, and no frame opens another."""
    marks = marks_in(text, block.start, block.end)
    is_framed = any(text[max(0, place - 2) : place].rstrip().endswith(":") for place in marks)
    return len(marks) % 2 == 0 and not is_framed and block.kind is BlockKind.PARAGRAPH


def _read_paragraph(text: str, block: Block, close: int | None) -> tuple[_Paragraph, Span | None]:
    """The paragraph, and the stretch at its beginning, up to `close`, that belongs to a quote of a paragraph before."""
    begin = block.start if close is None else min(close + 1, block.end)
    rest = None if close is None else _trimmed(text, Span(block.start, close))
    form = normal_form_with_map(text[block.start : block.end])
    quotes = quoted_spans(text, begin, block.end)
    local = tuple(Span(*(bisect_left(form.origin, offset - block.start) for offset in quote)) for quote in quotes)
    chars = list(form.text)
    for quote in local if rest is None else (Span(0, bisect_left(form.origin, begin - block.start)), *local):
        chars[quote.start : quote.end] = "_" * (quote.end - quote.start)
        if 0 < quote.start and quote.end < len(chars) and not _is_speech(form.text, chars, quote):
            chars[quote.start - 1 : quote.end + 1] = "_" * (quote.end - quote.start + 2)
    mask = "".join(chars)
    is_open = bool(quotes) and not any(char in MARKS for char in text[quotes[-1].end : block.end])
    verbs, breaks = tuple(VERB.finditer(mask)), tuple(Span(*stop.span()) for stop in _BREAK.finditer(mask))
    first = len(mask) - len(mask.lstrip())
    return _Paragraph(block.start, form, mask, local, is_open, verbs, breaks, first), rest


def _paragraph_frames(
    text: str, block: Block, paragraph: _Paragraph, last: Frame | None, before: _Paragraph | None
) -> Iterator[Frame]:
    """The frames of one paragraph; `last` is the frame before it, `before` the paragraph before it."""
    headline = _headline_frame(text, block, paragraph) if block.kind is BlockKind.HEADLINE else None
    if headline is not None:
        yield headline
    found = [(quote, True) for quote in paragraph.quotes if _is_speech(paragraph.form.text, paragraph.mask, quote)]
    found += [(span, False) for span in _reported(paragraph.mask)]
    for span, is_direct in sorted(found):
        frame = _frame(text, paragraph, span, is_direct, last, before)
        if frame is not None:
            last = frame
            yield frame


def _is_speech(form_text: str, mask: Sequence[str], quote: Span) -> bool:
    if len(form_text[quote.start : quote.end].split()) >= _LEAST_SPEECH_WORDS:
        return True
    before = quote.start - 2  # in front of the mark
    while before >= 0 and mask[before].isspace():
        before -= 1
    return before >= 0 and mask[before] == ":"


def _headline_frame(text: str, block: Block, paragraph: _Paragraph) -> Frame | None:
    """The speaker before the colon of a headline."""
    name, colon, rest = paragraph.mask.partition(":")
    if not colon or not rest.strip() or len(name.split()) > 8 or VERB.search(name):
        return None
    speaker = speaker_after(paragraph.mask, 0, len(name))
    if speaker is None:
        return None
    speech = _trimmed(text, Span(paragraph.original(Span(len(name) + 1, len(name) + 2)).start, block.end), _EDGE_CHARS)
    return Frame((speech,), False, paragraph.original(speaker))


def _reported(form_text: str) -> list[Span]:
    starts = [match.end() for match in COMPLEMENT.finditer(form_text)]
    stops = [stop.start() for stop in _CLAUSE_END.finditer(form_text)] if starts else []
    places = [bisect_left(stops, start) for start in starts]
    ends = [stops[place] if place < len(stops) else len(form_text) for place in places]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if end > start]


_EDGE_CHARS = " \t\n.،:" + "".join(MARKS)


def _trimmed(text: str, span: Span, edges: str = " \t\n.،") -> Span:
    start, end = span
    while start < end and text[start] in edges:
        start += 1
    while end > start and text[end - 1] in edges:
        end -= 1
    return Span(start, end)


def _frame(
    text: str, paragraph: _Paragraph, span: Span, is_direct: bool, last: Frame | None, before: _Paragraph | None
) -> Frame | None:
    found = _verb_before(paragraph, span) or (_verb_behind(paragraph, span) if is_direct else None)
    speech = paragraph.original(span)
    speech = speech if is_direct else _trimmed(text, speech)
    if found is not None:
        verb, speaker = found
        if speech.end <= speech.start:
            return None
        spoken_by = paragraph.original(speaker) if speaker else _same_speaker(paragraph, verb, last)
        return Frame((speech,), is_direct, spoken_by, paragraph.original(verb))
    if not is_direct or not _opens_paragraph(paragraph, span) or before is None:
        return None
    if before.is_open and last is not None:
        return Frame((speech,), True, last.speaker, None)
    if not before.mask.rstrip().endswith(":"):
        return None
    found = _verb_before(before, Span(len(before.mask), len(before.mask)))
    if found is None:
        return None
    verb, speaker = found
    spoken_by = before.original(speaker) if speaker else _same_speaker(before, verb, last)
    return Frame((speech,), True, spoken_by, before.original(verb))


def _same_speaker(paragraph: _Paragraph, verb: Span, last: Frame | None) -> Span | None:
    """The speaker of the frame before, where the verb goes on with it: وأضاف first or in the same paragraph."""
    if last is None:
        return None
    mask, is_near = paragraph.mask, _place(last).start >= paragraph.start
    begin = _GOES_ON.search(mask, max(0, verb.start - _CHARS_BEFORE_VERB), verb.start)
    is_joined = verb.start > 0 and mask[verb.start - 1] in "وف"
    is_going_on = is_near and (is_joined or is_participle(mask[verb.start : verb.end]))
    return last.speaker if begin is not None or is_going_on else None


def _opens_paragraph(paragraph: _Paragraph, span: Span) -> bool:
    return paragraph.first >= span.start - 1


def _verb_before(paragraph: _Paragraph, span: Span) -> tuple[Span, Span | None] | None:
    """The verb that brings in the speech at `span`, and its subject, from the same sentence."""
    mask = paragraph.mask
    floor = paragraph.break_before(span.start)
    verbs = paragraph.verbs_between(floor, span.start)
    near = [verb for verb in verbs[-_MOST_VERBS:] if span.start - verb.end() <= _CHARS_VERB_TO_SPEECH]
    if not near:
        return None
    for verb in reversed(verbs[-_MOST_VERBS:]):  # غرّد سامي قائلاً: the subject stands behind the first verb
        speaker = speaker_of(mask, verb, span.start) or speaker_before(mask, verb, floor)
        if speaker is not None:
            return Span(*near[-1].span("verb")), speaker
    return Span(*near[-1].span("verb")), None


def _verb_behind(paragraph: _Paragraph, span: Span) -> tuple[Span, Span | None] | None:
    """The verb or the source phrase that follows a quote: «…»، قال سامي."""
    mask = paragraph.mask
    end = min(len(mask), span.end + _CHARS_QUOTE_TO_VERB)
    stop = _BREAK.search(mask, span.end + 1, end)
    limit = stop.start() if stop else end
    quote = mask.find("__", span.end + 1, limit)
    limit = quote if quote >= 0 else limit
    verb = VERB.search(mask, span.end, limit) or SOURCE.search(mask, span.end, limit)
    if verb is None or mask[verb.start()] in "وف" and VERB.match(mask, verb.start()):
        return None  # وأضاف behind a quote brings in the next one
    speaker = speaker_after(mask, verb.end(), paragraph.break_behind(verb.end()))
    return Span(verb.start(), verb.start() + len(verb.group().rstrip())), speaker
