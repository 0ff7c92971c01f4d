"""The signature of a run names all that moves a score, and nothing that does not."""

from dataclasses import dataclass, field, fields, is_dataclass, replace

import numpy as np
import pytest

from align.check.evidence import lexicon
from align.files import data_path
from align.match.matcher import Matcher
from align.mine import job
from align.mine.mining import Direction
from align.models.bundle import SECTIONS, shipped_bundle
from align.models.linear import LinearModel
from align.models.sections import Scale, WeighingModel
from align.models.signature import changed_settings, content_hash, exact
from align.protocols import Engine
from align.run.aligner import Aligner
from align.run.signature import signature_of
from align.settings import CheckSettings, MatchSettings, ReadSettings, Settings, aside, moves_scores
from align.tweets.lookup import Window
from tests.fakes import HashEncoder

SHIPPED = shipped_bundle()
TABLES = sorted(path.name for path in data_path("lexicon").glob("*.tsv"))


def signature(bundle=SHIPPED, settings=None, encoder=None):
    return signature_of(Aligner(encoder or HashEncoder(), bundle, settings or Settings()))


def mined(bundle=SHIPPED, settings=None, least=0.4, encoder=None):
    settings = settings or job.MineSettings()
    return job.signature_of(Matcher(encoder or HashEncoder(), bundle), settings, ReadSettings(), least)


def altered(record):
    """The record once for each of its parts that moves a score, that part a little different."""
    for one in fields(record):
        if not moves_scores(one):
            continue
        value = getattr(record, one.name)
        if isinstance(value, LinearModel):
            weights = value.weights.copy()
            weights[-1] += 1e-9
            yield one.name, replace(record, **{one.name: replace(value, weights=weights)})
            yield one.name, replace(record, **{one.name: replace(value, constant=value.constant + 1e-9)})
        elif isinstance(value, np.ndarray):
            yield one.name, replace(record, **{one.name: value + np.float32(1e-4)})
        elif isinstance(value, dict):
            first = next(iter(value))
            yield one.name, replace(record, **{one.name: {**value, first: value[first] + 1e-9}})
        elif isinstance(value, tuple):
            yield one.name, replace(record, **{one.name: ((0.01, 0.5), *value)})
        else:
            yield one.name, replace(record, **{one.name: value + 1e-9})


@pytest.mark.parametrize("section", [name for name in SECTIONS if name not in ("mining", "weighing")])
def test_signature_changes_with_every_part_of_every_section(section):
    found = [signature(replace(SHIPPED, **{section: other})) for _, other in altered(getattr(SHIPPED, section))]
    assert len(found) >= 2
    assert len({*found, signature()}) == len(found) + 1


def test_signature_changes_with_every_part_of_every_scale_that_weighs_findings():
    scale = Scale({"errors": 1.0}, 0.5, ((0.02, 1.0),))
    models = [WeighingModel({"rules": one}) for one in (scale, *(other for _, other in altered(scale)))]
    models += [WeighingModel({}), WeighingModel({"encoder": scale})]
    assert len({signature(replace(SHIPPED, weighing=model)) for model in models}) == len(models) == 6


def test_signature_of_a_run_is_the_same_with_other_weights_of_mining_and_that_of_mining_is_not():
    others = [replace(SHIPPED, mining=other) for _, other in altered(SHIPPED.mining)]
    assert {signature(bundle) for bundle in others} == {signature()}
    assert len({mined(bundle) for bundle in [SHIPPED, *others]}) == len(others) + 1
    assert mined(replace(SHIPPED, means=replace(SHIPPED.means, mean_en=SHIPPED.means.mean_ar))) != mined()
    assert mined(replace(SHIPPED, gender=replace(SHIPPED.gender, constant=9.0))) == mined()


def test_signature_does_not_hang_on_where_weights_come_from():
    other = replace(SHIPPED, matching=replace(SHIPPED.matching, origin="elsewhere"))
    assert signature(other) == signature()


@pytest.mark.parametrize("table", TABLES)
def test_signature_changes_with_every_table_of_the_lexicon(table, monkeypatch, tmp_path):
    folder = tmp_path / "lexicon"
    folder.mkdir()
    for name in TABLES:
        (folder / name).write_bytes((data_path("lexicon") / name).read_bytes())
    monkeypatch.setattr(lexicon, "data_path", lambda *parts: tmp_path.joinpath(*parts))
    before = signature()
    with (folder / table).open("a", encoding="utf-8") as stream:
        stream.write("# a comment says nothing\n")
    assert signature() == before
    with (folder / table).open("a", encoding="utf-8") as stream:
        stream.write("group\tkey\tsome phrase\tعبارة ما\n")
    assert signature() != before


