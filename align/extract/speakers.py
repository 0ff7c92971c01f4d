"""Who is said to speak: the noun phrase behind a verb of saying, or in front of it, cut to the name and the office.

All of this works on the normal form of one paragraph, with what stands between quotation marks blanked out.
"""

from __future__ import annotations

import re
from itertools import islice

import regex

from align.records import Span

# Stems in normal form (hamza seats and tashkeel folded); masculine, feminine, plural and present forms are listed.
_VERBS = (
    "قال قالت قالوا قائلا قائله قائلين يقول تقول يقولون اضاف اضافت اضافوا مضيفا مضيفه يضيف تضيف تابع "
    "تابعت متابعا متابعه كتب كتبت كتبوا كاتبا كاتبه يكتب تكتب غرد غردت غردوا مغردا مغرده يغرد تغرد اعلن "
    "اعلنت اعلنوا معلنا معلنه يعلن تعلن اكد اكدت اكدوا موكدا موكده يوكد توكد اوضح اوضحت اوضحوا موضحا "
    "موضحه يوضح توضح شدد شددت شددوا مشددا مشدده يشدد تشدد صرح صرحت صرحوا مصرحا مصرحه يصرح تصرح افاد افادت "
    "افادوا يفيد تفيد ذكر ذكرت ذكروا يذكر تذكر ذاكرا اردف اردفت مردفا مردفه زاد زادت استطرد استطردت اشار "
    "اشارت اشاروا مشيرا مشيره يشير تشير لفت لفتت لافتا لافته يلفت تلفت نوه نوهت منوها منوهه بينت "
    "مبينا مبينه راي رات يري تري معتبرا معتبره اعتبر اعتبرت يعتبر تعتبر زعم زعمت زاعما زاعمه يزعم تزعم "
    "ادعي ادعت مدعيا مدعيه نفي نفت نافيا نافيه ينفي تنفي حذر حذرت حذروا محذرا محذره يحذر تحذر كشف كشفت "
    "كاشفا كاشفه يكشف تكشف علق علقت معلقا معلقه رد ردت رادا راده اقر اقرت مقرا مقره يقر تقر اعترف اعترفت "
    "معترفا معترفه توقع توقعت متوقعا متوقعه يتوقع تتوقع نقل نقلت جدد جددت مجددا مجدده يجدد تجدد نشر نشرت "
    "ناشرا دون دونت مدونا مدونه ختم ختمت اختتم اختتمت خاتما مستدركا مستدركه استدرك استدركت ابلغ ابلغت "
    "اخبر اخبرت وصف وصفت واصفا واصفه دعا دعت داعيا داعيه طالب طالبت مطالبا مطالبه تعهد تعهدت متعهدا "
    "متعهده يتعهد تتعهد وعد وعدت سال سالت تساءل تساءلت متسائلا متسائله هدد هددت مهددا مهدده اتهم اتهمت "
    "متهما متهمه هنا هنات شكر شكرت شاكرا واصل واصلت مواصلا مواصله عقب عقبت معقبا معقبه جزم جزمت جازما "
    "اسهب مازحا انتقد انتقدت منتقدا منتقده رحب رحبت مرحبا مرحبه اعرب اعربت معربا معربه يعرب تعرب شارك "
    "شاركت خاطب خاطبت مخاطبا"
).split()
_FORMS = "|".join(sorted({v.replace("ئ", "ي") for v in _VERBS} | set(_VERBS), key=len, reverse=True))
# `re` finds one of this many alternatives three times as fast as `regex`; [^\W\d_] is its name for a letter.
VERB = re.compile(rf"(?<![^\W\d_])[وف]?(?P<verb>{_FORMS})(?![^\W\d_])")
# Phrases that name the speaker after a preposition instead of with a verb.
SOURCE = regex.compile(
    r"(?<!\p{L})[وف]?(?:علي حد (?:قول|تعبير|وصف)|بحسب(?: ما)?|وفقا? ل(?=\p{L})|وفق|حسب(?: ما)?|نقلا عن)(?:\s+|(?<=ل))"
)
_ADVERBS = frozenset("قائلا قائله مضيفا مضيفه موكدا موكده موضحا موضحه ايضا كذلك بدوره بدورها لاحقا سابقا قد ما".split())
_REPORTED = "صحيفه قناه وكاله موقع برنامج الصحفيين الصحافيين لصحفيين اذاعه تلفزيون مجله شبكه وسائل".split()
_INSTITUTIONS = (
    "الاتحاد وزاره جامعه معهد مركز مجلس شركه هيءه هييه هيئه منظمه موسسه حزب حركه اداره حكومه الحكومه "
    "البرلمان البيت المجلس الحزب المنظمه الكونغرس مكتب بعثه صحيفه قناه لجنه اللجنه بنك البنك وكاله كليه "
    "قسم وزارات الوزاره الامم الحركه الجامعه المركز المعهد الشركه الهيئه المؤسسه الموسسه نقابه غرفه اتحاد "
    "جمعيه الجمعيه شبكه الشبكه منتدي"
).split()
_STOP_WORDS = (
    "ما قد لقد كما كان كانت حين عندما بينما حيث اذ بعد قبل منذ علي الي عن عبر خلال اثناء لدي امام امس اليوم غدا "
    "مساء صباح "
    "فجر ظهر مؤخرا موخرا ردا تعليقا تعقيبا حول بشان بخصوص ضمن هذا هذه ذلك التي الذي الذين بدوره بدورها ايضا كذلك لاحقا "
    "سابقا قائلا قائله قايلا قايله باللغه بالقول نبا صوره مقطعا مقطع فيديو رساله بيانا تغريده منشورا تدوينه نصا "
    "وهو وهي مع قوله قولها قولهم"
).split()
# The stop behind a title or an initial (د. سامي) is none.
_BOUND = r"[:\"«“”»،,؛()\[\]\n!؟?]|(?<!(?<!\p{L})\p{L})\.(?=\s|$)|…|\s[-–—]\s"
_STOP = regex.compile(
    rf"{_BOUND}|(?<!\p{{L}})(?:[وف]?[بل]?ان(?:ه|ها|هم|هما|نا|ني|ي)?|{'|'.join(_STOP_WORDS)}"
    r"|من(?= (?:ان|خلال|جهته|جانبه|جهتها|جانبها))|(?:يوم |ال)(?:ال)?(?:احد|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت)"
    rf"|ل(?:ل)?(?:{'|'.join(_REPORTED)})|في(?! (?:{'|'.join(_INSTITUTIONS)})(?!\p{{L}})))(?!\p{{L}})"
)
_NO_NAME = frozenset(
    (
        "في من علي الي عن مع لا لم لن ان انه انها هو هي هم نحن انا كل بعض هذا هذه ذلك هناك حتي ثم او و اذا لو "
        "لكن بل قبل "
        "بعد منذ ب ل ك كما حيث عندما حين بينما غير سوي كان كانت قد لقد ما ماذا كيف متي اين هل نعم عبر خلال يوم "
        "اليوم امس فيه "
        "فيها عليه عليها له لها به بها عنه عنها اليه اليها لي معه معها اي التي الذي الذين وهو وهي"
    ).split()
)
_OBJECT = regex.compile(r"ب(?:ال)?\p{L}{3,}(?:ها|ه|هم|نا)|(?:ول|ل)م|ولن")  # "in his usual irony" is no name
_PARTICIPLE = regex.compile(r"م\p{L}+|\p{L}ا\p{L}{1,2}(?:ا|ه)")
_HAD = regex.compile(r"(?:^|\s)و?كان(?:ت|وا)?\s+(.+?)\s+قد\s*$")
_CLAUSE_VERB = regex.compile(r"\s*[وف]\p{L}+\s")
_TWO_LETTERS = regex.compile(r"\p{L}{2}")
_RELAYED = regex.compile(r"[^.:،]{0,60}?\sعن\s+")
_MOST_SPEAKER_WORDS = 14
_NAME_CHARS = 400  # of a speaker with all that is said of him: 14 words are shorter
_HAD_CHARS = 200  # in front of a verb: كان, a name with its office, قد
_WORD = regex.compile(r"\S+")


