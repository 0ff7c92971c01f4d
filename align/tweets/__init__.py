"""Tweets that articles render without embedding them: an index of collections, and the look-up in it."""
