"""Corpora: filters refuse with a reason and keep the order, splits let nothing leak."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.pairs.corpus.duplicates import bare
from align.pairs.corpus.filters import Filters, FilterSettings
from align.pairs.corpus.splits import SplitPlan
from align.pairs.export.row import row_of
from align.records import Rejection
from align.text.normal import normal_form


def row(number, **more):
    record = {
        "pair_id": f"p{number}",
        "en": f"The bridge number {number} opens on Monday for everyone.",
        "ar": f"يفتح الجسر رقم {number} يوم الاثنين للجميع.",
        "doc_id": f"d{number // 3}",
        "tweet_id": f"{1500000000000000000 + number // 3}",
        "probability": (number % 10) / 10,
    }
    return row_of(record | more)


def run_filters(rows, **settings):
    refused = []
    kept = list(Filters(FilterSettings(**settings)).apply(rows, refused.append))
    return [r.pair_id for r in kept], refused


@pytest.mark.parametrize(
    ("settings", "count"),
    [({}, 30), ({"min_probability": 0.5}, 15), ({"max_per_tweet": 1}, 10), ({"min_words": 20}, 0)],
)
def test_corpus_filters_keep_the_order_and_count_up(settings, count):
    rows = [row(n) for n in range(30)]
    kept, refused = run_filters(rows, **settings)
    assert len(kept) == count
    assert len(kept) + len(refused) == len(rows)
    assert kept == sorted(kept, key=lambda name: int(name[1:]))
    assert all(item["reason"] for item in refused)


def test_corpus_filters_drop_repeated_texts_and_retweets():
    rows = [row(1), row(1, pair_id="again"), row(2, en="RT @ann The bridge opens on Monday for all.")]
    assert run_filters(rows, duplicates="exact", retweets=False)[0] == ["p1"]


def test_corpus_splits_leak_neither_tweet_nor_article_nor_sentence():
    rows = [row(n) for n in range(300)] + [row(7, pair_id="copy", doc_id="elsewhere", tweet_id="1600000000000000000")]
    plan = SplitPlan({"train": 0.8, "dev": 0.1, "test": 0.1}, seed=1).learn(rows)
    places = defaultdict(set)
    for r in rows:
        for key in (r.tweet_id, r.doc_id, normal_form(r.en), normal_form(r.ar)):
            places[key].add(plan.split_of(r))
    assert {len(splits) for splits in places.values()} == {1}
    assert set(Counter(plan.split_of(r) for r in rows)) == {"train", "dev", "test"}


def noisy_rows(count):
    """Rows that share tweets, articles and sentences in long chains, with marks and letters that normal form folds."""
    for n in range(count):
        en = (
            f"The bridge number {n % 700} opens on Monday."
            if n % 3
            else f"THE bridge, number {n % 700} opens on monday!"
        )
        ar = f"يفتح الجسر رقم {n % 900} يوم الاثنين" if n % 2 else f"يُفتَحُ الجسر رقم {n % 900} يوم الإثنين."
        yield row(n, en=en, ar=ar, doc_id=f"d{n // 2}", tweet_id=str(10**18 + n // 5), outlet=f"o{n % 4}")


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("seed", [0, 9])
def test_corpus_splits_leak_nothing_of_thousands_of_tangled_rows(exact, seed):
    rows = [*noisy_rows(600), *(row(n, doc_id=f"e{n}", tweet_id=None) for n in range(5000, 9000))]
    plan = SplitPlan({"train": 0.8, "dev": 0.1, "test": 0.1}, seed=seed, exact=exact).learn(rows)
    places = defaultdict(set)
    counts = Counter()
    for r in rows:
        counts[plan.split_of(r)] += 1
        for key in (("t", r.tweet_id), ("d", r.doc_id), ("en", bare(r.en)), ("ar", bare(r.ar))):
            places[key].add(plan.split_of(r))
    places.pop(("t", None))
    assert [key for key, splits in places.items() if len(splits) > 1] == []
    assert min(counts.values()) > 200


def test_corpus_splits_stay_when_the_corpus_grows():
    old = [row(n) for n in range(900)]
    grown = [*(row(n, doc_id=f"new{n}", tweet_id=str(10**17 + n)) for n in range(2000, 4000)), *old]
    shares = {"train": 0.8, "dev": 0.1, "test": 0.1}
    before, after = SplitPlan(shares).learn(old), SplitPlan(shares).learn(grown)
    assert [before.split_of(r) for r in old] == [after.split_of(r) for r in old]


def test_corpus_splits_exact_hold_the_shares_in_every_outlet_and_month():
    rows = [
        row(n, doc_id=f"d{n}", tweet_id=None, outlet=f"o{n % 3}", published=f"2024-0{1 + n % 4}-07")
        for n in range(2400)
    ]
    plan = SplitPlan({"train": 0.8, "dev": 0.1, "test": 0.1}, exact=True).learn(reversed(rows))
    strata = defaultdict(Counter)
    for r in rows:
        strata[r.outlet, r.published][plan.split_of(r)] += 1
    assert len(strata) == 12
    for counts in strata.values():
        assert abs(counts["train"] / counts.total() - 0.8) < 0.011


WORDS = st.sampled_from(
    "open close bridge river Monday «الجسر» يفتح الاثنين RT @ann #news https://x.example 300".split()
)
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "min_probability": st.sampled_from([0.2, 0.5]),
        "verdicts": st.sampled_from([(), ("faithful",), ("faithful", "partial")]),
        "since": st.just("2024-02-01"),
        "retweets": st.booleans(),
        "boilerplate": st.booleans(),
        "min_words": st.integers(0, 3),
        "max_words": st.integers(2, 6),
        "max_ratio": st.sampled_from([1.5, 3.0]),
        "min_script": st.sampled_from([0.5, 0.9]),
        "max_per_tweet": st.integers(1, 2),
        "duplicates": st.sampled_from(["keep", "exact", "near"]),
        "duplicates_within": st.sampled_from(["all", "outlet"]),
        "skip_outlets": st.sampled_from([(), ("o1",)]),
    },
)
RECORDS = st.fixed_dictionaries(
    {"en": TEXTS, "ar": TEXTS},
    optional={
        "probability": st.sampled_from([0.1, 0.3, 0.9]),
        "verdict": st.sampled_from(["faithful", "partial", "divergent"]),
        "outlet": st.sampled_from(["o1", "o2"]),
        "tweet_id": st.sampled_from(["1", "2"]),
        "published": st.sampled_from(["2024-01-05", "2024-03-05"]),
    },
)
ITEMS = st.lists(RECORDS | st.just(Rejection("import", "json", "broken", source="f:1")), max_size=12)


@settings(max_examples=80, deadline=None)
@given(items=ITEMS, chosen=SETTINGS)
def test_corpus_filters_never_reorder_and_lose_nothing(items, chosen):
    rows = [r if isinstance(r, Rejection) else row_of(r | {"pair_id": f"p{n}"}) for n, r in enumerate(items)]
    refused = []
    filters = Filters(FilterSettings(**chosen))
    kept = list(filters.apply(rows, refused.append))
    places = [rows.index(one) for one in kept]
    assert places == sorted(places)
    assert filters.passed == len(kept)
    assert filters.refused == Counter(one["reason"] for one in refused)
    ids = [one.pair_id for one in kept] + [one["pair"]["pair_id"] for one in refused if "pair" in one]
    assert sorted(ids) == sorted(one.pair_id for one in rows if not isinstance(one, Rejection))
    assert len(kept) + len(refused) == len(rows)


@settings(max_examples=30, deadline=None)
@given(items=ITEMS, chosen=SETTINGS)
def test_corpus_filters_pass_what_they_have_passed(items, chosen):
    rows = [row_of(r | {"pair_id": f"p{n}"}) for n, r in enumerate(items) if not isinstance(r, Rejection)]
    kept = list(Filters(FilterSettings(**chosen)).apply(rows))
    assert list(Filters(FilterSettings(**chosen)).apply(kept)) == kept


def test_corpus_filters_near_duplicates_name_their_twin_and_stay_within_an_outlet_when_asked():
    first = row(1, en="The old bridge of Qalat opens on Monday for buses and for people on foot.", outlet="one")
    twin = row(2, en="The old bridge of Qalat opens on Monday for buses, and people on foot", ar=first.ar, outlet="two")
    kept, refused = run_filters([first, twin], duplicates="near")
    assert (kept, refused[0]["reason"], refused[0]["detail"]) == (["p1"], "near_duplicate", "like p1")
    assert run_filters([first, twin], duplicates="near", duplicates_within="outlet")[0] == ["p1", "p2"]


@pytest.mark.parametrize("side", ["en", "ar"])
def test_corpus_filters_let_no_sentence_of_a_test_set_in(tmp_path, side):
    held = row(1, en="The old bridge of Qalat opens on Monday for buses and for people on foot.")
    (tmp_path / "test.jsonl").write_text(f'{{"en": "{held.en}", "ar": "{held.ar}"}}\n', encoding="utf-8")
    near = {"en": held.en.replace(" and for", ", and").upper(), "ar": f"«{held.ar}»"}[side]
    others = [{"en": "Nobody saw the ship.", "ar": "لم ير أحد السفينة"}, {"en": "They left.", "ar": "رحلوا قبل الفجر"}]
    rows = [row(5, **others[0]), row(6, **(others[0] | {side: near})), row(7, **others[1])]
    kept, refused = run_filters(rows, exclude=(str(tmp_path / "test.jsonl"),))
    assert kept == ["p5", "p7"]
    assert refused[0]["reason"] == "excluded"


def test_corpus_filters_tell_languages_by_script_and_words():
    persian = "این پل روز دوشنبه برای همه مردم شهر باز خواهد شد و اتوبوس ها از آن می گذرند."
    french = "Le vieux pont de la ville ouvre lundi pour les autobus et pour tous les habitants."
    rows = [row(1), row(2, ar=persian), row(3, en=french), row(4, en=row(4).ar)]
    assert run_filters(rows, languages=True)[0] == ["p1"]