@dataclass(frozen=True)
class OneMore:
    """Settings to which somebody added two."""

    depth: int = 3
    limit: int = field(default=9, metadata=aside("a limit"))


def test_signature_takes_a_new_setting_in_unless_it_is_said_to_move_nothing():
    assert list(changed_settings(OneMore(), OneMore())) == []
    assert list(changed_settings(OneMore(4, 10), OneMore(), "group.")) == ["group.depth=4"]


def leaves(settings, path=()):
    for one in fields(settings):
        value = getattr(settings, one.name)
        if is_dataclass(value):
            yield from leaves(value, (*path, one.name))
        else:
            yield (*path, one.name), value


def with_other(settings, path, value):
    if not path:
        return value
    return replace(settings, **{path[0]: with_other(getattr(settings, path[0]), path[1:], value)})


MOVING = {
    ("match", "threshold"): 0.5704,
    ("match", "precision"): 0.9,
    ("check", "only"): ("number",),
    ("check", "skip"): ("date",),
    ("check", "alarm_rate"): 0.05,
    ("check", "rules_only"): True,
}
STILL = {("embed", "device"): "cuda:1", ("embed", "engine"): "torch"}  # values that these may have, and move nothing
ELSEWHERE = {("embed", "model"), ("match", "weights")}  # name an encoder and a bundle, which stand there themselves


@pytest.mark.parametrize("path", [path for path, _ in leaves(Settings())], ids=".".join)
def test_signature_changes_with_every_setting_that_moves_a_score_and_with_no_other(path):
    usual = dict(leaves(Settings()))[path]
    other = (MOVING | STILL).get(path)
    if other is None:
        other = not usual if isinstance(usual, bool) else usual + 1 if isinstance(usual, (int, float)) else "other"
    changed = signature(settings=with_other(Settings(), path, other)) != signature()
    assert changed is (path in MOVING), path


def test_signature_keeps_thresholds_apart_that_agree_to_three_decimals():
    near = [signature(settings=Settings(match=MatchSettings(threshold=t))) for t in (0.57, 0.5701, 0.5704)]
    assert len(set(near)) == 3
    assert (exact(0.9), exact(0.5704)) == ("0.900", "0.5704")


@pytest.mark.parametrize(
    "change", [{"name": "other"}, {"revision": "1" * 40}, {"engine": Engine("openvino", "bf16", "")}], ids=str
)
def test_signature_changes_with_the_encoders_name_revision_and_precision(change):
    encoder = HashEncoder()
    for name, value in change.items():
        setattr(encoder, name, value)
    assert signature(encoder=encoder) != signature()
    assert mined(encoder=encoder) != mined()


def test_signature_is_the_same_on_engines_of_one_precision():
    encoder = HashEncoder()
    encoder.engine = Engine("onnx", "fp32", "fast")
    assert signature(encoder=encoder) == signature()


class Folder:
    """Stands for an index of tweets."""

    signature = "a+b"


def test_signature_changes_with_the_index_of_tweets_and_its_window():
    from align.tweets.lookup import TweetLookup

    def run(folder, window):
        matcher = Matcher(HashEncoder(), SHIPPED)
        return signature_of(Aligner(*matcher, Settings(), TweetLookup(folder, matcher, window)))

    other = Folder()
    other.signature = "a+c"
    found = [run(Folder(), Window()), run(other, Window()), run(Folder(), Window(3)), run(Folder(), Window(None, 3))]
    assert len({*found, signature()}) == 5


def test_signature_of_mining_changes_with_each_of_its_settings():
    settings = job.MineSettings()
    others = [
        mined(settings=replace(settings, direction=Direction.FORWARD)),
        mined(settings=replace(settings, k=5)),
        mined(settings=replace(settings, near=0.95)),
        mined(least=0.4001),
    ]
    assert len({*others, mined()}) == 5


def test_content_hash_tells_records_apart_by_what_counts_alone():
    assert content_hash(CheckSettings(only=("a",))) == content_hash(CheckSettings())  # named elsewhere
    assert content_hash(OneMore(1)) != content_hash(OneMore(2))
    assert content_hash(OneMore(1, 5)) == content_hash(OneMore(1, 6))
    assert content_hash({"b": 1, "a": 2}) == content_hash({"a": 2, "b": 1})
