"""An evaluation as one page that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"


class Table(NamedTuple):
    """A table of the page; the first cell of a row names it."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def render_evaluation(
    title: str, signature: str, tables: Sequence[Table], plots: Sequence[tuple[str, str]], note: str
) -> str:
    """The page; `plots` are (caption, SVG element)."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("evaluation.html").render(
        title=title,
        signature=signature,
        tables=tables,
        plots=[(name, Markup(svg)) for name, svg in plots],
        note=note,
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
    )
