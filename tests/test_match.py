"""Matching without a model: what a window knows, which spans are tried, pieces joined, weights fitted."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from align.errors import ModelError
from align.extract import extract_article
from align.match.anchors import names_of, numbers_of, spells
from align.match.assign import with_additions, with_renderings
from align.match.candidates import Candidate, encode_article, find_spans
from align.match.choice import Chosen, without_overlaps
from align.match.context import context_features
from align.match.links import links_of, mutual_best
from align.match.span_features import all_spans
from align.match.window import names_author, running_sums, window_of
from align.match.word_features import compare_words
from align.models.bundle import bundle_for
from align.models.fitting import fit_choice, fit_logistic
from align.models.sections import Means
from align.records import Article, Block, BlockKind, Document, Pair, Rendering, Segment, Span, WordLink
from align.run.aligner import with_sentences
from align.segment import segment_article
from align.settings import ReadSettings
from tests.fakes import HashEncoder

TEXT = (
    "الجسر يفتح الاثنين\n"
    'وقال سامي العابد إن "الجسر سيفتح يوم الاثنين"، وأضاف: "والعبور مجاني (للجميع)".\n'
    "The bridge opens on Monday. Crossing it is free for 30 days.\n"
    "— Sami Alabed (@sami) March 21, 2022\n"
    "وكان سامي قد زار الجسر في 1,127 مناسبة.\n"
)


@pytest.fixture(scope="module")
def weights():
    encoder = HashEncoder()
    return bundle_for(encoder.name, encoder.revision)


@pytest.fixture(scope="module")
def article():
    found = extract_article(Document("a", "a.txt", TEXT), ReadSettings())
    return replace(found, tweets=tuple(map(with_sentences, found.tweets)))


@pytest.fixture(scope="module")
def windows(article, weights):
    segments = segment_article(article)
    vectors = HashEncoder().encode_words([TEXT[s.start : s.end] for s in segments])
    return [window_of(article, [(s, v)], weights.means) for s, v in zip(segments, vectors, strict=True)]


def word(window, printed):
    return next(n for n, span in enumerate(window.spans) if span.cut(TEXT) == printed)


def test_window_knows_quotes_brackets_verbs_and_background(windows):
    headline, quote, background = windows
    assert quote.is_quoted[word(quote, "الجسر")]
    assert not quote.is_quoted[word(quote, "العابد")]
    assert quote.is_bracketed[word(quote, "للجميع")]
    assert quote.is_verb[word(quote, "وأضاف")]
    assert background.is_background.all()
    assert not headline.is_background.any()
    assert [(background.printed[at], set(values)) for at, values in background.numbers] == [("1,127", {1127})]


def test_window_knows_who_speaks(windows):
    quote = windows[1]
    assert quote.names[0][word(quote, "سامي")]
    assert quote.in_speech[0][word(quote, "سيفتح")] == 1
    assert quote.in_speech[0][word(quote, "العابد")] == 0


@pytest.mark.parametrize(
    ("author", "arabic", "expected"),
    [("Sami Alabed", "وسامي", True), ("Sami Alabed", "لينا", False), (None, "سامي", False)],
)
def test_window_names_author_by_spelling(author, arabic, expected):
    assert names_author(author, arabic) is expected


def values_of(text, *, arabic):
    return [set(values) for _, values in numbers_of(text, arabic=arabic)]


def test_numbers_are_equal_by_value_in_figures_and_in_words():
    assert values_of("١٬١٢٧ و 1,127 و 2.50", arabic=True) == [{1127}, {1127}, {Fraction(5, 2)}]
    assert values_of("four hundred crew on 6 routes", arabic=False) == values_of(
        "أربعمئة من الطواقم على ستة خطوط", arabic=True
    )


@pytest.mark.parametrize("text", ["the first one", "once a day", "a second look"])
def test_numbers_leave_ones_and_ordinals_of_grammar_out(text):
    assert [v for v in values_of(text, arabic=False) if v <= {1}] == []


def test_names_are_capitalised_words_without_function_words():
    assert names_of("The mayor of Kessara told Adel Marrash: We will rebuild.") == ("Kessara", "Adel", "Marrash")


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("Marrash", "مرّاش", True),
        ("Marrash", "ولمرّاش", True),
        ("Marrash", "marrash", True),
        ("Marrash", "الوزير", False),
        ("Kessara", "كسارة", True),
    ],
)
def test_names_are_spelt_with_clitics_and_in_latin_letters(name, word, expected):
    assert spells(name, word) is expected


def test_cut_by_the_editor_is_no_boundary(weights):
    text = 'وقال: "الجسر سيفتح (...) يوم الاثنين".\nThe bridge opens on Monday.\n— Sami Alabed (@sami) March 21, 2022\n'
    found = extract_article(Document("a", "a.txt", text), ReadSettings())
    segment = segment_article(found)[0]
    words = HashEncoder().encode_words([text[segment.start : segment.end]])[0]
    window = window_of(found, [(segment, words)], weights.means)
    spans = all_spans(window)
    printed = {text[window.starts[a] : window.ends[b]] for a, b in zip(spans.first, spans.last, strict=True)}
    assert "الجسر سيفتح (...) يوم الاثنين" in printed
    assert "الجسر سيفتح" not in printed


def candidate(tweet, en_start, ar, block):
    segment = Segment(block, block + 100, BlockKind.PARAGRAPH, (Span(block, block + 100),))
    return Candidate(tweet, tweet, en_start, Span(en_start, en_start + 5), Span(*ar), segment, {}, None)


def test_overlapping_spans_leave_the_best_one():
    found = [candidate(0, 0, (10, 20), 0), candidate(0, 0, (15, 30), 0), candidate(0, 9, (30, 40), 0)]
    assert without_overlaps(found, np.array([0.1, 2.0, -1.0])) == [1, 2]


@pytest.mark.parametrize(
    ("quote", "rendered", "expected"),
    [
        ("سيفتح الجسر غدا، بحضور الوزير", "سيفتح الجسر غدا", "سيفتح الجسر غدا، بحضور الوزير"),
        ("هل يفتح الجسر غدا؟، بلا شروط", "هل يفتح الجسر غدا", "هل يفتح الجسر غدا؟، بلا شروط"),
        ("سيفتح الجسر غدا. بحضور الوزير", "سيفتح الجسر غدا", "سيفتح الجسر غدا"),  # a sentence of its own
        ("سيفتح الجسر، وقد حضر الوزير والناس", "سيفتح الجسر", "سيفتح الجسر"),  # longer than what is rendered
        ("قال سامي، سيفتح الجسر غدا، بلا شروط", "سيفتح الجسر غدا", "سيفتح الجسر غدا"),  # does not open the quotation
    ],
)
def test_assign_counts_in_the_tail_of_a_quotation(quote, rendered, expected):
    text = f'وكتب سامي: "{quote}."'
    start = text.index(rendered)
    found = replace(
        candidate(0, 90, (start, start + len(rendered)), 0), segment=Segment(0, len(text), (), BlockKind.PARAGRAPH)
    )
    article = Article("a", "a", text, (), ())
    (sure,) = with_additions(article, [Chosen(found, 0.9)], 0.5)
    assert sure.candidate.ar_span.cut(text) == expected
    (unsure,) = with_additions(article, [Chosen(found, 0.4)], 0.5)
    assert unsure.candidate.ar_span.cut(text) == rendered
    if expected != rendered:
        end = start + len(expected)
        tail = replace(found, ar_span=Span(end - 4, end))
        assert with_additions(article, [Chosen(found, 0.9), Chosen(tail, 0.8)], 0.5)[0].candidate == found


def test_context_tells_a_second_rendering_and_a_sure_neighbour():
    found = [
        candidate(0, 0, (10, 20), 0),
        candidate(0, 0, (110, 120), 100),
        candidate(0, 9, (21, 30), 0),
        candidate(1, 50, (310, 320), 300),
    ]
    context = context_features(found, np.array([3.0, 1.0, -2.0, -9.0]))
    assert context["context_is_repeat"].tolist() == [0.0, 3.0, 0.0, 0.0]
    assert context["context_strong"].tolist() == [0.0, 0.0, 2.0, 0.0]
    assert context["context_beside"].tolist() == [-2.0, -5.0, 3.0, -5.0]
    assert context["context_tweet"].tolist() == [3.0, 3.0, 3.0, -5.0]
    assert context["pair_logit"][3] == -5.0
    assert context["context_has_rivals"].all()


def test_spans_hold_both_parts_of_a_broken_quote_and_keep_within_sentences(windows):
    spans = all_spans(windows[1])
    printed = {TEXT[windows[1].starts[a] : windows[1].ends[b]] for a, b in zip(spans.first, spans.last, strict=True)}
    assert {"الجسر سيفتح يوم الاثنين", "والعبور مجاني"} <= printed
    assert all(a <= b for a, b in zip(spans.first, spans.last, strict=True))


def test_spans_features_are_finite_and_of_one_length(article, weights):
    encoded = encode_article(article, segment_article(article), HashEncoder(), weights.means)
    for found in find_spans(encoded, weights):
        assert {len(values) for values in found.features.values()} == {len(found.first)}
        assert all(np.isfinite(values).all() for values in found.features.values())
        assert set(weights.matching.edge.names) <= set(found.features)


def test_words_are_linked_as_if_each_sentence_met_each_segment_alone(article, weights):
    encoded = encode_article(article, segment_article(article), HashEncoder(), weights.means)
    window = encoded.windows[0]
    compared = compare_words(window, encoded.sentences, encoded.english, weights.means.mean_ar)
    for sentence in range(2):
        for segment in range(len(window.segments)):
            block = np.ix_(compared.owner == sentence, window.owner == segment)
            assert (compared.linked[block] == mutual_best(compared.cosines[block])).all()


def test_spans_and_features_are_the_same_whatever_segments_are_searched_in_one_go(article, weights, monkeypatch):
    stored = np.full(HashEncoder.dim, 0.1, np.float32)  # where no mean is stored, a window's own is taken
    weights = replace(weights, means=Means(stored, stored, stored, stored))

    def found():
        return find_spans(encode_article(article, segment_article(article), HashEncoder(), weights.means), weights)

    together = found()
    monkeypatch.setattr("align.match.candidates._WINDOW_WORDS", 1)
    alone = found()
    assert len(together) == len(alone) == 2
    for one, other in zip(together, alone, strict=True):
        assert one.window.tolist() != other.window.tolist()
        for name in ("segment", "starts", "ends"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
        for name, values in one.features.items():
            assert values == pytest.approx(other.features[name], abs=1e-5), name


def test_spans_of_a_sentence_of_one_word_are_covered_once_at_most(article, weights):
    text = TEXT.replace("Crossing it is free for 30 days.", "Why?")
    found = extract_article(Document("a", "a.txt", text), ReadSettings())
    found = replace(found, tweets=tuple(map(with_sentences, found.tweets)))
    encoded = encode_article(found, segment_article(found), HashEncoder(), weights.means)
    # Less its own mean its vector is zero, and as near to any word as to any other.
    one_word = find_spans(encoded, weights)[1]
    assert encoded.sentences[1].text == "Why?"
    assert one_word.features["linked_en"].max() == 1
    assert (one_word.features["linked_en"] + one_word.features["linked_outside"]).max() <= 1


def test_spans_are_sought_in_the_segments_of_the_nearest_sentences(article, weights, monkeypatch):
    monkeypatch.setattr("align.match.candidates._NEAREST_SENTENCES", 1)
    encoded = encode_article(article, segment_article(article), HashEncoder(), weights.means)
    assert encoded.to_search.sum(1).tolist() == [1, 1]
    for found in find_spans(encoded, weights):
        assert set(found.segment.tolist()) == set(np.flatnonzero(encoded.to_search[found.sentence]).tolist())


def test_spans_of_a_tweet_without_words_or_an_article_without_arabic_are_none(article, weights):
    assert encode_article(article, (), HashEncoder(), weights.means) is None
    assert encode_article(replace(article, tweets=()), segment_article(article), HashEncoder(), weights.means) is None


def test_links_are_mutual_and_scores_are_the_best_of_each_word():
    table = np.array([[0.9, 0.2], [0.8, 0.1]], np.float32)
    assert mutual_best(table).tolist() == [[True, False], [False, False]]
    found = links_of(table, [Span(0, 1), Span(2, 3)], [Span(0, 2), Span(3, 5)])
    assert [(link.en, link.ar) for link in found.links if link.is_mutual] == [(Span(0, 1), Span(0, 2))]
    assert found.linked() == ({Span(0, 1)}, {Span(0, 2)})
    assert [round(w.score, 1) for w in found.en_words] == [0.9, 0.8]
    assert [round(w.score, 1) for w in found.ar_words] == [0.9, 0.2]


def test_links_of_a_word_left_over_go_to_its_nearest_where_that_is_near():
    table = np.array([[0.9, 0.2], [0.8, 0.1], [0.25, 0.2]], np.float32)  # "the", "mayor", and a word of neither
    found = links_of(table, [Span(0, 1), Span(2, 3), Span(4, 5)], [Span(0, 2), Span(3, 5)])
    assert [(link.en.start, link.ar.start, link.is_mutual) for link in found.links] == [(0, 0, True), (2, 0, False)]
    assert found.linked() == ({Span(0, 1)}, {Span(0, 2)})


def test_links_of_a_word_left_over_go_both_ways():
    table = np.array([[0.9, 0.8]], np.float32)
    found = links_of(table, [Span(0, 1)], [Span(0, 2), Span(3, 5)])
    assert [(link.ar.start, link.is_mutual) for link in found.links] == [(0, True), (3, False)]


def test_links_of_a_side_without_words_are_none():
    assert links_of(np.zeros((0, 2), np.float32), [], [Span(0, 1), Span(2, 3)]).links == ()


def pair(number, ar, linked, rendering=Rendering.QUOTE):
    links = tuple(WordLink(Span(k, k + 1), Span(0, 1), 0.9) for k in linked)
    return Pair(f"p{number}", f"p{number}", "a", 0, Span(90, 99), "en", ar, "ar", rendering, 0.9, {}, links)


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        (pair(1, Span(0, 5), [0, 1, 2]), pair(2, Span(10, 15), [5, 6, 7]), True),
        (pair(1, Span(0, 5), [0, 1, 2]), pair(2, Span(10, 15), [0, 1, 2]), False),
        (pair(1, Span(0, 5), [0, 1, 2]), pair(2, Span(70, 75), [5, 6, 7]), False),
        (pair(1, Span(0, 5), [0], Rendering.HEADLINE), pair(2, Span(25, 28), [5]), False),
    ],
)
def test_assign_joins_pieces_that_cover_different_words_nearby(first, second, is_one):
    blocks = tuple(Block(BlockKind.PARAGRAPH, a, a + 20) for a in (0, 20, 40, 60))
    joined = with_renderings(Article("a", "a", "x" * 100, blocks, ()), [second, first])
    assert [p.pair_id for p in joined] == ["p1", "p2"]
    assert (len({p.rendering_id for p in joined}) == 1) is is_one


def test_fitting_logistic_finds_the_rate_of_a_constant_and_the_sign_of_a_feature():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4000, 1))
    y = (rng.random(4000) < 1 / (1 + np.exp(-(2 * x[:, 0] - 1)))).astype(float)
    model = fit_logistic(("x",), x, y, np.ones(4000), ridge=1e-3)
    assert model.weights[0] == pytest.approx(2, abs=0.2)
    assert model.constant == pytest.approx(-1, abs=0.2)


def test_fitting_choice_prefers_the_right_row_and_knows_none():
    columns, targets, groups = [], [], []
    for number in range(200):
        has_right = number % 2 == 0
        columns += [[1.0 if has_right else 0.0], [0.0], [0.0]]
        targets += [1.0 if has_right else 0.0, 0.0, 0.0]
        groups += [number] * 3
    model = fit_choice(("x",), np.array(columns), np.array(targets), np.array(groups), np.ones(200), ridge=1e-3)
    right, wrong = model.score({"x": np.array([1.0, 0.0])})
    assert right > 0 > wrong


def test_calibration_threshold_for_a_precision(weights):
    table = replace(weights.matching, precision=((0.3, 0.8), (0.6, 0.95), (0.9, 0.99)))
    assert table.threshold_for(0.9) == 0.6
    with pytest.raises(ModelError, match="the best was 0.990"):
        table.threshold_for(0.999)


def test_calibration_of_another_model_warns_and_has_no_means(weights):
    (notice,) = weights.notices
    assert notice.code == "uncalibrated" and "not calibrated" in notice.message
    assert weights.means.mean_en.size == 0


def test_prefix_sums_ranges():
    sums = running_sums(np.array([1, 2, 3]))
    assert sums[3] - sums[1] == 5
