"""Every setting out of its range, of another type or no number is refused with its name and the range, exit code 2."""

import math
from dataclasses import fields, is_dataclass

import pytest
import typer
from typer.testing import CliRunner

from align.cli.app import app
from align.errors import SettingsError
from align.evaluate.report import Resampling
from align.mine.job import MineSettings
from align.pairs.corpus.filters import FilterSettings
from align.pairs.corpus.publish import filter_settings
from align.pairs.corpus.splits import SplitPlan, parse_shares
from align.ranges import expectations
from align.settings import CheckSettings, EmbedSettings, MatchSettings, ReadSettings, Settings, load_onto
from align.tweets.lookup import Window

GROUPS = (ReadSettings, EmbedSettings, MatchSettings, CheckSettings, FilterSettings, MineSettings, Resampling, Window)
FIELDS = [(group, one.name) for group in GROUPS for one in fields(group)]
ANY_TEXT = {"cache_dir"}  # empty: the usual place
HUGE = 10**400


def kind_of(group, name):
    return next((kind, wanted) for own, kind, wanted in expectations(group) if own == name)


def wrong_values(group, name):
    """Values of another type, out of range, and such that are no number or no text; as TOML would bring them."""
    kind, _ = kind_of(group, name)
    wrong = [{"a": 1}, math.nan, math.inf, -math.inf, -1, -0.5, HUGE, [[]]]
    if not issubclass(kind.item, str) or kind.is_list:
        wrong += ["0.5", "", "true"]
    if kind.item is not bool:
        wrong += [True]
    if kind.item in (int, bool):
        wrong += [0.5]
    if issubclass(kind.item, str):
        wrong += [5, *(["", " "] if name not in ANY_TEXT and not kind.is_list else []), "a\0b"]
    if kind.is_list:
        wrong += [5, [5], [""], ["faithful", 5], [None], [math.nan]]
    return wrong


