"""Omission and addition: how much of each side has a counterpart, and the stretches that have none."""
