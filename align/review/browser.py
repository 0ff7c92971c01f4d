"""The page in the user's browser, without its link among the arguments of a process, which every user can list."""

from __future__ import annotations

import webbrowser
from contextlib import ExitStack
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from align.errors import WriteError
from align.writing import atomic_writer


def open_privately(link: str, kept: ExitStack) -> None:
    """Open `link` by way of a file that only this user can read and that leads there; `kept` removes it when it ends.

    Where the browser cannot read it (one that is shut in a container of its own), the printed link still opens the
    page. A disk that takes no file opens no page.
    """
    try:
        folder = kept.enter_context(TemporaryDirectory(prefix="align-review-", ignore_cleanup_errors=True))  # 0700
        page = Path(folder, "open.html")
        address = escape(link, quote=True)
        with atomic_writer(page, private=True) as stream:
            stream.write(
                '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
                f'<meta http-equiv="refresh" content="0;url={address}"><title>align review</title>'
                f'<p><a href="{address}">align review</a></p>\n'
            )
    except (OSError, WriteError):
        return
    webbrowser.open(page.as_uri())
