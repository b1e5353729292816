"""Numbers are rounded for people by one rule: half up, and there is no negative zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel import Locale, numbers
from hypothesis import given
from hypothesis import strategies as st

from livecontent.expressions.template import MissingValueError
from livecontent.facts import Weather
from made_creatives import composed, creative_of, moment_of, template

LOCALES = ["en", "fr", "de", "ar", "he", "hi", "sv", "de-CH", "fa", "th", "pt"]
WRITTEN = {
    "number": "{{ n | number: '0.00' }}",
    "unit": "{{ n | unit: 'celsius', '0.00' }}",
    "percent": "{{ n | percent }}",
    "money": "{{ n | money: 'EUR' }}",
}
decimals = st.decimals(-(10**9), 10**9, allow_nan=False, places=5)
near_zero = st.decimals(Decimal("-0.02"), Decimal("0.02"), allow_nan=False, places=6)


def fill(source: str, locale: str = "en", **words: object) -> str:
    return template(source).fill({"locale": Locale.parse(locale, sep="-"), "currency": "EUR", **words})


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


@given(decimals | near_zero, st.sampled_from(LOCALES), st.sampled_from(list(WRITTEN)))
def test_every_filter_rounds_half_up(number: Decimal, locale: str, filter_: str) -> None:
    right = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert digits_of(fill(WRITTEN[filter_], locale, n=str(number))).lstrip("0") == (
        str(abs(int(right * 100))).lstrip("0") if right else ""
    )


@given(decimals | near_zero, st.sampled_from(LOCALES), st.sampled_from(list(WRITTEN)))
def test_what_is_written_as_zero_is_written_as_zero_is(number: Decimal, locale: str, filter_: str) -> None:
    zero = fill(WRITTEN[filter_], locale, n=0)
    written = fill(WRITTEN[filter_], locale, n=str(number))
    assert (written == zero) == (not number.quantize(Decimal("0.01"), ROUND_HALF_UP))


@given(st.floats(-1e9, 1e9).map(lambda number: round(number, 3)), st.integers(0, 4))
def test_round_is_the_same_rule(number: float, places: int) -> None:
    found = Decimal(fill(f"{{{{ n | round: {places} }}}}", n=number))
    right = Decimal(str(number)).quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP)
    assert found == right
    assert found or not found.is_signed()


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=3), st.sampled_from(LOCALES))
def test_a_number_that_needs_no_rounding_is_written_as_babel_does(number: Decimal, locale: str) -> None:
    number = number or abs(number)
    assert fill("{{ n | number }}", locale, n=str(number)) == numbers.format_decimal(
        number, locale=Locale.parse(locale, sep="-")
    )


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("-0.3 | number: '0'", "0"),
        ("-0.5 | number: '0'", "-1"),
        ("0.5 | number: '0'", "1"),
        ("2.5 | number: '0'", "3"),
        ("2.675 | number: '0.00'", "2.68"),
        ("99.96 | number: '#,##0.0'", "100.0"),
        ("-0.3 | unit: 'celsius', '0'", "0°C"),
        ("0.96 | unit: 'day', '0'", "1 day"),
        ("1 | unit: 'day', '0.0'", "1.0 days"),
        ("0.285 | percent", "29%"),
        ("-0.001 | percent", "0%"),
        ("0.125 | money", "€0.13"),
        ("-0.001 | money", "€0.00"),
        ("99.5 | money: 'JPY'", "¥100"),
        ("2.25 | number: '@@'", "2.3"),
        ("1250 | number: '0.0E0'", "1.3E3"),
        ("0.1255 | number: '0.0%'", "12.6%"),
        ("-0.3 | round", "0"),
        ("-0.04 | round: 1", "0.0"),
        ("1250 | round: -2", "1300"),
        ("-0.3 | times: 0", "0.0"),
    ],
)
def test_numbers_are_written_as_people_round_them(expression: str, written: str) -> None:
    assert fill(f"{{{{ {expression} }}}}") == written


@pytest.mark.parametrize(
    ("amount", "locale", "written"),
    [
        (1200, "en", "€1,200"),
        (1200, "fr", "1\u202f200\xa0€"),
        (1200.5, "fr", "1\u202f200,50\xa0€"),
        (1199.999, "de", "1.200\xa0€"),
        (-0.001, "en", "€0"),
    ],
)
def test_money_has_no_cents_where_it_is_whole_on_wish(amount: float, locale: str, written: str) -> None:
    assert fill("{{ n | money: cents: 'auto' }}", locale, n=amount) == written
    assert fill("{{ n | money: 'EUR', cents: 'auto' }}", locale, n=amount) == written


def test_another_wish_for_cents_is_told() -> None:
    with pytest.raises(MissingValueError, match='cents: "always" or "auto"'):
        fill("{{ 12 | money: cents: 'no' }}")


@pytest.mark.parametrize("temperature", [-0.5, -0.49, -0.3, -0.0, 0.0, 0.4])
def test_just_below_zero_is_zero(fonts: object, temperature: float) -> None:
    creative = creative_of(
        "text: \"{{ weather.temperature | number: '0' }}° or {{ weather.temperature | unit: 'celsius', '0' }}\""
    )
    made = composed(creative, moment_of(weather=Weather(temperature, "snow", is_day=True)), fonts)[1]  # type: ignore[arg-type]
    assert made.said == (["-1° or -1°C"] if temperature == -0.5 else ["0° or 0°C"])
