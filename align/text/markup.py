"""What markup would cost a parser, told in one pass before it is parsed."""

from __future__ import annotations

import re

_LONG_TAG = 8_000  # characters; a shorter tag cannot hold enough attributes to hurt
# A tag as parsers see it: marks of quotation count behind an equals sign only, and an open one runs to the end.
_TAG = re.compile(r"""<[A-Za-z/](?:=\s*+"[^"]*+"?+|=\s*+'[^']*+'?+|[^>=]|=)*+>?+""")
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"?+|'[^']*+'?+)""")
_BARE_ATTRIBUTE = re.compile(r"[^\s/>]++")


def most_attributes(markup: str) -> int:
    """The attributes of the tag that has the most, 0 where no tag is long enough to have many.

    The HTML parser compares each attribute of a tag with all before it: 50,000 of them take it five seconds.
    """
    at, most = 0, 0
    while (start := markup.find("<", at)) >= 0:
        end = markup.find(">", start)
        if 0 <= end < start + _LONG_TAG and "=" not in markup[start:end]:
            at = end + 1
        elif (tag := _TAG.match(markup, start)) is None:
            at = start + 1
        else:
            at = tag.end()
            if at - start > _LONG_TAG:
                most = max(most, len(_BARE_ATTRIBUTE.findall(_QUOTED.sub(" ", tag[0]))) - 1)
    return most
