"""Word documents to text by python-docx, an extra: paragraphs and cells in the order of the document, a line each."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from align.errors import ReadError, SettingsError
from align.settings import ReadSettings


def read_docx(path: Path, settings: ReadSettings) -> str:
    """The text of a DOCX file. Raises ReadError when it cannot be read, SettingsError without python-docx."""
    try:
        import docx
    except ImportError:
        raise SettingsError(
            f"expected python-docx to read {path}, found none; install it: pip install 'quote-align[docs]'"
        ) from None
    try:
        _refuse_bombs(path, settings)
        document = docx.Document(str(path))
        return "\n".join(_lines(document))
    except ReadError:
        raise
    except Exception as error:  # a broken package shows as an error of zipfile, of lxml or of python-docx itself
        raise ReadError("docx", f"expected a Word document, which cannot be read ({error}); save it anew") from None


def _refuse_bombs(path: Path, settings: ReadSettings) -> None:
    """A package unpacks to no more than a document may hold."""
    with zipfile.ZipFile(path) as package:
        size = sum(part.file_size for part in package.infolist() if part.filename.endswith(".xml"))
    if size > settings.max_document_bytes:
        raise ReadError(
            "too_large",
            f"expected at most {settings.max_document_bytes} bytes of text, found {size}; split it, or raise "
            "read.max_document_bytes",
        )


def _lines(holder: Any) -> Iterator[str]:
    """The lines of a document or a cell; what merged cells repeat is given once."""
    for block in holder.iter_inner_content():
        if hasattr(block, "rows"):
            seen: set[Any] = set()  # the elements, not their ids, which are given again
            for row in block.rows:
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        yield from _lines(cell)
        else:
            yield from (line for line in block.text.split("\n") if line.strip())
