"""The line that names all that moves a score of a run, put together from the parts themselves."""

from __future__ import annotations

from align import __version__
from align.check.evidence.lexicon import lexicon_hash
from align.models.signature import changed_settings, encoder_part, exact, weights_part
from align.run.aligner import Aligner
from align.settings import Settings

_SECTIONS = ("means", "matching", "pair", "coverage", "gender", "weighing")  # mining moves no score of a run


def signature_of(aligner: Aligner) -> str:
    """One line that names all that moves a score; the program's version stands for extraction and segmentation."""
    settings = aligner.settings
    parts = [
        encoder_part(aligner.encoder),
        weights_part(aligner.bundle, *_SECTIONS),
        f"lexicon:{lexicon_hash()}",
        f"thr:{exact(aligner.threshold)}",
        f"check:{','.join(settings.check.only) or 'all'}-{','.join(settings.check.skip) or 'none'}",
        *changed_settings(settings, Settings()),
        *([aligner.lookup.signature] if aligner.lookup else []),
        f"v:{__version__}",
    ]
    return "|".join(parts)
