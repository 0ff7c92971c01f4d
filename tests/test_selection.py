"""Spans chosen for all sentences of an article together, threads as one text, and what their marks are worth."""

from dataclasses import replace

import numpy as np
import pytest

from align.extract import extract_article
from align.match.candidates import Candidate
from align.match.choice import Chosen, outlooks_of
from align.match.context import context_features
from align.match.location import places_of, threads_of
from align.match.numbering import without_thread_marks
from align.match.selection import ScoredSpans, shortlists, span_worths
from align.records import BlockKind, Document, Rendered, Segment, Span
from align.run.aligner import with_sentences
from align.settings import ReadSettings


def spans_of(sentence, *places):
    """Spans at these offsets; ten letters are a word."""
    starts, ends = (np.array(side) for side in zip(*places, strict=True))
    zeros = np.zeros(len(places), np.int64)
    return ScoredSpans(sentence, zeros, zeros, starts // 10, (ends - 1) // 10, starts, ends, {})


def chosen_places(found, rows):
    return [
        {(int(f.starts[r]), int(f.ends[r])) for r in own} for f, own in zip(found, (p.rows for p in rows), strict=True)
    ]


def test_shortlists_give_two_sentences_of_one_quotation_a_half_each():
    # Each sentence would rather have the whole quotation; together they are worth most with a half each.
    first = spans_of(0, (0, 100), (0, 48), (50, 100))
    second = spans_of(1, (0, 100), (0, 48), (50, 100))
    rows = shortlists([first, second], [np.array([2.0, 1.8, -3.0]), np.array([2.0, -3.0, 1.8])])
    places = chosen_places([first, second], rows)
    assert (0, 48) in places[0] and (0, 100) not in places[0]
    assert (50, 100) in places[1] and (0, 100) not in places[1]


def test_shortlists_give_a_sentence_alone_the_span_that_is_likeliest():
    found = spans_of(0, (0, 100), (0, 48), (50, 100))
    assert chosen_places([found], shortlists([found], [np.array([2.0, 0.5, 0.5])])) == [{(0, 100)}]


def test_shortlists_keep_the_pieces_of_a_broken_quotation():
    found = spans_of(0, (0, 100), (0, 40), (60, 100))
    assert chosen_places([found], shortlists([found], [np.array([-1.0, 1.5, 1.5])])) == [{(0, 40), (60, 100)}]


def test_shortlists_never_overlap_within_a_sentence_and_leave_out_the_hopeless():
    found = spans_of(0, *((a, a + 30) for a in range(0, 300, 10)), (400, 420))
    rows = shortlists([found], [np.r_[np.linspace(1, 2, 30), -20.0]])[0]
    places = sorted(chosen_places([found], [rows])[0])
    assert len(places) == 5
    assert all(one[1] <= other[0] for one, other in zip(places, places[1:], strict=False))


def test_span_worths_count_near_spans_for_each_other():
    found = spans_of(0, (0, 100), (2, 100), (200, 300))
    rows, worths = span_worths(found, np.array([0.0, 0.0, 0.5]))
    by_row = dict(zip(rows.tolist(), worths.tolist(), strict=True))
    assert by_row[0] > by_row[2]  # two spans that nearly agree against one that is a little likelier
    assert 0 <= min(by_row.values()) and max(by_row.values()) <= 1


def test_span_worths_prefer_the_likelier_of_two_long_spans_a_word_apart():
    found = spans_of(0, (0, 300), (10, 300))
    _, worths = span_worths(found, np.array([0.5, 2.0]))
    assert worths[1] > worths[0]


THREAD = (
    "عنوان قصير\n"
    'وكتبت ليلى سمير: "غرق القارب أمس. ولم ينج أحد".\n'
    "1/2 The boat sank yesterday.\n— Layla Samir (@laylasamir) March 21, 2022\n"
    "2/2 Nobody survived.\n— Layla Samir (@laylasamir) March 21, 2022\n"
    "وقال عمر نادر إن البحر هائج.\n"
    "The sea is rough.\n— Omar Nader (@omarnader) March 21, 2022\n"
)


@pytest.fixture(scope="module")
def thread():
    found = extract_article(Document("t", "t.txt", THREAD), ReadSettings())
    return replace(found, tweets=tuple(map(with_sentences, found.tweets)))


def test_threads_join_the_posts_of_one_author_that_stand_together(thread):
    assert threads_of(thread) == {0: 0, 1: 0, 2: 2}


def test_threads_do_not_reach_over_a_long_stretch_of_text():
    between = "".join(f"فقرة رقم {n} عن الميناء.\n" for n in range(6))
    first, behind = THREAD.split("2/2", 1)
    found = extract_article(Document("t", "t.txt", first + between + "2/2" + behind), ReadSettings())
    assert threads_of(found)[1] == 1


def test_places_tell_headlines_distances_and_sides(thread):
    places = places_of(thread, threads_of(thread))
    headline, quote, behind = (places.features(0, THREAD.index(word)) for word in ("عنوان", "غرق", "البحر"))
    assert headline["tweet_distance"] == 0 and headline["is_behind_tweet"] == 0
    assert quote["is_behind_tweet"] == 0 and behind["is_behind_tweet"] == 1
    assert quote["tweet_distance"] <= behind["tweet_distance"]


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("1/3 We sailed at dawn.", "We sailed at dawn."),
        ("(2/3) We sailed at dawn.", "We sailed at dawn."),
        ("2/ We sailed at dawn.", "We sailed at dawn."),
        ("We sailed at dawn. (3/3)", "We sailed at dawn."),
        ("…going to sail at dawn", "going to sail at dawn"),
        ("....going to sail at dawn", "going to sail at dawn"),
        ("1/2 …going to sail", "going to sail"),
        ("1/3 of the boats are lost.", "1/3 of the boats are lost."),
        ("9/11 changed the port.", "9/11 changed the port."),
        ("Open 24/7", "Open 24/7"),
        ("1/2", "1/2"),
    ],
)
def test_thread_marks_are_spaces_and_fractions_are_kept(printed, left):
    masked = without_thread_marks(printed)
    assert masked.strip() == left
    assert len(masked) == len(printed)


