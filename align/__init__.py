"""align: match English tweets to the Arabic text that translates them, and check that translation.

The library is what `__all__` names, and nothing below it: modules and names that are not listed there may move with any
version. Everything is loaded on first use, so that `import align` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from align.api import Aligner, align_article, check_pair
    from align.errors import AlignError, ModelError, ReadError, SettingsError
    from align.records import (
        AlignedArticle,
        Article,
        Block,
        BlockKind,
        Document,
        Evidence,
        Finding,
        Frame,
        Judgement,
        Outlook,
        Pair,
        Rejection,
        Rendered,
        Rendering,
        Severity,
        Span,
        Status,
        TextPair,
        Tweet,
        Verdict,
        WordLink,
        WordLinks,
        WordScore,
    )
    from align.settings import CheckSettings, EmbedSettings, MatchSettings, ReadSettings, Settings

__version__ = "0.1.0"
__all__ = [
    "AlignError",
    "AlignedArticle",
    "Aligner",
    "Article",
    "Block",
    "BlockKind",
    "CheckSettings",
    "Document",
    "EmbedSettings",
    "Evidence",
    "Finding",
    "Frame",
    "Judgement",
    "MatchSettings",
    "ModelError",
    "Outlook",
    "Pair",
    "ReadError",
    "ReadSettings",
    "Rejection",
    "Rendered",
    "Rendering",
    "Settings",
    "SettingsError",
    "Severity",
    "Span",
    "Status",
    "TextPair",
    "Tweet",
    "Verdict",
    "WordLink",
    "WordLinks",
    "WordScore",
    "align_article",
    "check_pair",
]
_HOMES = ("align.records", "align.errors", "align.settings", "align.api")  # the lightest first


if not TYPE_CHECKING:  # a type checker that saw it would take every misspelt name for one of the library

    def __getattr__(name: str) -> Any:
        """A public name, from the module that defines it."""
        for module in map(import_module, _HOMES) if name in __all__ else ():
            if hasattr(module, name):
                globals()[name] = found = getattr(module, name)  # asked for once
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What the library has, loaded or not."""
    return sorted({*__all__, "__version__"})
