"""Quote frames: who says what, with which verb. Direct speech in marks, reported speech after إنّ and أنّ."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from align.records import Block, BlockKind, Frame, Span
from align.text.normal import normal_form_with_map
from align.text.quotation import quoted_spans

# Stems in normal form (hamza seats and tashkeel folded); masculine, feminine, plural and present forms are listed.
_VERBS = (
    "قال قالت قالوا قائلا قائله يقول تقول يقولون اضاف اضافت اضافوا مضيفا مضيفه يضيف تضيف تابع تابعت متابعا متابعه "
    "كتب كتبت كتبوا كاتبا كاتبه يكتب تكتب غرد غردت غردوا مغردا مغرده اعلن اعلنت اعلنوا معلنا معلنه يعلن تعلن "
    "اكد اكدت اكدوا مؤكدا مؤكده موكدا موكده "
    "يوكد توكد اوضح اوضحت اوضحوا موضحا موضحه يوضح توضح شدد شددت شددوا مشددا مشدده "
    "صرح صرحت صرحوا مصرحا مصرحه افاد افادت افادوا يفيد تفيد ذكر ذكرت ذكروا يذكر تذكر ذاكرا اردف اردفت مردفا مردفه "
    "زاد زادت استطرد استطردت اشار اشارت مشيرا مشيره يشير تشير لفت لفتت لافتا لافته نوه نوهت منوها منوهه "
    "بين بينت مبينا مبينه راي رات يري تري معتبرا معتبره اعتبر اعتبرت يعتبر تعتبر زعم زعمت زاعما زاعمه يزعم تزعم "
    "ادعي ادعت مدعيا مدعيه نفي نفت نافيا نافيه حذر حذرت محذرا محذره كشف كشفت كاشفا كاشفه يكشف تكشف "
    "علق علقت معلقا معلقه رد ردت رادا راده اقر اقرت مقرا مقره اعترف اعترفت معترفا معترفه توقع توقعت متوقعا متوقعه "
    "نقل نقلت جدد جددت مجددا مجدده نشر نشرت دون دونت مدونا مدونه ختم ختمت اختتم اختتمت مستدركا مستدركه استدرك استدركت "
    "ابلغ ابلغت اخبر اخبرت وصف وصفت واصفا واصفه دعا دعت داعيا داعيه طالب طالبت مطالبا مطالبه تعهد تعهدت متعهدا متعهده "
    "وعد وعدت سال سالت تساءل تساءلت متسائلا متسائله هدد هددت مهددا مهدده اتهم اتهمت متهما متهمه هنا هنات شكر شكرت شاكرا"
).split()
_FORMS = "|".join(
    sorted(
        {v.replace("ؤ", "و").replace("ئ", "ي").replace("ء", "ء") for v in _VERBS} | set(_VERBS), key=len, reverse=True
    )
)
VERB = regex.compile(rf"(?<![\p{{L}}])[وف]?(?P<verb>{_FORMS})(?![\p{{L}}])")
# إنّ، أنّ، بأنّ، وأنّ with their pronouns; what follows is the reported clause.
COMPLEMENT = regex.compile(r"(?<!\p{L})(?:[وف]?[بل]?ان)(?:ه|ها|هم|هما|هن|نا|ني|ي)?(?!\p{L})\s+(?=\S)")
_CLAUSE_END = regex.compile(r"[.؟!?…](?=\s|$)|\n|؛")
_SPEAKER_STOP = regex.compile(
    r"[:\"«“”»،,\n]|(?<!\p{L})(?:[وف]?[بل]?ان|في|علي|عبر|خلال|امس|اليوم)(?:ه|ها|هم)?(?!\p{L})"
)
_WITHIN = 160  # characters between the verb and its speech: a name, an office, a platform
_TRIM = ' \t\n.,،؛:؟?!-—–"«»“”'


def _trimmed(text: str, start: int, end: int, chars: str = " \t\n") -> Span:
    while start < end and text[start] in chars:
        start += 1
    while end > start and text[end - 1] in chars:
        end -= 1
    return Span(start, end)


def reported_spans(text: str, start: int, end: int) -> list[Span]:
    """The clauses after إنّ and أنّ in text[start:end], the particle and its pronoun left out, to the sentence's end."""
    form = normal_form_with_map(text[start:end])
    found = []
    for match in COMPLEMENT.finditer(form.text):
        stop = _CLAUSE_END.search(form.text, match.end())
        span = form.original_span(match.end(), stop.start() if stop else len(form.text))
        found.append(_trimmed(text, start + span.start, start + span.end, " \t\n.،"))
    return [span for span in found if span.end > span.start]


def _speaker(form_text: str, verb_end: int, limit: int) -> tuple[int, int] | None:
    stop = _SPEAKER_STOP.search(form_text, verb_end, limit)
    end = stop.start() if stop else limit
    cut = form_text[verb_end:end]
    start = verb_end + len(cut) - len(cut.lstrip())
    end = start + len(cut.strip())
    return (start, end) if end > start else None


def _paragraph_frames(text: str, block: Block) -> list[Frame]:
    body = text[block.start : block.end]
    form = normal_form_with_map(body)
    quotes = quoted_spans(text, block.start, block.end)
    reported = reported_spans(text, block.start, block.end)
    verbs = [
        (Span(*(block.start + x for x in form.original_span(*m.span("verb")))), m.end("verb"))
        for m in VERB.finditer(form.text)
    ]
    frames = []
    for speech, is_direct in [(q, True) for q in quotes] + [(r, False) for r in reported]:
        before = [v for v in verbs if v[0].end <= speech.start and speech.start - v[0].end <= _WITHIN]
        if not before:
            continue
        verb, at = before[-1]
        limit = next((i for i, o in enumerate(form.origin) if o + block.start >= speech.start), len(form.text))
        place = _speaker(form.text, at, limit)
        speaker = None
        if place is not None:
            local = form.original_span(*place)
            speaker = Span(block.start + local.start, block.start + local.end)
        frames.append(Frame((speech,), is_direct, speaker, verb))
    return frames


def find_frames(text: str, blocks: Sequence[Block]) -> tuple[Frame, ...]:
    """The quote frames and reported speech of an article, in order, outside its tweets."""
    frames = [f for b in blocks if b.kind is not BlockKind.TWEET for f in _paragraph_frames(text, b)]
    return tuple(sorted(frames, key=lambda f: f.speech[0]))
