"""The store on SQLite and on PostgreSQL: nothing is lost, nothing is overwritten, nothing is shown twice."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from align.errors import StoreError
from align.review.opening import open_review
from align.review.sources import open_source
from align.store import open_store
from align.store.adding import Addition, add_pair
from align.store.carry import lost_pairs
from align.store.decide import Change, Seen, apply_change, merge_with_next
from align.store.events import Conflict
from align.store.load import import_source, set_overlap
from align.store.queue import Filters, draw_sample, next_pair, progress
from align.store.results import disagreements, figures, iter_accepted, iter_events
from align.store.reviewers import add_reviewer, enrol, person_of, sign_in, sign_out, token_for
from align.store.schema import Article, Item, Pair, Reviewer, State
from align.store.undoing import redo, undo
from tests.review.data import article_rows, make_run, write_run

ALL = Filters()


def uid():
    return uuid.uuid4().hex


def decide(store, reviewer, pair, version=0, **changes):
    return apply_change(store, reviewer, Change(uid(), pair, version, changes))


def order_of(store, reviewer, filters):
    seen, after = [], None
    while (pair := next_pair(store, reviewer, filters, after=after)) not in seen and pair is not None:
        seen.append(pair)
        after = pair
    return seen


def test_store_takes_the_same_run_once(store, run_directory):
    assert import_source(store, open_source(run_directory)).was_known
    with store.reading() as session:
        assert len(session.scalars(select(Pair.id)).all()) == 12


def test_store_opens_again_with_what_was_decided(store, store_address):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="accept", note="حسن")
    again = open_store(store_address)
    assert [event["after"]["note"] for event in iter_events(again)] == ["حسن"]
    again.close()


def test_store_refuses_a_file_of_another_kind(tmp_path):
    (tmp_path / "x.sqlite").write_text("no database at all, just some text that is long enough")
    with pytest.raises(StoreError, match="expected a SQLite file"):
        open_store(tmp_path / "x.sqlite")


def test_store_says_what_it_can_import(tmp_path):
    with pytest.raises(StoreError, match="there is no"):
        open_source(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match=r"no documents\.jsonl and no pairs\.jsonl"):
        open_source(tmp_path / "empty")


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events"])
def test_store_events_can_be_neither_changed_nor_deleted(store, statement):
    mona = add_reviewer(store, "Mona")
    decide(store, mona, next_pair(store, mona, ALL), choice="accept")
    with pytest.raises((IntegrityError, StoreError), match="append-only"), store.writing() as session:
        session.execute(text(statement))
    assert len(list(iter_events(store))) == 1


def test_store_an_event_says_who_when_before_after_and_of_which_texts(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="unsure")
    decide(store, mona, pair, 1, choice="accept")
    last = list(iter_events(store))[-1]
    assert (last["by"], last["before"]["choice"], last["after"]["choice"]) == ("Mona", "unsure", "accept")
    assert last["signature"] == "model:test|v:1"
    assert len(last["en_hash"]) == len(last["ar_hash"]) == 64
    assert last["at"].endswith("+00:00")


def test_store_the_same_act_sent_again_is_no_second_decision(store):
    mona = add_reviewer(store, "Mona")
    change = Change(uid(), next_pair(store, mona, ALL), 0, {"choice": "accept"})
    assert apply_change(store, mona, change) == apply_change(store, mona, change)
    assert len(list(iter_events(store))) == 1


def test_store_a_lost_race_is_told_and_not_overwritten(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="accept")
    with pytest.raises(Conflict) as caught:
        decide(store, mona, pair, choice="reject")
    assert (caught.value.version, caught.value.body["choice"]) == (1, "accept")
    assert [event["after"]["choice"] for event in iter_events(store)] == ["accept"]


def test_store_two_transactions_on_one_decision_cannot_both_win(postgres_address, run_directory):
    """The row's own version decides when both have read the same state; SQLite lets only one writer in at a time."""
    store = open_review([run_directory], postgres_address)
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="unsure")
    from sqlalchemy.orm.exc import StaleDataError

    with store.reading() as first:
        state = first.scalars(select(State).where(State.pair_id == pair)).one()
        decide(store, mona, pair, 1, choice="accept")
        state.choice = "reject"
        with pytest.raises(StaleDataError):
            first.flush()
        first.rollback()
    store.close()


