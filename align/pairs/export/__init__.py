"""Corpora out and in: one module a format, each with `write(rows, path)` and `read(path)`."""
