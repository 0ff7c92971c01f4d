"""Training and fitting: what makes the weights that ship. Nothing here is imported when texts are aligned."""
