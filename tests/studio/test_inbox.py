"""The page and what its script asks for, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from ipaddress import ip_address
from itertools import product
from typing import Any
from urllib.parse import urljoin

import pytest
from PIL import Image
from reading import read
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from livecontent.app import make_app
from livecontent.services import Services
from livecontent.sources.place.geoip import GeoIp
from livecontent.studio.inbox import LETTER
from livecontent.studio.pages.catalogue import load_catalogues
from livecontent.studio.pages.choices import ADDRESSES, CLIENTS
from livecontent.studio.pages.wish import UNKNOWN
from livecontent.studio.shop import DemoShop
from livecontent.studio.site import POLICY
from livecontent.web.email_tools import load_tools
from strangers import TABLES

HOSTILE = '"><script>alert(1)</script>{{7*7}}'


def explain(server: TestClient, creative: str, ref: str, **params: str) -> dict[str, Any]:
    answer = server.get(f"/studio/explain/{creative}/{ref}", params=params)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def refs(client: TestClient) -> dict[str, str]:
    """The refs of the personas and of nobody, as they stand in the page."""
    found = {}
    for person in ("r-0001", "r-0005", "r-0010", "r-0011", UNKNOWN):
        image = read(client.get("/", params={"person": person}).text).pictures()["umbrella"]
        found[person] = image.attributes["src"].split("/")[3].partition(".")[0]
    return found


def test_the_page_is_there_and_allows_nothing_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = dict(part.split(maxsplit=1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy == POLICY
    assert {
        name for name, sources in policy.items() if "unsafe" in sources or "*" in sources or "http" in sources
    } == set()
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_in_the_page_needs_what_the_policy_forbids(client: TestClient) -> None:
    page = read(client.get("/").text)
    assert not page.all("style")
    assert all("src" in script.attributes and not script.text for script in page.all("script"))
    assert not [name for one in page.elements for name in one.attributes if name == "style" or name.startswith("on")]
    asked = [one.attributes.get("src") or one.attributes.get("href") or "/" for one in page.elements if one.tag != "a"]
    assert all(address.startswith("/") for address in asked)


def test_everything_the_page_names_is_served(client: TestClient) -> None:
    page = read(client.get("/").text)
    named = {one.attributes[name] for one in page.elements for name in ("src", "href") if name in one.attributes}
    for sheet in {address for address in named if address.endswith(".css")}:
        named |= {urljoin(sheet, found) for found in re.findall(r'url\("([^"]+)"\)', client.get(sheet).text)}
    for address in {address.partition("#")[0] for address in named} - {""}:
        assert client.get(address, follow_redirects=False).status_code in (200, 302), address


def test_files_of_pages_are_kept_for_good_until_they_change(client: TestClient) -> None:
    page = read(client.get("/").text)
    style = next(link.attributes["href"] for link in page.all("link", lambda one: one["rel"] == "stylesheet"))
    kept = client.get(style)
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    older = client.get(f"/studio/static/0123456789ab/{style.rpartition('/')[2]}")
    assert (older.text, older.headers["cache-control"]) == (kept.text, "no-cache")


def test_only_pages_are_compressed(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    assert page.headers["vary"] == "accept-language, Accept-Encoding"
    for address in (read(page.text).pictures()["umbrella"].attributes["src"], "/readyz"):
        assert "content-encoding" not in client.get(address).headers


def test_the_first_person_speaks_the_visitors_language(client: TestClient) -> None:
    for accepted, subject, to in (
        ("en", "off every raincoat", "Oliver Bennett"),
        ("fr", "jours gris", "Camille Vasseur"),
    ):
        page = read(client.get("/", headers={"accept-language": accepted}).text)
        assert subject in page.all("h2")[0].text
        assert to in page.all("div", lambda one: one.get("class") == "mail-from")[0].text


def test_every_sign_that_is_used_is_in_the_sprite(client: TestClient) -> None:
    sprite = {symbol.attributes["id"] for symbol in read(client.get("/studio/static/x/icons.svg").text).all("symbol")}
    pages = [read(client.get("/", params=params).text) for params in ({}, {"person": UNKNOWN})]
    used = {use.attributes["href"].partition("#")[2] for page in pages for use in page.all("use")}
    assert used <= sprite


def test_the_four_pictures_stand_in_their_links(client: TestClient, demo: Services) -> None:
    page = read(client.get("/", params={"weather": "snow", "city": "Brest"}).text)
    pictures = page.pictures()
    assert tuple(pictures) == LETTER
    links = [link.attributes for link in page.all("a", lambda attributes: attributes["href"].startswith("/c/"))]
    assert [link["href"].split("?")[1] for link in links] == [
        image.attributes["src"].split("?")[1].removeprefix("theme=light&") for image in pictures.values()
    ]
    assert all(link["target"] == "_blank" and link["rel"] == "noreferrer" for link in links)
    for name, image in pictures.items():
        size = demo.kit.creatives[name].loaded.creative.size
        assert (image.attributes["width"], image.attributes["height"]) == (str(size.width), str(size.height))
        with Image.open(BytesIO(client.get(image.attributes["src"]).content)) as picture:
            assert picture.size == (size.width * 2, size.height * 2)


def test_a_creative_with_a_dark_theme_follows_the_screen_or_the_page(client: TestClient) -> None:
    page = read(client.get("/").text)
    (dark,) = page.all("source")
    assert dark.attributes["media"] == "(prefers-color-scheme: dark)"
    assert dark.attributes["srcset"].startswith("/i/nearest-store/")
    assert "theme=dark" in dark.attributes["srcset"]
    forced = read(client.get("/?theme=dark").text)
    assert not forced.all("source")
    assert "theme=dark" in forced.pictures()["nearest-store"].attributes["src"]
    light = page.pictures()["nearest-store"].attributes["src"]
    assert client.get(dark.attributes["srcset"]).content != client.get(light).content


def test_the_alt_text_is_that_of_the_picture_shown(client: TestClient) -> None:
    image = read(client.get("/", params={"person": "r-0002", "weather": "snow"}).text).pictures()["umbrella"]
    assert "Oliver, it is snowing in London." in image.attributes["alt"]


def test_a_click_leads_where_the_picture_shown_promises(client: TestClient) -> None:
    page = read(client.get("/", params={"weather": "clear", "degrees": "33", "at": "2026-11-21T12:00"}).text)
    link = page.all("a", lambda attributes: attributes["href"].startswith("/c/umbrella/"))[0]
    page = read(client.get(link.attributes["href"]).text)
    assert page.all("h1")[0].text.split() == ["You", "would", "be", "at", "averse.example/parasols"]
    assert "“heat”" in page.all("p", lambda one: one.get("class") == "because")[0].text


def test_a_click_of_a_preview_or_of_who_does_not_consent_leaves_no_event(client: TestClient) -> None:
    def told(**params: str) -> str:
        page = read(client.get("/", params=params).text)
        link = page.all("a", lambda attributes: attributes["href"].startswith("/c/umbrella/"))[0]
        return read(client.get(link.attributes["href"]).text).all("section")[0].text

    assert "previews are never recorded" in told(city="Brest")
    assert "previews are never recorded" in told(consent="none")
    assert "Only a count" in told(person=UNKNOWN)
    assert "link clicked" in told()


def test_clicks_to_hosts_that_exist_are_left_alone() -> None:
    async def click(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"https://a.test/")]})
        await send({"type": "http.response.body", "body": b""})

    answer = TestClient(DemoShop(click)).get("/c/umbrella/aaa", follow_redirects=False)
    assert answer.headers["location"] == "https://a.test/"


def test_who_consents_to_nothing_is_nobody(client: TestClient) -> None:
    page = read(client.get("/", params={"consent": "none", "weather": "rain"}).text).pictures()
    assert "Oliver" not in page["umbrella"].attributes["alt"]
    assert "join" in explain(client, "loyalty", refs(client)["r-0001"], consent="none")["variant"]
    assert explain(client, "loyalty", refs(client)["r-0001"], consent="no-record")["variant"] == "member"


def test_every_tool_and_a_web_page_have_their_html(client: TestClient) -> None:
    page = read(client.get("/", params={"tool": "web"}).text)
    assert {*load_tools(), "web"} <= {option.attributes["value"] for option in page.all("option")}
    html = page.all("code", lambda one: one.get("id") == "html-umbrella")[0].text
    assert '<live-content creative="umbrella"><noscript>' in html
    assert 'href="http://127.0.0.1:8000/c/umbrella"' in html
    for tool in load_tools():
        assert client.get("/", params={"tool": tool}).status_code == 200
    assert "LIVEREF" in client.get("/", params={"tool": "nonesuch"}).text


@pytest.mark.parametrize(
    "name", ["person", "city", "weather", "degrees", "at", "client", "ip", "lang", "theme", "find", "tool", "compare"]
)
def test_hostile_values_are_escaped_or_dropped(client: TestClient, name: str) -> None:
    answer = client.get("/", params={name: HOSTILE})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert not [one for one in read(answer.text).all("script") if "src" not in one.attributes]


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "2000-01-01T00:00", "2099-12-31T23:59"])
def test_any_time_has_a_page(client: TestClient, at: str) -> None:
    assert client.get("/", params={"at": at, "person": "r-0011"}).status_code == 200


def test_the_language_is_the_readers_unless_the_address_says_otherwise(client: TestClient) -> None:
    def language(accepted: str, **params: str) -> str:
        answer = client.get("/", params=params, headers={"accept-language": accepted})
        return read(answer.text).all("html")[0].attributes["lang"]

    assert language("fr-CH,fr;q=0.9,en;q=0.8") == "fr"
    assert language("de,en;q=0.8,fr;q=0.5") == "en"
    assert language("de") == "en"
    assert language("en", lang="fr") == "fr"


def test_the_letter_speaks_the_persons_language_and_the_page_the_readers(client: TestClient) -> None:
    page = read(client.get("/", params={"person": "r-0002", "lang": "fr"}).text)
    assert page.all("h1")[0].text.startswith("Un e-mail")
    assert page.all("h2")[0].attributes["lang"] == "en"
    assert "grey days" in page.all("h2")[0].text


def test_the_theme_of_the_address_is_that_of_the_page(client: TestClient) -> None:
    assert read(client.get("/?theme=dark").text).all("html")[0].attributes["data-theme"] == "dark"
    assert "data-theme" not in read(client.get("/").text).all("html")[0].attributes


def test_a_person_is_found_by_name_whatever_the_accents(client: TestClient) -> None:
    found = client.get("/studio/find", params={"q": "sIOBHAN"}).json()["people"]
    assert {"id": "r-0008", "name": "Siobhán O’Connor", "city": "Dublin"} in found
    assert client.get("/studio/find", params={"q": "\x00%_'"}).json() == {"people": []}
    assert client.get("/studio/find").status_code == 200


def test_somebody_found_by_a_search_has_a_chip_and_a_search_without_script_finds_them(client: TestClient) -> None:
    page = read(client.get("/", params={"find": "r-0500"}).text)
    chosen = page.all("input", lambda one: one.get("name") == "person" and "checked" in one)
    assert [one.attributes["value"] for one in chosen] == ["r-0500"]


def test_an_id_of_nobody_is_somebody_unknown(client: TestClient) -> None:
    page = read(client.get("/", params={"person": "r-9999"}).text)
    chosen = page.all("input", lambda one: one.get("name") == "person" and "checked" in one)
    assert [one.attributes["value"] for one in chosen] == [UNKNOWN]
    assert any("r-9999" in hint.text for hint in page.all("p"))


@pytest.mark.parametrize("creative", LETTER)
@pytest.mark.parametrize("person", ["r-0001", UNKNOWN])
def test_explanations_tell_facts_rules_winner_and_cost(client: TestClient, creative: str, person: str) -> None:
    told = explain(client, creative, refs(client)[person], weather="rain:4", client="gmail")
    assert told["creative"] == creative
    assert told["step"] == ("live" if person == "r-0001" else "defaults")
    assert told["bytes"] > 10_000
    assert set(told["micros"]) == {"gather", "decide", "content", "layout", "render"}
    winners = [rule["variant"] for rule in told["rules"] if rule["value"]]
    assert winners == [told["variant"]]
    reasons = {fact["name"]: fact["reason"] for fact in told["facts"]}
    assert reasons["client"] == "given"
    assert reasons["recipient"] == ("fresh" if person == "r-0001" else "missing")


def test_an_explanation_is_of_the_very_picture(client: TestClient) -> None:
    ref = refs(client)["r-0001"]
    query = {"weather": "snow:-3", "at": "2026-11-21T12:00"}
    told = explain(client, "umbrella", ref, **query)
    assert told["bytes"] == len(client.get(f"/i/umbrella/{ref}.jpg", params=query).content)
    assert told["variant"] == "snow"
    assert [rule["tried"] for rule in told["rules"]] == [True, False, False, False, False, False]
    assert told["rules"][0]["names"] == {"weather.condition": "snow"}


def test_an_explanation_of_nothing_says_what_there_is(client: TestClient) -> None:
    answer = client.get("/studio/explain/parasol/aaa")
    assert answer.status_code == 404
    assert "umbrella" in answer.json()["error"]


def test_addresses_are_where_the_page_says(demo: Services) -> None:
    assert demo.settings.geoip
    geoip = GeoIp(demo.settings.geoip)
    places = {address: geoip.find(ip_address(address)) for address in ADDRESSES}
    assert {address: place and place.city for address, place in places.items()} == dict(ADDRESSES)


def test_an_address_tells_the_place_of_those_whose_profile_does_not(client: TestClient) -> None:
    page = read(client.get("/", params={"person": "r-0010", "ip": "203.0.113.49"}).text)
    assert "Tokyo" in page.pictures()["umbrella"].attributes["alt"]


def test_the_clients_offered_are_clients_that_a_preview_knows() -> None:
    assert set(CLIENTS) <= TABLES.known.keys()


def test_every_sentence_of_the_engine_has_its_words(client: TestClient) -> None:
    known = load_catalogues()["fr"]
    clients = ({}, {"client": "gmail"}, {"client": "apple-mpp", "city": "Nowhere"}, {"ip": "203.0.113.49"})
    for creative, ref, params in product(LETTER, refs(client).values(), clients):
        told = explain(client, creative, ref, **params)
        sentences = [fact[part] for fact in told["facts"] for part in ("source", "note")]
        sentences += [*told["left_out"], *told["substitutions"], *(rule["note"] for rule in told["rules"])]
        for sentence in filter(None, sentences):
            assert known.said(sentence) != sentence, sentence


def test_none_of_it_is_there_outside_the_demo(demo: Services) -> None:
    app = make_app(replace(demo, settings=demo.settings.model_copy(update={"demo": False})))
    public = TestClient(app)
    for path in ("/", "/studio/find", "/studio/explain/umbrella/aaa", "/studio/static/x/inbox.js"):
        assert public.get(path).status_code == 404
