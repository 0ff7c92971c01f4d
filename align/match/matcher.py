"""What finds the evidence for a pair: an encoder and the weights that belong to it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from align.models.bundle import Bundle
from align.models.doubt import WordJudge
from align.protocols import Encoder
from align.settings import EmbedSettings


class Matcher(NamedTuple):
    """An encoder and the bundle of weights that belongs to it."""

    encoder: Encoder
    bundle: Bundle


def open_matcher(settings: EmbedSettings, weights: str | None = None) -> Matcher:
    """Load an encoder and its bundle, or that of the file `weights`.

    Raises ModelError when the model or the weights cannot be had.
    """
    from align.embed import load_encoder
    from align.models.bundle import bundle_for

    encoder = load_encoder(settings)
    bundle = bundle_for(encoder.name, encoder.revision, weights)
    return Matcher(encoder, replace(bundle, judge=trained_judge(encoder.name)))


def trained_judge(name: str) -> WordJudge | None:
    """The judge of words that ships with an encoder; None where none does.

    Raises ModelError when its weights cannot be read.
    """
    from align.embed.trained import NAME, judge_weights

    return WordJudge(judge_weights()) if name == NAME else None
