"""Images, clicks and events over HTTP."""

from __future__ import annotations

import gc
import io
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import apsw
import httpx2 as httpx
import pytest
from live_server import Live
from PIL import Image

from blocking import wait_for
from livecontent.clients.tables import Tables
from livecontent.facts import Consent, Fact, Moment, Opening, Person, Place, Reason
from livecontent.net.ranges import parse_address
from livecontent.pipeline import Answer
from livecontent.render.fallback import FallbackLevel
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.events import Event
from livecontent.web.images import EventRecorder
from told import NO_TLS

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
SIZES = {"umbrella": (1200, 640), "countdown": (1200, 480), "nearest-store": (1200, 560), "loyalty": (1200, 520)}


def get(live: Live, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{live.url}{path}", headers={**BROWSER, **headers}, trust_env=False, verify=NO_TLS)


def settled(live: Live) -> int:
    """The events written, when all are."""
    recorder = live.parts.recorder
    while recorder.waiting:
        get(live, "/healthz")  # wakes the server, where an event was put from here
    return recorder.written


@pytest.mark.parametrize("creative", SIZES)
@pytest.mark.parametrize("ending", [".jpg", ".png", ".gif", ".webp", ""])
def test_every_creative_comes_in_its_own_format_whatever_the_ending(live: Live, creative: str, ending: str) -> None:
    response = get(live, f"/i/{creative}/{live.ref}{ending}")
    picture = Image.open(io.BytesIO(response.content))
    picture.load()
    kind = "GIF" if creative == "countdown" else "JPEG"
    assert (response.status_code, picture.format, picture.size) == (200, kind, SIZES[creative])
    assert response.headers["content-type"] == f"image/{kind.lower()}"


def test_an_image_is_never_kept_by_anybody(live: Live) -> None:
    headers = get(live, f"/i/umbrella/{live.ref}.jpg").headers
    assert headers["cache-control"] == "private, no-cache, no-store, max-age=0, must-revalidate"
    assert headers["pragma"] == "no-cache"
    assert headers["expires"] == "0"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["content-disposition"] == 'inline; filename="image.jpg"'
    assert headers["accept-ranges"] == "none"
    for absent in ("etag", "last-modified", "set-cookie", "vary", "content-encoding", "transfer-encoding"):
        assert absent not in headers


def test_a_stranger_can_not_tell_whether_a_recipient_exists(live: Live) -> None:
    known = get(live, f"/i/umbrella/{live.ref}.jpg").headers
    unknown = get(live, f"/i/umbrella/{'a' * 26}.jpg").headers
    variable = {"date", "content-length"}
    assert {name: value for name, value in known.items() if name not in variable} == {
        name: value for name, value in unknown.items() if name not in variable
    }


AHEAD = (  # Gmail, before it shows a mail
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
    "Safari/537.36 Edge/12.246 Mozilla/5.0"
)


def test_another_recipient_client_or_place_gives_another_picture(live: Live) -> None:
    other = live.storage.recipients.find("r-0003")
    assert other
    nobody = "a" * 26
    pictures = [
        get(live, f"/i/umbrella/{live.ref}.jpg").content,
        get(live, f"/i/umbrella/{other.ref}.jpg").content,
        get(live, f"/i/umbrella/{nobody}.jpg").content,
        get(live, f"/i/umbrella/{live.ref}.jpg", **{"user-agent": AHEAD}).content,  # looks later: says when
    ]
    assert len(set(pictures)) == len(pictures)
    assert (
        get(live, f"/i/countdown/{live.ref}.gif").content
        != get(live, f"/i/countdown/{live.ref}.gif", **{"user-agent": AHEAD}).content
    )


def test_in_public_an_address_can_not_set_time_weather_or_place(live: Live) -> None:
    plain = get(live, f"/i/umbrella/{live.ref}.jpg")
    forged = get(live, f"/i/umbrella/{live.ref}.jpg?weather=snow:-10&city=Nice&client=gmail&at=2030-01-01T00:00")
    assert forged.content == plain.content


def test_a_preview_sets_time_weather_and_place_and_is_not_recorded(previewing: Live) -> None:
    plain = get(previewing, f"/i/umbrella/{previewing.ref}.jpg").content
    before = settled(previewing)
    wishes = (
        "weather=snow:-10",
        "city=Nice",
        "weather=clear:20&at=2026-07-01T13:00",
        "weather=clear:20&at=2026-07-01T23:30",
    )
    pictures = {get(previewing, f"/i/umbrella/{previewing.ref}.jpg?{wish}").content for wish in wishes}
    assert len(pictures | {plain}) == len(wishes) + 1
    assert settled(previewing) == before


def test_the_default_format_is_the_creatives_own(live: Live) -> None:
    assert get(live, f"/i/countdown/{live.ref}").headers["content-type"] == "image/gif"
    assert get(live, f"/i/umbrella/{live.ref}").headers["content-type"] == "image/jpeg"


def test_head_has_headers_without_a_body_and_counts_as_nothing(live: Live) -> None:
    path = f"/i/loyalty/{live.ref}.jpg"
    whole = get(live, path)
    before = settled(live)
    head = httpx.head(f"{live.url}{path}", headers=BROWSER, trust_env=False)
    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""
    assert settled(live) == before


def test_a_click_leads_to_what_was_shown(live: Live) -> None:
    person = live.storage.recipients.find("r-0005")
    assert person
    get(live, f"/i/nearest-store/{person.ref}.jpg")
    shown = wait_for(live.parts.recorder.last_shown("nearest-store", person.ref))
    assert shown is not None
    assert shown.link
    response = get(live, f"/c/nearest-store/{person.ref}")
    assert (response.status_code, response.headers["location"]) == (302, shown.link)
    assert response.headers["cache-control"] == "no-store"


def test_a_click_follows_the_record_not_the_rules_of_now(live: Live) -> None:
    ref = "b" * 26
    live.parts.recorder.put(
        Event("shown", time.time(), "umbrella", ref, variant="snow", link="https://averse.example/was-shown")
    )
    assert get(live, f"/c/umbrella/{ref}").headers["location"] == "https://averse.example/was-shown"


def test_a_click_follows_what_was_shown_in_its_send_also_ahead_of_time(live: Live) -> None:
    ref = "e" * 26
    live.storage.sends.put(Send("friday", time.time()))
    early = Event("shown", 1.0, "umbrella", ref, variant="a", link="https://averse.example/friday", send="friday")
    late = Event("shown", 2.0, "umbrella", ref, variant="b", link="https://averse.example/newest", who="human")
    for event in (early._replace(who="machine", time="early"), late):
        live.parts.recorder.put(event)
    for query, name in {"?s=friday": "friday", "?s=never": "newest", "": "newest"}.items():
        assert get(live, f"/c/umbrella/{ref}{query}").headers["location"] == f"https://averse.example/{name}"


def test_an_opening_tells_its_send_and_who_asked(live: Live) -> None:
    person = live.storage.recipients.find("r-0009")
    assert person
    live.storage.sends.put(Send("monday", time.time()))
    for send, agent in {"monday": "Mozilla/5.0", "never": "YahooMailProxy", "%00": "curl/8"}.items():
        get(live, f"/i/loyalty/{person.ref}.jpg?s={send}", **{"user-agent": agent})
    settled(live)
    query = "SELECT send, client, who, time FROM events WHERE ref = ? ORDER BY seq"
    rows = list(apsw.Connection(str(live.parts.settings.data / "events.db")).execute(query, (person.ref,)))
    assert rows == [
        ("monday", "apple-mpp?", "unknown", "unsure"),
        ("", "yahoo-aol", "human", "live"),
        ("", "bot", "machine", "unsure"),
    ]


def test_who_consents_to_nothing_is_shown_what_a_stranger_is(live: Live) -> None:
    person, stranger = live.storage.recipients.find("r-0011"), "f" * 26
    assert person
    path = f"/i/umbrella/{person.ref}.jpg"
    hers = get(live, path).content
    live.storage.consents.put(
        [ConsentDecision(person.ref, "none", time.time()), ConsentDecision(stranger, "none", time.time())]
    )
    assert get(live, path).content == get(live, f"/i/umbrella/{stranger}.jpg").content != hers
    live.storage.consents.put([ConsentDecision(person.ref, "no-record", time.time())])
    assert get(live, path).content == hers


LILLE = Place("Lille", "Hauts-de-France", "FR", 50.6292, 3.0573, "Europe/Paris")
SOMEWHERE = parse_address("192.0.2.1")
KNOWN = Tables().known


def places_of(live: Live, letters: str) -> dict[str, Place]:
    """The last known places of people whose refs are made of one letter."""
    settled(live)
    people = {letter: live.storage.people.look_up(letter * 26) for letter in letters}
    return {letter: person.last_place for letter, person in people.items() if person.last_place}


def opened(letter: str, client: str, consent: Consent = "full") -> Opening:
    person = Person(letter * 26, consent, decided=True)
    return Opening("umbrella", person.ref, datetime.now(UTC), address=SOMEWHERE, client=KNOWN[client], person=person)


def test_a_browser_tells_about_where_somebody_is_and_a_proxy_does_not(live: Live) -> None:
    witness = EventRecorder(live.parts.recorder, lambda _address: Place("Lille", latitude=50.6292, longitude=3.0573))
    shown = Event("shown", time.time(), "umbrella", "")
    for letter, client in {"g": "gmail", "h": "browser", "i": "apple-mpp", "j": "outlook-mac"}.items():
        witness.clicked(opened(letter, client), shown)
    witness.clicked(opened("k", "browser", "no-record"), shown)
    assert places_of(live, "ghijk") == {"h": Place("Lille", latitude=50.6, longitude=3.1)}
    assert live.storage.people.look_up("h" * 26).last_seen == f"{datetime.now(UTC):%Y-%m-%d}"


def test_an_image_tells_a_place_only_where_it_looked_for_one_by_the_address(live: Live) -> None:
    told = replace(LILLE, timezone="Europe/Berlin")  # by the profile
    witness = EventRecorder(live.parts.recorder, lambda _address: LILLE)
    sources = {
        "l": "GeoIP file",
        "m": "GeoIP file; time zone from the profile",
        "n": "profile",
        "o": "an earlier visit",
        "p": "",
    }
    for letter, source in sources.items():
        moment = Moment({"place": Fact(told, Reason.FRESH, source)} if source else {})
        prepared: Any = SimpleNamespace(moment=moment, decision=SimpleNamespace(variant=SimpleNamespace(name="v")))
        witness.shown(opened(letter, "browser"), Answer(b"", "jpg", FallbackLevel.LIVE, "umbrella", prepared=prepared))
    rounded = replace(LILLE, latitude=50.6, longitude=3.1)
    assert places_of(live, "lmnop") == {"l": rounded, "m": rounded}, (
        "what a click would tell, and nothing of the profile"
    )


def test_events_are_of_the_time_of_the_opening(live: Live) -> None:
    at = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)
    EventRecorder(live.parts.recorder, lambda _address: None).clicked(
        replace(opened("q", "gmail"), at=at), Event("shown", 0.0, "umbrella", "")
    )
    settled(live)
    events = apsw.Connection(str(live.parts.settings.data / "events.db"))
    assert events.execute("SELECT at FROM events WHERE ref = ?", ("q" * 26,)).get == at.timestamp()


