"""Attribution lines in the forms that articles print."""

import pytest

from align.extract.attribution import split_attribution


@pytest.mark.parametrize(
    ("raw", "body", "author", "handle", "date"),
    [
        ("Hello there.\n— Ann Lee (@annlee) March 21, 2022", "Hello there.", "Ann Lee", "annlee", "2022-03-21"),
        (
            "Hello.pic.twitter.com/abc — A. B. (@ab) 5 آذار/مارس 2023",
            "Hello.pic.twitter.com/abc",
            "A. B.",
            "ab",
            "2023-03-05",
        ),
        ("Hello there.\nAnn 🌍 (@annlee)", "Hello there.", "Ann 🌍", "annlee", None),
        ("Hello there.", "Hello there.", None, None, None),
    ],
)
def test_parts(raw: str, body: str, author: str | None, handle: str | None, date: str | None) -> None:
    parts = split_attribution(raw)
    assert (raw[: parts.body_end], parts.author, parts.handle, parts.date) == (body, author, handle, date)
