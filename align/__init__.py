"""align: match English tweets to the Arabic text that translates them, and check that translation."""

__version__ = "0.1.0"
