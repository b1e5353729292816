"""What columns of a CSV are read as."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pytest
from babel.dates import get_month_names

from livecontent.imports.columns import Choices, Column, ColumnReader
from livecontent.imports.dates import DateReader
from livecontent.imports.notes import Remark
from livecontent.imports.recipients import RecipientAttributes
from livecontent.imports.survey import ColumnSurvey

DAYS = DateReader(2026)


def decide(columns: dict[str, Sequence[str]], choices: Choices | None = None) -> tuple[Column, ...]:
    surveys = []
    for cells in columns.values():
        survey = ColumnSurvey(DAYS)
        survey.look(cells, range(2, len(cells) + 2))
        surveys.append(survey)
    return ColumnReader(choices or Choices(), DAYS, RecipientAttributes()).decide(list(columns), surveys)


def read(name: str, cells: Sequence[str], choices: Choices | None = None) -> tuple[str, list[object]]:
    (column,) = decide({name: cells}, choices)
    return column.told, [plain(column.read(cell)) if column.read else None for cell in cells]


def plain(value: object) -> object:
    return value.value if isinstance(value, Remark) else value


@pytest.mark.parametrize(
    ("cells", "values", "told"),
    [
        (["12", "0", "-7"], [12, 0, -7], "whole numbers"),
        (["1 240", "3\u00a0500", "1\u202f234\u00a0567"], [1240, 3500, 1234567], "whole numbers, ' ' groups thousands"),
        (["12.5", "980"], [12.5, 980], "numbers"),
        (["12,5", "980"], [12.5, 980], "numbers, ',' before decimals (12,5 = 12.5)"),
        (["1.234,56", "1.240"], [1234.56, 1240], "numbers, ',' before decimals, '.' groups thousands"),
        (["1,234.56", "1,240"], [1234.56, 1240], "numbers, ',' groups thousands (1,234.56 = 1234.56)"),
        (["12,34,567.50", "1,00,000"], [1234567.5, 100000], "numbers, ',' groups thousands"),
        (["1'240.50"], [1240.5], 'numbers, "\'" groups thousands'),
        (["−12"], [-12], "whole numbers"),
        (["1.234.567", "1.240"], [1234567, 1240], "whole numbers, '.' groups thousands"),
        (["0.125", "1.240"], [0.125, 1.24], "numbers"),
        (
            ["1.240", "3.500"],
            [None, None],
            "left out: 1.240 can be 1.24 or 1240: say which with --decimal . or --decimal ,",
        ),
        (["007", "12"], ["007", "12"], "text, as '007' on line 2 is no number"),
        (["1234567890123456", "1"], ["1234567890123456", "1"], "text, as '1234567890123456' on line 2"),
        (["06 12 34 56 78"], ["06 12 34 56 78"], "text"),
        (["12.5", "12,5"], ["12.5", "12,5"], "text, as "),
        (["12", "x", "7"], ["12", "x", "7"], "text, as 'x' on line 3 is no number like the others"),
        (["true", "FALSE"], [True, False], "true or false"),
        (["true", "perhaps"], ["true", "perhaps"], "text"),
        (["12", "NULL", "-", ""], [12, None, None, None], "whole numbers"),
        (["NULL", "n/a", "-"], [None, None, None], "empty"),
        (["1e5", "1_000", "٣٤", "Infinity"], ["1e5", "1_000", "٣٤", "Infinity"], "text"),
    ],
)
def test_numbers_are_those_of_the_column(cells: list[str], values: list[object], told: str) -> None:
    said, found = read("points", cells)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]
    assert said.startswith(told)


@pytest.mark.parametrize(
    ("cells", "values", "told"),
    [
        (["2026-12-24", "2026-01-02"], ["2026-12-24", "2026-01-02"], "dates"),
        (["20261224", "2026-12-24"], ["2026-12-24", "2026-12-24"], "dates (20261224 = 2026-12-24)"),
        (["24/12/2026", "01/02/2026"], ["2026-12-24", "2026-02-01"], "dates, day first (24/12/2026 = 2026-12-24)"),
        (["12/24/2026", "01/02/2026"], ["2026-12-24", "2026-01-02"], "dates, month first"),
        (["24.12.76", "01.02.26"], ["1976-12-24", "2026-02-01"], "dates, day first (24.12.76 = 1976-12-24); years"),
        (["12/24/2026 6:00 PM"], ["2026-12-24T18:00"], "dates, month first"),
        (["2026-12-24 18:00:00"], ["2026-12-24T18:00:00"], "dates"),
        (["2026-12-24T18:00:00Z"], ["2026-12-24T18:00:00+00:00"], "dates"),
        (["05/05/2026", "06/06/2026"], ["2026-05-05", "2026-06-06"], "dates"),
        (["01/02/2026", "03/04/2026"], [None, None], "left out: 01/02/2026 can be 2026-02-01 or 2026-01-02: say which"),
        (["31/02/2026"], ["31/02/2026"], "text"),
        (["24/12/2026", "45321"], ["2026-12-24", None], "dates, day first"),
        (["45321", "45322"], [None, None], "45321 is the number that a spreadsheet keeps for a day, left out"),
    ],
)
def test_dates_are_those_of_the_column(cells: list[str], values: list[object], told: str) -> None:
    said, found = read("expires", cells)
    assert found == values
    assert said.startswith(told)


@pytest.mark.parametrize("name", ["sku", "order_id", "zip_code", "customer_no", "phone", "loyalty_card_number"])
def test_what_names_things_is_text(name: str) -> None:
    assert read(name, ["12", "3400"]) == ("text, an identifier", ["12", "3400"])


@pytest.mark.parametrize("name", ["points", "shirt_number", "discount", "codex"])
def test_what_counts_is_a_number(name: str) -> None:
    assert read(name, ["12", "3400"]) == ("whole numbers", [12, 3400])


def test_one_column_tells_the_sign_for_another() -> None:
    points, balance = decide({"points": ["1.240", "980"], "balance": ["12,50", "3,00"]})
    assert points.told == "whole numbers, '.' groups thousands (1.240 = 1240), as in balance"
    assert points.read
    assert (points.read("1.240"), balance.style) == (1240, ",")


def test_one_column_tells_the_order_for_another() -> None:
    since, _ = decide({"since": ["01/02/2026"], "until": ["24/12/2026"]})
    assert since.told == "dates, day first (01/02/2026 = 2026-02-01), as in until"


def test_coordinates_tell_the_sign_too() -> None:
    points, *_ = decide({"points": ["1.240"], "latitude": ["48,85"], "longitude": ["2,35"]})
    assert points.told.endswith("(1.240 = 1240), as in longitude")


def test_columns_that_contradict_tell_nothing() -> None:
    points, *_ = decide({"points": ["1.240"], "a": ["12,5"], "b": ["12.5"]})
    assert points.doubt
    assert points.read is None


@pytest.mark.parametrize(("decimal", "value"), [(",", 1240), (".", 1.24)])
def test_a_doubt_is_settled_by_an_option(decimal: str, value: float) -> None:
    assert read("points", ["1.240"], Choices(decimal=decimal))[1] == [value]


@pytest.mark.parametrize(("date", "value"), [("dmy", "2026-02-01"), ("mdy", "2026-01-02")])
def test_an_order_is_settled_by_an_option(date: str, value: str) -> None:
    assert read("expires", ["01/02/2026"], Choices(date=date))[1] == [value]


def test_an_option_that_the_values_contradict_makes_text_of_them() -> None:
    said, found = read("points", ["12,5", "7,5"], Choices(decimal="."))
    assert found == ["12,5", "7,5"]
    assert said.startswith("text")


def test_types_are_chosen() -> None:
    assert read("points", ["12"], Choices(types={"points": "text"})) == ("text", ["12"])
    assert read("sku", ["12", "x"], Choices(types={"sku": "number"})) == ("whole numbers", [12, None])
    assert read("points", ["12"], Choices(types={"points": "skip"})) == ("not stored", [None])
    assert read("points", ["12"], Choices(keep=frozenset({"city"}))) == ("not stored", [None])


def test_one_odd_value_of_a_hundred_spoils_no_column() -> None:
    cells = [*map(str, range(1, 200)), "many"]
    said, found = read("points", cells)
    assert said == "whole numbers"
    assert found == [*range(1, 200), None]


def test_an_odd_value_does_not_decide_a_doubt() -> None:
    cells = ["01/02/2026"] * 200 + ["24/12/2026", "12/24/2026"]
    assert decide({"expires": cells})[0].doubt


def test_ids_that_all_end_in_point_zero_are_told() -> None:
    assert "all end in .0" in read("id", ["7.0", "8.0"])[0]
    assert read("id", ["7.0", "8"])[0] == "the id"


@pytest.mark.parametrize(
    "locale", ["en", "fr", "de", "es", "it", "pt", "nl", "pl", "cs", "hu", "ro", "ru", "uk", "el", "tr", "sv"]
)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_days_with_the_names_of_months_are_dates(locale: str, width: Literal["wide", "abbreviated"]) -> None:
    months = get_month_names(width, locale=locale)
    days = [date(2026, month, 3 + month) for month in months if not (locale in ("pl", "cs") and month in (7, 8, 11))]
    for form in ("{d} {m} {y}", "{d}. {m} {y}", "{d}-{m}-{y}", "{m} {d}, {y}", "{y} {m} {d}", "{d} de {m} de {y}"):
        cells = [form.format(d=day.day, m=months[day.month], y=day.year) for day in days]
        told, values = read("ends", cells)
        assert values == [day.isoformat() for day in days], (form, told)
        assert told.startswith(f"dates ({max(cells, key=len)} = 2026-")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Dec 24, 2026", "2026-12-24"),
        ("December 24th, 2026 6:00 PM", "2026-12-24T18:00"),
        ("1er janvier 2027", "2027-01-01"),
        ("24. Dezember 2026, 18:00", "2026-12-24T18:00"),
        ("24-Dec-26", "2026-12-24"),
        ("24 de diciembre de 2026", "2026-12-24"),
        ("24 d'abril de 2026", "2026-04-24"),
        ("24DEC2026", "2026-12-24"),
        ("2026. december 24.", "2026-12-24"),
        ("2026年12月24日", "2026-12-24"),
        ("2026년 12월 24일", "2026-12-24"),
        ("30 Feb 2026", None),
        ("Dec-2026", None),
        ("Dec 2026", None),
        ("24 Nope 2026", None),
        ("11 listopada 2026", None),
        ("8 mai", None),
    ],
)
def test_a_day_in_words_is_a_date_or_a_text(text: str, value: str | None) -> None:
    told, values = read("ends", [text])
    assert values == [value or text]
    assert told.startswith("dates" if value else "text")


def test_one_word_that_is_no_month_leaves_a_column_text_and_says_so() -> None:
    told, values = read("ends", ["24 Dec 2026", "1 Jan 2027", "early May 2027"])
    assert values == ["24 Dec 2026", "1 Jan 2027", "early May 2027"]
    assert told == "text, as 'early May 2027' on line 4 is no date like the others"
