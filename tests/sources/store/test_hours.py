from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livecontent.sources.store.hours import DAY, OpeningHours, Status, parse_hours, status

PARIS = ZoneInfo("Europe/Paris")
CLOSED: OpeningHours = ((),) * 7


def week(*days: str) -> OpeningHours:
    """Hours from Monday on; days that are not told are closed."""
    return tuple(parse_hours(text) for text in (*days, *[""] * (7 - len(days))))


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("  ", ()),
        ("10:00-19:30", ((600, 1170),)),
        ("9:05-12:00", ((545, 720),)),
        ("10:00-13:00 14:00-19:30", ((600, 780), (840, 1170))),
        ("10:00 – 13:00, 14:00 - 19:30", ((600, 780), (840, 1170))),
        ("10:00-13:00 13:00-19:00", ((600, 1140),)),
        ("00:00-24:00", ((0, 1440),)),
        ("18:00-02:00", ((1080, 1560),)),
        ("18:00-00:00", ((1080, 1440),)),
        ("09:00-12:00 18:00-02:00", ((540, 720), (1080, 1560))),
    ],
)
def test_hours_are_read(text, spans):
    assert parse_hours(text) == spans


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("closed", "'closed' are not opening hours; write 10:00-19:30, or 10:00-12:00 14:00-19:30"),
        ("10-19", "'10-19' are not opening hours; write 10:00-19:30, or 10:00-12:00 14:00-19:30"),
        ("10h00-19h30", "'10h00-19h30' are not opening hours; write 10:00-19:30, or 10:00-12:00 14:00-19:30"),
        ("10:00-13:0014:00-19:00", "'10:00-13:0014:00-19:00' are not opening hours; write 10:00-19:30"),
        ("10:00-25:00", "10:00-25:00 is not on the clock; it starts from 00:00 to 23:59 and ends from 00:00 to 24:00"),
        ("24:00-02:00", "24:00-02:00 is not on the clock"),
        ("10:60-19:00", "10:60-19:00 is not on the clock"),
        ("10:00-24:01", "10:00-24:01 is not on the clock"),
        ("10:00-10:00", "10:00-10:00 lasts no time; all day is 00:00-24:00"),
        ("14:00-19:00 10:00-13:00", "10:00-13:00 starts before the hours in front of it end; put them in order"),
        ("10:00-14:00 13:00-19:00", "13:00-19:00 starts before the hours in front of it end; put them in order"),
        ("18:00-02:00 20:00-21:00", "20:00-21:00 starts before the hours in front of it end; put them in order"),
    ],
)
def test_what_are_no_hours_is_told_what_would_be_right(text, complaint):
    with pytest.raises(ValueError, match="^" + complaint.replace("'", "[']")):
        parse_hours(text)


def test_an_open_store_tells_when_it_closes():
    assert status(week("10:00-19:30"), PARIS, paris("2026-11-23T10:00")) == Status(
        open=True, closes_at=paris("2026-11-23T19:30")
    )


def test_at_the_minute_of_closing_it_is_closed_and_tells_the_next_opening():
    hours = week("10:00-19:30", "11:00-19:30")
    assert status(hours, PARIS, paris("2026-11-23T19:30")) == (False, None, paris("2026-11-24T11:00"))
    assert status(hours, PARIS, paris("2026-11-23T09:59")) == (False, None, paris("2026-11-23T10:00"))


def test_over_the_weekend_the_next_opening_is_on_monday():
    assert status(week("10:00-19:30"), PARIS, paris("2026-11-28T12:00")).opens_at == paris("2026-11-30T10:00")


def test_times_are_on_the_stores_own_clock():
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    tokyo = ZoneInfo("Asia/Tokyo")
    found = status(week("", "08:00-12:00"), tokyo, at)
    assert found.open
    assert found.closes_at.isoformat() == "2026-11-24T12:00:00+09:00"


@pytest.mark.parametrize(
    ("hours", "at", "closes"),
    [
        (week("10:00-13:00 13:00-19:00"), "2026-11-23T12:30", "2026-11-23T19:00"),
        (week("18:00-24:00", "00:00-02:00"), "2026-11-23T23:00", "2026-11-24T02:00"),
        (week("18:00-02:00", "02:00-04:00"), "2026-11-23T23:00", "2026-11-24T04:00"),
        (week("18:00-02:00", "01:00-04:00"), "2026-11-24T01:30", "2026-11-24T04:00"),
        (week("18:00-04:00", "01:00-02:00"), "2026-11-24T01:30", "2026-11-24T04:00"),
        (week("18:00-02:00"), "2026-11-24T01:59", "2026-11-24T02:00"),
        (week("02:00-01:00"), "2026-11-24T00:59", "2026-11-24T01:00"),
    ],
)
def test_hours_that_touch_or_pass_midnight_are_one(hours, at, closes):
    assert status(hours, PARIS, paris(at)) == (True, paris(closes), None)


