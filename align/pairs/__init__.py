"""Pairs out and in: formats of other tools, corpora, and files of pairs to be judged."""
