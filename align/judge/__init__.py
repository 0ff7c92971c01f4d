"""Texts, articles and inputs to judgements: evidence from the encoder, then the checks."""