def test_a_store_that_never_closes_has_no_closing_and_one_that_never_opens_no_opening():
    for day in range(1, 29):
        at = datetime(2026, 3, day, 12, tzinfo=PARIS) + timedelta(days=day)
        assert status((parse_hours("00:00-24:00"),) * 7, PARIS, at) == (True, None, None)
        assert status(CLOSED, PARIS, at) == (False, None, None)


def test_a_clock_put_forward_over_the_opening_opens_it_then():
    opening = status(week("", "", "", "", "", "", "02:30-10:00"), PARIS, paris("2026-03-29T01:00")).opens_at
    assert opening.isoformat() == "2026-03-29T03:00:00+02:00"


def test_a_clock_put_back_does_not_open_it_again():
    sunday = week("", "", "", "", "", "", "02:10-02:40")
    assert status(sunday, PARIS, paris("2026-10-25T02:20", fold=0)).open
    assert status(sunday, PARIS, paris("2026-10-25T02:20", fold=1)) == (False, None, paris("2026-11-01T02:10"))


def test_hours_that_the_clock_jumps_over_are_none():
    hours = week("09:00-12:00", "", "", "", "", "", "02:10-02:40")
    assert status(hours, PARIS, paris("2026-03-29T01:00")).opens_at == paris("2026-03-30T09:00")


def test_the_next_opening_is_told_through_the_week_that_is_an_hour_longer():
    sunday = week("", "", "", "", "", "", "10:00-10:30")
    assert status(sunday, PARIS, paris("2026-10-18T10:30")).opens_at == paris("2026-10-25T10:00")


def test_the_ends_of_the_calendar_are_told_apart_from_closed():
    for at in (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)):
        with pytest.raises(OverflowError):
            status(week("10:00-19:30"), PARIS, at)


# Days on which a clock changes: by an hour at night, at midnight, by half an hour, by two hours, by a whole day.
CHANGES = (
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 25)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kolkata", date(2026, 11, 21)),
)


@cache
def furthest_shown(zone: str, day: date) -> list[datetime]:
    """For each minute from four days before a day to nine days after it, the furthest a clock has shown until then."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=4)
    furthest = [datetime.min]  # noqa: DTZ901  a wall clock
    for minute in range(13 * DAY):
        shown = (start + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        furthest.append(max(furthest[-1], shown))
    return furthest[1:]


def is_open(hours: OpeningHours, shown: datetime) -> bool:
    for back in (0, 1):
        day = shown.date() - timedelta(days=back)
        minute = shown.hour * 60 + shown.minute + back * DAY
        if any(start <= minute < end for start, end in hours[day.weekday()]):
            return True
    return False


def slow_status(hours: OpeningHours, zone: str, day: date, minute: int) -> Status:
    """The status so many minutes after the start of `furthest_shown`, by a look at the clock each minute."""
    furthest = furthest_shown(zone, day)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=4)
    now = is_open(hours, furthest[minute])
    last = min(minute + 7 * DAY + 60, len(furthest) - 1)
    change = next((m for m in range(minute + 1, last + 1) if is_open(hours, furthest[m]) != now), None)
    at = (start + timedelta(minutes=change)).astimezone(ZoneInfo(zone)) if change else None
    return Status(now, at if now else None, None if now else at)


@st.composite
def days(draw) -> tuple[tuple[int, int], ...]:
    """Hours of a day, mostly at full hours and near those at which clocks change."""
    minutes = st.sampled_from([0, 30, 60, 90, 120, 121, 150, 179, 180, 540, 720, 780, 1320, 1380, 1410, 1439])
    bounds = sorted(draw(st.sets(minutes, max_size=4)))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    if len(bounds) % 2:
        spans.append((bounds[-1], draw(st.sampled_from([DAY, DAY + 30, DAY + 120, DAY + 150]))))
    kept = [(start, end) for start, end in spans if end - start <= DAY]
    return draw(st.sampled_from([(), tuple(kept), ((0, DAY),)]))


@given(
    change=st.sampled_from(CHANGES),
    hours=st.tuples(*[days()] * 7),
    minute=st.integers(2 * DAY, 6 * DAY - 61),
    second=st.integers(0, 59),
)
@example(change=CHANGES[0], hours=(((0, DAY),),) * 7, minute=3 * DAY, second=59)
def test_it_is_as_if_somebody_looked_at_the_clock_each_minute(change, hours, minute, second):
    zone, day = change
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=4) + timedelta(minutes=minute)
    expected = slow_status(hours, zone, day, minute)
    found = status(hours, ZoneInfo(zone), at + timedelta(seconds=second))
    in_utc = [time and time.astimezone(UTC) for time in found[1:]]
    assert (found.open, in_utc) == (expected.open, [time and time.astimezone(UTC) for time in expected[1:]])
