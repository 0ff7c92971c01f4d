"""Dates as English and Arabic pages print them."""

import pytest

from align.text.dates import parse_date


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("March 21, 2022", "2022-03-21"),
        ("18 أبريل، 2018", "2018-04-18"),
        ("١٨ نوفمبر، ٢٠١٧", "2017-11-18"),
        ("August 6، 2020", "2020-08-06"),
        ("18 أكتوبر/تشرين الأول 2022", "2022-10-18"),
        ("5 آذار/مارس 2023", "2023-03-05"),
        ("3 غشت 2021", "2021-08-03"),
        ("9 كانون الثاني 2020", "2020-01-09"),
        ("10:15 PM · Sep 4, 2019", "2019-09-04"),
        ("1 June 2020", "2020-06-01"),
        ("2021-12-31", "2021-12-31"),
        ("16 мая 2018 г.", "2018-05-16"),
        ("25. September 2018", "2018-09-25"),
        ("2 de mayo de 2022", "2022-05-02"),
        ("17 février 2020", "2020-02-17"),
        ("2020年2月17日", "2020-02-17"),
        ("۱۲ آوریل ۲۰۲۱", "2021-04-12"),
        ("February 31, 2020", None),
        ("no date here 2020", None),
    ],
)
def test_printed_date_is_read(printed: str, expected: str | None) -> None:
    assert parse_date(printed) == expected