def test_store_undo_goes_back_step_by_step(store):
    mona = add_reviewer(store, "Mona")
    first, second = order_of(store, mona, ALL)[:2]
    decide(store, mona, first, choice="accept")
    decide(store, mona, second, choice="reject")
    decide(store, mona, second, 1, note="later")
    assert undo(store, mona, uid()).body["note"] == ""
    assert undo(store, mona, uid()).body["choice"] is None
    assert undo(store, mona, uid()).pair_id == first
    assert undo(store, mona, uid()) is None
    assert [event["kind"] for event in iter_events(store)] == ["decide"] * 3 + ["undo"] * 3
    assert next_pair(store, mona, ALL) == first


def test_store_undo_sent_twice_takes_back_once(store):
    mona = add_reviewer(store, "Mona")
    first, second = order_of(store, mona, ALL)[:2]
    decide(store, mona, first, choice="accept")
    decide(store, mona, second, choice="accept")
    act = uid()
    assert undo(store, mona, act).pair_id == undo(store, mona, act).pair_id == second
    last = uid()
    assert undo(store, mona, last).pair_id == undo(store, mona, last).pair_id == first
    assert len(list(iter_events(store))) == 4


def test_store_everyone_undoes_only_their_own(store):
    mona, sami = add_reviewer(store, "Mona"), add_reviewer(store, "Sami")
    decide(store, mona, next_pair(store, mona, ALL), choice="accept")
    assert undo(store, sami, uid()) is None


