"""Weights: what was fitted for an encoder, and how it is fitted."""
