"""What rules can do beyond CEL: fractions, moments on the reader's clock, ages and birthdays."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.paths import paths_of
from livecontent.decide import decide
from livecontent.expressions import rule as rules
from livecontent.expressions.calendar import age_on, birthday_in
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError, RedactedValueError
from livecontent.facts import Client, Now
from livecontent.sources.now import now_at
from made_creatives import PARIS, VOCABULARY, creative_of, moment_of, rule, template, valid

EVENING = datetime(2026, 11, 29, 20, 30, tzinfo=PARIS)
TOKYO = ZoneInfo("Asia/Tokyo")


def found(source: str, at: datetime = EVENING, *, timezone: str | None = None, **facts: Any) -> rules.Tested:
    words = moment_of(now=now_at(at), **facts).words
    return rule(source).test(RuleFacts(words, timezone=timezone))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("recipient.points / recipient.goal > 0.5", True),
        ("recipient.points / recipient.goal * 100 >= 62", True),
        ("recipient.points / recipient.goal * 100 == 62", True),
        ("100 * recipient.points / recipient.goal >= 62", True),
        ("1 - recipient.points / recipient.goal < 0.4", True),
        ("recipient.points * 1.5 > recipient.goal - 141", True),
        ("recipient.points + 0.5 > 1240", True),
        ("size(recipient.basket) / 2 + 1 == 2.5", True),
        ("1 / 2 > 0", True),
        ("7 / 2 == 3.5", True),
        ("recipient.goal / recipient.points == 2000.0 / 1240.0", True),
        ("recipient.points % 100 == 40", True),
        ('recipient.name + "!" == "Ann!"', True),
        ("recipient.goal - recipient.points == 760", True),
        ("-recipient.points + 1 < 0", True),
    ],
)
def test_numbers_are_worked_with_as_on_paper(source: str, *, value: bool) -> None:
    profile = {"points": 1240, "goal": 2000, "name": "Ann", "basket": [1, 2, 3]}
    assert found(source, recipient=profile) == (value, "", False)


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("recipient.points / recipient.zero > 1", "a number is divided by 0"),
        ("recipient.points * 9223372036854775807 > 1", "integer overflow"),
        ("recipient.points / recipient.nothing > 1", "nothing is not known"),
        ("recipient.points / recipient.name > 1", "'/' does not go with a number and a text"),
    ],
)
def test_what_can_not_be_worked_out_says_why(source: str, note: str) -> None:
    assert found(source, recipient={"points": 1240, "zero": 0, "name": "Ann"}) == (None, note, False)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9))
def test_a_fraction_is_that_of_python(one: int, other: int) -> None:
    assert found("recipient.a / recipient.b == recipient.c", recipient={"a": one, "b": other, "c": one / other}).value


UNTIL = [
    "now.at >= param.until",
    "now.at >= timestamp(param.until)",
    "param.until <= now.at",
    "now.at > param.until",
    "now.at != param.until && !(now.at < param.until)",
    'now.at - param.until > duration("20m")',
    'now.at >= param.until + duration("5m") || now.at >= param.until',
]


@pytest.mark.parametrize("source", UNTIL)
@pytest.mark.parametrize("offset", ["", "+01:00"])
def test_a_moment_of_the_address_is_on_the_readers_clock(source: str, offset: str) -> None:
    until = {"until": f"2026-11-29T20:00{offset}"}
    assert found(source, EVENING, param=until).value is True
    assert found(source, EVENING - timedelta(minutes=31), param=until).value is False


def test_the_same_words_are_another_moment_elsewhere() -> None:
    over = "now.at >= param.until"
    until = {"until": "2026-11-30T01:00"}
    assert found(over, EVENING, param=until).value is False
    assert found(over, EVENING.astimezone(TOKYO), param=until).value is True  # there it is half past four
    assert found(over, EVENING, timezone="Asia/Tokyo", param=until).value is True
    fixed = rule('now.at >= timestamp("2026-11-30T01:00")')
    for zone, value in (("Europe/Paris", False), ("Asia/Tokyo", True), ("Europe/Paris", False)):
        assert fixed.test(RuleFacts(moment_of(now=now_at(EVENING)).words, timezone=zone)).value is value


def test_a_moment_of_the_profile_is_too() -> None:
    assert found("recipient.ends > now.at", recipient={"ends": "2026-11-29T20:31"}).value is True
    assert found("recipient.ends > param.at", recipient={"ends": "2026-11-29T20:31"}, param={"at": "2026-11-29T19:30Z"})
    assert found("recipient.n > param.n", recipient={"n": 3}, param={"n": 2.5}).value is True
    assert found("recipient.name == param.name", recipient={"name": "a"}, param={"name": "a"}).value is True


@pytest.mark.parametrize("source", ["now.at >= param.until", "timestamp(param.until) <= now.at"])
def test_without_a_clock_a_moment_is_not_known_and_says_so(source: str) -> None:
    words = moment_of(now=Now(datetime(2026, 11, 29, 20, tzinfo=UTC)), param={"until": "2026-11-29T20:00"}).words
    why = "'2026-11-29T20:00' has no offset, and the reader's time zone is not known"
    assert rule(source).test(RuleFacts(words)) == (None, why, False)
    assert rule(source).test(RuleFacts(words, timezone="UTC")).value is True


def test_a_text_that_is_no_moment_says_so() -> None:
    told = found("now.at >= recipient.ends", recipient={"ends": "soon"})
    assert told == (None, "'soon' is not a moment such as 2026-12-24T18:00", False)


@pytest.mark.parametrize("source", [*UNTIL, "days_until(param.until) > 3", "is_birthday(param.until)"])
def test_on_a_prefetch_only_time_hides_it(source: str) -> None:
    words = moment_of(now=now_at(EVENING), param={"until": "2026-11-29T20:00"}).words
    facts = RuleFacts(VOCABULARY.redact(words), prefetched=True, now=words["now"])
    assert rule(source).test(facts) == (None, "may be out of date when it is read", True)


def test_a_sale_on_the_readers_own_clock_ends() -> None:
    creative = valid(
        {
            "title": "T",
            "size": "60x30",
            "params": {"until": {"type": "moment", "default": "2026-11-29T20:00"}},
            "variants": [
                {"name": "over", "when": "now.at >= param.until", "layers": [{"fill": "white"}]},
                {"name": "sale", "layers": [{"fill": "white"}]},
            ],
        }
    )
    live = Client(time="live")
    for minutes, shown in ((-31, "sale"), (0, "over")):
        now = now_at(EVENING + timedelta(minutes=minutes))
        moment = moment_of(now=now, client=live, param={"until": "2026-11-29T20:00"})
        assert decide(creative, moment, VOCABULARY).variant.name == shown


@pytest.mark.parametrize(
    ("born", "at", "age", "party"),
    [
        ("1994-11-29", "2026-11-29", 32, True),
        ("1994-11-30", "2026-11-29", 31, False),
        ("1994-11-28", "2026-11-29", 32, False),
        ("2026-11-29", "2026-11-29", 0, True),
        ("2000-02-29", "2026-02-27", 25, False),
        ("2000-02-29", "2026-02-28", 26, True),
        ("2000-02-29", "2026-03-01", 26, False),
        ("2000-02-29", "2028-02-28", 27, False),
        ("2000-02-29", "2028-02-29", 28, True),
        ("2000-02-29", "2100-02-28", 100, True),
        ("1994-11-29T02:00:00+09:00", "2026-11-28", 32, True),  # the evening before, in Paris
    ],
)
def test_ages_and_birthdays(born: str, at: str, age: int, *, party: bool) -> None:
    noon = datetime.fromisoformat(at).replace(hour=12, tzinfo=PARIS)
    profile = {"born": born}
    assert found(f"age(recipient.born) == {age}", noon, recipient=profile).value is True
    assert found("is_birthday(recipient.born)", noon, recipient=profile).value is party
    words = {**moment_of(now=now_at(noon), recipient=profile).words, "timezone": PARIS}
    text = "{{ recipient.born | age }}{% assign p = recipient.born | is_birthday %}{% if p %}!{% endif %}"
    assert template(text).fill(words) == f"{age}{'!' if party else ''}"


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_one_grows_older_on_birthdays_alone(born: date) -> None:
    days = [born + timedelta(days=n) for n in range(365 * 5)]
    for yesterday, today in pairwise(days):
        older = age_on(today, born) - age_on(yesterday, born)
        assert older == (birthday_in(today.year, born) == today)


def test_days_that_are_left() -> None:
    assert found("days_until(recipient.ends) == 3", recipient={"ends": "2026-12-02"}).value is True
    assert found("days_until(recipient.ends) == -1", recipient={"ends": "2026-11-28"}).value is True
    assert found("days_until(param.ends) == 0", param={"ends": "2026-11-29T23:59"}).value is True
    children = {"children": [{"born": "2019-03-02"}, {"born": "2020-11-29"}]}
    assert found("recipient.children.exists(c, is_birthday(c.born))", recipient=children).value is True


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("29/11/1994", "'29/11/1994' is not a date such as 1994-11-29"),
        ("", "'' is not a date such as 1994-11-29"),
        ("2027-01-01", "2027-01-01 is still to come"),
    ],
)
def test_what_is_no_birthday_says_so(value: str, why: str) -> None:
    assert found("age(recipient.born) > 18", recipient={"born": value}) == (None, why, False)
    with pytest.raises(MissingValueError, match=why):
        template("{{ recipient.born | age }}").fill(moment_of(now=now_at(EVENING), recipient={"born": value}).words)


def test_texts_ask_for_the_day_and_a_prefetch_leaves_them_out() -> None:
    text = template("{{ recipient.born | age }}")
    assert text.needs == {"recipient", "now"}
    words = moment_of(now=now_at(EVENING), recipient={"born": "1994-11-29"}).words
    with pytest.raises(RedactedValueError):
        text.fill(VOCABULARY.redact(words))
    assert rule("age(recipient.born) > 3").needs == {"recipient", "now"}
    assert rule("age(recipient.born) > 3").volatile


@pytest.mark.parametrize("source", ["param.a > recipient.b", "timestamp(param.a) > timestamp(param.b)"])
def test_what_was_made_on_one_clock_is_not_taken_for_none(source: str) -> None:
    (layer,) = creative_of(f"{{text: x, when: '{source}'}}").variants[0].layers
    assert ("now", "date") in (paths_of(layer) or ())
