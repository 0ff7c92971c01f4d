"""Made articles for benchmarks, every sentence distinct (names and numbers put in), and an encoder without a model."""

from __future__ import annotations

import json
from zlib import crc32

import numpy as np

from align.protocols import WordVectors
from align.text.words import words

SHORT = (
    ("We open at {n}.", "نفتح أبوابنا في الساعة {n}."),
    ("{name} lost by {n} votes.", "خسر {ar_name} بفارق {n} صوتا."),
    ("Nobody called me in {n} days.", "لم يتصل بي أحد منذ {n} يوما."),
    ("{name}, thank you for {n} years!", "شكرا لك يا {ar_name} على {n} عاما!"),
)
NEWS = (
    (
        "{name}, who has run the harbour authority for {n} months, said on Tuesday that the new quay would be "
        "finished before the winter storms and that no fisherman would lose his berth while the work went on.",
        "وقال {ar_name} الذي يدير هيئة الميناء منذ {n} شهرا يوم الثلاثاء إن الرصيف الجديد سيكتمل قبل عواصف الشتاء "
        "وإن أي صياد لن يفقد مرساه أثناء استمرار الأعمال.",
    ),
    (
        "The committee led by {name} counted {n} broken pumps in the valley and warned the council that another dry "
        "summer would leave the upper villages without drinking water.",
        "وأحصت اللجنة التي يرأسها {ar_name} {n} مضخة معطلة في الوادي وحذرت المجلس من أن صيفا جافا آخر سيترك القرى "
        "العليا بلا مياه للشرب.",
    ),
    (
        "According to {name} the museum sold {n} tickets in its first week, far more than anyone in the small town had "
        "dared to hope when the old station was closed.",
        "وبحسب {ar_name} باع المتحف {n} تذكرة في أسبوعه الأول، وهو عدد يفوق كثيرا ما تجرأ أحد في البلدة الصغيرة "
        "على تمنيه حين أغلقت المحطة القديمة.",
    ),
)
FIRST = (("Salma", "سلمى"), ("Karim", "كريم"), ("Dana", "دانا"), ("Yusuf", "يوسف"), ("Layal", "ليال"), ("Omar", "عمر"))
LAST = (("Rawi", "الراوي"), ("Haddad", "حداد"), ("Mansour", "منصور"), ("Sayegh", "الصايغ"), ("Nasri", "النصري"))


def person(number):
    (en, ar), (en2, ar2) = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return f"{en} {en2}", f"{ar} {ar2}"


def sentence(templates, number):
    """The `number`-th English and Arabic sentence; no two numbers give the same."""
    en, ar = templates[number % len(templates)]
    name, ar_name = person(number)
    return en.format(name=name, n=number + 2), ar.format(ar_name=ar_name, n=number + 2)


def texts(templates, count):
    return [text for number in range(count // 2) for text in sentence(templates, number)]


def article(number, more=0):
    """A made article of two tweets, one of them translated as a whole, one left alone, and `more` short sentences."""
    said = [sentence(NEWS, 7 * number + k) for k in range(5)]
    (first, _), (second, _) = person(number), person(number + 11)
    lines = [
        f"خبر محلي رقم {number + 1} من الساحل",
        said[0][1],
        f'وكتب {person(number)[1]} في تغريدة: "{said[1][1]}"',
        said[1][0],
        f"— {first} (@{first.replace(' ', '')}) June {number % 28 + 1}, 2022",
        said[2][1],
        said[3][1],
        said[4][0],
        f"— {second} (@{second.replace(' ', '')}) June {number % 28 + 1}, 2022",
        *(sentence(SHORT, more * number + k)[1] for k in range(more)),
    ]
    return {"id": f"made-{number:06d}", "text": "\n".join(lines)}


def write_articles(path, count, changed=0, more=0):
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            row = article(number, more)
            if changed and number % 100 == 0:
                row["text"] += f"\nوأكد المجلس أن {changed + number} أسرة ستستفيد من القرار الجديد."
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


class TableEncoder:
    """No model: a word's vector stands in a table, at a place that its letters decide; an Arabic word of the made
    sentences has that of the English word about as far into its sentence, so that renderings are found and checked.
    """

    name, revision, dim, engine = "table", "1", 384, None

    def __init__(self):
        self._rows = np.random.default_rng(7).standard_normal((4093, self.dim)).astype(np.float32)
        self._english = {}
        for sides in (*SHORT, *NEWS, *FIRST, *LAST):
            english, arabic = ([span.cut(side) for span in words(side)] for side in sides)
            for place, word in enumerate(arabic):
                self._english.setdefault(word, english[place * len(english) // len(arabic)])

    def encode_words(self, rows):
        return [self._of(row) for row in rows]

    def _of(self, text):
        spans = words(text)
        printed = (span.cut(text) for span in spans)
        vectors = self._rows[[crc32(self._english.get(w, w).encode()) % len(self._rows) for w in printed]]
        return WordVectors(spans, vectors, vectors)

    def encode(self, rows):
        sums = np.array([self._of(row).vectors.sum(0) for row in rows], np.float32).reshape(-1, self.dim)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
