"""Doubles for the heavy parts: an encoder without a model, and the command line with it."""

import hashlib
import time

import numpy as np

from align.match import calibration
from align.pipeline import Aligner
from align.protocols import WordVectors
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


def open_hash_aligner(settings, delay=0.0):
    encoder = HashEncoder(delay)
    return Aligner(encoder, calibration.load(encoder.name, encoder.revision), settings)


def main_with_hash_encoder(delay):
    """The program's main, to be run in a process of its own."""
    from align import cli, runner

    runner.open_aligner = lambda settings: open_hash_aligner(settings, delay)
    cli.main()
