"""What fits and trains the weights that ship: examples made from texts, fits, and what they give unseen.

Nothing here is imported when texts are aligned.
"""
