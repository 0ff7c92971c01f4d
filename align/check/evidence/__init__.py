"""What the checks look at in a pair: words, links, phrases of the tables, polarity, names, equal numbers."""