def candidate(order, ar, *, thread=0, tweet=0, block=0):
    segment = Segment(block, block + 100, BlockKind.PARAGRAPH, (Span(block, block + 100),))
    en = Span(1000 + 10 * order, 1000 + 10 * order + 5)
    return Candidate(tweet, thread, order, en, Span(*ar), segment, {}, None)


def test_context_counts_the_posts_of_a_thread_as_one_text():
    found = [candidate(0, (0, 20)), candidate(1, (22, 40), tweet=1)]
    rivals = [candidate(0, (0, 20)), candidate(1, (22, 40), tweet=1, thread=1)]
    logits = np.array([3.0, -1.0])
    assert context_features(found, logits)["context_beside"][1] == 3.0
    assert context_features(found, logits)["context_rival_beside"][1] == -5.0
    assert context_features(rivals, logits)["context_rival_beside"][1] == 3.0


def test_context_sees_the_neighbour_that_the_tweet_goes_on_with():
    in_order = [candidate(0, (0, 20)), candidate(1, (22, 40))]
    turned = [candidate(1, (0, 20)), candidate(0, (22, 40))]
    far = [candidate(0, (0, 20)), candidate(1, (92, 99))]
    logits = np.array([3.0, -1.0])
    assert context_features(in_order, logits)["context_before"].tolist() == [-5.0, 3.0]
    assert context_features(in_order, logits)["context_behind"].tolist() == [-1.0, -5.0]
    assert context_features(turned, logits)["context_before"].tolist() == [-5.0, -5.0]
    assert context_features(far, logits)["context_before"].tolist() == [-5.0, -5.0]


def test_outlooks_are_sure_of_pairs_and_below_the_doubt(thread):
    spans = [tweet.sentences[0] for tweet in thread.tweets]
    found = [
        Chosen(replace(candidate(0, (20, 30)), tweet=0, en_span=spans[0]), 0.9),
        Chosen(replace(candidate(1, (40, 50)), tweet=1, en_span=spans[1]), 0.3),
        Chosen(replace(candidate(1, (60, 70)), tweet=1, en_span=spans[1]), 0.2),
    ]
    paired = {(0, spans[0])}
    told = outlooks_of(thread, found, paired, 0.25)
    assert [(o.rendered, o.ar_span, o.probability) for o in told] == [
        (Rendered.YES, Span(20, 30), 0.9),
        (Rendered.UNSURE, Span(40, 50), 0.3),
        (Rendered.NO, None, None),
    ]
    assert outlooks_of(thread, found, paired, 0.35)[1].rendered is Rendered.NO
    merged = replace(found[0], candidate=replace(found[0].candidate, tweet=2, en_span=spans[2]))
    assert outlooks_of(thread, [*found, merged], paired, 0.25)[2].rendered is Rendered.UNSURE
