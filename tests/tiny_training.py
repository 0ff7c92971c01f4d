"""A network of a few thousand weights and material of invented sentences: training in a second."""

import numpy as np

from align.text.words import words
from align.train.parallel import Pair
from align.train.quads import Quad
from align.train.reader import Text, word_of
from align.train.sampling import Corpus, Material, Sizes
from align.train.student import Shape, Student

HIDDEN = 24
SHAPE = Shape(hidden=HIDDEN, heads=2, feed_forward=32, layers=2, word_layer=1, judge=12, dropout=0.1)
SIZES = Sizes(groups=2, quads=2, lexical=4, paragraphs=1)
PAIRS = [
    Pair(f"{en} reached {place_en} before {n} in May.", f"وصل {ar} إلى {place_ar} قبل {n} في مايو")
    for en, ar in (("Hala", "هالة"), ("Samir", "سمير"), ("Rima", "ريما"))
    for place_en, place_ar in (("Egypt", "مصر"), ("Jordan", "الأردن"))
    for n in (7, 12, 300)
]
LEXICON = [Pair("Berri", "بري"), Pair("Dana", "دانة"), Pair("Karim", "كريم"), Pair("Salma", "سلمى")] * 6


def vector(text):
    """A vector that a text always has, (HIDDEN,)."""
    seed = int.from_bytes(text.encode()[:8].ljust(8, b"."), "big") + len(text)
    return np.random.default_rng(seed).normal(size=HIDDEN).astype(np.float32)


class TinyReader:
    """A piece a word, between two marks."""

    def read(self, texts):
        found = []
        for text in texts:
            spans = words(text)
            starts = np.array([0, *(s.start for s in spans), 0])
            ends = np.array([0, *(s.end for s in spans), 0])
            rows = np.stack([vector("<s>"), *(vector(s.cut(text)) for s in spans), vector("</s>")])
            found.append(Text(rows, starts, ends, spans, word_of(starts, ends, spans)))
        return found


def tiny_quads():
    found = []
    for number, (name, arabic) in enumerate((("Hala", "هالة"), ("Samir", "سمير"), ("Rima", "ريما"))):
        en = (f"{name} arrived on Monday", f"{name} arrived on Friday")
        ar = ((f"وصل {arabic} الاثنين", f"الاثنين وصل {arabic}"), (f"وصل {arabic} الجمعة", f"الجمعة وصل {arabic}"))
        changed = [[(span,) for span in map(lambda t: words(t)[-1], en)]]
        places = [[tuple(w for w in words(t) if w.cut(t) in ("الاثنين", "الجمعة")) for t in side] for side in ar]
        found.append(Quad(f"T-{number}", "date", en, ar, tuple(changed[0]), tuple(map(tuple, places))))
    return found


def tiny_material():
    rows = np.stack([vector(pair.en) for pair in PAIRS]).astype(np.float16)
    near = np.array([[k for k in range(len(PAIRS)) if k != own][:5] for own in range(len(PAIRS))])
    quads = tiny_quads()
    texts = [t for q in quads for t in (*q.en, *q.ar[0], *q.ar[1])]
    vectors = np.stack([vector(t) for t in texts]).reshape(len(quads), 6, HIDDEN).astype(np.float16)
    return Material({"made": Corpus(PAIRS, rows, rows[::-1].copy(), near)}, quads, vectors, [LEXICON])


def tiny_student(seed=1):
    import torch

    torch.manual_seed(seed)
    return Student(SHAPE)
