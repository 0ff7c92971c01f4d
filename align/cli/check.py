"""`align check`: what was left out, added or changed, in pairs, runs and articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.errors import SettingsError
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
        None, metavar="[INPUT...]", help="A run directory; a TSV or JSONL of pairs; two files line by line; articles."
    ),
    en: str | None = typer.Option(None, "--en", metavar="TEXT", help="One English text, with --ar."),
    ar: str | None = typer.Option(None, "--ar", metavar="TEXT", help="The Arabic text that renders it."),
    form: Format = typer.Option(Format.TEXT, "--format", "-f", help="How the findings are written."),
    fail_on: FailOn | None = typer.Option(None, help="Exit with 3 when a finding is at least this severe."),
    only: list[str] | None = typer.Option(None, metavar="CODE", help="Only findings whose code begins so; repeatable."),
    skip: list[str] | None = typer.Option(None, metavar="CODE", help="No findings whose code begins so; repeatable."),
    config: Path | None = typer.Option(None, metavar="FILE", help="Settings in TOML; flags win over it."),
    model: str | None = typer.Option(None, metavar="NAME_OR_PATH", help="Encoder; see `align models`."),
    engine: str | None = typer.Option(None, metavar="NAME", help="auto, torch, onnx or openvino; see `align models`."),
    lang: Language = typer.Option(Language.ENGLISH, help="Language of the messages."),
    encoder: bool = typer.Option(True, "--encoder/--no-encoder", help="Without it: rules alone, no omissions."),
    list_codes: bool = typer.Option(False, "--list", help="List the codes with an example each, and stop."),
) -> None:
    """Check translations: left out, added or changed, and where. Findings go to standard output."""
    from align.cli import checked

    if list_codes:
        checked.print_codes(lang.value)
        return
    settings = _settings(config, {"model": model, "engine": engine}, only, skip)
    write = checked.WRITERS[form.value]
    worst = write(_judgements(inputs or [], en, ar, settings, has_encoder=encoder), lang.value, ", ".join(inputs or []))
    if fail_on and worst and worst <= checked.RANK[fail_on.value]:
        raise typer.Exit(3)


def _judgements(
    inputs: list[str], en: str | None, ar: str | None, settings: Settings, *, has_encoder: bool
) -> Iterator[Judgement]:
    from align.judge.inputs import AlignDocument, Openers, judge_inputs, judge_texts
    from align.match.matcher import open_matcher

    def matcher() -> Matcher | None:
        return open_matcher(settings.embed, settings.match.weights) if has_encoder else None

    def aligner(opened: Matcher) -> AlignDocument:
        from align.run.aligner import Aligner

        return Aligner(opened.encoder, opened.calibration, settings).align

    if (en is None) != (ar is None) or (en is None) != bool(inputs):
        raise SettingsError("expected INPUT, or both --en and --ar, found another mix; see align check --help")
    if en is not None and ar is not None:
        return judge_texts(en, ar, settings, Openers(matcher, aligner))
    return judge_inputs(inputs, settings, Openers(matcher, aligner))


def _settings(config: Path | None, embed: dict[str, Any], only: list[str] | None, skip: list[str] | None) -> Settings:
    settings = Settings.load(config) if config else Settings()
    chosen = replace(settings.check, only=tuple(only or settings.check.only), skip=tuple(skip or settings.check.skip))
    flags = {name: value for name, value in embed.items() if value is not None}
    return replace(settings, check=chosen, embed=replace(settings.embed, **flags))
