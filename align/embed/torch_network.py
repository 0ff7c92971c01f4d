"""Any sentence-transformers model on torch: fp32, bf16 where the processor has it, fp16 on a GPU; pooled in fp32."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from align.embed.network import Ids, Pieces, States, middle_layers
from align.errors import ModelError
from align.files import sha256_text
from align.protocols import Engine

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_CPU_TOKENS, _GPU_TOKENS = 1024, 16_384


class TorchNetwork:
    """A loaded SentenceTransformer."""

    def __init__(self, model: SentenceTransformer, precision: str) -> None:
        """Wrap a model; its network is turned to `precision`, what stands above it (pooling, dense) stays fp32."""
        import torch

        kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
        model[0].to(kinds[precision])
        self._model = model
        self._is_gpu = model.device.type == "cuda"
        self.dim = int(model.get_embedding_dimension() or 0)
        self.specials: tuple[str, ...] = tuple(model.tokenizer.all_special_tokens)
        self.batch_tokens = _GPU_TOKENS if self._is_gpu else _CPU_TOKENS

    def tokenise(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, cut at the model's length."""
        found = self._model.tokenizer(list(texts), truncation=True, return_offsets_mapping=True)
        offsets = [np.array(rows, np.int64).reshape(-1, 2) for rows in found["offset_mapping"]]
        return [
            Pieces(np.array(ids, np.int64), rows[:, 0], rows[:, 1])
            for ids, rows in zip(found["input_ids"], offsets, strict=True)
        ]

    def run(self, batch: Sequence[Ids], *, with_words: bool) -> States:
        """One forward pass over a padded batch."""
        import torch

        with torch.inference_mode():
            features = self._padded(batch)
            mask = features["attention_mask"].bool()
            first, *rest = list(self._model)
            middle = top = torch.zeros(0, self.dim)
            if with_words:
                layers = first.auto_model(**features, output_hidden_states=True).hidden_states  # type: ignore[operator]
                named = getattr(first.auto_model.config, "word_layers", None)  # type: ignore[union-attr]
                chosen = middle_layers(len(layers) - 1, named)
                middle = torch.stack([layers[k][mask].float() for k in chosen]).mean(0)
                top = layers[-1][mask].float()
                features["token_embeddings"] = layers[-1]
            else:
                features = first(features)
            features["token_embeddings"] = features["token_embeddings"].float()
            for module in rest:
                features = module(features)
            pooled = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)
        return States(pooled.cpu().numpy(), middle.cpu().numpy(), top.cpu().numpy())

    def _padded(self, batch: Sequence[Ids]) -> dict[str, torch.Tensor]:
        features = self._model.tokenizer.pad({"input_ids": [ids.tolist() for ids in batch]}, return_tensors="pt")
        if self._is_gpu:  # from pinned memory the copy goes on beside the work
            return {k: v.pin_memory().to(self._model.device, non_blocking=True) for k, v in features.items()}
        return {k: v.to(self._model.device) for k, v in features.items()}

    def revision(self, where: str) -> str:
        """The hub's commit, or a hash of a local directory's files' names, sizes and times."""
        body: Any = self._model[0].auto_model
        commit = getattr(body.config, "_commit_hash", None)
        if commit:
            return str(commit)
        files = sorted(path for path in Path(where).rglob("*") if path.is_file())
        facts = [(str(p.relative_to(where)), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
        return sha256_text(repr(facts))


def open_torch(
    where: str, choice: Engine, device: str, model_options: Mapping[str, object] | None = None
) -> TorchNetwork:
    """Load a model by path or hub name.

    Raises ModelError when it cannot be had.
    """
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
        options = {"dtype": torch.float32, **(model_options or {})}
        try:
            model = SentenceTransformer(where, device=None if device == "auto" else device, model_kwargs=options)
            return TorchNetwork(model, choice.precision)
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
