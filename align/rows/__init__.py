"""Rows of the files of a run: typed, made and read here alone."""
