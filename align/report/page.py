"""From the view of a run to one HTML page: styles and script inside, nothing fetched, every text escaped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from align.files import sha256_text
from align.report.labels import LABELS
from align.report.plots import Bar, bars, histogram
from align.report.view import ArticleView, Row, RunView, TweetView, read_run, rendering_of

_TEMPLATES = Path(__file__).parent / "templates"
_VERDICTS = ("faithful", "partial", "divergent")
_SEVERITIES = ("error", "warning", "note")
_MOST_BARS = 20
_QUOTED = regex.compile(r"(«|&#34;)(.*?)(»|&#34;)")


def render_run(path: Path, lang: str, limit: int) -> str:
    """The page of a run directory.

    Raises RunError when `path` is no run directory.
    """
    return _render(read_run(path, limit), lang)


def render_pairs(rows: Sequence[Row], name: str, lang: str) -> str:
    """The page of judged pairs without articles, rows as `align check --format jsonl` writes them."""
    view = RunView(name, "", pairs=[{**row, "outlet": row.get("doc_id") or ""} for row in rows])
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.get("doc_id") or name].append(row)
    for doc_id, own in groups.items():
        tweet = TweetView({"text": "", "is_pair_list": True}, tuple(map(rendering_of, own)))
        view.articles.append(ArticleView(doc_id, doc_id, "", (tweet,)))
    return _render(view, lang)


def _render(view: RunView, lang: str) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["anchor"] = lambda doc_id: "a-" + sha256_text(doc_id)[:10]
    environment.filters["isolated"] = _isolated
    environment.filters["twice"] = lambda values: [(value, value) for value in values]
    labels = LABELS[lang]
    outlets = sorted({row["outlet"] for row in view.pairs if row["outlet"]})
    return environment.get_template("report.html").render(
        view=view,
        lang=lang,
        t=labels,
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup((_TEMPLATES / "report.js").read_text(encoding="utf-8")),
        verdicts=Counter(row["verdict"] or "not_judged" for row in view.pairs if row["verdict"] or "error" in row),
        severities=Counter(f["severity"] for row in view.pairs for f in row["findings"]),
        codes=sorted({f["code"] for row in view.pairs for f in row["findings"]}),
        outlets=outlets,
        plots=[(labels[key], Markup(svg)) for key, svg in _plots(view, labels, outlets)],
    )


def _isolated(message: str) -> Markup:
    """The message with what it quotes set apart, so that words of one direction draw no marks of the other along."""
    return Markup(_QUOTED.sub(r"\1<bdi>\2</bdi>\3", str(escape(message))))


def _plots(view: RunView, labels: dict[str, str], outlets: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for key in ("probability", "coverage_en", "coverage_ar"):
        values = [row[key] for row in view.pairs if row[key] is not None]
        if values:
            found.append((key, histogram(values, labels[key])))
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in view.pairs:
        for finding in row["findings"]:
            codes[finding["code"]][finding["severity"]] += 1
    if codes:
        ordered = sorted(codes.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:_MOST_BARS]
        rows = [Bar(code, {name: count[name] for name in _SEVERITIES}) for code, count in ordered]
        found.append(("by_code", bars(rows, labels["by_code"])))
    if len(outlets) > 1:
        verdicts = {name: Counter(r["verdict"] for r in view.pairs if r["outlet"] == name) for name in outlets}
        rows = [Bar(name, {v: count[v] for v in _VERDICTS}) for name, count in verdicts.items()][:_MOST_BARS]
        found.append(("by_outlet", bars(rows, labels["by_outlet"])))
    return found
