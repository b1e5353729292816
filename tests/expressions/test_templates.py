from __future__ import annotations

import gc
import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid.exceptions import LiquidError

from livecontent.expressions.filters import FILTERS
from livecontent.expressions.template import MAX_SOURCE, MAX_WORDS, LocalizedTemplate, MissingValueError
from livecontent.expressions.unknown import Redacted
from made_creatives import template

SETTINGS = {"locale": "en", "timezone": "Europe/Paris", "currency": "EUR"}
UNKNOWN = "a.b"


def fill(source: str, **words: object) -> str:
    return template(source).fill({**SETTINGS, **words})


def test_facts_are_written_where_they_are_named() -> None:
    assert fill("Hi {{ recipient.name }}!", recipient={"name": "Ann"}) == "Hi Ann!"
    assert fill("{{ x }}", x="<b>&") == "<b>&"
    assert fill("nothing to fill in") == "nothing to fill in"


MISSING = ("{{ a.b }}", "{{ a.b | upcase }}", "{% assign x = a.b %}{{ x }}", "{{ a | append: 'x' }}")


@pytest.mark.parametrize("source", MISSING)
def test_an_unknown_fact_is_not_written_but_named(source: str) -> None:
    with pytest.raises(MissingValueError, match=r"^a(\.b)? is not known$"):
        fill(source)


@pytest.mark.parametrize("source", [*MISSING, "{{ withheld }}", "{{ 'a' | times: 'b' | date: 'c' }}"])
def test_words_that_cannot_be_filled_in_leave_nothing_to_collect(source: str) -> None:
    words = template(source)
    gc.collect()
    gc.disable()
    try:
        with suppress(MissingValueError):
            words.fill({**SETTINGS, "withheld": Redacted("withheld")})
        assert gc.collect() == 0
    finally:
        gc.enable()


NUMBERS = (
    "plus: 1",
    "minus: 1",
    "times: 2",
    "divided_by: 2",
    "modulo: 2",
    "abs",
    "round",
    "ceil",
    "floor",
    "at_most: 3",
)
LISTS = ("size", "join", "sort", "uniq", "reverse", "map: 'a'", "sum", "where: 'a'", "first", "last", "compact")


@pytest.mark.parametrize("filter_", [*NUMBERS, *LISTS, *FILTERS])
@pytest.mark.parametrize("known", [{}, {"a": {}}, {"a": None}])
def test_no_filter_makes_a_value_of_an_unknown_fact(filter_: str, known: dict[str, Any]) -> None:
    with pytest.raises(MissingValueError):
        fill(f"{{{{ {UNKNOWN} | {filter_} }}}}", **known)


@pytest.mark.parametrize("filter_", ["plus: a", "append: a", "at_most: a", "number: a", "money: a", "replace: 'x', a"])
def test_no_filter_takes_an_unknown_fact_as_its_argument(filter_: str) -> None:
    with pytest.raises(MissingValueError, match="a is not known"):
        fill(f"{{{{ 5 | {filter_} }}}}")


def test_a_default_stands_in_for_what_is_not_known() -> None:
    assert fill("{{ a.b | default: 'you' }}") == "you"
    assert fill("{{ a.b | default: 5 | plus: 1 }}") == "6"
    assert fill("{{ a.b | default: 'x' }}", a={"b": "known"}) == "known"
    assert fill("{% assign x = a.b | default: 'y' %}{{ x }}") == "y"


@pytest.mark.parametrize(
    ("source", "words", "offset"),
    [
        ("é {{ a | upcsae }}", "did you mean 'upcase'", 9),
        ("{{ a | sha256 }}", "unknown filter 'sha256'", 7),
        ("ab {% iff a %}{% endif %}", "iff", 6),
        ("abc {{ a", "expected '}}'", 4),
        ("{% include 'x' %}", "include", 3),
        ("{% render 'x' %}", "render", 3),
        ("{% cycle 'x', 'y' %}", "cycle", 3),
        ("{% tablerow x in stores %}{% endtablerow %}", "tablerow", 3),
        ("{{ a b }}", "expected", 5),
    ],
)
def test_what_is_not_liquid_is_told_with_its_place(source: str, words: str, offset: int) -> None:
    with pytest.raises(LiquidError) as raised:
        template(source)
    assert words in raised.value.message
    assert raised.value.token is not None
    assert raised.value.token.start_index == offset


def test_a_text_names_its_facts_with_their_places() -> None:
    words = template(
        "{{ a.b }} {% for s in stores %}{{ s.id }}{% endfor %}{% assign q = 1 %}{{ q }} {% if c.d == e %}{% endif %}"
    )
    assert [(str(name), name.offset) for name in words.names] == [("a.b", 3), ("stores", 22), ("c.d", 85), ("e", 92)]
    assert words.needs == {"a", "stores", "c", "e"}


