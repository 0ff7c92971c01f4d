"""Inputs to documents: one at a time, refusals beside them."""

from align.read.inputs import read_inputs

__all__ = ["read_inputs"]
