"""The Liquid filters of days: ages, birthdays, days that are left. Time changes what they say."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from liquid import RenderContext
from liquid.exceptions import LiquidValueError
from liquid.filter import with_context

from livecontent.expressions.calendar import age_on, birthday_in, calendar_day
from livecontent.expressions.unknown import Redacted


def day_filters() -> Mapping[str, Callable[..., object]]:
    """The filters by their names in texts, which are those of rules."""
    return {"age": age, "days_until": days_until, "is_birthday": is_birthday}


@with_context
def age(value: object, *, context: RenderContext) -> int:
    """`{{ recipient.birthday | age }}`: 32."""
    return _told(lambda day, today: age_on(today, day), value, context)


@with_context
def days_until(value: object, *, context: RenderContext) -> int:
    """`{{ recipient.renewal | days_until }}`: 3; less than 0 where the day has passed."""
    return _told(lambda day, today: (day - today).days, value, context)


@with_context
def is_birthday(value: object, *, context: RenderContext) -> bool:
    """`{% assign party = recipient.birthday | is_birthday %}`."""
    return bool(_told(lambda day, today: birthday_in(today.year, day) == today, value, context))


def _told(tell: Callable[[date, date], int], value: object, context: RenderContext) -> int:
    zone = context.resolve("timezone", default=UTC)
    try:
        return tell(calendar_day(value, zone if isinstance(zone, tzinfo) else ZoneInfo(str(zone))), _today(context))
    except ValueError as error:
        raise LiquidValueError(str(error), token=None) from None


def _today(context: RenderContext) -> date:
    now = context.resolve("now", default={})
    day = now.get("date") if isinstance(now, Mapping) else None
    if isinstance(day, Redacted):
        day.refuse()
    if isinstance(day, str):
        return date.fromisoformat(day)
    raise ValueError("now.date is not known")