def test_what_writes_times_needs_now_and_what_writes_in_a_language_is_localised() -> None:
    assert (template("x").fixed, template("{{ 'x' | strip }}").fixed) == (True, True)
    assert template("{{ '2026-01-01' | date }}").needs == {"now"}
    assert template("{{ 5 | number }}").needs == set()
    assert [template(f"{{{{ 5 | {name} }}}}").localised for name in ("number", "date", "strip")] == [True, True, False]
    assert not template("{{ 5 | number }}").fixed


@pytest.mark.parametrize(
    "path", ["x.__class__", "x['__class__']", "x.name.__class__", "x.items", "x.name.upper", "x.l.append"]
)
def test_values_have_no_attributes(path: str) -> None:
    with pytest.raises(MissingValueError):
        fill(f"{{{{ {path} }}}}", x={"name": "Ann", "l": [1]})


def test_a_text_has_a_size_before_and_after() -> None:
    with pytest.raises(ValueError, match="at most"):
        template("x" * (MAX_SOURCE + 1))
    assert len(fill("{{ x }}", x="y" * 5000)) == MAX_WORDS
    with pytest.raises(MissingValueError):
        fill("{{ x }}{{ x }}", x="y" * 5000)


TEN_FOLD = "| replace: 'a', 'aaaaaaaaaa' "
IFS = "{% if x.a == 1 and x.b == 2 %}y{% endif %}"
HOSTILE = {
    "endless loop": "{% for i in (1..999) %}x{% endfor %}",
    "loop in loop": "{% for i in (1..999) %}{% for j in (1..999) %}{% endfor %}{% endfor %}",
    "deep": "{% if true %}" * 50 + "{% endif %}" * 50,
    "doubling": "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 32 + "{{ a }}",
    "ten times each time": "{{ 'aaaaaaaaaa' " + TEN_FOLD * 130 + "}}",
    "split and joined": "{{ x.s " + "| split: '' | join: 'xxxxxxxxxx' " * 100 + "}}",
    "a long text in a long text": "{{ x.s | replace: 'x', x.s | size }}",
    "base64 of base64": "{{ x.s " + "| base64_encode " * 200 + "}}",
    "captured": "{% capture a %}xxxxxxxxxx{% endcapture %}" + "{% capture a %}{{a}}{{a}}{{a}}{% endcapture %}" * 30,
    "long range": "{{ (1..100000000) | join: '' }}",
    "long range, tested": "{% if (1..100000000) contains 'x' %}y{% endif %}",
    "long range, from the end": "{% for i in (1..100000000) reversed limit: 1 %}y{% endfor %}",
    "long range, far away": "{% for i in (1..100000000) offset: 99999999 %}y{% endfor %}",
    "long range, by a fact": "{% if (1..x.n) contains 'x' %}y{% endif %}",
    "long range, from below": "{% if (-99999999..1) contains 'x' %}y{% endif %}",
    "much to test": "{% for i in (1..100) %}" + IFS * 70 + "{% endfor %}",
    "much to count": "{% for i in (1..100) %}"
    + "{% assign a = 5 | plus: 1 | times: 2 | number %}" * 60
    + "{% endfor %}",
    "power of power": "{% assign a = 99999 %}{% for i in (1..100) %}{% assign a = a | times: a %}{% endfor %}{{ a }}",
    "many digits": "{{ 1" + "0" * 4000 + " | plus: 1 }}",
    "many zeros": "{{ 1 | number: '" + "0" * 4000 + "' }}",
    "long names of days": "{{ '2026-01-01' | date: '" + "EEEE " * 750 + "' }}",
    "long way": "{{ a" + ".b" * 2000 + " }}",
    "many brackets": "{{ a" + "[" * 100 + "1" + "]" * 100 + " }}",
    "parentheses": "{% if " + "(" * 500 + "true" + ")" * 500 + " %}{% endif %}",
    "ands": "{% if true" + " and true" * 400 + " %}x{% endif %}",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_ends_soon_and_in_little_room(source: str) -> None:
    words = {**SETTINGS, "x": {"s": "x" * 4000, "n": 10**8}}
    fill("{{ 5 | number }}{{ '2026-01-01' | date: 'EEEE' }}")  # the locale is read before
    start = time.process_time()
    with suppress(MissingValueError, LiquidError, ValueError):
        template(source).fill(words)
    assert time.process_time() - start < 0.25  # it is to be below 0.1 on a machine that has nothing else to do
    tracemalloc.start()
    with suppress(MissingValueError, LiquidError, ValueError):
        template(source).fill(words)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


ODD: list[object] = [
    *(
        float("nan"),
        float("inf"),
        "1e400",
        "NaN",
        "Infinity",
        "-0",
        -0.0,
        10**400,
        "9" * 400,
        1e-320,
        Decimal("1e-400"),
    ),
    *(None, True, "", "abc", "\ud800", "\0", [1], {"a": 1}, b"x", object(), 1e15, "0x10", "١٢٣", "½", "1,5"),
    *("2026-12-24", "2026-12-24T18:00", "2026-12-24T18:00Z", "2026-12-24T18:00+23:59", "0000-00-00", "0001-01-01"),
    *("0001-01-01T00:00Z", "9999-12-31T23:59:59-12:00", "2026-03-29T02:30", "2026-10-25T02:30", "20261224", "2026-W52"),
    *(date(1, 1, 1), datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), 0, -1.0, 2**36, timedelta(1)),
]
EXPRESSIONS = [
    *(
        "v | number",
        "v | number: '#,##0.0'",
        "v | number: 'garbage'",
        "v | number: v",
        "v | number: '0;;;'",
        "v | percent",
    ),
    *("v | money", "v | money: 'XXX'", "v | money: 'no such currency'", "v | money: v"),
    *("v | unit: 'kilometer'", "v | unit: 'celsius', v", "v | unit: 'no such unit'", "v | unit: v", "v | unit"),
    *("v | date", "v | date: 'full'", "v | date: 'EEEE d MMMM'", "v | date: 'VVVV zzzz qqq ww B'", "v | date: v"),
    *(
        "v | date: '%Y'",
        "v | time",
        "v | time: 'full'",
        "v | time: 'HH:mm zzzz'",
        "v | time: 'yyyy EEEE'",
        "v | time: v",
    ),
]


