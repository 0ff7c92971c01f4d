"""Latin and Arabic spellings of names."""

import pytest

from align.text.transliteration import name_likeness


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Marsh", "مارش"),
        ("Okello", "أوكيلو"),
        ("Kovac", "كوفاتش"),
        ("Brandt", "برانت"),
        ("Zielinska", "جيلينسكا"),
        ("Faye", "فاي"),
        ("Ruiz", "رويس"),
        ("Khoury", "خوري"),
        ("Sjöberg", "شوبيرغ"),
        ("Marchetti", "ماركيتي"),
        ("Hassan", "حسن"),
        ("Quentin", "كوينتن"),
    ],
)
def test_spellings_of_one_name_are_alike(latin: str, arabic: str) -> None:
    assert name_likeness(latin, arabic) >= 0.5


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("Marsh", "خوري"), ("Karam", "خوري"), ("Okello", "برانت"), ("Aerinova", "نوردلنك"), ("Wielinski", "خوري")],
)
def test_other_names_are_not(latin: str, arabic: str) -> None:
    assert name_likeness(latin, arabic) < 0.5


@pytest.mark.parametrize(("latin", "arabic"), [("Hassan", "حسين"), ("Mansur", "منصوري")])
def test_long_vowels_part_names_with_the_same_consonants(latin: str, arabic: str) -> None:
    assert name_likeness(latin, arabic) < 0.75


def test_no_letters_no_likeness() -> None:
    assert name_likeness("Ewa", "") == 0.0
