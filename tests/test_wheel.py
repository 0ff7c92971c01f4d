"""The wheel carries what the package needs: installed without its dependencies in an empty environment, it runs."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A developer's PYTHONPATH would let the checkout stand in for what the wheel lacks.
CLEAN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.mark.slow
def test_wheel_runs_outside_the_checkout(tmp_path):
    wheel_dir = tmp_path / "dist"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheel_dir), str(ROOT)], check=True, cwd=tmp_path, env=CLEAN)
    (wheel,) = wheel_dir.glob("quote_align-*.whl")
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, env=CLEAN)
    python = home / "bin" / "python"
    subprocess.run([str(python), *pip[1:], "install", "--no-deps", str(wheel)], check=True, cwd=tmp_path, env=CLEAN)
    # The pinned dependencies are gigabytes: lent from this environment by a path file, which installs nothing of ours.
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    program = (
        "import align, pathlib\n"
        "from align.files import data_path\n"
        "print(pathlib.Path(align.__file__).resolve())\n"
        "print(data_path('samples').resolve())\n"
        "assert (pathlib.Path(align.__file__).parent / 'py.typed').is_file()\n"
        "assert any(data_path('samples').glob('*.txt'))\n"
        "assert any(data_path('models').glob('*.json'))\n"
        "page = pathlib.Path(align.__file__).parent / 'review'\n"
        "assert all(any(page.rglob(kind)) for kind in ('*.html', '*.css', '*.js', '*.po')), page\n"
    )
    shown = subprocess.run(
        [str(python), "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path, env=CLEAN
    ).stdout.split()
    assert all(str(home.resolve()) in line for line in shown), shown
    out = tmp_path / "out"
    sample = sorted((ROOT / "data" / "samples").glob("*.txt"))[0]
    done = subprocess.run(
        [str(home / "bin" / "align"), "run", str(sample), "--out", str(out), "--quiet"],
        cwd=tmp_path,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (out / "pairs.jsonl").exists()
