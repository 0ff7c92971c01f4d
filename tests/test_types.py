"""Rows and records have types with names: a dict of anything stands where files of foreign shape are read."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1] / "align"
ANYTHING = re.compile(r"\b(?:dict|Mapping|MutableMapping)\[str, Any\]")
FOREIGN = (  # what these read or write has the shape that others gave it
    "read/records.py",  # records of JSON, JSONL and tables
    "read/posts.py",  # collections of tweets
    "read/shapes.py",  # records of content systems
    "read/parquetrows.py",
    "docs/weights.py",  # weights in JSON
    "docs/rows.py",  # documents and beads that others wrote
    "evaluate/gold.py",  # gold files
    "models/bundle.py",  # weights in JSON
    "models/sections.py",
    "settings.py",  # TOML
    "train/",  # the benchmarks and corpora that weights are fitted on
    "pairs/export/",  # corpora
    "pairs/corpus/publish.py",  # the schema of a data set
)
MOST = 20  # the house had 213 before its rows were typed


def uses_of_anything(root):
    """File and line of each, outside the modules of foreign shape."""
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(FOREIGN):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield from (f"{name}:{number}" for _ in ANYTHING.findall(line))


def test_types_a_dict_of_anything_is_rare():
    found = list(uses_of_anything(ROOT))
    assert len(found) <= MOST, found


def test_types_modules_of_foreign_shape_are_there():
    assert [name for name in FOREIGN if not (ROOT / name).exists()] == []


def test_types_a_dict_of_anything_is_found(tmp_path):
    (tmp_path / "read").mkdir()
    (tmp_path / "read" / "records.py").write_text("a: dict[str, Any]\n")
    (tmp_path / "bad.py").write_text("a: dict[str, Any]\nb: dict[str, int]\nc: Mapping[str, Any] | dict[str, Any]\n")
    assert list(uses_of_anything(tmp_path)) == ["bad.py:1", "bad.py:3", "bad.py:3"]
