"""What a database says when it cannot do what was asked, as one line that names the next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from align.errors import StoreError

# What SQLite and PostgreSQL say, and what can be done about it.
_ADVICE = (
    (("disk is full", "disk i/o error", "no space left"), "make room on the disk"),
    (("readonly", "read-only"), "give yourself the right to write there, or name another --store"),
    (("unable to open", "authorization denied"), "name a file that you may read and write, in such a folder"),
    (("malformed", "not a database", "corrupt"), "put a copy of it back, or save what `sqlite3 FILE .recover` finds"),
    (("locked", "busy"), "another program is writing to it; try again in a moment"),
)
_ELSE = "see that the database runs and that you may use it, then try again"


class StoreFault(StoreError):
    """The database cannot do it now; nothing of what was asked is saved, and the same may be asked again later."""

    def __init__(self, name: str, reason: str) -> None:
        step = next((step for words, step in _ADVICE if any(word in reason.lower() for word in words)), _ELSE)
        super().__init__(f"the review store {name} cannot be used ({reason}), and nothing was saved; {step}")
        self.reason = f"the review store cannot be used: {reason}"


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Turns what the database says of the store `name` inside the block into one clear line.

    Raises StoreFault; StoreError for a value that no database takes. IntegrityError passes: it tells of a lost race.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DataError as error:
        raise StoreError(f"expected a value that the database can keep, found another: {said(error)}") from error
    except (DBAPIError, PoolTimeout) as error:
        raise StoreFault(name, said(error)) from error


def said(error: Exception) -> str:
    """The first line of what the database's own driver said."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
