"""Opening hours: how they are written, and whether a store is open, and until when.

The text of a weekday is "10:00-13:00 14:00-19:30", "" for closed, "00:00-24:00" for all day, "18:00-02:00" for past
midnight.

A store opens when its clock first shows or passes the opening time, and closes when it first shows or passes the
closing time. So a clock put forward over a time makes it that time, and a clock put back does not repeat it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 24 * 60

# From and to in minutes after midnight; past midnight, to is more than a day.
Span = tuple[int, int]
# The spans of each day, Monday first; those of a day in order, with time between them.
OpeningHours = tuple[tuple[Span, ...], ...]
SpecialDays = Mapping[date, tuple[Span, ...]]  # in place of those of their weekday
NO_DAYS: SpecialDays = MappingProxyType({})

_SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")
_WEEK = timedelta(days=7, hours=1)  # with the hour of a clock that is put back


class Status(NamedTuple):
    """Whether a store is open; when it closes if it is, and opens if it is not, where that is within a week."""

    open: bool
    closes_at: datetime | None = None
    opens_at: datetime | None = None


def parse_hours(text: str) -> tuple[Span, ...]:
    """The spans of a day. Raises `ValueError` that says what would be right."""
    spans: list[Span] = []
    for word in re.sub(r"\s*[-–—]\s*", "-", text).replace(",", " ").split():
        start, end = _parse_span(word)
        if spans and start < spans[-1][1]:
            raise ValueError(f"{word} starts before the hours in front of it end; put them in order, without overlap")
        if spans and start == spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return tuple(spans)


def _parse_span(word: str) -> Span:
    match = _SPAN.fullmatch(word)
    if not match:
        raise ValueError(f"{word!r} are not opening hours; write 10:00-19:30, or 10:00-12:00 14:00-19:30")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or start >= DAY or end > DAY:
        raise ValueError(f"{word} is not on the clock; it starts from 00:00 to 23:59 and ends from 00:00 to 24:00")
    if start == end:
        raise ValueError(f"{word} lasts no time; all day is 00:00-24:00")
    return start, end if end > start else end + DAY


def parse_special_days(text: str) -> SpecialDays:
    """The hours of days such as `2026-12-24 10:00-17:00; 2026-12-25 closed`. Raises `ValueError` as above."""
    found: dict[date, tuple[Span, ...]] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        day, _, hours = part.partition(" ")
        try:
            found[date.fromisoformat(day.rstrip(":"))] = parse_hours(hours.replace("closed", ""))
        except ValueError as error:
            if "hours" in str(error) or "clock" in str(error) or "lasts" in str(error):
                raise
            raise ValueError(f"{day!r} is not a day; write 2026-12-24 10:00-17:00; 2026-12-25 closed") from None
    return MappingProxyType(dict(sorted(found.items())))


def spelled_hours(spans: Iterable[Span]) -> str:
    """Spans as they are written: 10:00-13:00 14:00-19:30."""
    return " ".join(f"{_spelled(start)}-{_spelled(end)}" for start, end in spans)


def _spelled(minutes: int) -> str:
    at = minutes if minutes <= DAY else minutes - DAY
    return f"{at // 60:02}:{at % 60:02}"


def status(hours: OpeningHours, zone: ZoneInfo, at: datetime, special: SpecialDays = NO_DAYS) -> Status:
    """How it stands with a store at a time (aware). Times are on the store's own clock.

    Raises `OverflowError` in the first and last days of the calendar.
    """
    moment = at.astimezone(UTC)
    for start, end in _openings(hours, zone, moment.astimezone(zone).date(), special):
        if start > moment:
            return Status(open=False, opens_at=_on_clock(start, zone, moment))
        if end > moment:
            return Status(open=True, closes_at=_on_clock(end, zone, moment))
    return Status(open=False)


def _on_clock(instant: datetime, zone: ZoneInfo, moment: datetime) -> datetime | None:
    return instant.astimezone(zone) if instant - moment <= _WEEK else None


def _openings(
    hours: OpeningHours, zone: ZoneInfo, today: date, special: SpecialDays
) -> Iterator[tuple[datetime, datetime]]:
    """From when to when (UTC) a store is open, from yesterday until after a week; hours that touch are one."""
    opening: tuple[datetime, datetime] | None = None
    for offset in range(-1, 9):
        day = today + timedelta(days=offset)
        for span in special.get(day, hours[day.weekday()]):
            start, end = (_instant(day, minutes, zone) for minutes in span)
            if opening and start <= opening[1]:
                opening = opening[0], max(opening[1], end)
            elif start < end:  # else the clock jumps over it
                if opening:
                    yield opening
                opening = start, end
    if opening:
        yield opening


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When (UTC) a clock first shows or passes a time of a day."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)

    def shown(instant: datetime) -> datetime:
        return instant.astimezone(zone).replace(tzinfo=None)

    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if shown(first) == wall:
        return first
    # The clock jumps over this time. Folded, it is read as after the jump, which gives an instant before it (PEP 495).
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = range(int((first - before).total_seconds()))
    return before + timedelta(seconds=bisect_left(seconds, wall, key=lambda s: shown(before + timedelta(seconds=s))))
