"""What fits the weights that `models` holds: examples made from the training texts, fits, and what they give unseen."""
