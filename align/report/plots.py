"""Small plots as inline SVG in the page's own colours, so that they follow light and dark and need no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

_WIDTH, _HEIGHT, _FOOT = 320, 130, 18
_ROW, _LABEL = 22, 210


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: named parts whose counts are drawn one after the other."""

    label: str
    parts: Mapping[str, int]  # CSS class to count


def histogram(values: Sequence[float], title: str) -> str:
    """Ten bins of [0, 1] with their counts above them."""
    counts = [0] * 10
    for value in values:
        counts[min(9, max(0, int(value * 10)))] += 1
    svg = _svg(_WIDTH, _HEIGHT, f"{title}: " + ", ".join(f"{n / 10:.1f}+ {c}" for n, c in enumerate(counts) if c))
    step, most = _WIDTH / 10, max(1, *counts)
    for number, count in enumerate(counts):
        height = (_HEIGHT - 2 * _FOOT) * count / most
        top = _HEIGHT - _FOOT - height
        _add(svg, "rect", x=number * step + 2, y=top, width=step - 4, height=height, **{"class": "bar"})
        if count:
            _text(svg, str(count), number * step + step / 2, top - 4, "middle")
        _text(svg, f"{number / 10:.1f}", number * step + 2, _HEIGHT - 4, "start")
    return _markup(svg)


def bars(rows: Sequence[Bar], title: str) -> str:
    """Horizontal bars; the label left, the total right."""
    height = _ROW * max(1, len(rows))
    svg = _svg(_WIDTH + _LABEL, height, f"{title}: " + ", ".join(f"{r.label} {sum(r.parts.values())}" for r in rows))
    most = max((sum(row.parts.values()) for row in rows), default=1) or 1
    for number, row in enumerate(rows):
        middle, left = number * _ROW + _ROW / 2, float(_LABEL)
        _text(svg, row.label[:38], _LABEL - 8, middle + 4, "end")
        for name, count in row.parts.items():
            width = (_WIDTH - 40) * count / most
            _add(svg, "rect", x=left, y=middle - 7, width=width, height=14, **{"class": f"bar {name}"})
            left += width
        _text(svg, str(sum(row.parts.values())), left + 6, middle + 4, "start")
    return _markup(svg)


def _svg(width: float, height: float, title: str) -> etree._Element:
    svg = etree.Element("svg", viewBox=f"0 0 {width} {height}", role="img", direction="ltr")
    etree.SubElement(svg, "title").text = title
    return svg


def _add(parent: etree._Element, tag: str, **values: object) -> etree._Element:
    shown = {k: f"{v:.1f}" if isinstance(v, float) else str(v) for k, v in values.items()}
    return etree.SubElement(parent, tag, shown)


def _text(parent: etree._Element, text: str, x: float, y: float, anchor: str) -> None:
    _add(parent, "text", x=x, y=y, **{"text-anchor": anchor}).text = text


def _markup(svg: etree._Element) -> str:
    return etree.tostring(svg, encoding="unicode")
