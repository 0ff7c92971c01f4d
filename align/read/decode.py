"""Bytes to text: what the encoding is, and whether the bytes are text at all.

Order: byte order mark, UTF-8, the charset that the page declares, then a guess between the old Arabic code pages,
taken only when the result reads like Arabic.
"""

from __future__ import annotations

import codecs

import regex

from align.errors import ReadError
from align.text.words import count_arabic

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARY_HEADS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
)
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b\x1a"))
_DECLARED = regex.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", regex.IGNORECASE
)
# What browsers do with these names (WHATWG encoding standard), where Python's codec is stricter.
_CHARSET_ALIASES = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_MOJIBAKE = regex.compile(r"(?:[ØÙÚÛ][\x80-\xff€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸŽž¡-¿]\s?){6}")
_MOJIBAKE_LEADS = "ØÙÚÛ"  # with which it begins; most pages hold none of them
_OLD_CODE_PAGES = ("cp1256", "iso8859_6")
_COMMON_WORD = regex.compile(r"\b(?:ال\p{L}{2,}|من|في|على|إلى|عن|أن|إن|التي|الذي|هذا|هذه|ما|لا|و)\b")
_WORD = regex.compile(r"\b\p{L}+\b")


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of `data`, without a byte order mark, line ends as plain newlines; `charset` is what its server said.

    Raises ReadError: "binary" when it is no text, "encoding" when the encoding cannot be told.
    """
    if is_binary(data):
        raise ReadError("binary", "expected text, HTML or JSONL, found binary data; convert it to text first")
    return _mend(_decode_text(data, charset)).replace("\r\n", "\n").replace("\r", "\n")


def _mend(text: str) -> str:
    """UTF-8 that somebody read as a western code page and saved so ("Ø§Ù„") as what it was."""
    if not any(lead in text for lead in _MOJIBAKE_LEADS) or not _MOJIBAKE.search(text):
        return text
    import ftfy

    return str(ftfy.fix_encoding(text))


def is_binary(data: bytes) -> bool:
    """Whether `data` (or its first part) is no text in any encoding that is read here."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not data.startswith(codecs.BOM_UTF32_LE):
        return False
    head = data[:65536]
    if head.startswith(_BINARY_HEADS) or b"\0" in head:
        return True
    return len(head) - len(head.translate(None, _CONTROL_BYTES)) > len(head) // 50


def _decode_text(data: bytes, charset: str | None) -> str:
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(marked)
            except UnicodeDecodeError:
                raise _unknown(f"a {marked} byte order mark before bytes that are not") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"bytes that are not UTF-8 from offset {error.start} on"
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode("ascii") if declared else charset
    found = _decode_declared(data, name.lower()) if name else None
    text = found if found is not None else _guess(data)
    if text is None:
        raise _unknown(problem)
    return text


def _decode_declared(data: bytes, name: str) -> str | None:
    name = _CHARSET_ALIASES.get(name, name)
    try:
        decoded = data.decode(name, "replace")
    except (LookupError, UnicodeError):
        return None
    # A page cut in the middle of a letter, or with one bad byte from a form, is still that page.
    if decoded.count("\ufffd") > max(1, len(decoded) // 1000):
        return None
    # Old Arabic pages often declare the western code page that their editor put there.
    return decoded if name != "cp1252" else _guess(data) or decoded


def _guess(data: bytes) -> str | None:
    """`data` in the old Arabic code page in which it reads best; None when it reads like Arabic in neither."""
    candidates = []
    for name in _OLD_CODE_PAGES:
        text = data.decode(name, "replace")
        foreign = sum(not char.isascii() for char in text)
        words = len(_WORD.findall(text))
        if foreign and words and count_arabic(text) >= 0.8 * foreign:
            candidates.append((len(_COMMON_WORD.findall(text)) / words, text))
    best = max(candidates, default=(0.0, ""))
    return best[1] if best[0] >= 0.05 else None  # running Arabic has 0.3 to 0.5, other bytes read so have none


def _unknown(found: str) -> ReadError:
    return ReadError("encoding", f"expected UTF-8, a declared charset or windows-1256, found {found}; convert it")
