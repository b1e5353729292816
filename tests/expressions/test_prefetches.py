"""On a prefetch nothing is said or decided that time could make false: rules, texts and the vocabulary's redaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError, RedactedValueError
from livecontent.expressions.unknown import UNSTEADY, Redacted
from livecontent.facts import Store, Weather
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import PARIS, moment_of, rule, template

NINE = datetime(2026, 11, 21, 9, tzinfo=PARIS)
KNOWN = {"vip": False, "key": "closes_at", "points": 5, "name": "Ann"}
SINCE, PAST = 'now.at >= timestamp("2026-11-25T00:00:00Z")', 'now.at > timestamp("2026-11-01T00:00:00Z")'

VOLATILE = (
    *(
        "now.hour < 12",
        "now.weekend",
        'now.date == "2026-11-21"',
        'now.part_of_day != "night"',
        "now.month in [11, 12]",
    ),
    *("store.open", "store.closes_at > now.at", 'now.at < timestamp("2026-12-24T18:00:00Z")', "now.at.getHours() < 12"),
    *(
        "stores[0].open",
        "item.open",
        "item[recipient.key] == null",
        "stores.exists(s, s.open)",
        "stores.all(s, s.open)",
    ),
    *("stores.exists_one(s, s.open)", "stores.exists(s, s.name == 'North' && s.open)", "stores[1].opens_at != 'x'"),
    *('weather.condition == "rain"', "weather.temperature < 15", "weather.wind > 3", "string(now.at).contains('T0')"),
    *("now.hour / (now.hour - 9) > 0", "[now.hour == 9, true][0]", "{'a': now.weekend}['a']", "size(now.season) == 6"),
    *("timestamp(stores[0].closes_at) > now.at", "(store.open ? 1 : 2) == 1", "now.hour in [recipient.points, 9]"),
)
STEADY = (
    *("recipient.vip", "recipient.points > 3", "recipient.x == 1", "size(stores) == 2", "item.name == 'North'", "true"),
    *("stores.exists(s, s.name == 'South')", "has(item.name)", "has(recipient.x)"),
)

rules = st.recursive(
    st.sampled_from((*VOLATILE, *STEADY)),
    lambda inner: st.one_of(
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("({}) || ({})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({}) ? ({}) : ({})".format, inner, inner, inner),
        st.builds("({}) == ({})".format, inner, inner),
    ),
    max_leaves=5,
)
moments = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(PARIS))  # noqa: DTZ001
weathers = st.builds(
    Weather,
    st.sampled_from((-3.0, 12.0, 31.0)),
    st.sampled_from(("clear", "rain", "snow")),
    st.booleans(),
    st.sampled_from((None, 2.0, 9.0)),
    observed_at=st.sampled_from((None, NINE)),
)
people = st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in KNOWN.items()})


def store(name: str, at: datetime) -> Store:
    """A shop that is open from 9 to 18."""
    open_ = 9 <= at.hour < 18
    times: dict[str, Any] = {"closes_at": at.replace(hour=18)} if open_ else {"opens_at": at + timedelta(hours=9)}
    return Store(name, name, "1 Rue", "59000", "Lille", "FR", 50.6, 3.0, "Europe/Paris", 1.5, open=open_, **times)


def words_of(at: datetime, weather: Weather, person: Mapping[str, object]) -> dict[str, object]:
    """The facts of an open, as words, in a repeat of stores."""
    stores = [store("North", at), store("South", at + timedelta(hours=6))]
    moment = moment_of(now=now_at(at), weather=weather, store=stores[0], stores=stores, recipient=dict(person))
    return {**moment.words, "item": moment.words["stores"][0], "locale": "en", "timezone": "Europe/Paris"}  # type: ignore[index]


def redacted(words: Mapping[str, object]) -> dict[str, object]:
    """The same on a prefetch."""
    found = VOCABULARY.redact(words)
    return {**found, "item": found["stores"][0]}  # type: ignore[index]


@given(rules, moments, moments, weathers, weathers, people)
def test_what_a_rule_is_on_a_prefetch_it_is_whatever_time_it_is_read(
    source: str, one: datetime, other: datetime, weather: Weather, later: Weather, person: dict[str, object]
) -> None:
    try:
        checked = rule(source)
    except ValueError:  # kinds that do not go together
        return
    fetched, read = words_of(one, weather, person), words_of(other, later, person)
    found = checked.test(RuleFacts(redacted(fetched), prefetched=True))
    assert found == checked.test(RuleFacts(redacted(read), prefetched=True))
    if found.value is not None:
        assert {checked.test(RuleFacts(words)).value for words in (fetched, read)} <= {found.value}


@pytest.mark.parametrize("source", VOLATILE)
def test_what_a_rule_asks_of_the_clock_weather_or_opening_hours_is_unknown_and_says_why(source: str) -> None:
    words = redacted(words_of(NINE, Weather(12.0, "rain", is_day=True, wind=5.0), KNOWN))
    assert rule(source).test(RuleFacts(words, prefetched=True)) == (None, UNSTEADY, True)


@pytest.mark.parametrize("source", STEADY)
def test_what_it_asks_of_all_else_is_what_it_is_at_any_open(source: str) -> None:
    words = words_of(NINE, Weather(12.0, "rain", is_day=True), KNOWN)
    found = rule(source).test(RuleFacts(redacted(words), prefetched=True))
    assert (found.value, found.by_time) == (rule(source).test(RuleFacts(words)).value, False)


@pytest.mark.parametrize(
    ("source", "value", "by_time"),
    [
        ("recipient.vip && store.open", False, False),
        ("!recipient.vip && store.open && !now.weekend", None, True),
        ("!recipient.vip || store.open", True, False),
        ("recipient.x > 1000 && store.open", None, False),
        ("has(recipient.x) || store.open", None, True),
        ("now.hour > 5 ? recipient.vip : recipient.x", None, False),
        (f"{SINCE} || {PAST}", None, True),
        (f"({PAST}) && !recipient.vip", None, True),
        ("!stores.exists(s, s.open) || !recipient.vip", True, False),
        ("stores.exists(s, s.open || s.name == 'South')", True, False),
        ("place.city == 'Lille' && now.weekend", None, False),
    ],
)
def test_only_time_hides_what_is_unknown_for_nothing_else(source: str, value: bool | None, by_time: bool) -> None:
    words = words_of(NINE, Weather(12.0, "rain", is_day=True), KNOWN)
    found = rule(source).test(RuleFacts(redacted(words), prefetched=True))
    assert (found.value, found.by_time, bool(found.note)) == (value, by_time, value is None)
    assert rule(source).test(RuleFacts(words)).by_time is False


@pytest.mark.parametrize(
    ("source", "column", "help_"),
    [
        ("has(item.closes_at)", 5, "such as item.open"),
        ("now.weekend || !has(stores[0].opens_at)", 21, "such as stores[0].open"),
        ("stores.exists(s, has(s.open))", 22, "such as stores[].open"),
        ('"open" in item', 11, "such as item.open"),
        ("recipient.key in stores[0]", 18, "such as stores[0].open"),
        ("stores.all(s, !(recipient.key in s))", 34, "such as stores[].open"),
        ('item.exists(name, name.startsWith("o"))', 1, "such as item.open"),
        ("stores == []", 1, "such as size(stores) or stores.exists(x, x.open)"),
        ("item in stores", 1, "such as item.open"),
        ("stores[0] == stores[1]", 1, "such as stores[0].open"),
        ("stores.all(s, s == s)", 15, "such as stores[].open"),
        ("size(item) == 3", 6, "such as item.open"),
        ("[item][0].name == 'x'", 2, "such as item.open"),
        ("(now.weekend ? stores[0] : stores[1]).name == 'x'", 16, "such as stores[0].open"),
        ("dyn(stores)[0].name == 'x'", 5, "such as size(stores)"),
    ],
)
def test_a_rule_that_would_take_what_is_redacted_for_absent_is_refused(source: str, column: int, help_: str) -> None:
    with pytest.raises(ValueError, match="on a prefetch") as raised:
        rule(source)
    found, _, problem = str(raised.value).partition(": ")
    assert (int(found), problem.endswith(help_) or help_ in problem) == (column, True), problem


NEVER_TOLD = (
    *(
        "{{ now.hour }}",
        "{{ now.at }}",
        "{{ now.at | date: 'HH' | plus: 1 }}",
        "{{ now.at | time }}",
        "{{ weather.icon }}",
    ),
    *(
        "{% if now.weekend %}y{% else %}n{% endif %}",
        "{% unless store.open %}closed{% endunless %}",
        "{{ store.open }}",
    ),
    *(
        "{% if store.closes_at %}till{% endif %}",
        "{% if store.opens_at == blank %}a{% endif %}",
        "{{ stores[0].open }}",
    ),
    *("{% for s in stores %}{% if s.open %}o{% endif %}{% endfor %}", "{{ stores | where: 'open' | size }}"),
    *(
        "{{ stores | map: 'open' | join: ' ' }}",
        "{{ stores | where: 'open', true | size }}",
        "{{ store.size }}x{{ store | size }}",
    ),
    *("{% case now.weekday %}{% when 'monday' %}m{% else %}o{% endcase %}", "{% if 9 == now.hour %}a{% endif %}"),
    *("{% case 9 %}{% when now.hour %}m{% else %}o{% endcase %}", "{% if now.hour == nil %}a{% else %}b{% endif %}"),
    *("{% if now.season contains 'w' %}a{% endif %}", "{% if 'autumn' contains now.season %}a{% endif %}"),
    *("{% assign o = store.open %}{% if o %}a{% else %}b{% endif %}", "{% if now.hour < 12 %}a{% else %}b{% endif %}"),
    *("{{ stores | map: 'closes_at' | compact | size }}", "{{ stores | sum: 'open' }}", "{{ stores | uniq | size }}"),
    *("{{ stores | uniq: 'open' | size }}", "{{ stores | sort: 'opens_at' | map: 'name' | join: ' ' }}"),
    *("{{ stores | compact: 'closes_at' | size }}", "{% if store contains 'closes_at' %}open{% endif %}"),
    *("{% for s in stores limit: store.open %}a{% endfor %}", "{% for s in stores offset: now.hour %}a{% endfor %}"),
    *("{% for x in now.date %}a{% endfor %}", "{{ recipient[now.weekday] }}", "{{ 5 | plus: now.hour }}"),
    *("{% assign o = store.open | default: false %}{% if o %}open{% endif %}", "{{ store.open | default: false }}"),
    "{% assign o = store.open | default: 'x' %}{% if o == 'x' %}closed{% endif %}",
    *("{% capture o %}{{ store.open | default: '' }}{% endcapture %}{% if o == '' %}closed{% endif %}",),
    *(
        "{{ store.open | default: nil }}",
        "{{ store.open | default: store.closes_at }}",
        "{{ weather.temperature.size }}",
    ),
    *("{% if stores[0] == stores[1] %}same{% endif %}", "{% if stores contains item %}yes{% endif %}"),
    *("{% echo now.hour %}", "{% capture h %}{{ now.hour }}{% endcapture %}", "{{ now.hour | upcase | default: 'x' }}"),
    *("{% if now.hour and recipient.vip %}a{% endif %}", "{% if false or store.open %}a{% endif %}"),
    *(
        "{{ stores | first | map: 'open' | first }}",
        "{% increment a %}{{ now.hour }}",
        "{{ weather.icon.y.z | append: '' }}",
    ),
)


@pytest.mark.parametrize("source", NEVER_TOLD)
def test_a_text_that_writes_asks_or_works_with_what_time_changes_is_left_out(source: str) -> None:
    words = redacted(words_of(NINE, Weather(12.0, "rain", is_day=True), KNOWN))
    with pytest.raises(MissingValueError) as raised:
        template(source).fill(words)
    assert isinstance(raised.value, RedactedValueError) == (UNSTEADY in str(raised.value))
    if "{{ store.size" not in source:
        assert UNSTEADY in str(raised.value)


TOLD = {
    "{{ now.part_of_day | default: 'day' }}": "day",
    "{{ store.open | default: recipient.name }}": "Ann",
    "{{ weather.temperature | default: 12 | plus: 1 }}": "13",
    "{% for s in stores %}{{ s.name }} {% endfor %}": "North South ",
    "{{ stores | map: 'name' | join: ', ' }} of {{ stores | size }}, {{ stores.size }}": "North, South of 2, 2",
    "{% assign s = stores | first %}{{ s.name }}": "North",
    "{% assign o = store.open %}{{ o | default: 'x' }}": "x",
    "{% if recipient.vip %}{{ now.hour }}{% else %}no{% endif %}": "no",
    "{% if stores %}{{ item.name }}{% endif %}": "North",
    "{{ now.at | default: recipient.name | upcase }}": "ANN",
}


@pytest.mark.parametrize(("source", "told"), TOLD.items())
def test_only_default_gives_other_words(source: str, told: str) -> None:
    assert template(source).fill(redacted(words_of(NINE, Weather(12.0, "rain", is_day=True), KNOWN))) == told


TEXTS = (
    *NEVER_TOLD,
    *TOLD,
    *("{{ store.size }}", "{% for s in stores %}{{ s.closes_at | default: 'x' }}{% endfor %}", "{{ store | first }}"),
    *(
        "{% for pair in store %}a{% endfor %}",
        "{{ stores | reverse | map: 'name' | join }}",
        "{{ stores | concat: stores | size }}",
    ),
)


@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map("".join), moments, moments, weathers, weathers, people
)
def test_what_a_text_says_on_a_prefetch_it_says_at_any_other_time(
    source: str, one: datetime, other: datetime, weather: Weather, later: Weather, person: dict[str, object]
) -> None:
    text = template(source)

    def told(at: datetime, sky: Weather) -> tuple[type, str]:
        try:
            return str, text.fill(redacted(words_of(at, sky, person)))
        except MissingValueError as error:
            return type(error), str(error)

    assert told(one, weather) == told(other, later)


def test_a_redacted_fact_does_nothing_but_refuse() -> None:
    fact = Redacted("store.open")
    uses = (bool, str, int, len, iter, list, hash, lambda it: it == 1, lambda it: it == 1, lambda it: "x" in it)
    for use in (*uses, lambda it: it != it, lambda it: {it: 1}):
        with pytest.raises((RedactedValueError, TypeError, Exception), match=r"may be out of date|unhashable"):
            use(fact)
    assert repr(fact["name"]) == "Redacted('store.open.name')"


@pytest.mark.parametrize("root", ["now", "weather", "store"])
def test_every_name_that_time_changes_is_redacted(root: str) -> None:
    words = words_of(NINE, Weather(12.0, "rain", is_day=True, wind=1.0), KNOWN)
    found: Any = redacted(words)[root]
    for name in VOCABULARY.types[root].names:
        assert isinstance(found.get(name), Redacted) == VOCABULARY.is_volatile((root, name)), name
    assert {name for name in found if name not in words[root]} <= {"closes_at", "opens_at"} | set(
        VOCABULARY.types[root].names
    )  # type: ignore[operator]
