"""Preloaded by the workers of tests/test_cluster.py: the encoder without a model, and a way to die in the middle."""

import os
import signal
from pathlib import Path

from align import stages
from tests.fakes import HashEncoder, open_hash_aligner

DEADLY = "مميت"  # an article with this word kills its worker, once, or for ever where the folder says so


class _Frail(HashEncoder):
    def encode_words(self, texts):
        if any(DEADLY in text for text in texts):
            folder = Path(os.environ["ALIGN_TEST_DEATHS"])
            died = folder / "died"
            if not died.exists() or (folder / "always").exists():
                died.write_text(str(os.getpid()))
                os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_words(texts)


def _open(settings):
    aligner = open_hash_aligner(settings)
    aligner.encoder = _Frail()
    return aligner


stages.open_aligner = _open
