"""Two documents side by side: which sentences of one render which of the other, as beads in order."""

from __future__ import annotations

from align.docs.beads import Bead

__all__ = ["Bead"]
