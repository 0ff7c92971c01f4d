"""How `align check` writes its judgements; each writer returns what the gate asks: the worst finding, the unjudged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from os.path import isfile
from typing import TYPE_CHECKING

import typer

from align.check import CODES
from align.files import dump_json
from align.judge.inputs import judgement_row
from align.records import Finding, Severity
from align.rows.terms import term

if TYPE_CHECKING:
    from align.records import Judgement

_TSV = "pair_id en ar cosine probability coverage_en coverage_ar verdict verdict_reason findings error".split()


@dataclass(frozen=True, slots=True)
class Manner:
    """In which language findings are told, of what, and with which warnings on the encoder's weights."""

    lang: str
    name: str
    warnings: Sequence[str] = ()  # read when the last judgement is there: the encoder is opened by the first


class Watch:
    """Passes judgements on and remembers the worst finding and the counts."""

    NOT_JUDGED = "not_judged"

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        self._judgements = judgements
        self.worst: Severity | None = None
        self.verdicts: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Judgement]:
        for judgement in self._judgements:
            if judgement.verdict or judgement.error:  # what is said of a tweet itself has neither
                self.verdicts[judgement.verdict.value if judgement.verdict else self.NOT_JUDGED] += 1
            for finding in judgement.findings:
                self.severities[finding.severity.value] += 1
                self.worst = min(finding.severity, self.worst or finding.severity, key=Severity.rank_of)
            yield judgement

    @property
    def unjudged(self) -> int:
        """How many pairs and articles could not be judged."""
        return self.verdicts[self.NOT_JUDGED]


def message_of(finding: Finding, lang: str) -> str:
    """The finding's message in the language asked for."""
    return finding.message_ar if lang == "ar" and finding.message_ar else finding.message


def _write_jsonl(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    watch = Watch(judgements)
    for judgement in watch:
        typer.echo(dump_json(judgement_row(judgement)))
    return watch


def _write_json(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    watch = Watch(judgements)
    typer.echo(json.dumps([judgement_row(judgement) for judgement in watch], ensure_ascii=False, indent=1))
    return watch


def _write_tsv(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    watch = Watch(judgements)
    typer.echo("\t".join(_TSV))
    for judgement in watch:
        row = judgement_row(judgement)
        said = "; ".join(f"{f.severity.value} {f.code}: {message_of(f, manner.lang)}" for f in judgement.findings)
        error = f"{judgement.error.code}: {judgement.error.message}" if judgement.error else None
        cells = {**row, "findings": said, "error": error}
        typer.echo("\t".join(_cell(cells.get(column)) for column in _TSV))
    return watch


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return "'" + text if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "'")) else text


def _write_github(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    """Workflow commands, which a forge shows beside the line of the file."""
    name = manner.name
    watch = Watch(judgements)
    for judgement in watch:
        line = f",line={judgement.pair.line}" if judgement.pair.line else ""
        place = f"file={_property(name if isfile(name) else judgement.doc_id or name or 'pair')}{line}"
        for f in judgement.findings:
            level = "notice" if f.severity.value == "note" else f.severity.value
            typer.echo(f"::{level} {place},title={_property(f.code)}::{_data(message_of(f, manner.lang))}")
        if judgement.error:
            typer.echo(f"::warning {place},title=not judged::{_data(judgement.error.message)}")
    return watch


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _write_html(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    from align.report import render_pairs

    watch = Watch(judgements)
    rows = [judgement_row(judgement) for judgement in watch]
    typer.echo(render_pairs(rows, manner.name or "--en --ar", manner.lang, manner.warnings))
    return watch


def _write_text(judgements: Iterable[Judgement], manner: Manner) -> Watch:
    from align.cli.marked import print_judgement, print_summary

    watch = Watch(judgements)
    for judgement in watch:
        print_judgement(judgement, manner.lang)
    print_summary(watch.verdicts, watch.severities, manner.lang)
    return watch


def print_codes(lang: str) -> None:
    """Every code, its severity, what it means and an example."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    for info in CODES:
        severity = term(info.severity.value, lang)
        console.print(Text(info.code, style="bold"), Text(severity, style="dim"))
        console.print(Text(f"  {info.about_ar if lang == 'ar' else info.about}"), soft_wrap=True)
        console.print(Text(f"  {info.example_en}\n  {info.example_ar}", style="italic"), soft_wrap=True)


WRITERS: dict[str, Callable[[Iterable[Judgement], Manner], Watch]] = {
    "text": _write_text,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "tsv": _write_tsv,
    "html": _write_html,
    "github": _write_github,
}
