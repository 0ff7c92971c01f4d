"""What finds the evidence for a pair: an encoder and the weights that belong to it."""

from __future__ import annotations

from typing import NamedTuple

from align.models.calibration import Calibration
from align.protocols import Encoder
from align.settings import EmbedSettings


class Matcher(NamedTuple):
    """An encoder and the calibration that belongs to it."""

    encoder: Encoder
    calibration: Calibration


def open_matcher(settings: EmbedSettings, weights: str | None = None) -> Matcher:
    """Load an encoder and the calibration that ships for it, or that of the file `weights`.

    Raises ModelError when the model or the weights cannot be had.
    """
    from align.embed import load_encoder
    from align.models import calibration

    encoder = load_encoder(settings)
    return Matcher(encoder, calibration.load(encoder.name, encoder.revision, weights))
