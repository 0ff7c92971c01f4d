"""A run directory read back: rows checked, and article by article, one held at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, overload

from align.errors import RunError
from align.rows.kinds import ArticleRows, DocumentRow, PairLine, RejectionRow, RunSummary, TweetRow

Name = Literal["documents", "tweets", "pairs", "rejected"]
_ANEW = "make the run again with --redo"
_NUMBER = (int, float)
_Kinds = dict[str, type | tuple[type, ...]]
# What every row must hold, and of which kind: the least that readers need. Older runs may lack the rest.
_REQUIRED: dict[Name, _Kinds] = {
    "documents": {"doc_id": str, "text": str},
    "tweets": {"doc_id": str, "tweet": int, "start": int, "end": int, "sentences": list},
    "pairs": {
        "pair_id": str, "doc_id": str, "tweet": int, "en_start": int, "en_end": int, "en": str,
        "ar_start": int, "ar_end": int, "ar": str, "probability": _NUMBER, "findings": list,
    },
    "rejected": {"stage": str, "reason": str},
}  # fmt: skip
# What a run that another program made must hold for its places to be scored.
_LEAST = frozenset(("doc_id", "text", "start", "end", "en_start", "en_end", "ar_start", "ar_end", "probability"))


def read_run(path: Path) -> Iterator[ArticleRows]:
    """Every article of a run directory with its tweets, pairs and refused candidates, in order.

    Raises RunError that names file, line and next step where a file is missing, a row is broken, or the files do not
    hold the same articles in the same order.
    """
    documents = read_rows(path, "documents")
    joined = (_Joined(path, "tweets"), _Joined(path, "pairs"), _Joined(path, "rejected"))
    tweets, pairs, rejected = joined
    for document in documents:
        doc_id = document["doc_id"]
        yield {
            "document": document,
            "tweets": tweets.of(doc_id),
            "pairs": pairs.of(doc_id),
            "rejected": rejected.of(doc_id),
        }
    for rows in joined:
        rows.require_end()


def read_facts(path: Path) -> RunSummary:
    """What run.json says. Raises RunError when there is none, or it is no JSON object."""
    try:
        facts: RunSummary | object = json.loads((path / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is no whole run directory ({error}); make it with align run") from error
    if not isinstance(facts, dict):
        raise RunError(f"{path / 'run.json'}: expected an object, found {str(facts)[:40]}; {_ANEW}")
    return facts  # type: ignore[return-value]


@overload
def read_rows(path: Path, name: Literal["documents"], *, is_foreign: bool = ...) -> Iterator[DocumentRow]: ...
@overload
def read_rows(path: Path, name: Literal["tweets"], *, is_foreign: bool = ...) -> Iterator[TweetRow]: ...
@overload
def read_rows(path: Path, name: Literal["pairs"], *, is_foreign: bool = ...) -> Iterator[PairLine]: ...
@overload
def read_rows(path: Path, name: Literal["rejected"], *, is_foreign: bool = ...) -> Iterator[RejectionRow]: ...
def read_rows(path: Path, name: Name, *, is_foreign: bool = False) -> Iterator[Any]:
    """The rows of one file of a run directory, checked, in order; `is_foreign`: another program may have made it.

    Raises RunError that names file, line and next step for a file that is missing, and for a broken row.
    """
    required = _REQUIRED[name]
    if is_foreign:
        required = {key: kind for key, kind in required.items() if key in _LEAST}
    return (row for _, row in _numbered(path / f"{name}.jsonl", required))


def _numbered(file: Path, required: _Kinds) -> Iterator[tuple[int, Any]]:
    """Every row of a file with the number of its line, from 1."""
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.isspace():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise RunError(f"{file}, line {number}: expected an object, found {str(row)[:40]}; {_ANEW}")
                for key, kind in required.items():
                    if not isinstance(row.get(key), kind):
                        found = f"{key}: {str(row[key])[:40]}" if key in row else f"only {', '.join(sorted(row))}"
                        raise RunError(f"{file}, line {number}: expected `{key}` {_told(kind)}, found {found}; {_ANEW}")
                yield number, row
    except OSError as error:
        raise RunError(f"{file.parent} is no whole run directory ({error}); make it with align run") from error
    except ValueError as error:  # of JSON or UTF-8
        raise RunError(f"{file}, line {number}: expected a row of JSON in UTF-8, found {error}; {_ANEW}") from error


def _told(kind: type | tuple[type, ...]) -> str:
    return {int: "(a whole number)", str: "(a text)", list: "(a list)", _NUMBER: "(a number)"}[kind]


class _Joined:
    """The rows of one file, handed out article by article in the order of documents.jsonl."""

    def __init__(self, path: Path, name: Name) -> None:
        self._file = path / f"{name}.jsonl"
        rows = _numbered(self._file, _REQUIRED[name])
        if name == "rejected" and not self._file.exists():
            rows = iter(())  # cleaned away: the pairs stand without it
        # Inputs that gave no article stand in rejected.jsonl too; they have no place among the documents.
        self._rows = ((n, row) for n, row in rows if row["stage"] == "match") if name == "rejected" else rows
        self._next = next(self._rows, None)

    def of(self, doc_id: str) -> list[Any]:
        """All rows of the next article."""
        rows = []
        while self._next is not None and self._next[1].get("doc_id") == doc_id:
            rows.append(self._next[1])
            self._next = next(self._rows, None)
        return rows

    def require_end(self) -> None:
        """Raise RunError when rows are left."""
        if self._next is not None:
            number, row = self._next
            raise RunError(
                f"{self._file}, line {number}: expected the articles of documents.jsonl in its order, found "
                f"{row.get('doc_id')!r}, which it does not hold there; {_ANEW}"
            )