def speaker_after(mask: str, at: int, limit: int) -> Span | None:
    """The noun phrase that begins at `at`, before `limit`; None where a pronoun or nothing stands there."""
    for word in _WORD.finditer(mask, at, min(limit, at + _NAME_CHARS)):  # nobody is named behind so many adverbs
        if word.group() in _ADVERBS:
            continue
        limit = min(limit, word.start() + _NAME_CHARS)
        stop = _STOP.search(mask, word.start(), limit)
        verb = VERB.search(mask, word.end(), limit)
        end = min(stop.start() if stop else limit, verb.start() if verb else limit)
        return _clean(mask, word.start(), end)
    return None


def speaker_of(mask: str, verb: re.Match[str], limit: int) -> Span | None:
    """The subject behind a verb, before `limit`; of نقلت الوكالة عن الوزير قوله whom the agency quotes."""
    source = _RELAYED.match(mask, verb.end(), limit) if verb["verb"].startswith("نقل") else None
    return speaker_after(mask, source.end() if source else verb.end(), limit)


def speaker_before(mask: str, verb: re.Match[str], floor: int) -> Span | None:
    """The subject in front of a verb ("the minister says that", "the minister had written")."""
    begin, end = floor, verb.start()
    near = max(begin, end - _HAD_CHARS)
    had = _HAD.search(mask[near:end])
    if had:
        return _clean(mask, near + had.start(1), near + had.end(1))
    if _STOP.search(mask, begin, end) or verb.group() != verb["verb"]:
        return None
    if is_participle(verb["verb"]) and (first := _CLAUSE_VERB.match(mask, begin, end)):
        begin = first.end()  # وتهكمت السفيرة قائلة: the clause's own verb stands before its subject
    return _clean(mask, begin, end)


def is_participle(verb: str) -> bool:
    """Whether the form continues a clause (قائلاً، مضيفة): its subject is that clause's."""
    return bool(_PARTICIPLE.fullmatch(verb))


def _clean(mask: str, start: int, end: int) -> Span | None:
    words = list(islice(_WORD.finditer(mask, start, end), _MOST_SPEAKER_WORDS))
    while words and (words[-1].group() in _NO_NAME or words[-1].group() in _ADVERBS):
        words.pop()
    if not words or words[0].group() in _NO_NAME or VERB.fullmatch(words[0].group()):
        return None
    if any(_OBJECT.fullmatch(word.group()) for word in words):
        return None
    if not any(_TWO_LETTERS.search(word.group()) for word in words):
        return None
    return Span(words[0].start(), words[-1].end())
