from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.facts import Fact, Now, Opening, Place, Reason, spell_out
from livecontent.sources.now import NOW, NowSource, now_at


def ask(at: datetime, place: Place | None, reason: Reason = Reason.FRESH) -> Fact[Now]:
    return NowSource("Europe/Paris").ask(Opening("a", "", at), {"place": Fact(place, reason)})


def now_of(at: datetime, **place: object) -> Now:
    value = ask(at, Place(**place)).value  # type: ignore[arg-type]
    assert value is not None
    return value


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_clock_is_that_of_the_place() -> None:
    fact = ask(NOON, Place(timezone="Asia/Tokyo"))
    assert (fact.reason, fact.source) == (Reason.FRESH, "time zone Asia/Tokyo")
    assert fact.value is not None
    assert (fact.value.at, fact.value.hour, fact.value.time, fact.value.date) == (NOON, 21, "21:00", "2026-11-21")


@pytest.mark.parametrize(
    "zone", [None, "", "Mars/Phobos", "../../etc/passwd", "/etc/localtime", "Europe", "\0", "x" * 300]
)
def test_without_a_known_zone_the_clock_is_the_configured_one_and_says_so(zone: str | None) -> None:
    fact = ask(NOON, Place(timezone=zone))
    assert (fact.reason, fact.source) == (Reason.EMBEDDED, "time zone Europe/Paris")
    assert fact.value is not None
    assert fact.value.hour == 13


def test_where_no_clock_is_known_nothing_is_said_of_the_hour() -> None:
    source = NowSource(None)
    opening = Opening("a", "", NOON)
    fact = source.ask(opening, {"place": Fact(None, Reason.MISSING)})
    assert (fact.value, fact.reason) == (Now(NOON), Reason.EMBEDDED)
    assert spell_out(fact.value) == {"at": NOON}
    placed = source.ask(opening, {"place": Fact(Place(timezone="Asia/Tokyo"), Reason.FRESH)})
    assert (placed.reason, placed.value and placed.value.hour) == (Reason.FRESH, 21)


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.LATE, Reason.BROKEN])
def test_now_is_known_even_where_the_place_is_not(reason: Reason) -> None:
    fact = ask(NOON, None, reason)
    assert fact.reason is Reason.EMBEDDED
    assert fact.value is not None
    assert fact.value.hour == 13


def test_a_time_without_offset_is_on_the_recipients_own_clock() -> None:
    naive = datetime(2026, 11, 21, 8, 5)  # noqa: DTZ001  a preview's wish
    assert now_of(naive, timezone="Asia/Tokyo").time == "08:05"
    assert now_of(naive, timezone="Asia/Tokyo").at.utcoffset() == timedelta(hours=9)
    assert now_of(naive).at.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_the_ends_of_the_calendar_do_no_harm(at: datetime, zone: str) -> None:
    source = NowSource("UTC")
    fact = source.ask(Opening("a", "", at), {"place": Fact(Place(timezone=zone), Reason.FRESH)})
    assert fact.value is not None
    assert fact.value.year in (1, 9999)


def test_the_parts_of_the_day_change_at_six_twelve_eighteen_and_twenty_two() -> None:
    parts = [now_at(datetime(2026, 1, 1, hour, tzinfo=UTC)).part_of_day for hour in range(24)]
    assert parts == ["night"] * 6 + ["morning"] * 6 + ["afternoon"] * 6 + ["evening"] * 4 + ["night"] * 2


def test_the_season_is_that_of_the_hemisphere() -> None:
    def seasons(**place: object) -> list[str]:
        return [
            now_of(datetime(2026, month, 15, 12, tzinfo=UTC), timezone="UTC", **place).season for month in range(1, 13)
        ]

    north = ["winter"] * 2 + ["spring"] * 3 + ["summer"] * 3 + ["autumn"] * 3 + ["winter"]
    assert seasons() == seasons(latitude=50.6) == seasons(latitude=0.0) == north
    assert seasons(latitude=-33.9) == north[6:] + north[:6]


@given(st.datetimes(timezones=st.just(UTC)))
def test_the_parts_of_a_time_fit_each_other(at: datetime) -> None:
    now = now_at(at)
    assert now.date == f"{now.year:04}-{now.month:02}-{now.day:02}"
    assert now.time == f"{now.hour:02}:{now.minute:02}"
    assert now.weekend == (now.weekday in ("saturday", "sunday"))
    assert now.weekday == (["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])[at.weekday()]


@given(st.datetimes(timezones=st.timezones()), st.integers(0, 59))
def test_times_of_one_minute_differ_in_their_seconds_only(at: datetime, second: int) -> None:
    now, other = now_at(at), now_at(at.replace(second=second))
    assert (now.at, other.at) == (at, at.replace(second=second))
    assert replace(now, at=other.at) == other


def test_the_clock_follows_summer_time() -> None:
    before, after = datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert [now_of(at, timezone="Europe/Paris").time for at in (before, after)] == ["01:59", "03:00"]
    gap = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001  a time that no clock showed
    assert now_of(gap, timezone="Europe/Paris").at.timestamp() == datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp()


def test_what_a_name_is_declared_to_be_is_all_that_it_ever_is() -> None:
    hours = [
        NOON.replace(month=month, day=day, hour=hour)
        for month in range(1, 13)
        for day in range(1, 8)
        for hour in range(24)
    ]
    for name, choices in NOW.choices.items():
        assert {getattr(now_at(at), name) for at in hours} == choices
