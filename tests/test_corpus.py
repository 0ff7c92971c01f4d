"""Corpora: filters refuse with a reason and keep the order, splits let nothing leak."""

from collections import Counter, defaultdict

import pytest

from align.corpus.filters import Filters, FilterSettings
from align.corpus.splits import SplitPlan
from align.export.row import row_of
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