@pytest.mark.parametrize("locale", ["fr", "en", "ar", "de", "hi", "xx", ""])
def test_an_odd_value_is_written_or_left_unfilled(locale: str) -> None:
    for expression in EXPRESSIONS:
        words = template(f"{{{{ {expression} }}}}")
        for value in ODD:
            with suppress(MissingValueError):
                assert isinstance(words.fill({**SETTINGS, "locale": locale, "v": value}), str)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "NaN", "-Infinity", "1e400", 1e15, 10**400, "", True])
@pytest.mark.parametrize("filter_", ["number", "money", "percent", "unit: 'meter'"])
def test_what_is_no_number_of_this_world_is_not_written_as_one(value: object, filter_: str) -> None:
    with pytest.raises(MissingValueError, match=r"is not a number|is out of range"):
        fill(f"{{{{ v | {filter_} }}}}", v=value)


@given(st.sampled_from(EXPRESSIONS), st.text() | st.floats() | st.integers() | st.datetimes() | st.lists(st.text()))
def test_any_value_is_written_or_left_unfilled(expression: str, value: object) -> None:
    with suppress(MissingValueError):
        assert isinstance(fill(f"{{{{ {expression} }}}}", v=value), str)


@pytest.mark.parametrize(
    ("locale", "expression", "written"),
    [
        ("en", "1240.5 | number", "1,240.5"),
        ("fr", "1240.5 | number", "1\u202f240,5"),
        ("de", "12.5 | money", "12,50\xa0€"),
        ("en", "12.5 | money: 'USD'", "$12.50"),
        ("fr", "0.2 | percent", "20\xa0%"),
        ("en", "1.25 | unit: 'kilometer', '#,##0.0'", "1.3 km"),
        ("fr", "'2026-12-24T18:00Z' | date: 'EEEE d MMMM'", "jeudi 24 décembre"),
        ("en", "'2026-12-24T18:00Z' | time", "7:00\u202fPM"),
        ("fr", "'2026-12-24T18:00' | time", "18:00"),
        ("fr", "'2026-12-24T18:00Z' | time: 'HH:mm'", "19:00"),
        ("fr", "'2026-12-24T18:00Z' | time: 'EEE HH:mm'", "jeu. 19:00"),
        ("en", "'2026-12-24' | date", "December 24, 2026"),
    ],
)
def test_values_are_written_as_people_write_them(locale: str, expression: str, written: str) -> None:
    assert fill(f"{{{{ {expression} }}}}", locale=locale) == written


@pytest.mark.parametrize("number", [20261224, 0, -1, 45321, 2026, 4_102_444_800, 1_798_131_600_000])
def test_a_number_that_is_no_time_of_this_century_is_no_date(number: int) -> None:
    with pytest.raises(MissingValueError, match="is not a date"):
        fill("{{ v | date }}", v=number)


def test_a_number_may_be_seconds_since_1970() -> None:
    assert fill("{{ v | date }}", v=1_798_131_600) == "December 24, 2026"


def test_texts_speak_the_language_else_its_base_else_the_first() -> None:
    texts = LocalizedTemplate({"en": template("hello"), "fr": template("bonjour"), "fr-CA": template("allo")})
    spoken = [texts.speak(language).source for language in ("fr-CA", "fr-FR", "fr", "de", "")]
    assert spoken == ["allo", "bonjour", "bonjour", "hello", "hello"]
    assert texts.localised
    assert not LocalizedTemplate({"": template("hello")}).localised
    assert LocalizedTemplate({"": template("{{ 5 | number }}")}).localised
