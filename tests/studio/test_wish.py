"""What the controls say, and the addresses that follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from livecontent.net.ranges import parse_address
from livecontent.sources.weather.source import read_given
from livecontent.studio.pages.choices import deadline
from livecontent.studio.pages.wish import COLDEST, HOTTEST, MAX_TEXT, SKIES, Wish, read_wish, wish_of_image
from strangers import TABLES, opening_of_request

TEXTS = st.text(max_size=MAX_TEXT + 50)
NAMES = ("person", "city", "weather", "degrees", "at", "client", "ip", "consent", "lang", "theme", "tool", "compare")
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMES, TEXTS),
        "weather": st.sampled_from(SKIES) | TEXTS,
        "degrees": st.integers().map(str) | st.floats().map(str) | TEXTS,
        "at": st.datetimes().map(datetime.isoformat) | TEXTS,
        "client": st.sampled_from(sorted(TABLES.known)) | TEXTS,
        "ip": st.ip_addresses().map(str) | TEXTS,
        "consent": st.sampled_from(["full", "no-record", "none", "all"]),
        "lang": st.sampled_from(["en", "fr", "de"]),
        "theme": st.sampled_from(["light", "dark", "pink"]),
    },
)


def of(address: str) -> Wish:
    return read_wish(dict(parse_qsl(urlsplit(address).query)))


@given(QUERIES)
def test_a_page_is_found_again_by_its_address(query: dict[str, str]) -> None:
    wish = read_wish(query)
    assert of(wish.page()) == wish


@given(QUERIES)
def test_whatever_a_query_holds_the_image_address_can_be_read(query: dict[str, str]) -> None:
    wish = read_wish(query)
    params = wish.image_query()
    query_string = urlencode(params).encode()
    opening = opening_of_request({"path": "/i/umbrella/", "query_string": query_string}, preview=True)
    assert (opening.preview is None) == (not params)
    if "weather" in params:
        assert read_given(params["weather"]) == (wish.weather, wish.degrees)
    if "client" in params:
        assert opening.client == TABLES.known[wish.client]
    if "ip" in params:
        assert opening.address == (None if wish.consent == "none" else parse_address(wish.ip))
    if "consent" in params:
        assert opening.person.consent == wish.consent
    if "at" in params:
        assert opening.at.isoformat(timespec="minutes") == wish.at


@given(QUERIES)
def test_the_address_of_an_image_leads_back(query: dict[str, str]) -> None:
    wish = read_wish(query)
    again = wish_of_image(wish.image_query(), wish.person, wish.lang)
    assert again.image_query() == wish.image_query()
    assert (again.person, again.lang) == (wish.person, wish.lang)


@given(QUERIES)
def test_a_change_changes_nothing_else(query: dict[str, str]) -> None:
    wish = read_wish(query)
    changed = of(wish.page(lang="fr"))
    assert changed.lang == "fr"
    assert of(changed.page(lang=wish.lang)) == wish


@given(QUERIES)
def test_degrees_are_ones_the_slider_has(query: dict[str, str]) -> None:
    assert COLDEST <= read_wish(query).degrees <= HOTTEST


def test_the_page_to_begin_with_has_the_shortest_address() -> None:
    assert Wish().page() == "/"
    assert Wish(weather="snow", city="Brest", lang="fr").anew() == "/?lang=fr"
    assert Wish(weather="snow", degrees=-2).page() == "/?weather=snow"


@given(st.timedeltas(timedelta(0), timedelta(days=60 * 365)))
def test_there_is_always_something_to_count_down_to(since: timedelta) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + since
    assert timedelta(0) < deadline(now) - now <= timedelta(days=367)
