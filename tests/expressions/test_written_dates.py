"""Every day of a year as each part of the server spells it: the first of a month is 1er in French, and only that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_datetime

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


@pytest.mark.parametrize("locale", ["en_GB", "de", "it", "es", "pt_BR", "ja", "ar"])
def test_other_languages_are_as_babel_writes_them(locale: str) -> None:
    for at in YEAR:
        assert written_date(at, "EEEE d MMMM y", Locale.parse(locale)) == format_datetime(
            at, "EEEE d MMMM y", locale=locale
        )
