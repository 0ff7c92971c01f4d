"""The encoders that are known by a short name, with what a user should know before choosing one."""

from __future__ import annotations

from dataclasses import dataclass

from align.embed.trained import NAME, trained_file


@dataclass(frozen=True, slots=True)
class Preset:
    """One encoder. `prefix` goes before every text, as its makers trained it."""

    name: str
    hub_name: str
    licence: str
    megabytes: int
    languages: str
    dim: int
    prefix: str
    pooling: str
    is_bundled: bool = False


DEFAULT = "align-small"

# No prefix for the bundled model: without it retrieval on news was better both ways (.962/.973 against .971/.930,
# 1,997 sentences; centred with margin .990/.993).
_ALL = (
    Preset("e5-small", "intfloat/multilingual-e5-small", "MIT", 240, "100", 384, "", "mean", is_bundled=True),
    Preset(NAME, "intfloat/multilingual-e5-small, 8 layers trained", "MIT", 220, "2", 384, "", "mean", is_bundled=True),
    Preset("labse", "sentence-transformers/LaBSE", "Apache-2.0", 1880, "109", 768, "", "cls + dense"),
    Preset("e5-base", "intfloat/multilingual-e5-base", "MIT", 1110, "100", 768, "query: ", "mean"),
    Preset("e5-large", "intfloat/multilingual-e5-large", "MIT", 2240, "100", 1024, "query: ", "mean"),
    Preset("bge-m3", "BAAI/bge-m3", "MIT", 2270, "100+", 1024, "", "cls"),
    Preset(
        "multilingual-minilm",
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        "Apache-2.0",
        470,
        "50+",
        384,
        "",
        "mean",
    ),
)
# A checkout in which no layers were trained yet has none to open.
PRESETS = {preset.name: preset for preset in _ALL if preset.name != NAME or trained_file().is_file()}
