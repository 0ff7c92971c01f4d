"""Corpus against corpus: which English sentence and which Arabic one render each other."""

from align.mine.mining import Mined, mine_texts

__all__ = ["Mined", "mine_texts"]
