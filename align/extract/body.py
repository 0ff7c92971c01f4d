"""The text of an article page, line by line, the tokens of embedded posts among them; title, date and byline.

The text is found by trafilatura. Where it gives back too little of the page's densest text, that part is walked block
by block; a token that it lost goes back behind the paragraph that stands before it on the page.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import lxml.etree
import lxml.html
import regex
from lxml.html import HtmlElement

from align.extract.embeds import TOKEN
from align.extract.posts import text_of

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote figcaption td th pre dd dt".split())
_INLINE = frozenset("a abbr b bdi bdo cite em font i mark q s small span strong sub sup u".split())
_CHROME = frozenset("nav aside header footer form script style button select iframe noscript svg template".split())
_CHROME_NAME = regex.compile(
    r"(?:^|[\s_-])(?:comments?|related|recommend\w*|cookies?|consent|gdpr|newsletter|sidebar|menu|nav|navbar|breadcrumbs?|"
    r"share|sharing|social|most-read|more-news|tags|promo)(?:$|[\s_-])",
    regex.I,
)
_LEAST_SHARE_OF_PROSE = 0.9  # of the letters of the page's densest part that trafilatura must give back
# A date in running text is no date of publication, and the search for one compiles every language's patterns (6 s).
_DATE_SEARCH = {"original_date": True, "extensive_search": False}
_LEAST_PROSE_CHARS = 40  # of a text that is prose and no label
_PROSE_TEXTS = (
    f"//body//text()[string-length(.) > {_LEAST_PROSE_CHARS} and not(ancestor::script or ancestor::style"
    " or ancestor::nav or ancestor::footer or ancestor::aside or ancestor::a or ancestor::noscript or ancestor::form)]"
)


class Body(NamedTuple):
    """What a page says of its article; `lines` holds a filler line for each embedded post."""

    lines: list[str]
    title: str | None = None
    published: str | None = None  # ISO date
    byline: str | None = None


def find_body(root: HtmlElement, embed_count: int) -> Body:
    """The article's lines and metadata; every token 0..embed_count-1 is on exactly one line."""
    body = _trafilatura(root)
    lines = body.lines
    dense = _densest(root)
    expected = list(_block_lines(dense, is_start=True)) if dense is not None else []
    if _size(expected) > _size(lines) and not _is_whole(lines, expected):
        lines = expected
    return body._replace(lines=_with_all_tokens(lines, root, embed_count))


def _trafilatura(root: HtmlElement) -> Body:
    import trafilatura

    _quieten()
    try:
        found = trafilatura.bare_extraction(
            root, fast=True, include_comments=False, with_metadata=True, date_extraction_params=dict(_DATE_SEARCH)
        )
    except (lxml.etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return Body([])  # a page that it cannot take is walked
    if found is None or isinstance(found, dict):
        return Body([])
    lines = [line.strip() for line in (found.text or "").split("\n")]
    return Body([line for line in lines if line], found.title, found.date, found.author)


@cache
def _quieten() -> None:
    """Once a process: setting a level empties the caches of every logger."""
    for name in ("trafilatura", "htmldate"):  # they report each page they find thin; we judge that
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _densest(root: HtmlElement) -> HtmlElement | None:
    """The element with most prose in its own paragraphs (half as much counts for the element around it)."""
    weights: defaultdict[HtmlElement, float] = defaultdict(float)
    is_chrome: dict[HtmlElement, bool] = {}
    for text in root.xpath(_PROSE_TEXTS):
        if TOKEN.search(text):
            continue
        block = text.getparent() if text.is_text else text.getparent().getparent()
        while block is not None and block.tag in _INLINE:
            block = block.getparent()
        holder = block if block is None or block.tag not in _BLOCKS else block.getparent()
        if holder is None:
            continue
        if holder not in is_chrome:
            is_chrome[holder] = any(_has_chrome_name(above) for above in (holder, *holder.iterancestors()))
        if is_chrome[holder]:
            continue
        weights[holder] += len(text)
        around = holder.getparent()
        if around is not None:
            weights[around] += len(text) / 2
    return max(weights, key=lambda holder: weights[holder]) if weights else None


def _has_chrome_name(element: HtmlElement) -> bool:
    if element.tag in ("body", "html", "article", "main"):
        return False  # their classes tell of the page ("has-sidebar"), not of what they hold
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(name) > 1 and bool(_CHROME_NAME.search(name))


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) for line in lines if not TOKEN.search(line))


def _is_whole(lines: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether `lines` give back the prose of `expected`."""
    said = "".join("".join(lines).split())
    prose = ["".join(line.split()) for line in expected if len(line) > _LEAST_PROSE_CHARS and not TOKEN.search(line)]
    told = sum(len(line) for line in prose if line in said)
    return told >= _LEAST_SHARE_OF_PROSE * sum(map(len, prose))


def _block_lines(start: HtmlElement, *, is_start: bool = False) -> Iterator[str]:
    """The lines of the blocks under `start` in order; of chrome only the tokens."""
    if not isinstance(start.tag, str) or (not is_start and (start.tag in _CHROME or _has_chrome_name(start))):
        if isinstance(start.tag, str):
            yield from (match.group() for match in TOKEN.finditer("".join(map(str, start.itertext()))))
        return
    has_words = bool((start.text or "").strip()) or any((child.tail or "").strip() for child in start)
    if start.tag in _BLOCKS or has_words:
        yield from text_of(start).split("\n")
        return
    for child in start:
        yield from _block_lines(child)


def _with_all_tokens(lines: Sequence[str], root: HtmlElement, count: int) -> list[str]:
    """`lines` with each token once: doubles dropped, the lost ones put behind what stands before them on the page."""
    kept: list[str] = []
    seen: set[int] = set()
    for line in lines:
        numbers = [int(number) for number in TOKEN.findall(line)]
        if any(number in seen for number in numbers):
            line = TOKEN.sub(lambda m: "" if int(m[1]) in seen else m.group(), line).strip()
        seen.update(numbers)
        if line:
            kept.append(line)
    lost = [number for number in range(count) if number not in seen]
    if lost:
        page = list(_block_lines(root.find("body") if root.find("body") is not None else root, is_start=True))
        for number in lost:
            kept.insert(_place(page, kept, number), f"qxembed{number}qx keeps its place.")
    return kept


def _place(page: Sequence[str], kept: Sequence[str], number: int) -> int:
    """Where in `kept` the lost token goes."""
    at = next((i for i, line in enumerate(page) if f"qxembed{number}qx" in line), len(page))
    where = {"".join(line.split()): i for i, line in enumerate(kept)}
    for line in reversed(page[:at]):
        before = where.get("".join(line.split()))
        if before is None and (token := TOKEN.search(line)):
            before = next((i for i, other in enumerate(kept) if f"qxembed{token[1]}qx" in other), None)
        if before is not None:
            return before + 1
    after = (where.get("".join(line.split())) for line in page[at + 1 :])
    return next((i for i in after if i is not None), len(kept))
