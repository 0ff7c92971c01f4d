"""Documents to articles: the text, its blocks, and the tweets in it."""

from __future__ import annotations

from align.extract.limit import time_limit
from align.records import Article, Document
from align.settings import ReadSettings


def extract_article(document: Document, settings: ReadSettings) -> Article:
    """Find the article's text and its tweets.

    Raises ReadError when the document holds nothing that can be aligned, and "timeout" after `settings.max_seconds`.
    """
    with time_limit(settings.max_seconds):
        if document.is_html:
            from align.extract.page import extract_page

            return extract_page(document, settings)
        from align.extract.plain import extract_plain

        return extract_plain(document, settings)
