"""A setting's model and engine to an encoder; the bundled model is named now and loaded when the first text comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from align.embed import trained
from align.embed.bundled import bundled_model_path, bundled_revision, cache_directory
from align.embed.encoder import SentenceEncoder
from align.embed.machine import choose
from align.embed.network import Network
from align.embed.presets import PRESETS
from align.protocols import Encoder, Engine
from align.settings import EmbedSettings

if TYPE_CHECKING:
    from align.embed.cache import VectorCache


def open_encoder(settings: EmbedSettings) -> Encoder:
    """The encoder that the settings name: a preset, a path, or a hub name.

    Raises ModelError when it cannot be had, SettingsError when its engine cannot run here.
    """
    encoder = _plain(settings)
    if not settings.cache:
        return encoder
    from align.embed.cache import CachedEncoder

    return CachedEncoder(encoder, open_cache(settings))


def open_cache(settings: EmbedSettings) -> VectorCache:
    """The vector cache that the settings name."""
    from align.embed.cache import VectorCache

    directory = Path(settings.cache_dir) if settings.cache_dir else cache_directory() / "vectors"
    return VectorCache(directory, int(settings.cache_gb * 1e9))


def _plain(settings: EmbedSettings) -> SentenceEncoder:
    preset = PRESETS.get(settings.model)
    if preset and preset.is_bundled:
        choice = choose(settings, is_bundled=True)
        return SentenceEncoder(
            lambda streams: _open_bundled(preset.name, choice, settings, streams),
            name=preset.name,
            revision=trained.trained_revision() if preset.name == trained.NAME else bundled_revision(),
            dim=preset.dim,
            engine=choice,
            prefix=preset.prefix,
            batch_tokens=settings.batch_tokens,
            is_shareable=choice.name != "torch",  # the sessions of the others run for several threads at once
        )
    from align.embed.torch_network import open_torch

    where = preset.hub_name if preset else settings.model
    choice = choose(settings, is_bundled=False)
    network = open_torch(where, choice, settings.device)
    return SentenceEncoder(
        lambda streams: network,
        name=settings.model,
        revision=network.revision(where),
        dim=network.dim,
        engine=choice,
        prefix=preset.prefix if preset else "",
        batch_tokens=settings.batch_tokens,
    )


def _open_bundled(name: str, choice: Engine, settings: EmbedSettings, streams: int) -> Network:
    path = trained.trained_model_path() if name == trained.NAME else bundled_model_path()
    if choice.name != "torch":
        from align.embed.fast_network import open_fast

        return open_fast(choice, streams, path)
    from align.embed.torch_network import open_torch

    return open_torch(str(path), choice, settings.device, {"add_pooling_layer": False})
