"""The picture of docs/documents.md, taken in Chromium of the page that `align docs --html` draws of the sample."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from align.cli.app import app  # noqa: E402

SAMPLE = ROOT / "data" / "docs" / "samples"


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "documents.png"
    with tempfile.TemporaryDirectory() as folder:
        page_path = Path(folder, "page.html")
        names = [str(SAMPLE / f"port.{side}.txt") for side in ("en", "ar")]
        done = CliRunner().invoke(app, ["docs", *names, "--out", f"{folder}/out", "--html", str(page_path)])
        if done.exit_code:
            raise SystemExit(done.output)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1180, "height": 700})
            page.goto(page_path.as_uri())
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.quantize(64).save(out, optimize=True)
            browser.close()


if __name__ == "__main__":
    main()
