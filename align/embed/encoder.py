"""Any sentence-transformers model behind the Encoder protocol; the bundled one is unpacked first."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from align.embed.bundled import bundled_model_path
from align.embed.presets import PRESETS, Preset
from align.errors import ModelError
from align.files import sha256_text
from align.protocols import Matrix, WordVectors
from align.records import Span
from align.settings import EmbedSettings
from align.text.words import words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Layers 7 to 9 of 12 linked words best (9 of 9 on a hand-aligned tweet; the last layer is far worse); other depths
# take the same share.
_FIRST_LAYER, _LAST_LAYER = 7 / 12, 9 / 12


class SentenceEncoder:
    """An encoder over `SentenceTransformer(name_or_path)`, in fp32."""

    def __init__(self, model: SentenceTransformer, name: str, revision: str, prefix: str, batch_tokens: int) -> None:
        """Wrap a loaded model."""
        self._model = model
        self._prefix = prefix
        self._batch_tokens = batch_tokens
        self.name = name
        self.revision = revision
        self.dim = int(model.get_embedding_dimension() or 0)

    @classmethod
    def load(cls, settings: EmbedSettings) -> SentenceEncoder:
        """Load the model that the settings name: a preset, a path, or a hub name.

        Raises ModelError when it cannot be had.
        """
        preset = PRESETS.get(settings.model)
        if preset and preset.is_bundled:
            path = bundled_model_path()
            model = _open(str(path), settings, {"add_pooling_layer": False})
            return cls(model, preset.name, path.name, preset.prefix, settings.batch_tokens)
        where = preset.hub_name if preset else settings.model
        model = _open(where, settings, {})
        return cls(model, settings.model, _revision(model, where), _prefix_of(preset), settings.batch_tokens)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Sentence vectors, (len(texts), dim), unit rows."""
        import torch

        out = np.zeros((len(texts), self.dim), np.float32)
        prepared = [self._prefix + self._neutral(text) for text in texts]
        with torch.inference_mode():
            for rows in self._batches(prepared):
                features = self._features([prepared[row] for row in rows])
                vectors = self._model.forward(features)["sentence_embedding"].float()
                out[rows] = torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()
        return out

    def encode_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Word vectors of every text; a word beyond the model's length has a zero vector."""
        import torch

        nothing = np.zeros((0, self.dim), np.float32)
        out: list[WordVectors] = [WordVectors((), nothing, nothing)] * len(texts)
        prepared = [self._neutral(text) for text in texts]
        body: Any = self._model[0].auto_model
        with torch.inference_mode():
            for rows in self._batches(prepared):
                tokens = self._model.tokenizer(
                    [prepared[row] for row in rows],
                    padding=True,
                    truncation=True,
                    return_offsets_mapping=True,
                    return_tensors="pt",
                )
                offsets = tokens.pop("offset_mapping").numpy()
                tokens = {key: value.to(self._model.device) for key, value in tokens.items()}
                layers = body(**tokens, output_hidden_states=True).hidden_states
                first, last = (round(share * (len(layers) - 1)) for share in (_FIRST_LAYER, _LAST_LAYER))
                middle = torch.stack(layers[first : last + 1]).mean(0).float().cpu().numpy()
                top = layers[-1].float().cpu().numpy()
                for place, row in enumerate(rows):
                    out[row] = _pool_words(texts[row], offsets[place], middle[place], top[place])
        return out

    def _neutral(self, text: str) -> str:
        """The text without strings that the tokenizer would take for its own marks, at the same length."""
        for special in self._model.tokenizer.all_special_tokens:
            text = text.replace(special, " " * len(special))
        return text or " "

    def _features(self, texts: list[str]) -> dict[str, Any]:
        import torch

        features = self._model.tokenize(texts)
        return {k: v.to(self._model.device) if isinstance(v, torch.Tensor) else v for k, v in features.items()}

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Row numbers, longest first, each batch within the token budget once padded (a token is some 3 letters)."""
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        batch: list[int] = []
        for row in order:
            longest = min(512, len(texts[batch[0] if batch else row]) // 3 + 3)
            if batch and longest * (len(batch) + 1) > self._batch_tokens:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch


def _pool_words(
    text: str, offsets: NDArray[np.int64], middle: NDArray[np.float32], top: NDArray[np.float32]
) -> WordVectors:
    """Mean of the middle layers and sum of the last one over the pieces that overlap each word."""
    spans: tuple[Span, ...] = words(text)
    vectors = np.zeros((len(spans), middle.shape[1]), np.float32)
    sums = np.zeros((len(spans), top.shape[1]), np.float32)
    starts, ends = offsets[:, 0], offsets[:, 1]
    for number, span in enumerate(spans):
        inside = (starts < span.end) & (ends > span.start) & (ends > starts)
        if inside.any():
            vectors[number] = middle[inside].mean(0)
            sums[number] = top[inside].sum(0)
    return WordVectors(spans, vectors, sums)


def _prefix_of(preset: Preset | None) -> str:
    return preset.prefix if preset else ""


def _open(where: str, settings: EmbedSettings, model_options: dict[str, Any]) -> SentenceTransformer:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the libraries say at import is none of the user's business
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        for library in ("sentence_transformers", "huggingface_hub"):  # whose retries would bury our one line
            logging.getLogger(library).setLevel(logging.ERROR)
        device = None if settings.device == "auto" else settings.device
        try:
            return SentenceTransformer(where, device=device, model_kwargs={"dtype": torch.float32, **model_options})
        except Exception as error:  # the libraries raise whatever their own parts raise
            raise ModelError(_why(where, error)) from error


def _why(where: str, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if Path(where).exists():
        return f"{where} holds no model that sentence-transformers can load ({reason}); see `align models`"
    return (
        f"the model {where!r} is not on this machine and could not be fetched ({reason}); check the name and the "
        "network, give a local path, or leave --model out to use the bundled one"
    )


def _revision(model: SentenceTransformer, where: str) -> str:
    """The hub's commit, or a hash of a local directory's configuration and weights' names, sizes and times."""
    body: Any = model[0].auto_model
    commit = getattr(body.config, "_commit_hash", None)
    if commit:
        return str(commit)
    files = sorted(path for path in Path(where).rglob("*") if path.is_file())
    facts = [(str(p.relative_to(where)), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return sha256_text(repr(facts))
