"""The page where people decide alignments; nothing here is imported before `align review serve`."""
