"""Tools on strings: Arabic normal form, words, tweet text, quotation marks. Pure; offsets are always code points."""
