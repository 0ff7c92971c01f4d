"""The small form of scripts/chaos.py: kills, full disks, damaged files and mutated inputs, a test a part."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("part", ["kills", "disk", "damage", "records", "pages", "texts"])
def test_chaos_small_form_breaks_nothing(part, tmp_path):
    command = [sys.executable, ROOT / "scripts" / "chaos.py", "--small", "--parts", part]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert f"{part}:" in done.stdout
