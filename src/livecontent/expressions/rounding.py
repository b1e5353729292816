"""The one rule by which numbers are rounded for people: half up, and zero has no sign."""

from copy import copy
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import NumberPattern, get_currency_precision
from liquid.filter import math_filter, num_arg


def rounded(number: Decimal, pattern: NumberPattern) -> Decimal:
    """A number with the decimals that a pattern writes, as these decide about the plural, too."""
    least, most = pattern.frac_prec
    if "@" in pattern.pattern:  # so many digits that tell something
        last = number.adjusted() + 1 - pattern.int_prec[1]
    elif pattern.exp_prec:
        last = number.adjusted() + 1 - max(pattern.int_prec[0], 1) - most if most else -99
    else:
        last = -most - pattern.scale
    number = _half_up(number, last).normalize()
    least_last = -least - pattern.scale
    return number.quantize(_unit(least_last)) if _last(number) > least_last else number


def written(number: Decimal, pattern: NumberPattern, locale: Locale) -> str:
    """A number as a pattern writes it."""
    text: str = pattern.apply(rounded(number, pattern), locale)
    return text


def money_written(number: Decimal, code: str, locale: Locale, *, cents: bool) -> str:
    """An amount in a currency, with its cents; or without, where it is whole."""
    pattern = copy(locale.currency_formats["standard"])
    places = get_currency_precision(code)
    pattern.frac_prec = (places, places)
    number = rounded(number, pattern)
    if not cents and number == number.to_integral_value():
        pattern.frac_prec = (0, 0)
    text: str = pattern.apply(number, locale, currency=code, currency_digits=False)
    return text


@math_filter
def round_number(number: float, digits: object = None) -> float:
    """Liquid's `round`, by the same rule: `{{ 2.5 | round }}` is 3."""
    places = int(num_arg(digits, default=0))
    found = _half_up(Decimal(str(number)), -places)
    return int(found) if places <= 0 else float(found)


def _half_up(number: Decimal, last: int) -> Decimal:
    """A number up to a digit, told by its power of ten."""
    if _last(number) < last:
        number = number.quantize(_unit(last), ROUND_HALF_UP)
    return number or abs(number)  # without a sign


def _last(number: Decimal) -> int:
    """The power of ten of its last digit."""
    exponent: int = number.as_tuple().exponent  # type: ignore[assignment]  # it is finite
    return exponent


def _unit(power: int) -> Decimal:
    return Decimal((0, (1,), power))
