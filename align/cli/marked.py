"""A judgement in the terminal: both texts with marks under the words, and the findings below, the heaviest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from align.cli.terminal import printable
from align.records import Finding, Span
from align.rows.terms import term

if TYPE_CHECKING:
    from align.records import Judgement

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_VERDICT_STYLES = {"faithful": "green", "partial": "yellow", "divergent": "red"}
_INDENT = "  "
# Arabic is marked with its own joining stroke: a terminal that turns right-to-left lines turns a line of these as well,
# and one that does not leaves both as they are, so the marks stand under their words in either.
_MARK_EN, _MARK_AR = "~", "ـ"

# Reasons of verdicts that are no codes of findings.
_REASONS = {
    "en": {"probability": "hardly a translation", "no_error": "nothing that weighs", "no_finding": "no findings"},
    "ar": {"probability": "لا تكاد تكون ترجمة", "no_error": "لا شيء ذا وزن", "no_finding": "بلا ملاحظات"},
}


def print_judgement(judgement: Judgement, lang: str) -> None:
    """Print one pair and what is said of it."""
    console, findings = Console(highlight=False, markup=False), judgement.findings
    head = Text(printable(judgement.pair.pair_id), style="bold")
    if judgement.doc_id:
        head.append(f" {printable(judgement.doc_id)}", style="dim")
    if judgement.verdict:
        verdict = judgement.verdict.value
        head.append(f"  {term(verdict, lang)}", style=_VERDICT_STYLES[verdict])
        if judgement.verdict_reason:
            head.append(f" ({_REASONS[lang].get(judgement.verdict_reason, judgement.verdict_reason)})", style="dim")
    if judgement.evidence.probability is not None:
        head.append(f"  {term('probability', lang)} {judgement.evidence.probability:.2f}", style="dim")
    if judgement.coverage_en is not None and judgement.coverage_ar is not None:
        head.append(
            f"  {term('coverage', lang)} {judgement.coverage_en:.2f} / {judgement.coverage_ar:.2f}", style="dim"
        )
    console.print(head, soft_wrap=True)
    width = max(24, console.width - len(_INDENT) - 1)
    for text, spans, mark in (
        (judgement.pair.en, [(f.en, f) for f in findings], _MARK_EN),
        (judgement.pair.ar, [(f.ar, f) for f in findings], _MARK_AR),
    ):
        for line in _marked_lines(text, spans, mark, width):
            console.print(line, soft_wrap=True)
    if judgement.error:
        console.print(
            Text(f"{_INDENT}{term('not_judged', lang)}: {printable(judgement.error.message)}", style="red"),
            soft_wrap=True,
        )
    for finding in findings:
        severity = finding.severity.value
        message = finding.message_ar if lang == "ar" and finding.message_ar else finding.message
        line = Text(f"{_INDENT}{term(severity, lang)}", style=_STYLES[severity])
        console.print(line.append(f" {finding.code}: {printable(message)}", style="default"), soft_wrap=True)
    console.print()


def print_summary(verdicts: Counter[str], severities: Counter[str], lang: str) -> None:
    """One line of totals."""
    parts = [f"{term(name, lang)} {count}" for name, count in verdicts.most_common()]
    found = [f"{term(name, lang)} {severities[name]}" for name in _STYLES if severities[name]]
    typed = " · ".join((*parts, *found)) if found else " · ".join((*parts, term("none", lang)))
    Console(highlight=False, markup=False).print(Text(typed), soft_wrap=True)


def _marked_lines(text: str, spans: Sequence[tuple[Span | None, Finding]], mark: str, width: int) -> Iterator[Text]:
    """The text broken at spaces, a line of marks under each line that has something to mark."""
    styles = dict[int, str]()  # of each marked place
    for span, finding in spans:
        for place in range(span.start, span.end) if span else ():
            styles.setdefault(place, _STYLES[finding.severity.value])
    for line in _broken(text, width):
        yield Text(_INDENT + printable(line.cut(text)))
        marks = Text(_INDENT)
        for place in range(line.start, line.end):
            style = styles.get(place, "")
            marks.append((mark if style else " ") * cell_len(printable(text[place])), style=style)
        if marks.plain.strip():
            marks.rstrip()
            yield marks


def _broken(text: str, width: int) -> Iterator[Span]:
    """Lines of at most `width` cells, broken at spaces; a longer word stands alone."""
    start, end, used = 0, 0, 0
    for word_start, word_end in _chunks(text):
        cells = cell_len(text[word_start:word_end])
        if used and used + cells > width:
            yield Span(start, end)
            start, used = word_start, 0
        used += cells
        end = word_end
    if end > start:
        yield Span(start, end)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Words with the white space after them."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (text[place - 1].isspace() and not text[place].isspace()):
            yield start, place
            start = place
