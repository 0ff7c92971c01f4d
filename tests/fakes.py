"""Doubles for the heavy parts: an encoder without a model, and the command line with it."""

import hashlib
import os
import re
import signal
import time
from pathlib import Path

import numpy as np

from align.match.matcher import Matcher
from align.models import calibration
from align.protocols import WordVectors
from align.run.aligner import Aligner
from align.text.words import words


def hashed_vector(word, dim):
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32)


class HashEncoder:
    """A word is a random vector that its letters decide, a sentence the sum of its words."""

    name, revision, dim, engine = "hash", "1", 32, None

    def __init__(self, delay=0.0):
        self.delay = delay  # seconds a call, for tests that need to come in between

    def encode_words(self, texts):
        out = []
        for text in texts:
            spans = words(text)
            rows = [hashed_vector(span.cut(text), self.dim) for span in spans]
            vectors = np.array(rows, np.float32).reshape(-1, self.dim)
            out.append(WordVectors(spans, vectors, vectors))
        return out

    def encode(self, texts):
        time.sleep(self.delay)
        sums = np.array([word.vectors.sum(0) for word in self.encode_words(texts)], np.float32).reshape(-1, self.dim)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


DEADLY = "مميت"


class FrailEncoder(HashEncoder):
    """Dies of an article that holds DEADLY, once, or for ever where the folder says so."""

    def encode_words(self, texts):
        if any(DEADLY in text for text in texts):
            folder = Path(os.environ["ALIGN_TEST_DEATHS"])
            died = folder / "died"
            if not died.exists() or (folder / "always").exists():
                died.write_text(str(os.getpid()))
                os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_words(texts)


HANGING = "معلق"


def hanging(extract):
    """`extract`, which never comes back from a document that holds HANGING: its regular expression never ends."""

    def work(document, settings):
        if HANGING in document.content:
            re.match(r"(?:a+)+$", "a" * 60 + "b")
        return extract(document, settings)

    return work


def open_hash_aligner(settings, delay=0.0):
    encoder = HashEncoder(delay)
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision), settings)


def main_with_hash_encoder(delay):
    """The program's main, to be run in a process of its own."""
    from align import cli
    from align.run import session

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell hands it to what runs behind it as ignored
    session.open_aligner = lambda settings: open_hash_aligner(settings, delay)
    cli.main()


class GlossaryEncoder(HashEncoder):
    """A HashEncoder for which an Arabic word of its glossary is the English word beside it."""

    glossary = dict(
        zip(  # noqa: B905
            "جسر مدرسة نهر حديقة مطار سوق مكتبة ميناء قطار مصنع متحف ملعب مدينة قرية سفينة جامعة".split(),
            "bridge school river garden airport market library harbour train factory museum stadium city village ship "
            "university".split(),
        )
    ) | dict(
        zip(  # noqa: B905
            "يفتح يغلق يكبر يصغر قديم جديد بعيد قريب غدا اليوم كبير صغير جميل شمالا جنوبا شرقا".split(),
            "opens closes grows shrinks old new far near tomorrow today large small beautiful north south east".split(),
        )
    )

    def encode_words(self, texts):
        out = []
        for text in texts:
            spans = words(text)
            known = [self.glossary.get(span.cut(text), span.cut(text).lower()) for span in spans]
            vectors = np.array([hashed_vector(word, self.dim) for word in known], np.float32).reshape(-1, self.dim)
            out.append(WordVectors(spans, vectors, vectors))
        return out


def glossary_sentences(count, seed=0):
    """Pairs (English, Arabic) of four words each, no two alike."""
    rng, terms = np.random.default_rng(seed), list(GlossaryEncoder.glossary.items())
    rows = {tuple(sorted(rng.choice(len(terms), 4, replace=False).tolist())) for _ in range(3 * count)}
    return [tuple(" ".join(terms[n][side] for n in row) for side in (1, 0)) for row in sorted(rows)[:count]]


def open_glossary_aligner(settings):
    encoder = GlossaryEncoder()
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision), settings)


def open_glossary_matcher(settings):
    aligner = open_glossary_aligner(None)
    return Matcher(aligner.encoder, aligner.calibration)
