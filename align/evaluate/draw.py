"""A reliability diagram and a precision-recall curve, as SVG to stand in a page and as files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from align.evaluate.curves import Curves
from align.writing import atomic_path

_BLUE, _GREY = "#2f6f8f", "#8a939c"


def drawings(curves: Curves) -> dict[str, Callable[[Any], None]]:
    """The plots that these curves allow, by name: each draws on the axes that it is given."""
    found: dict[str, Callable[[Any], None]] = {}
    if curves.reliability:
        found["reliability"] = lambda axes: _reliability(axes, curves)
    if curves.recall:
        found["precision_recall"] = lambda axes: _precision_recall(axes, curves)
    return found


def _reliability(axes: Any, curves: Curves) -> None:
    bins = curves.reliability
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle="--")
    axes.bar([b.low for b in bins], [b.right for b in bins], width=0.094, align="edge", color=_BLUE, alpha=0.35)
    axes.plot([b.mean for b in bins], [b.right for b in bins], marker="o", color=_BLUE)
    for b in bins:
        axes.annotate(str(b.pairs), (b.mean, b.right), textcoords="offset points", xytext=(0, 6), ha="center", size=8)
    axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="probability (number of pairs)", ylabel="share that is right")


def _precision_recall(axes: Any, curves: Curves) -> None:
    axes.step(curves.recall, curves.precision, where="post", color=_BLUE)
    for least in (0.9, 0.7, 0.5, 0.3):
        kept = [place for place, p in enumerate(curves.probability) if p >= least]
        if kept:
            at = curves.recall[kept[-1]], curves.precision[kept[-1]]
            axes.plot(*at, marker="o", color=_BLUE)
            axes.annotate(f"{least:g}", at, textcoords="offset points", xytext=(-4, -12), ha="right", size=8)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.05), xlabel="recall (points: least probability)", ylabel="precision")


def as_svg(draw: Callable[[Any], None]) -> str:
    """The plot as an SVG element; the same curves give the same bytes."""
    stream = io.BytesIO()
    _save(draw, stream, "svg")
    text = stream.getvalue().decode("utf-8")
    return text[text.index("<svg") :]


def write_plots(curves: Curves, folder: Path) -> list[Path]:
    """Each plot as SVG and PNG in `folder`. Raises WriteError when they cannot be written."""
    written = []
    for name, draw in drawings(curves).items():
        for form in ("svg", "png"):
            path = folder / f"{name}.{form}"
            with atomic_path(path) as temporary, temporary.open("wb") as stream:
                _save(draw, stream, form)
            written.append(path)
    return written


def _save(draw: Callable[[Any], None], stream: Any, form: str) -> None:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "align", "svg.fonttype": "none"}):  # ids by content, text as text
        figure = Figure(figsize=(4.6, 3.6), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.add_subplot())
        figure.savefig(stream, format=form, dpi=120, metadata={"Date": None} if form == "svg" else None)
