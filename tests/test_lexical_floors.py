"""Floors under the figures of scripts/bench_lexical.py, without word links."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.lexical_cases import found_by

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason="the development data of ../shared is not here"),
]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_lexical", ROOT / "scripts" / "bench_lexical.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_changed_names_of_dev_are_found_and_clean_links_left_alone(bench: ModuleType) -> None:
    rows = list(bench.bench_rows(SHARED / "bench" / "dev.jsonl"))
    judged = [(kind, bench.judge(subject, kind or "")[0]) for subject, kind in rows]
    names = [error for kind, error in judged if kind == "name"]
    clean = [error for kind, error in judged if kind is None]
    assert sum(names) >= 0.9 * len(names)
    assert sum(clean) <= 0.015 * len(clean)


def test_a_changed_country_is_found(bench: ModuleType) -> None:
    rows = bench.tsv_rows(SHARED / "data" / "tico19" / "tico19.all.tsv")[:1200]
    changed = list(bench.changed_countries(rows))
    caught = sum(any(f.code == "name.changed" for f in found_by(bench.check_names, subject)) for subject in changed)
    assert len(changed) > 30 and caught >= 0.93 * len(changed)