def test_a_click_without_a_picture_takes_the_same_decision_again(live: Live) -> None:
    assert get(live, f"/c/loyalty/{'c' * 26}").headers["location"] == "https://averse.example/card/join"


def test_a_click_that_leads_nowhere_says_so_to_a_person(live: Live) -> None:
    response = get(live, f"/c/nothing/{live.ref}")
    assert response.status_code == 404
    assert "Ce lien ne fonctionne plus" in response.text


def test_events_are_in_the_store_within_a_moment_without_address_or_agent(live: Live) -> None:
    person = live.storage.recipients.find("r-0007")
    assert person
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.7777"
    get(live, f"/i/umbrella/{person.ref}.jpg", **{"user-agent": agent})
    get(live, f"/c/umbrella/{person.ref}", **{"user-agent": agent})
    file = live.parts.settings.data / "events.db"
    deadline = time.monotonic() + 30
    rows: list[tuple[object, ...]] = []
    while len(rows) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        query = "SELECT kind, creative, variant, step, client, reasons, micros FROM events WHERE ref = ? ORDER BY seq"
        rows = list(apsw.Connection(str(file)).execute(query, (person.ref,)))
    shown, clicked = rows
    assert shown[:2] == ("shown", "umbrella")
    assert clicked[:3] == ("clicked", "umbrella", shown[2])
    assert json.loads(str(shown[5]))["recipient"] == "fresh"
    assert set(json.loads(str(shown[6]))) == {"gather", "decide", "content", "layout", "render"}
    kept = b"".join(path.read_bytes() for path in live.parts.settings.data.glob("events.db*"))
    assert b"140.7777" not in kept
    assert b"127.0.0.1" not in kept


def test_health_readiness_and_metrics_tell_nothing_about_people(live: Live) -> None:
    get(live, f"/i/umbrella/{live.ref}.jpg")
    assert get(live, "/healthz").json() == {"status": "ok"}
    assert get(live, "/readyz").json() == {"status": "ready"}
    assert get(live, "/metrics").status_code == 404
    told = live.told()
    assert ("livecontent_opens_total", "umbrella") in {key[:2] for key in told}
    assert told["livecontent_requests_total", "other", "404"] >= 1
    assert "livecontent_station_seconds_bucket" in {key[0] for key in told}
    assert live.ref not in str(told)


def test_unknown_names_do_not_grow_the_metrics(live: Live) -> None:
    for name in ("nothing", "nobody", "nowhere"):
        get(live, f"/i/{name}/{live.ref}.jpg")
    text = str(live.told())
    assert not any(name in text for name in ("nothing", "nobody", "nowhere"))


def test_the_inbox_is_not_served_in_public(live: Live) -> None:
    assert get(live, "/").status_code == 404


@pytest.mark.usefixtures("live")
def test_no_opening_waits_until_all_objects_are_looked_through() -> None:
    assert gc.get_threshold()[2] > 10**6
