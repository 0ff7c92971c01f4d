"""The pictures of the review page in docs/images, taken in Debian's Chromium of invented articles."""

import io
import socket
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from align.review.app import create_app  # noqa: E402
from align.review.opening import open_review  # noqa: E402
from align.store.reviewers import add_reviewer, token_for  # noqa: E402
from tests.review.data import make_run  # noqa: E402

PICTURES = {  # name: language, colour scheme, width, height, keys pressed
    "review-en-light": ("en", "light", 1180, 760, "w"),
    "review-ar-dark": ("ar", "dark", 1180, 760, ""),
    "review-correct": ("en", "light", 1180, 1120, "e"),
    "review-ar-phone": ("ar", "light", 360, 740, ""),
}


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        store = open_review([make_run(Path(folder) / "run", 6)], f"{folder}/review.sqlite")
        add_reviewer(store, "Mona", is_lead=True)
        server = uvicorn.Server(uvicorn.Config(create_app(store, store.secret()), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/join/{token_for(store.secret(), 'Mona')}"
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            for name, (language, scheme, width, height, keys) in PICTURES.items():
                size = {"width": width, "height": height}
                page = browser.new_page(locale=language, color_scheme=scheme, viewport=size)
                page.goto(f"{address}?order=severity")
                page.wait_for_selector("#pair")
                page.wait_for_selector("#meter")
                for key in keys:
                    page.keyboard.press(key)
                page.wait_for_timeout(300)
                picture = Image.open(io.BytesIO(page.screenshot()))
                picture.quantize(64).save(out / f"{name}.png", optimize=True)  # a third of the bytes, no loss to see
            browser.close()
        server.should_exit = True
        thread.join()
        store.close()


if __name__ == "__main__":
    main()
