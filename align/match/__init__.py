"""Tweet sentences and Arabic segments to pairs."""

from align.match.assign import MatchResult, match_article

__all__ = ["MatchResult", "match_article"]
