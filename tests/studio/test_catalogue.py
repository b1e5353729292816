"""The words of the pages in each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from livecontent.facts import Reason
from livecontent.render.fallback import FallbackLevel
from livecontent.sources.registry import VOCABULARY
from livecontent.studio.pages.catalogue import (
    LANGUAGES,
    SHARED,
    WORDS,
    Catalogue,
    language_from,
    load_catalogues,
)
from livecontent.studio.pages.wish import SKIES
from strangers import TABLES


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    return load_catalogues()


def leaves(texts: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, text in texts.items():
        if isinstance(text, Mapping):
            yield from leaves(text, (*path, name))
        else:
            yield (*path, name), text


def test_all_languages_say_the_same_things(catalogues: dict[str, Catalogue]) -> None:
    english = dict(leaves(catalogues["en"].texts))
    for language in LANGUAGES:
        texts = dict(leaves(catalogues[language].texts))
        assert texts.keys() == english.keys()
        assert all(text.strip() for text in texts.values())
        gaps = {path: sorted(re.findall(r"\{\w*\}", text)) for path, text in texts.items()}
        assert gaps == {path: sorted(re.findall(r"\{\w*\}", text)) for path, text in english.items()}


def test_everything_the_engine_can_name_has_its_word(catalogues: dict[str, Catalogue]) -> None:
    for catalogue in catalogues.values():
        texts = catalogue.texts
        assert set(texts["sky"]) == set(SKIES)
        assert set(texts["reason"]) == set(Reason)
        assert list(texts["step"]) == list(texts["step_means"]) == list(FallbackLevel)
        assert set(texts["fact"]) == set(VOCABULARY.types)
        assert set(TABLES.known) <= set(texts["client_name"])
        assert {client.time for client in TABLES.known.values()} <= set(texts["client_trait"])


def test_no_text_is_left_that_no_page_uses(catalogues: dict[str, Catalogue], pages: Path) -> None:
    sources = [*pages.iterdir(), *pages.parent.rglob("*.py")]
    written = " ".join(file.read_text() for file in sources if file.suffix in (".html", ".py"))
    texts = catalogues["en"].texts
    names = {name for area in (texts, *(texts[area] for area in areas())) for name in area} - set(areas())
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", written)] == []


def test_no_area_has_the_name_of_a_shared_text() -> None:
    for language in LANGUAGES:
        shared = [tomllib.loads((WORDS / language / f"{area}.toml").read_text("utf-8")) for area in SHARED]
        names = [name for texts in shared for name in texts]
        assert len(names) == len({*names, *areas()}) - len(areas())
        assert {file.stem for file in (WORDS / language).iterdir()} == {*SHARED, *areas()}


def areas() -> list[str]:
    """Those with texts of their own."""
    return sorted(file.stem for file in (WORDS / "en").iterdir() if file.stem not in SHARED)


def test_sentences_keep_what_stands_in_them(catalogues: dict[str, Catalogue]) -> None:
    french = catalogues["fr"]
    assert french.said("time zone Europe/Paris") == "le fuseau horaire Europe/Paris"
    assert french.said("unknown city: {0.__class__}") == "ville inconnue : {0.__class__}"
    assert french.said("something new") == "something new"


def test_numbers_and_dates_are_written_as_people_do(catalogues: dict[str, Catalogue]) -> None:
    english, french = catalogues["en"], catalogues["fr"]
    at = datetime(2026, 11, 21, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))
    assert english.moment(at) == "Saturday 21 November 2026, 08:05"
    assert french.moment(at) == "samedi 21 novembre 2026, 08:05"
    assert (english.size(98_969), french.size(98_969)) == ("99.0\xa0kB", "99,0\xa0ko")
    assert (english.span(812), french.span(2_449)) == ("812\xa0µs", "2,4\xa0ms")
    assert english.number(-4) == "−4"
    assert english.number(-0.3, "0") == "0"
    assert (english.age(0.2), french.age(90)) == ("just now", "il y a 2 minutes")
    assert french.value(True) == "vrai"


def test_the_readers_best_language_that_we_have_counts() -> None:
    assert language_from("es, FR-ca;q=0.9, en;q=0.8") == "fr"
    assert language_from("") == "en"


def test_no_line_begins_with_a_sign_that_french_sets_after_a_space(catalogues: dict[str, Catalogue]) -> None:
    assert [text for _, text in leaves(catalogues["fr"].texts) if re.search(r" [:;?!»]|« ", text)] == []