@pytest.mark.parametrize(("group", "name"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_settings_no_field_takes_what_is_out_of_its_range(group, name):
    kind, wanted = kind_of(group, name)
    assert wanted is not None or kind.item is bool, "a field without a range"
    for value in wrong_values(group, name):
        with pytest.raises(SettingsError) as caught:
            group(**{name: value})
        assert name in str(caught.value) and "must be" in str(caught.value) and "found" in str(caught.value)
        assert caught.value.exit_code == 2
        if wanted is not None and name not in ("since", "until"):
            assert wanted.words in str(caught.value)


def literal(value):
    """A value as TOML writes it; None where it cannot."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\0", "\\u0000") + '"'
        case int() | float():
            return str(value)
        case list():
            inner = [literal(item) for item in value]
            return None if None in inner else "[" + ", ".join(inner) + "]"
    return "{ a = 1 }" if isinstance(value, dict) else None


def stated(tmp_path, group, name, value):
    written = literal(value)
    if written is None:
        return None
    path = tmp_path / "align.toml"
    path.write_text(f"[{group}]\n{name} = {written}\n" if group else f"{name} = {written}\n", encoding="utf-8")
    return path


TABLES = {ReadSettings: "read", EmbedSettings: "embed", MatchSettings: "match", CheckSettings: "check"}


@pytest.mark.parametrize(
    ("group", "name"), [f for f in FIELDS if f[0] in TABLES], ids=lambda v: getattr(v, "__name__", v)
)
def test_settings_a_file_with_a_value_out_of_range_is_refused_with_its_name(tmp_path, group, name):
    for value in wrong_values(group, name):
        if path := stated(tmp_path, TABLES[group], name, value):
            with pytest.raises(SettingsError, match=f"align.toml.*(?:{name} must be|cannot read)"):
                Settings.load(path)


def run_main(monkeypatch, capsys, *arguments):
    from align import cli

    monkeypatch.setattr("sys.argv", ["align", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "written"),
    [("threshold", '"0.5"'), ("threshold", "5.0"), ("threshold", "nan"), ("weights", "5"), ("weights", '""')],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_settings_out_of_range_end_a_command_with_2_and_one_line(tmp_path, monkeypatch, capsys, command, name, written):
    config, article = tmp_path / "align.toml", tmp_path / "a.txt"
    config.write_text(f"[match]\n{name} = {written}\n", encoding="utf-8")
    article.write_text("نص عربي قصير.", encoding="utf-8")
    rest = ["--out", tmp_path / "out"] if command == "run" else []
    code, said = run_main(monkeypatch, capsys, command, article, "--config", config, *rest)
    assert code == 2
    assert said.count("\n") == 1 and f"{name} must be" in said and "found" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("written", ["min_probability = 2", "verdicts = ['true']", "max_ratio = nan", "outlets = ['']"])
def test_settings_filters_out_of_range_end_a_command_with_2(tmp_path, monkeypatch, capsys, written):
    config, pairs = tmp_path / "filters.toml", tmp_path / "pairs.tsv"
    config.write_text(written, encoding="utf-8")
    pairs.write_text("yes\tنعم\n", encoding="utf-8")
    code, said = run_main(monkeypatch, capsys, "export", pairs, "--out", tmp_path / "out.jsonl", "--config", config)
    assert code == 2 and written.split()[0] in said and said.count("\n") == 1
    code, said = run_main(monkeypatch, capsys, "export", pairs, "--out", tmp_path / "out.jsonl", "--filter", written)
    assert code == 2 and written.split()[0] in said


def test_settings_filters_that_leave_no_pair_are_refused():
    with pytest.raises(SettingsError, match="since must not lie above until"):
        filter_settings(None, ["since=2024-03-05", "until=2023-03-05"])
    with pytest.raises(SettingsError, match="min_words must not lie above max_words"):
        FilterSettings(min_words=5, max_words=2)
    assert filter_settings(None, ["since=2024-03-05"]).since == "2024-03-05"


def test_settings_values_in_range_come_out_in_their_own_type(tmp_path):
    config = tmp_path / "align.toml"
    config.write_text(
        '[match]\nthreshold = 1\n[check]\nonly = ["number"]\n[embed]\ndevice = "cuda:1"\n', encoding="utf-8"
    )
    settings = load_onto(Settings(), config)
    assert settings.match.threshold == 1.0 and type(settings.match.threshold) is float
    assert settings.check.only == ("number",)
    assert all(is_dataclass(getattr(Settings(), one.name)) for one in fields(Settings))


@pytest.mark.parametrize(
    "shares", ["train=nan", "train=inf", "train=-1,dev=2", "train=1,train=0", "=1", "train", "", "train=0.5", "a=1=1",
               "train=1,dev=nan", "train=1,dev=0"],
)  # fmt: skip
def test_settings_shares_that_are_no_shares_are_refused(shares):
    with pytest.raises(SettingsError, match=r"train=0\.8,dev=0\.1,test=0\.1"):
        SplitPlan(parse_shares(shares))


def number_options():
    def commands(group, path=()):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from commands(command, (*path, name))
            else:
                yield (*path, name), command

    for path, command in commands(typer.main.get_command(app)):
        for param in command.params:
            if param.type_descriptor.annotation in (int, float):
                yield pytest.param(path, param, id=f"{' '.join(path)} {param.opts[0]}")


@pytest.mark.parametrize(("path", "param"), [*number_options()])
def test_settings_every_number_of_the_command_line_has_a_range_and_keeps_to_it(path, param):
    assert param.min is not None and param.max is not None
    for value in ("nan", "inf", "-inf", "-1e9", "-99999999999999999999", "9" * 400, "", "x"):
        result = CliRunner().invoke(app, [*path, f"{param.opts[0]}={value}"])
        assert result.exit_code == 2, (value, result.output)
        assert param.opts[0] in result.output or "Missing argument" in result.output
