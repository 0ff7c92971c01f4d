"""Work on whole corpora: sources, filters, splits, the data card, merging, comparing, taking texts out and back."""
