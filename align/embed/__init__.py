"""Texts to vectors."""

from __future__ import annotations

from align.protocols import Encoder
from align.settings import EmbedSettings


def load_encoder(settings: EmbedSettings) -> Encoder:
    """The encoder that the settings name, on the engine that they name or that is fastest here.

    Raises ModelError when it cannot be had, SettingsError when the engine cannot run here.
    """
    from align.embed.opening import open_encoder

    return open_encoder(settings)
