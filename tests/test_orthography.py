"""Plain letters for the encoder; everything stored stays as printed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.embed.network import Pieces
from align.embed.readable import read_pieces
from align.text.orthography import plain_letters


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("تُفْتَحُ العَبَّارَةُ", "تفتح العبارة"),
        ("الجــــسر", "الجسر"),
        ("ﺍﻟﺠﺴﺮ ﻻ", "الجسر لا"),
        ("هٰذا أيضاً", "هذا أيضا"),
        ("\u202bالجسر\u202c", "الجسر"),
        ("أُغلق الجسر ئ ؤ آ", "أغلق الجسر ئ ؤ آ"),
        ("We open — don’t wait", "We open — don’t wait"),
    ],
)
def test_plain_letters_are_those_of_the_print_without_what_it_adds(printed: str, plain: str) -> None:
    assert plain_letters(printed).text == plain


@given(st.text(alphabet="ابتَُّـﻻ aé\u200f.", max_size=40))
def test_origin_maps_every_plain_letter_into_the_print(printed: str) -> None:
    plain = plain_letters(printed)
    if plain.origin is None:
        assert plain.text == printed
        return
    assert len(plain.origin) == len(plain.text) + 1
    assert list(plain.origin) == sorted(plain.origin)
    assert plain_letters(plain.text).text == plain.text
    assert all(plain.text[i] in plain_letters(printed[place]).text for i, place in enumerate(plain.origin[:-1]))


def test_pieces_have_their_places_in_the_printed_text() -> None:
    given_texts: list[str] = []

    def tokenise(texts: list[str]) -> list[Pieces]:
        given_texts.extend(texts)
        found = []
        for text in texts:
            starts = [0, *(i + 1 for i, char in enumerate(text) if char == " ")]
            ends = [*(i for i, char in enumerate(text) if char == " "), len(text)]
            found.append(Pieces(np.arange(len(starts) + 1), np.array([0, *starts]), np.array([0, *ends])))
        return found

    printed = "تُفْتَحُ العَبَّارَةُ غداً"
    (pieces,) = read_pieces(tokenise, [printed])
    assert given_texts == ["تفتح العبارة غدا"]
    words = [printed[a:b].strip() for a, b in zip(pieces.starts, pieces.ends, strict=True)]
    assert words == ["", "تُفْتَحُ", "العَبَّارَةُ", "غداً"]


@pytest.mark.slow
def test_vowelled_sentence_has_the_vectors_of_the_plain_one() -> None:
    from align.embed.opening import open_encoder
    from align.settings import EmbedSettings

    encoder = open_encoder(EmbedSettings(cache=False))
    printed, plain = "تُفْتَحُ العَبَّارَةُ غَداً", "تفتح العبارة غدا"
    assert np.allclose(encoder.encode([printed]), encoder.encode([plain]), atol=1e-3)
    vowelled, bare = encoder.encode_words([printed])[0], encoder.encode_words([plain])[0]
    assert [span.cut(printed) for span in vowelled.words] == printed.split()
    assert np.allclose(vowelled.vectors, bare.vectors, atol=1e-2)
