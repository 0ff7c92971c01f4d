"""The JSON routes, described at /openapi.json."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from align.errors import StoreError
from align.review.access import DeskOf, Who
from align.review.view import load_pair
from align.store.adding import Addition, add_pair
from align.store.decide import Change, Seen, apply_change, merge_with_next
from align.store.events import Outcome
from align.store.queue import Filters, count_open, next_pair, progress
from align.store.undoing import redo, undo

router = APIRouter(prefix="/api", tags=["review"])
Uid = Annotated[str, Field(min_length=8, max_length=64, pattern="^[0-9a-zA-Z-]+$")]
MOST = 2**62  # of a number in a request: a database's own end at 2**63
PairId = Annotated[int, Path(ge=1, le=MOST)]
_DEEPEST = 6  # lists and objects inside each other, in a change


def _shallow(changes: dict[str, object]) -> dict[str, object]:
    level: list[dict[str, object] | list[object]] = [changes]
    for _ in range(_DEEPEST):
        values = [value for outer in level for value in (outer.values() if isinstance(outer, dict) else outer)]
        level = [value for value in values if isinstance(value, dict | list)]
    if level:
        raise ValueError(f"expected at most {_DEEPEST} lists and objects inside each other")
    return changes


Changes = Annotated[dict[str, object], AfterValidator(_shallow)]


class Strict(BaseModel):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class SeenBody(Strict):
    """A further pair as it was shown."""

    pair: int = Field(ge=1, le=MOST)
    version: int = Field(ge=0, le=2**31)


class DecisionBody(Strict):
    """A change to what the reviewer says of a pair. Sending the same `uid` again changes nothing more."""

    uid: Uid
    pair: int = Field(ge=1, le=MOST)
    version: int = Field(ge=0, le=2**31, description="of the decision as it was shown; 0 where there was none")
    changes: Changes = Field(description="any of choice, pieces, findings, tags, note")
    final: bool = Field(False, description="settle a disagreement; lead reviewers only")
    also: list[SeenBody] = Field([], max_length=50, description="other pairs that get the same choice in the same act")


class MergeBody(Strict):
    """Join a pair with the one that follows it in its tweet."""

    uid: Uid
    pair: int = Field(ge=1, le=MOST)
    version: int = Field(ge=0, le=2**31)


class AddBody(Strict):
    """A rendering that the run missed, by spans of the article in which `pair` stands; added and accepted at once."""

    uid: Uid
    pair: int = Field(ge=1, le=MOST)
    en_start: int = Field(ge=0, le=MOST)
    en_end: int = Field(ge=0, le=MOST)
    ar_start: int = Field(ge=0, le=MOST)
    ar_end: int = Field(ge=0, le=MOST)


class UndoBody(Strict):
    """Take back the last act that still stands, or do again what was taken back last."""

    uid: Uid


class Saved(BaseModel):
    """What stands now; on the disk when this is sent. `pair` is None where there was nothing to undo."""

    event: int | None
    pair: int | None
    version: int
    body: dict[str, object]
    was: dict[str, object] = Field(description="what stood before")


class Shown(BaseModel):
    """A pair to decide; None at the end of the queue."""

    pair: int | None


class PairBody(BaseModel):
    """One pair with the reviewer's own decision."""

    pair: int
    version: int
    row: dict[str, object]
    body: dict[str, object]
    runners_up: list[dict[str, object]]


class ProgressBody(BaseModel):
    """How far the reviewer is."""

    decided: int
    left: int
    per_hour: float | None
    hours_left: float | None


class SessionBody(BaseModel):
    """Who is signed in, and what requests that change something must carry as X-CSRF-Token."""

    reviewer: int
    name: str
    is_lead: bool
    csrf: str
    store: str = Field(description="the id of the store: another review may be served under the same address")


def _saved(outcome: Outcome) -> Saved:
    return Saved(
        event=outcome.event_id,
        pair=outcome.pair_id,
        version=outcome.version,
        body=dict(outcome.body),
        was=dict(outcome.was),
    )


@router.post("/decisions", responses={409: {"description": "changed since it was shown; nothing was written"}})
def decide(desk: DeskOf, who: Who, body: DecisionBody) -> Saved:
    """Write a decision down."""
    if body.final and not who.is_lead:
        raise StoreError("only a lead reviewer settles disagreements")
    also = tuple(Seen(seen.pair, seen.version) for seen in body.also)
    change = Change(body.uid, body.pair, body.version, body.changes, is_final=body.final, also=also)
    return _saved(apply_change(desk.store, who.id, change))


@router.post("/merge", responses={409: {"description": "changed since it was shown; nothing was written"}})
def merge(desk: DeskOf, who: Who, body: MergeBody) -> Saved:
    """Join two pairs."""
    return _saved(merge_with_next(desk.store, who.id, Change(body.uid, body.pair, body.version, {})))


@router.post("/undo")
def take_back(desk: DeskOf, who: Who, body: UndoBody) -> Saved:
    """Undo, one act a call."""
    outcome = undo(desk.store, who.id, body.uid)
    return _saved(outcome) if outcome else Saved(event=None, pair=None, version=0, body={}, was={})


@router.post("/redo")
def do_again(desk: DeskOf, who: Who, body: UndoBody) -> Saved:
    """Redo, one act a call."""
    outcome = redo(desk.store, who.id, body.uid)
    return _saved(outcome) if outcome else Saved(event=None, pair=None, version=0, body={}, was={})


@router.post("/pairs")
def add_one(desk: DeskOf, who: Who, body: AddBody) -> Saved:
    """Add a pair that the run missed."""
    piece = body.model_dump(include={"en_start", "en_end", "ar_start", "ar_end"})
    return _saved(add_pair(desk.store, who.id, Addition(body.uid, body.pair, piece)))


@router.get("/session")
def read_session(desk: DeskOf, who: Who) -> SessionBody:
    """Who is signed in."""
    return SessionBody(reviewer=who.id, name=who.name, is_lead=who.is_lead, csrf=who.csrf, store=desk.store_id)


@router.get("/next")
def next_one(
    request: Request, desk: DeskOf, who: Who, after: Annotated[int | None, Query(ge=1, le=MOST)] = None
) -> Shown:
    """The next pair of a queue; the query takes the filters of the page's address."""
    filters = Filters.parse(dict(request.query_params))
    return Shown(pair=next_pair(desk.store, who.id, filters, after=after))


@router.get("/pairs/{pair}")
def read_pair(desk: DeskOf, who: Who, pair: PairId) -> PairBody:
    """One pair."""
    with desk.store.reading() as session:
        view = load_pair(session, who.id, pair)
    unsaid = {"speaker": None, "rendering": None, "verdict": None}  # what corpora of others may lack
    return PairBody(
        pair=view.id,
        version=view.version,
        row={**unsaid, **view.row},
        body=dict(view.body),
        runners_up=[dict(candidate.row) for candidate in view.runners_up],
    )


@router.get("/progress")
def read_progress(request: Request, desk: DeskOf, who: Who) -> ProgressBody:
    """How far the reviewer is with a queue."""
    filters = Filters.parse(dict(request.query_params))
    with desk.store.reading() as session:
        state = progress(session, who.id, filters, desk.slow.get(filters, lambda: count_open(session, filters)))
    return ProgressBody(decided=state.decided, left=state.left, per_hour=state.per_hour, hours_left=state.hours_left)
