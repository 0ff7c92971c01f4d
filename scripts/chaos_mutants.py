"""Bytes and values that are not what they should be, drawn by chance from what breaks readers."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from scripts.fuzz_inputs import drop_part, flip_bits, repeat_part, truncate

FIELDS = (
    "pair_id en ar probability split doc_id source outlet tweet_id published created_at findings extra ar_start tweet "
    "author verdict translation pair text html id date url title __proto__"
).split()
JUNK = (
    b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\r\n", b"\n\n\n", b"\x0b", b"\x1c", b"\x85", "\u2028".encode(),
    b'"',
    b'""', b"'", b"\t", b"\t\t\t", b",", b";", b"|", b"\\", b"\\ud800", b"\\u0000", b"{", b"}", b"[", b"[[[[", b"]",
    b"<",
    b">", b"</tu>", b"<seg>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#0;", b"&amp;", b"&x;", b"<?x ?>", b"null",
    b"NaN",
    "\u202e\u2066".encode(), "\u0640".encode(), "\u0651\u0651".encode(), "\ufdfa".encode(), "\u0661\u0662".encode(),
    "\U0001f600".encode(), b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", b"=1+1", b"-", b"1e999", b"@", b"#",
)  # fmt: skip


def add_junk(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.choice(JUNK) * chance.choice((1, 1, 1, 3, 200))
    return data


def other_line_ends(data: bytearray, chance: random.Random) -> bytearray:
    end = chance.choice((b"\r", b"\r\n", b"\n\r", b"\x85", "\u2028".encode(), b"\x0b", b"\n\n", b" "))
    return data.replace(b"\n", end, chance.choice((1, 3, -1)))


def other_separators(data: bytearray, chance: random.Random) -> bytearray:
    old, new = chance.choice((b"\t", b",", b":", b" ")), chance.choice((b"\t", b",", b";", b"|", b"  ", b""))
    return data.replace(old, new, chance.choice((1, 3, -1)))


def other_encoding(data: bytearray, chance: random.Random) -> bytearray:
    text = bytes(data).decode("utf-8", "replace")
    return bytearray(
        text.encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "utf-7")), "replace")
    )


def with_mark(data: bytearray, chance: random.Random) -> bytearray:
    return bytearray(chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf" * 3))) + data


def packed(data: bytearray, chance: random.Random) -> bytearray:
    small = gzip.compress(bytes(data), 1)
    return bytearray(small if chance.random() < 0.6 else small[: chance.randrange(len(small))])


def zeros(data: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(data))
    data[start : start + chance.randint(1, 500)] = b"\0" * chance.randint(1, 500)
    return data


Mutation = Callable[[bytearray, random.Random], bytearray]
MUTATIONS: list[Mutation] = [
    flip_bits, truncate, repeat_part, drop_part, add_junk, add_junk, other_line_ends, other_separators,
    other_encoding,
    with_mark, packed, zeros,
]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes changed in one to three ways."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if changed:
            changed = chance.choice(MUTATIONS)(changed, chance)
    return bytes(changed)


def deep(chance: random.Random) -> Any:
    """Lists or objects in each other."""
    value: Any = 1
    for _ in range(chance.choice((5, 60, 400))):
        value = [value] if chance.random() < 0.5 else {"x": value}
    return value


def odd_text(chance: random.Random) -> str:
    """A string that nobody expects."""
    texts = (
        "", " ", "\0", "\ud800", "x" * chance.choice((300, 70_000, 1_000_000)), "\u0640", "\u0651", "../../x",
        "/etc/passwd",
        "C:\\x", "=1+1", "@x", "-", "'", '"', "\t", "\n", "a\nb\r\nc", "nan", "1e999", "NaN", "-0", "\u0661\u0662",
        "null",
        "0001-01-01", "9999-12-31T23:59:59-23:59", "2022-13-45", "[1, 2", "[[]]", "{}", '{"a":', "</seg>", "&#0;",
        "\ufffe",
        "\u2028", "\u202e", "1." * 800, "1/2 " * 800, "(" * 900, "\u00ab" * 900, "\u0661" * 5_000, "1" * 5_000,
        "% s {} {0}",
    )  # fmt: skip
    return chance.choice(texts)


def odd_value(chance: random.Random) -> Any:
    """A JSON value that is not what a field should hold."""
    values: tuple[Callable[[], Any], ...] = (
        lambda: None, lambda: True, lambda: 0, lambda: -1, lambda: 1e308, lambda: 10**30, lambda: 0.1,
        lambda: float("nan"),
        lambda: float("inf"), lambda: [], lambda: {}, lambda: ["x", 1, None], lambda: [["x"]], lambda: {"en": 1,
        "ar": []},
        lambda: {"ar": "\u0646\u0635", "en": "text"}, lambda: [{"code": 1}], lambda: [{"detail": "{"}],
        lambda: deep(chance),
    )  # fmt: skip
    return odd_text(chance) if chance.random() < 0.5 else chance.choice(values)()


def odd_record(record: dict[str, Any], chance: random.Random) -> str:
    """The record with some of its fields changed, as a line of JSON."""
    row = dict(record)
    for _ in range(chance.choice((1, 1, 2, 5))):
        name = chance.choice((*row, *FIELDS) or FIELDS)
        match chance.randrange(6):
            case 0:
                row.pop(name, None)
            case 1:
                row[chance.choice((name.upper(), f" {name}", f"{name}:json", "", "\ud800"))] = row.get(name)
            case 2:
                row[name] = {chance.choice(FIELDS): row.get(name)}
            case _:
                row[name] = odd_value(chance)
    line = json.dumps(row, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.1:  # a key twice
        line = line.replace("{", '{"en": [1], ', 1)
    return line
