"""The link that opens the page is a secret: no argument of a process holds it, and no one else can read it."""

import stat
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

from align.review.browser import open_privately

LINKS = [
    "http://127.0.0.1:8321/join/s3cret",
    "http://[::1]:8321/join/s3cret?sample=20/1&order=random",
    'http://127.0.0.1:1/join/"><script>s3cret',
]


@pytest.fixture
def opened(monkeypatch):
    addresses = []
    monkeypatch.setattr("webbrowser.open", addresses.append)
    return addresses


@pytest.mark.parametrize("link", LINKS)
def test_browser_link_leads_through_a_file_of_this_user_alone(opened, link):
    with ExitStack() as kept:
        open_privately(link, kept)
        (address,) = opened
        assert "s3cret" not in address and address.startswith("file://")
        page = Path(unquote(urlsplit(address).path))
        assert [stat.S_IMODE(place.stat().st_mode) for place in (page, page.parent)] == [0o600, 0o700]
        tree = lxml.html.parse(str(page))
        assert tree.xpath("//a/@href") == [link]
        assert tree.xpath("//meta[@http-equiv='refresh']/@content") == [f"0;url={link}"]
        assert tree.xpath("//script") == []
    assert not page.parent.exists()


def test_browser_link_a_disk_that_takes_no_file_opens_nothing_and_breaks_nothing(opened, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with ExitStack() as kept:
        open_privately(LINKS[0], kept)
    assert opened == []
