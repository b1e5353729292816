"""Every day of a year as each part of the server spells it: the first of a month is 1er in French, and only that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_datetime
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.kinds.countdown import date_of
from livecontent.decide.different import Way, Ways
from livecontent.decide.sentences import told_ways
from livecontent.decide.situation import Alteration
from livecontent.expressions.calendar import written_date
from livecontent.studio.pages.catalogue import load_catalogues
from made_creatives import PARIS, template

YEAR = [datetime(2026, 1, 1, 1, 1, tzinfo=PARIS) + timedelta(days=day) for day in range(365)]
NUMERIC = ("dd/MM/y", "d/M/y", "dd MMMM y", "MMMM y", "HH:mm", "short")
SPELLED = ("EEEE d MMMM", "d MMM", "EEE d", "d MMMM y, HH:mm", "d LLLL", "'le' d MMMM", "long", "full", "medium")


def filtered(at: datetime, pattern: str, locale: str) -> str:
    words: dict[str, Any] = {"at": at, "locale": Locale.parse(locale), "timezone": PARIS}
    return template(
        f"{{{{ at | date: {pattern!r} }}}}" if "'" not in pattern else f'{{{{ at | date: "{pattern}" }}}}'
    ).fill(words)


def said(at: datetime) -> str:
    return told_ways(Ways([Way("sale", (Alteration("time", value=at),))]), "fr")[0]


def writers() -> Iterator[Callable[[datetime], str]]:
    pages = load_catalogues()["fr"]
    yield from (pages.moment, pages.minute, pages.day, pages.whole_day, pages.weekday, said)
    yield lambda at: date_of(at, "Europe/Paris", Locale("fr"), named=True)
    yield lambda at: date_of(at, "Europe/Paris", Locale("fr"), named=False, year=True)
    yield from (lambda at, one=one: filtered(at, one, "fr_CA") for one in SPELLED)  # type: ignore[misc]


@pytest.mark.parametrize("write", [*writers()])
def test_the_first_is_spelled_as_french_says_it_everywhere(write: Callable[[datetime], str]) -> None:
    for at in YEAR:
        first = re.findall(r"\b1er\b", write(at))
        assert first == (["1er"] if at.day == 1 else []), write(at)


@pytest.mark.parametrize("pattern", NUMERIC)
def test_days_in_figures_stay_figures(pattern: str) -> None:
    assert not [text for at in YEAR if re.search(r"\der", text := filtered(at, pattern, "fr"))]


WEEKDAYS = ("E", "EE", "EEE", "EEEE", "EEEEE", "EEEEEE", "eee", "eeee", "ccc", "cccc")
NAMES = ("MMM", "MMMM", "MMMMM", "LLL", "LLLL")
FIGURES = ("M", "MM", "L", "LL")
BLANKS = (" ", "\N{NO-BREAK SPACE}", ", ", " - ", " 'le' ", " ''", " % ")
weekdays, months = st.sampled_from(WEEKDAYS), st.sampled_from((*NAMES, *FIGURES))
others = st.sampled_from(("y", "D", "QQQ", "HH:mm", "e", "ee", "c", "w", "'au' d", "'MMM'", "'%(M)s'", "d%"))
days = st.sampled_from([at for at in YEAR if at.day in (1, 2, 11, 21, 31)])
french = st.sampled_from(("fr", "fr_CA", "fr_CH"))


@given(weekdays, st.none() | months, st.lists(others, max_size=2), st.data())
def test_the_first_is_spelled_in_any_pattern_with_a_name_and_no_number_of_the_month(
    weekday: str, month: str | None, more: list[str], data: st.DataObject
) -> None:
    """Whatever stands where, and however long the name is."""
    alone = data.draw(st.booleans()) and month in NAMES
    fields = data.draw(st.permutations([*([] if alone else [weekday]), "d", *([month] if month else []), *more]))
    at, locale = data.draw(days), Locale.parse(data.draw(french))
    pattern = data.draw(st.sampled_from(BLANKS)).join(fields)
    plain = format_datetime(at, pattern, locale=locale)
    count = sum(field in ("d", "'au' d", "d%") for field in fields) if at.day == 1 and month not in FIGURES else 0
    spelled = format_datetime(at, re.sub(r"(?<![(\w])d(?![)\w])", "d'er'", pattern), locale=locale)
    found = written_date(at, pattern, locale)
    assert found == (spelled if count else plain)
    assert len(re.findall(r"(?<!\d)1er(?!\w)", found)) == count


@given(st.sampled_from(("d/", "d.", "d-", "d ", "''d''/", "d'er'/")), st.sampled_from(FIGURES), weekdays, days, french)
def test_a_weekday_before_figures_changes_nothing(
    day: str, month: str, weekday: str, at: datetime, locale: str
) -> None:
    for pattern in (f"{weekday} {day}{month}", f"{weekday} {day}{month}/y", f"{month} {day} {weekday}"):
        assert written_date(at, pattern, Locale.parse(locale)) == format_datetime(at, pattern, locale=locale)


@given(
    st.sampled_from(("'er'", ".", "'e'", "'er jour'", "'º'", ". '.'")),
    st.sampled_from((*NAMES, *WEEKDAYS)),
    days,
    french,
)
def test_an_ending_that_is_written_is_the_only_one(ending: str, name: str, at: datetime, locale: str) -> None:
    for pattern in (f"d{ending} {name}", f"{name} d{ending}"):
        assert written_date(at, pattern, Locale.parse(locale)) == format_datetime(at, pattern, locale=locale)


@pytest.mark.parametrize("locale", ["en_GB", "de", "it", "es", "pt_BR", "ja", "ar"])
def test_other_languages_are_as_babel_writes_them(locale: str) -> None:
    for at in YEAR:
        assert written_date(at, "EEEE d MMMM y", Locale.parse(locale)) == format_datetime(
            at, "EEEE d MMMM y", locale=locale
        )
