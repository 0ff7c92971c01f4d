"""Imports point down the floors of docs/architecture.md, never up, never sideways, and modules import in no circle."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import align

ROOT = Path(__file__).parents[1]
FLOORS = [
    {"errors", "records"},
    {"protocols", "ranges"},
    {"settings"},
    {"writing"},
    {"figures", "files", "text"},
    {"models", "rows"},
    {"embed", "index"},
    {"check", "extract", "match", "read", "report", "segment", "store"},
    {"pairs"},
    {"judge", "tweets"},
    {"run"},
    {"docs", "mine"},
    {"api", "evaluate"},
    {"train"},
    {"review"},
    {"cli"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path):
    return path.relative_to(ROOT / "align").with_suffix("").parts[0]


def arrows(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "align" and len(parts) > 1 and parts[1] in FLOOR:
                yield node.lineno, parts[1]


def wrong_arrows(path):
    here = room_of(path)
    for line, there in arrows(path):
        if here != there and FLOOR[there] >= FLOOR[here]:
            yield f"{path.relative_to(ROOT)}:{line}: {here} must not import {there}"


def test_layers_imports_point_down():
    modules = [p for p in (ROOT / "align").rglob("*.py") if room_of(p) not in ("__init__", "__main__")]
    assert len(modules) > 15
    assert [wrong for path in modules for wrong in wrong_arrows(path)] == []


def modules_imported_by(path):
    """Modules of the project that a module imports when it is loaded itself, not inside a function."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "align":
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                place = ROOT.joinpath(*name.split("."))
                if place.with_suffix(".py").is_file():
                    yield place.with_suffix(".py")


def test_layers_modules_import_in_no_circle():
    arrows_of = {path: set(modules_imported_by(path)) for path in (ROOT / "align").rglob("*.py")}
    assert sum(map(len, arrows_of.values())) > 500
    TopologicalSorter(arrows_of).prepare()  # raises CycleError with the circle


def test_layers_every_room_has_a_floor():
    rooms = {room_of(p) for p in (ROOT / "align").rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(FLOOR)


def test_layers_a_wrong_arrow_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    bad = tmp_path / "align" / "text" / "bad.py"
    bad.parent.mkdir(parents=True)
    bad.write_text("\nfrom align.match import match_article\n")
    assert list(wrong_arrows(bad)) == ["align/text/bad.py:2: text must not import match"]
    sideways = tmp_path / "align" / "check" / "bad.py"
    sideways.parent.mkdir()
    sideways.write_text("def late():\n    import align.match.links\n")
    assert list(wrong_arrows(sideways)) == ["align/check/bad.py:2: check must not import match"]


def test_layers_nothing_inside_takes_a_name_from_the_front_door():
    public = {f"align.{name}" for name in align.__all__}
    taken = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "align").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and public & {f"{node.module}.{alias.name}" for alias in node.names}
    }
    assert taken == set()


_HELP = [
    ["--help"],
    ["run", "--help"],
    ["mine", "--help"],
    ["docs", "--help"],
    ["index", "--help"],
    ["search", "--help"],
    ["check", "--help"],
    ["report", "--help"],
    ["--version"],
]


@pytest.mark.parametrize("arguments", _HELP)
def test_layers_help_loads_nothing_heavy(arguments):
    program = (
        "import sys\n"
        f"sys.argv = ['align', *{arguments!r}]\n"
        "from align.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "heavy = {'torch', 'faiss', 'pyarrow', 'transformers', 'sentence_transformers', 'lxml', 'trafilatura'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "[]"
