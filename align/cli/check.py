"""`align check`: what was left out, added or changed, in pairs, runs and articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.flags import settings_of
from align.cli.opening import AlarmRate, Config, RulesOnly, matcher_of
from align.cli.terminal import printable, tell_torn
from align.errors import RunError, SettingsError
from align.records import Severity
from align.settings import Settings

if TYPE_CHECKING:
    from align.match.matcher import Matcher
    from align.records import Judgement


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    TSV = "tsv"
    HTML = "html"
    GITHUB = "github"


class Language(StrEnum):
    """Of the messages."""

    ENGLISH = "en"
    ARABIC = "ar"


class FailOn(StrEnum):
    """The least severity that makes the exit code 3."""

    ERROR = "error"
    WARNING = "warning"


def check(
    inputs: list[str] | None = typer.Argument(
        None, metavar="[INPUT...]", help="A run directory; a file of pairs, - for standard input; two files; articles."
    ),
    en: str | None = typer.Option(None, "--en", metavar="TEXT", help="One English text, with --ar."),
    ar: str | None = typer.Option(None, "--ar", metavar="TEXT", help="The Arabic text that renders it."),
    form: Format = typer.Option(Format.TEXT, "--format", "-f", help="How the findings are written."),
    fail_on: FailOn | None = typer.Option(None, help="Exit with 3 when a finding is at least this severe."),
    allow_unjudged: bool = typer.Option(
        False, "--allow-unjudged", help="With --fail-on: pairs that cannot be judged are no failure."
    ),
    only: list[str] | None = typer.Option(None, metavar="CODE", help="Only findings whose code begins so; repeatable."),
    skip: list[str] | None = typer.Option(None, metavar="CODE", help="No findings whose code begins so; repeatable."),
    config: Config = None,
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`."),
    engine: str | None = typer.Option(None, metavar="NAME", help="auto, torch, onnx or openvino; see `align models`."),
    lang: Language = typer.Option(Language.ENGLISH, help="Language of the messages."),
    alarm_rate: AlarmRate = None,
    rules_only: RulesOnly = None,
    encoder: bool = typer.Option(True, "--encoder/--no-encoder", help="Without it: rules alone, no omissions."),
    list_codes: bool = typer.Option(False, "--list", help="List the codes with an example each, and stop."),
) -> None:
    """Check translations: left out, added or changed, and where. Findings go to standard output."""
    from align.cli import checked

    if list_codes:
        checked.print_codes(lang.value)
        return
    settings = settings_of(
        config,
        embed={"model": model, "engine": engine},
        check={"only": only, "skip": skip, "alarm_rate": alarm_rate, "rules_only": rules_only},
    )
    write = checked.WRITERS[form.value]
    said: list[str] = []
    warnings: list[str] = []
    judgements = _judgements(inputs or [], en, ar, settings, said.append, warnings, has_encoder=encoder)
    seen = write(judgements, checked.Manner(lang.value, ", ".join(inputs or []), warnings))
    for line in said:
        typer.echo(f"align: {printable(line)}", err=True)
    if seen.unjudged:
        typer.echo(f"align: {seen.unjudged} of {seen.verdicts.total()} could not be judged", err=True)
    is_too_bad = fail_on and seen.worst and seen.worst.rank <= Severity.rank_of(fail_on.value)
    if is_too_bad or (fail_on and seen.unjudged and not allow_unjudged):
        raise typer.Exit(3)


def _judgements(
    inputs: list[str],
    en: str | None,
    ar: str | None,
    settings: Settings,
    say: Callable[[str], None],
    warnings: list[str],
    *,
    has_encoder: bool,
) -> Iterator[Judgement]:
    from align.judge.inputs import AlignDocument, Openers, judge_inputs, judge_texts

    def matcher() -> Matcher | None:
        if not has_encoder:
            return None
        opened = matcher_of(settings)
        warnings.extend(notice.message for notice in opened.bundle.notices)
        return opened

    def aligner(opened: Matcher) -> AlignDocument:
        from align.run.aligner import Aligner

        return Aligner(opened.encoder, opened.bundle, settings).align

    if (en is None) != (ar is None) or (en is None) != bool(inputs):
        raise SettingsError("expected INPUT, or both --en and --ar, found another mix; see align check --help")
    if en is not None and ar is not None:
        return judge_texts(en, ar, settings, Openers(matcher, aligner))
    tell_torn(map(Path, inputs))
    warnings.extend(_warnings_of_run(inputs))
    return judge_inputs(inputs, settings, Openers(matcher, aligner), say)


def _warnings_of_run(inputs: list[str]) -> list[str]:
    """What the one run that is given says of its weights; its pairs are shown as they were judged."""
    from align.rows.reading import read_facts

    if len(inputs) != 1 or not (Path(inputs[0]) / "documents.jsonl").is_file():
        return []
    try:
        found = [str(warning["message"]) for warning in read_facts(Path(inputs[0])).get("warnings", [])]
    except (RunError, TypeError, KeyError):
        return []  # a damaged run.json; the pairs can be read all the same
    for line in found:
        typer.echo(f"align: warning: {printable(line)}", err=True)
    return found
