"""Texts to vectors."""

from __future__ import annotations

from align.protocols import Encoder
from align.settings import EmbedSettings


def load_encoder(settings: EmbedSettings) -> Encoder:
    """The encoder that the settings name.

    Raises ModelError when it cannot be had.
    """
    from align.embed.encoder import SentenceEncoder

    return SentenceEncoder.load(settings)
