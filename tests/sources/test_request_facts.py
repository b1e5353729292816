from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.params import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Reason
from livecontent.sources.request import read_params

INTEGER = IntegerParam(type="integer", min=-5, max=10, default=1)
NUMBER = NumberParam(type="number", min=0, max=1)
CHOICE = ChoiceParam(type="choice", values=("red", "blue"), default="red")
MOMENT = MomentParam(type="moment")
LISTED = IntegerParam(type="integer", values=(2, 5))  # type: ignore[call-arg]  # they tell min and max
LISTED_MOMENT = MomentParam(type="moment", values=(datetime(2026, 12, 24, 18),))  # noqa: DTZ001  on the reader's clock
DECLARED: dict[str, Param] = {"integer": INTEGER, "number": NUMBER, "choice": CHOICE, "moment": MOMENT}


def value_of(param: Param, text: str, timezone: str | None = None) -> object:
    value = read_params({"x": param}, {"x": text}, timezone).value
    assert value is not None
    return value.get("x")


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (INTEGER, "10", 10),
        (INTEGER, "-5", -5),
        (INTEGER, "+3", 3),
        (INTEGER, " 3 ", 3),
        *((INTEGER, text, 1) for text in ("11", "-6", "", "1.5", "1e1", "0x1", "nan", "9" * 200, "\0", "½")),
        (NUMBER, "0.5", 0.5),
        (NUMBER, "1", 1.0),
        *((NUMBER, text, None) for text in ("1.1", "-0.1", "nan", "inf", "-inf", "1e400", "", "0,5", "0.5" + "0" * 99)),
        (CHOICE, "blue", "blue"),
        *((CHOICE, text, "red") for text in ("", "Blue", "green", "blue ", "r" * 101)),
        (MOMENT, "2026-12-24T18:00", "2026-12-24T18:00:00"),
        (MOMENT, "2026-12-24", "2026-12-24T00:00:00"),
        (MOMENT, "2026-12-24T18:00Z", "2026-12-24T18:00:00+00:00"),
        (MOMENT, "0001-01-01", "0001-01-01T00:00:00"),
        *((LISTED, text, value) for text, value in (("2", 2), ("3", None), ("5", 5), ("6", None))),
        (LISTED_MOMENT, "2026-12-24T18:00", "2026-12-24T18:00:00"),
        (LISTED_MOMENT, "2026-12-24T18:01", None),
        (LISTED_MOMENT, "2026-12-24T18:00Z", None),
        *((MOMENT, text, None) for text in ("soon", "2026-02-29", "0000-00-00", "10000-01-01", "24:00", "", "1" * 999)),
    ],
)
def test_a_parameter_is_read_by_its_kind_else_takes_its_default(param: Param, text: str, value: object) -> None:
    assert value_of(param, text) == value


@pytest.mark.parametrize(
    ("text", "timezone", "value"),
    [
        ("2026-12-24T18:00", "Europe/Paris", "2026-12-24T18:00:00+01:00"),
        ("2026-07-24T18:00", "Europe/Paris", "2026-07-24T18:00:00+02:00"),
        ("2026-12-24T18:00-05:00", "Europe/Paris", "2026-12-24T18:00:00-05:00"),
        ("2026-12-24T18:00", None, "2026-12-24T18:00:00"),
        ("0001-01-01", "Asia/Tokyo", "0001-01-01T00:00:00+09:18:59"),
        ("9999-12-31", "Asia/Tokyo", "9999-12-31T00:00:00+09:00"),
    ],
)
def test_a_moment_without_offset_is_on_the_clock_of_the_time_zone(text: str, timezone: str | None, value: str) -> None:
    assert value_of(MOMENT, text, timezone) == value


def test_a_default_moment_is_written_as_one_that_is_given() -> None:
    aware = MomentParam(type="moment", default=datetime(2026, 1, 1, tzinfo=UTC))
    naive = MomentParam(type="moment", default="2026-01-01T09:00")  # type: ignore[arg-type]
    assert read_params({"x": aware}, {}, "Europe/Paris").value == {"x": "2026-01-01T00:00:00+00:00"}
    assert read_params({"x": naive}, {}, "Europe/Paris").value == {"x": "2026-01-01T09:00:00+01:00"}


def test_only_declared_parameters_are_known_and_missing_ones_without_default_are_not() -> None:
    fact = read_params(DECLARED, {"utm_source": "mail", "integer": "7", "__class__": "x"})
    assert fact.value == {"integer": 7, "choice": "red"}


def test_the_fact_says_whether_the_address_gave_anything() -> None:
    assert read_params(DECLARED, {"integer": "7"}).reason is Reason.FRESH
    assert read_params(DECLARED, {"utm_source": "mail"}).reason is Reason.EMBEDDED
    assert read_params({}, {"integer": "7"}).value == {}


@given(st.dictionaries(st.sampled_from([*DECLARED, "other"]), st.text(st.characters(), max_size=120)))
def test_any_address_gives_values_within_their_ranges(given_: dict[str, str]) -> None:
    value = read_params(DECLARED, given_, "Europe/Paris").value
    assert value is not None
    assert -5 <= value["integer"] <= 10  # type: ignore[operator]
    assert 0 <= value.get("number", 0) <= 1  # type: ignore[operator]
    assert value["choice"] in ("red", "blue")
    assert value.keys() <= DECLARED.keys()
