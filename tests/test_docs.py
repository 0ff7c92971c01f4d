"""The documents say what the program does: reference generated, rooms named, links and commands there."""

import importlib.util
import re
from pathlib import Path

import pytest
import typer

from align.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md"])


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_docs_the_command_line_reference_is_what_help_says():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert page == script("write_cli_docs").page(), "docs/cli.md is stale: run scripts/write_cli_docs.py"


def test_docs_every_command_and_flag_explains_itself():
    paths = list(script("write_cli_docs").commands(typer.main.get_command(app)))
    assert ("run",) in paths
    for path in paths:
        command = typer.main.get_command(app)
        for name in path:
            command = command.commands[name]
        assert command.help, path
        assert [parameter.name for parameter in command.params if not parameter.help] == [], path


def test_docs_the_architecture_names_every_room():
    rooms = {path.relative_to(ROOT / "align").with_suffix("").parts[0] for path in (ROOT / "align").rglob("*.py")}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [room for room in sorted(rooms) if not room.startswith("__") and f"`{room}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_docs_links_and_scripts_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http")]
    scripts = re.findall(r"\b(?:scripts|docs|data)/[\w/.-]+\w", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [name for name in scripts if not (ROOT / name).exists()] == []