def test_store_a_corrected_span_stands_to_the_letter_and_keeps_the_proposal(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    with store.reading() as session:
        row = session.get_one(Pair, pair).row
    piece = {name: row[name] for name in ("en_start", "en_end", "ar_start", "ar_end")}
    piece["ar_start"] += 2  # a prefix that belongs to the frame, say
    piece["ar_end"] -= len(row["ar"].split()[-1])  # the space before the last word is trimmed
    decide(store, mona, pair, choice="accept", pieces=[piece])
    ((accepted, *_),) = iter_accepted(store)
    assert accepted["ar"] == " ".join(row["ar"].split()[:-1])[2:]
    assert (accepted["ar_start"], accepted["en_end"]) == (row["ar_start"] + 2, row["en_end"])
    assert accepted["review"]["proposed"]["ar"] == row["ar"]
    assert accepted["review"]["is_corrected"]


def test_store_a_corrected_text_keeps_the_original_beside_it(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    with store.reading() as session:
        row = session.get_one(Pair, pair).row
    piece = {name: row[name] for name in ("en_start", "en_end", "ar_start", "ar_end", "en")}
    decide(store, mona, pair, choice="accept", pieces=[{**piece, "ar": "نص مصحح"}])
    ((accepted, *_),) = iter_accepted(store)
    assert (accepted["ar"], accepted["review"]["proposed"]["ar"]) == ("نص مصحح", row["ar"])


def test_store_a_split_pair_is_exported_in_pieces(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    with store.reading() as session:
        row = session.get_one(Pair, pair).row
    en_cut, ar_cut = row["en"].index(" "), row["ar"].index(" ")
    whole = {name: row[name] for name in ("en_start", "en_end", "ar_start", "ar_end")}
    pieces = [
        {**whole, "en_end": row["en_start"] + en_cut, "ar_end": row["ar_start"] + ar_cut},
        {**whole, "en_start": row["en_start"] + en_cut, "ar_start": row["ar_start"] + ar_cut},
    ]
    decide(store, mona, pair, choice="accept", pieces=pieces)
    accepted = [one.pair for one in iter_accepted(store)]
    assert [one["pair_id"] for one in accepted] == [f"{row['pair_id']}.0", f"{row['pair_id']}.1"]
    assert " ".join(one["en"] for one in accepted) == row["en"]


def test_store_merge_joins_two_pairs_and_undo_parts_them(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        first, second = session.scalars(select(Pair.id).order_by(Pair.id)).all()[:2]
        rows = [session.get_one(Pair, pair).row for pair in (first, second)]
    outcome = merge_with_next(store, mona, Change(uid(), first, 0, {}))
    (piece,) = outcome.body["pieces"]
    assert piece["en"] == f"{rows[0]['en']} {rows[1]['en']}"
    assert piece["ar"] == f"{rows[0]['ar']} … {rows[1]['ar']}"  # nothing of what lies between
    assert piece["ar_spans"] == [[row["ar_start"], row["ar_end"]] for row in rows]
    assert "en_spans" not in piece
    assert second not in order_of(store, mona, ALL)
    undo(store, mona, uid())
    assert {first, second} <= set(order_of(store, mona, ALL))
    assert [event["kind"] for event in iter_events(store)] == ["decide", "decide", "undo", "undo"]


def test_store_merge_joins_three(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        first, second, third = session.scalars(select(Pair.id).order_by(Pair.id)).all()[:3]
        rows = [session.get_one(Pair, pair).row for pair in (first, second, third)]
    merge_with_next(store, mona, Change(uid(), first, 0, {}))
    outcome = merge_with_next(store, mona, Change(uid(), first, 1, {"choice": "accept"}))
    (piece,) = outcome.body["pieces"]
    assert piece["ar"] == " … ".join(row["ar"] for row in rows)
    with pytest.raises(StoreError, match="follows this one"):
        merge_with_next(store, mona, Change(uid(), first, 2, {}))
    decide(store, mona, first, 2, choice="accept")
    ((accepted, *_),) = iter_accepted(store)
    assert accepted["en"] == " ".join(row["en"] for row in rows)


def test_store_pieces_of_a_rendering_are_decided_in_one_act(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        first, second, third = session.scalars(select(Pair.id).order_by(Pair.id)).all()[:3]
    stale = Change(uid(), first, 0, {"choice": "accept"}, also=(Seen(second, 0), Seen(third, 4)))
    with pytest.raises(Conflict):
        apply_change(store, mona, stale)
    assert list(iter_events(store)) == []  # all or nothing
    apply_change(store, mona, Change(uid(), first, 0, {"choice": "accept"}, also=(Seen(second, 0), Seen(third, 0))))
    assert len(list(iter_accepted(store))) == 3
    undo(store, mona, uid())
    assert list(iter_accepted(store)) == []


def test_store_redo_does_again_what_undo_took_back_step_by_step(store):
    mona = add_reviewer(store, "Mona")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, note="one")
    decide(store, mona, pair, 1, choice="reject")
    assert redo(store, mona, uid()) is None
    assert undo(store, mona, uid()).was["choice"] == "reject"
    assert undo(store, mona, uid()).body["note"] == ""
    assert redo(store, mona, uid()).body["note"] == "one"
    assert redo(store, mona, uid()).body["choice"] == "reject"
    assert redo(store, mona, uid()) is None
    assert undo(store, mona, uid()).body["choice"] is None
    decide(store, mona, pair, 7, choice="accept")
    assert redo(store, mona, uid()) is None  # something else was done since


def test_store_redo_of_a_merge_is_one_act(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        first, second = session.scalars(select(Pair.id).order_by(Pair.id)).all()[:2]
    merge_with_next(store, mona, Change(uid(), first, 0, {}))
    undo(store, mona, uid())
    redo(store, mona, uid())
    assert second not in order_of(store, mona, ALL)
    assert [event["kind"] for event in iter_events(store)] == ["decide"] * 2 + ["undo"] * 2 + ["redo"] * 2
    undo(store, mona, uid())
    assert {first, second} <= set(order_of(store, mona, ALL))


def test_store_a_missed_pair_is_added_exported_and_taken_back(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        beside = session.scalars(select(Pair.id).order_by(Pair.id)).first()
        row = session.get_one(Pair, beside).row
        text_ = session.scalars(select(Article.text).where(Article.doc_id == row["doc_id"])).one()
    at = text_.index("#Qalat")
    place = {"en_start": at, "en_end": at + 6, "ar_start": text_.index("أخبار"), "ar_end": text_.index("أخبار") + 12}
    outcome = add_pair(store, mona, Addition(uid(), beside, place))
    ((accepted, *_),) = iter_accepted(store)
    assert (accepted["en"], accepted["ar"]) == ("#Qalat", "أخبار الميناء"[:12])
    assert accepted["added"]
    with pytest.raises(StoreError, match="no pair yet"):
        add_pair(store, mona, Addition(uid(), beside, place))
    with store.reading() as session:
        numbers = figures(session)
    assert (numbers.pairs, numbers.precision.of) == (13, 0)  # no run proposed it: it says nothing of one
    assert outcome.pair_id not in order_of(store, mona, ALL)
    undo(store, mona, uid())
    assert list(iter_accepted(store)) == []
    assert outcome.pair_id not in order_of(store, mona, Filters(choice="any"))
    redo(store, mona, uid())
    assert len(list(iter_accepted(store))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"choice": "merged"},
        {"colour": "red"},
        {"pieces": []},
        {"pieces": [{"en_start": 0, "en_end": 5, "ar_start": 0, "ar_end": 10**9}]},
        {"pieces": [{"en_start": True, "en_end": 5, "ar_start": 0, "ar_end": 5}]},
        {"findings": {"no.such:0:0": "confirmed"}},
        {"tags": [{"type": "omission", "severity": "terrible"}]},
        {"note": "x" * 4001},
    ],
)
def test_store_refuses_what_no_page_sends(store, changes):
    mona = add_reviewer(store, "Mona")
    with pytest.raises(StoreError, match="expected"):
        decide(store, mona, next_pair(store, mona, ALL), **changes)
    assert list(iter_events(store)) == []


def test_queue_orders_by_doubt_severity_outlet_article_and_chance(store):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        items = {item.pair_id: item for item in session.scalars(select(Item))}
    keys = {
        "uncertainty": lambda i: (i.doubt, i.pair_id),
        "severity": lambda i: (i.severity, i.doubt, i.pair_id),
        "outlet": lambda i: (i.outlet, i.pair_id),
        "article": lambda i: i.pair_id,
        "random": lambda i: (i.lot, i.pair_id),
    }
    for order, key in keys.items():
        expected = [item.pair_id for item in sorted(items.values(), key=key)]
        assert order_of(store, mona, Filters(order=order)) == expected, order


def test_queue_filters_by_outlet_code_article_and_text(store):
    mona = add_reviewer(store, "Mona")
    assert len(order_of(store, mona, Filters(outlet="alafaq.example"))) == 3
    assert 0 < len(order_of(store, mona, Filters(code="number"))) < 12
    assert order_of(store, mona, Filters(code="numb")) == []
    assert len(order_of(store, mona, Filters(doc="a000001"))) == 3
    found = order_of(store, mona, Filters(q="صَيّادُونا"))  # with vowel marks; the text has none
    assert found
    with store.reading() as session:
        assert all("صيادونا" in session.get_one(Pair, pair).row["ar"] for pair in found)
    assert order_of(store, mona, Filters(q="100%_")) == []


def test_queue_an_address_with_an_unknown_value_is_refused():
    with pytest.raises(StoreError, match="expected an order"):
        Filters.parse({"order": "backwards"})
    assert Filters.parse({"order": "random", "q": "", "pair": "7"}) == Filters(order="random")


def test_queue_shows_nobody_what_another_has_on_the_screen(store):
    mona, sami = add_reviewer(store, "Mona"), add_reviewer(store, "Sami")
    first = next_pair(store, mona, ALL)
    assert next_pair(store, mona, ALL) == first
    assert next_pair(store, sami, ALL) != first


def test_queue_gives_a_pair_to_one_person_and_the_overlap_to_two(store):
    mona, sami = add_reviewer(store, "Mona"), add_reviewer(store, "Sami")
    set_overlap(store, 0.5)
    with store.reading() as session:
        twice = set(session.scalars(select(Item.pair_id).where(Item.wanted == 2)))
    assert 0 < len(twice) < 12
    for reviewer in (mona, sami):
        while (pair := next_pair(store, reviewer, ALL)) is not None:
            decide(store, reviewer, pair, choice="accept")
    with store.reading() as session:
        of_sami = set(session.scalars(select(State.pair_id).where(State.reviewer_id == sami)))
        of_mona = session.scalars(select(State.pair_id).where(State.reviewer_id == mona)).all()
    assert (len(of_mona), of_sami) == (12, twice)


def test_queue_a_skipped_pair_is_left_to_others(store):
    mona, sami = add_reviewer(store, "Mona"), add_reviewer(store, "Sami")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="skip")
    assert pair not in order_of(store, mona, ALL)
    assert next_pair(store, sami, ALL) == pair
    assert order_of(store, mona, Filters(choice="skip")) == [pair]


def test_queue_a_sample_is_drawn_once(store, tmp_path):
    mona = add_reviewer(store, "Mona")
    name = draw_sample(store, 5, 1)
    drawn = order_of(store, mona, Filters(sample=name, order="random"))
    assert len(drawn) == 5
    draw_sample(store, 5, 1)
    assert order_of(store, mona, Filters(sample=name, order="random")) == drawn
    other = open_review([make_run(tmp_path / "again")], str(tmp_path / "other.sqlite"))
    draw_sample(other, 5, 1)
    with store.reading() as one, other.reading() as two:
        names = {one.get_one(Pair, pair).pair_id for pair in drawn}
        there = order_of(other, add_reviewer(other, "Mona"), Filters(sample=name))
        assert names == {two.get_one(Pair, pair).pair_id for pair in there}
    other.close()


def test_queue_progress_counts_the_filter(store):
    mona = add_reviewer(store, "Mona")
    decide(store, mona, next_pair(store, mona, Filters(doc="a000001")), choice="accept")
    with store.reading() as session:
        state = progress(session, mona, Filters(doc="a000001"))
        assert (state.decided, state.left) == (1, 2)
        assert progress(session, mona, ALL).left == 11


def test_reviewers_a_second_start_keeps_who_there_is_and_who_leads(store):
    assert enrol(store, ["Mona", "Sami"], None, "root") == ["Mona", "Sami"]
    assert enrol(store, [], None, "root") == ["Mona", "Sami"]
    enrol(store, ["Huda"], None, "root")
    with store.reading() as session:
        leads = session.scalars(select(Reviewer.name).where(Reviewer.is_lead)).all()
    assert leads == ["Mona"]


def test_reviewers_have_links_of_their_own_and_sessions_that_end(store):
    add_reviewer(store, "Mona")
    key = store.secret()
    assert sign_in(store, key, "wrong") is None
    cookie = sign_in(store, key, token_for(key, "Mona"))
    with store.reading() as session:
        assert person_of(session, key, cookie).name == "Mona"
        assert person_of(session, "another key", cookie) is None
    sign_out(store, cookie)
    with store.reading() as session:
        assert person_of(session, key, cookie) is None


def test_results_disputed_pairs_wait_until_they_are_settled(store):
    mona, sami = add_reviewer(store, "Mona", is_lead=True), add_reviewer(store, "Sami")
    pair = next_pair(store, mona, ALL)
    decide(store, mona, pair, choice="accept")
    decide(store, sami, pair, choice="reject")
    assert list(iter_accepted(store)) == []
    with store.reading() as session:
        assert [d.pair.id for d in disagreements(session)] == [pair]
        assert figures(session).unsettled == 1
    apply_change(store, mona, Change(uid(), pair, 0, {"choice": "accept"}, is_final=True))
    ((row, *_),) = iter_accepted(store)
    assert row["review"]["is_adjudicated"]
    with pytest.raises(Conflict):
        apply_change(store, sami, Change(uid(), pair, 0, {"choice": "reject"}, is_final=True))


def test_results_precision_by_outlet_and_finding(store):
    mona = add_reviewer(store, "Mona")
    for number, pair in enumerate(order_of(store, mona, Filters(order="article"))):
        with store.reading() as session:
            row = session.get_one(Pair, pair).row
        from align.store.bodies import finding_key

        said = {finding_key(finding, row): "confirmed" for finding in row["findings"]}
        decide(store, mona, pair, choice="reject" if number == 0 else "accept", findings=said)
    with store.reading() as session:
        numbers = figures(session)
    assert (numbers.precision.right, numbers.precision.of) == (11, 12)
    assert sum(share.of for share in numbers.by_outlet.values()) == 12
    assert all(share.right == share.of for share in numbers.by_code.values())


def moved(number, shift):
    """The rows of an article whose second pair has lost words at its end in a newer run."""
    document, tweets, pairs, rejected = article_rows(number)
    words = pairs[1]["ar"].split()[:shift]
    pairs[1]["ar"] = " ".join(words)
    pairs[1]["ar_end"] = pairs[1]["ar_start"] + len(pairs[1]["ar"])
    pairs[1]["pair_id"] = "moved"
    return document, tweets, pairs, rejected


def test_carry_an_accepted_span_stays_what_it_was_when_a_new_run_moves_it(store, tmp_path):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        old = session.scalars(select(Pair).order_by(Pair.id)).all()[1]
        old_id, old_row = old.id, old.row
    decide(store, mona, old_id, choice="accept")
    newer = write_run(tmp_path / "newer", [moved(0, -1)], "model:new|v:2")
    result = import_source(store, open_source(newer))
    assert (result.carried, result.lost, result.retired_pairs) == (1, 0, 1)
    ((row, *_),) = iter_accepted(store)
    assert (row["pair_id"], row["ar"], row["ar_start"]) == ("moved", old_row["ar"], old_row["ar_start"])
    assert old_id not in order_of(store, mona, Filters(choice="any"))
    assert [event["kind"] for event in iter_events(store)] == ["decide", "carry"]


def test_carry_a_refusal_is_asked_again_when_the_span_moved_and_is_listed(store, tmp_path):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        old_id = session.scalars(select(Pair.id).order_by(Pair.id)).all()[1]
    decide(store, mona, old_id, choice="reject")
    result = import_source(store, open_source(write_run(tmp_path / "newer", [moved(0, -1)], "model:new|v:2")))
    assert (result.carried, result.lost) == (0, 1)
    with store.reading() as session:
        assert [pair.id for pair in lost_pairs(session)] == [old_id]
    assert [event["after"]["choice"] for event in iter_events(store)] == ["reject"]


def test_carry_finds_the_words_again_in_an_edited_article(store, tmp_path):
    mona = add_reviewer(store, "Mona")
    with store.reading() as session:
        old_id = session.scalars(select(Pair.id).order_by(Pair.id)).first()
    decide(store, mona, old_id, choice="accept")
    document, tweets, pairs, rejected = article_rows(0)
    added = "سطر جديد في أول المقال\n"
    document["text"] = added + document["text"]
    for block in document["blocks"]:
        block["start"] += len(added)
        block["end"] += len(added)
    for row in (*pairs, *tweets):
        for name in row:
            if name in ("start", "end", "en_start", "en_end", "ar_start", "ar_end"):
                row[name] += len(added)
    for number, row in enumerate(pairs):
        row["pair_id"], row["findings"] = f"new{number}", []
    result = import_source(store, open_source(write_run(tmp_path / "newer", [(document, tweets, pairs, rejected)])))
    assert (result.carried, result.lost) == (1, 0)
    ((row, *_),) = iter_accepted(store)
    assert (row["pair_id"], document["text"][row["ar_start"] : row["ar_end"]]) == ("new0", row["ar"])


def test_carry_another_article_of_the_same_name_retires_nothing(store, tmp_path):
    document, tweets, pairs, rejected = article_rows(0)
    document["source"], document["text"] = "elsewhere/a000000.html", document["text"] + " آخر"
    for number, row in enumerate(pairs):
        row["pair_id"] = f"other{number}"
    result = import_source(store, open_source(write_run(tmp_path / "other", [(document, tweets, pairs, rejected)])))
    assert (result.new_pairs, result.retired_pairs) == (3, 0)


def test_import_takes_bare_pairs_with_their_findings(tmp_path):
    table = tmp_path / "pairs.tsv"
    table.write_text("en\tar\n'=Good news\tخبر سار\nSecond\tثان\n", encoding="utf-8")
    store = open_review([table], None)
    mona = add_reviewer(store, "Mona")
    decide(store, mona, order_of(store, mona, Filters(order="article"))[0], choice="accept")
    ((row, *_),) = iter_accepted(store)
    assert (row["en"], row["ar"]) == ("=Good news", "خبر سار")
    assert (tmp_path / "pairs.review.sqlite").is_file()
    store.close()


def test_import_a_broken_run_is_one_clear_error(tmp_path):
    run = make_run(tmp_path / "run")
    with (run / "pairs.jsonl").open("a") as stream:
        stream.write('{"doc_id": "a00')
    with pytest.raises(StoreError, match=r"pairs\.jsonl, line 13: expected a row of JSON in UTF-8"):
        open_review([run], str(tmp_path / "s.sqlite"))


def test_import_that_was_cut_off_is_done_again(tmp_path):
    run = make_run(tmp_path / "run")
    whole = (run / "pairs.jsonl").read_text()
    (run / "pairs.jsonl").write_text(whole[:-30])
    with pytest.raises(StoreError):
        open_review([run], str(tmp_path / "s.sqlite"))
    (run / "pairs.jsonl").write_text(whole)
    store = open_review([run], str(tmp_path / "s.sqlite"))
    with store.reading() as session:
        assert len(session.scalars(select(Pair.id).where(Pair.is_current)).all()) == 12
    store.close()
