"""From the view of a run to one HTML page: styles and script inside, nothing fetched, every text escaped."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Literal

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from align.files import sha256_text
from align.records import Severity
from align.report.labels import LABELS
from align.report.plots import Bar, bars, histogram
from align.report.view import ArticleView, CountedPair, RunView, ShownPair, TweetView, rendering_of, view_run
from align.rows.kinds import FindingRow, JudgementRow
from align.rows.telling import Told, kind_of, told
from align.rows.terms import counted

_TEMPLATES = Path(__file__).parent / "templates"
_VERDICTS = ("faithful", "partial", "divergent")
_Score = Literal["probability", "coverage_en", "coverage_ar"]
_SCORES: tuple[_Score, ...] = ("probability", "coverage_en", "coverage_ar")
_MOST_BARS = 20
_QUOTED = regex.compile(r"(«|&#34;)([^«»\n]*?)(»|&#34;)")


def render_run(path: Path, lang: str, limit: int) -> str:
    """The page of a run directory.

    Raises RunError when `path` is no run directory.
    """
    return _render(view_run(path, limit), lang)


def render_pairs(rows: Sequence[JudgementRow], name: str, lang: str, warnings: Sequence[str] = ()) -> str:
    """The page of judged pairs without articles, rows as `align check --format jsonl` writes them.

    `warnings`: what is said of the weights that judged them.
    """
    view = RunView(name, "", list(warnings), pairs=[CountedPair(row, row.get("doc_id") or "") for row in rows])
    groups: dict[str, list[JudgementRow]] = defaultdict(list)
    for row in rows:
        groups[row.get("doc_id") or name].append(row)
    for doc_id, own in groups.items():
        tweet = TweetView(None, tuple(map(rendering_of, own)))
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
    environment.globals["counted"] = lambda noun, n: counted(noun, n, lang)
    environment.globals["told"] = lambda finding, row: _told(finding, row, lang)
    environment.filters["kinds"] = lambda codes: sorted(
        ((code, kind_of(code, lang)) for code in codes), key=itemgetter(1)
    )
    environment.filters["twice"] = lambda values: [(value, value) for value in values]
    labels = LABELS[lang]
    style, script = ((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    outlets = sorted({pair.outlet for pair in view.pairs if pair.outlet})
    rows = [pair.row for pair in view.pairs]
    return environment.get_template("report.html").render(
        view=view,
        lang=lang,
        t=labels,
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src {_hash_of(style)}; script-src {_hash_of(script)}",
        verdicts=Counter(row["verdict"] or "not_judged" for row in rows if row["verdict"] or "error" in row),
        severities=Counter(f["severity"] for row in rows for f in row["findings"]),
        codes=sorted({f["code"] for row in rows for f in row["findings"]}),
        outlets=outlets,
        plots=[(labels[key], Markup(svg)) for key, svg in _plots(view, labels, outlets, lang)],
    )


def _hash_of(text: str) -> str:
    """The source of a Content-Security-Policy that lets this inline text through and no other."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _isolated(message: str) -> Markup:
    """The message with what it quotes set apart, so that words of one direction draw no marks of the other along."""
    return Markup(_QUOTED.sub(r"\1<bdi>\2</bdi>\3", str(escape(message))))


def _told(finding: FindingRow, row: ShownPair | None, lang: str) -> Told:
    """The finding in an editor's words; its places count into the texts of `row`."""
    en, ar = (row["en"], row["ar"]) if row else ("", "")
    message = (finding["message_ar"] or finding["message"]) if lang == "ar" else finding["message"]
    words = (
        en[finding["en_start"] or 0 : finding["en_end"] or 0],
        ar[finding["ar_start"] or 0 : finding["ar_end"] or 0],
    )
    return told(finding["code"], lang, *words, message, finding["detail"])


def _plots(view: RunView, labels: dict[str, str], outlets: Sequence[str], lang: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    rows = [pair.row for pair in view.pairs]
    for key in _SCORES:
        values = [value for row in rows if (value := row[key]) is not None]
        if values:
            found.append((key, histogram(values, labels[key])))
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for finding in row["findings"]:
            codes[finding["code"]][finding["severity"]] += 1
    if codes:
        ordered = sorted(codes.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:_MOST_BARS]
        coded = [Bar(kind_of(code, lang), {name.value: count[name] for name in Severity}) for code, count in ordered]
        found.append(("by_code", bars(coded, labels["by_code"])))
    if len(outlets) > 1:
        verdicts = {name: Counter(p.row["verdict"] for p in view.pairs if p.outlet == name) for name in outlets}
        counted = [Bar(name, {v: count[v] for v in _VERDICTS}) for name, count in verdicts.items()][:_MOST_BARS]
        found.append(("by_outlet", bars(counted, labels["by_outlet"])))
    return found
