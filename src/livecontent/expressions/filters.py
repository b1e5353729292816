"""The Liquid filters that write in the recipient's language: dates, numbers, money and units (CLDR, through Babel),
capital and small letters, and names.

They read `locale` (a Babel locale), `timezone` (a tzinfo) and `currency` from the words; the first two also by name.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cached_property
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers, units
from liquid import RenderContext
from liquid.exceptions import LiquidValueError
from liquid.filter import string_filter, with_context

from livecontent.expressions.calendar import written_date
from livecontent.expressions.letter_case import capitalized, lower, proper_name, upper
from livecontent.expressions.rounding import money_written, round_number, rounded, written

# Those that write in a language.
FILTERS = ("date", "time", "number", "money", "percent", "unit", "upcase", "downcase", "capitalize", "name")
_CENTS = ("always", "auto")
_CENTURY = (978_307_200, 4_102_444_800)  # 2001 to 2099, in seconds since 1970: 20261224 is none of them
_LENGTHS = ("short", "medium", "long", "full")


class Formats:
    """The filters, with what Babel would work out anew at each value."""

    def filters(self) -> Mapping[str, Callable[..., str]]:
        """The filters by their names in texts."""
        return {
            "round": round_number,
            "date": format_date,
            "time": format_time,
            "number": format_number,
            "money": self.format_money,
            "percent": format_percent,
            "unit": self.format_unit,
            "upcase": in_language(upper),
            "downcase": in_language(lower),
            "capitalize": in_language(capitalized),
            "name": in_language(proper_name),
        }

    @with_context
    def format_money(
        self, value: object, currency: object = None, cents: object = "always", *, context: RenderContext
    ) -> str:
        """`{{ product.price | money: "EUR" }}`: €12.50 or 12,50 €; with `cents: "auto"`, €12 where it is whole."""
        code = str(currency or context.resolve("currency", default="EUR"))
        if code not in self._currencies:
            raise LiquidValueError(f"{code[:40]!r} is not a currency: write an ISO 4217 code such as EUR", token=None)
        if cents not in _CENTS:
            raise LiquidValueError(f'cents: "always" or "auto" (none where it is whole), not {cents!r:.40}', token=None)
        return money_written(_number(value), code, _locale(context), cents=cents == "always")

    @with_context
    def format_unit(self, value: object, unit: object, pattern: object = None, *, context: RenderContext) -> str:
        """`{{ store.distance | unit: "kilometer", "#,##0.0" }}`: 1.2 km or 1,2 km."""
        locale, name = _locale(context), str(unit)
        shape = _number_pattern(pattern, locale)
        number = rounded(_number(value), shape)
        try:
            return units.format_unit(number, self._units.get(name, name), "short", shape.pattern, locale)
        except units.UnknownUnitError:
            raise LiquidValueError(f"{unit!r} is not a CLDR unit such as kilometer or celsius", token=None) from None

    @cached_property
    def _currencies(self) -> frozenset[str]:
        return frozenset(numbers.list_currencies())

    @cached_property
    def _units(self) -> Mapping[str, str]:
        """`length-kilometer` by `kilometer`: Babel would sort all units by their length to find it."""
        wholes = [str(name) for name in Locale("en").unit_display_names]
        return {whole.partition("-")[2]: whole for whole in reversed(wholes)}


def in_language(function: Callable[[str, str], str]) -> Callable[..., str]:
    """A filter of a function that takes a text and its language: `{{ recipient.first_name | name }}`."""

    @with_context
    @string_filter
    def filter_(text: str, *, context: RenderContext) -> str:
        return function(text, _locale(context).language)

    return filter_


def _locale(context: RenderContext) -> Locale:
    locale = context.resolve("locale", default="en")
    return locale if isinstance(locale, Locale) else Locale.parse(str(locale))


def _zone(context: RenderContext) -> tzinfo:
    zone = context.resolve("timezone", default=UTC)
    return zone if isinstance(zone, tzinfo) else ZoneInfo(str(zone))


def _number(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise LiquidValueError(f"{str(value)[:40]!r} is not a number", token=None) from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise LiquidValueError(f"{str(value)[:40]!r} is out of range", token=None)
    return number


def _number_pattern(pattern: object, locale: Locale) -> numbers.NumberPattern:
    found: numbers.NumberPattern = numbers.parse_pattern(str(pattern)) if pattern else locale.decimal_formats[None]
    return found


def _moment(value: object, zone: tzinfo) -> datetime:
    moment: object = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise LiquidValueError(f"{value[:40]!r} is not a date such as 2026-12-24T18:00", token=None) from None
    elif isinstance(value, int | float) and not isinstance(value, bool) and _CENTURY[0] <= value < _CENTURY[1]:
        moment = datetime.fromtimestamp(value, UTC)
    if isinstance(moment, datetime):
        if isinstance(value, datetime) and isinstance(moment.tzinfo, ZoneInfo):
            return moment  # on the clock of its own place, as a store's hours are
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    if isinstance(moment, date):
        return datetime(moment.year, moment.month, moment.day, tzinfo=zone)
    raise LiquidValueError(f"{str(value)[:40]!r} is not a date", token=None)


def _pattern(pattern: object) -> str:
    text = str(pattern)
    if "%" in text:
        raise LiquidValueError(
            "dates take short, medium, long, full or a CLDR pattern such as 'EEEE d MMMM', not % codes", token=None
        )
    return text


@with_context
def format_date(value: object, pattern: object = "long", *, context: RenderContext) -> str:
    """`{{ now.at | date: "EEEE d MMMM" }}`: short, medium, long, full, or a CLDR pattern."""
    text = _pattern(pattern)
    moment = _moment(value, _zone(context))
    locale = _locale(context)
    return written_date(moment, locale.date_formats[text] if text in _LENGTHS else text, locale)


@with_context
def format_time(value: object, pattern: object = "short", *, context: RenderContext) -> str:
    """`{{ store.closes_at | time }}`: 19:30, or 7:30 PM where people write it so."""
    text = _pattern(pattern)
    moment = _moment(value, _zone(context))
    if text in _LENGTHS:
        return dates.format_time(moment, text, tzinfo=moment.tzinfo, locale=_locale(context))
    return written_date(moment, text, _locale(context))


@with_context
def format_number(value: object, pattern: object = None, *, context: RenderContext) -> str:
    """`{{ recipient.points | number }}`: 1,240 or 1 240; takes a CLDR pattern such as '#,##0.0'."""
    locale = _locale(context)
    return written(_number(value), _number_pattern(pattern, locale), locale)


@with_context
def format_percent(value: object, *, context: RenderContext) -> str:
    """`{{ 0.2 | percent }}`: 20% or 20 %."""
    locale = _locale(context)
    return written(_number(value), locale.percent_formats[None], locale)
