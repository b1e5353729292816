"""What the preview shows is what the public address serves: byte for byte, whatever the facts are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import settings
from starlette.testclient import TestClient

from blocking import Blocking, wait_for
from enough_time import patient
from livecontent.app import make_app
from livecontent.links import image_path
from livecontent.pipeline import answer
from livecontent.services import Services
from livecontent.storage.base import Recipient
from livecontent.studio.pages.choices import ADDRESSES, CLIENTS
from livecontent.studio.pages.wish import CONSENTS, SKIES, THEMES
from livecontent.studio.previewing.frames import read_frames
from livecontent.studio.previewing.looking import PreviewLooker, request_for
from livecontent.studio.previewing.state import PreviewState
from livecontent.web.opening import OpeningParser

CASES = settings().max_examples if settings().max_examples >= 1000 else 40
NAMES = ("umbrella", "countdown", "nearest-store", "loyalty")
PLACES = ("", "", "Brest", "Lille", "Québec", "Tokyo", "東京", "Nowhere at all", "São Paulo")
START = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def people(demo: Services) -> list[Recipient]:
    """Some of all."""
    found: list[Recipient] = wait_for(demo.storage.recipients.sample(400))
    return found


@pytest.fixture(scope="module")
def server(demo: Services) -> Iterator[TestClient]:
    """The demo, with time enough for each image."""
    agent = {"user-agent": REQUESTS[""][0]}
    with TestClient(
        make_app(patient(demo), local=True),
        "http://127.0.0.1:8000",
        headers=agent,
        client=("127.0.0.1", 50000),
    ) as client:
        yield client


def state_of(case: int, people: list[Recipient]) -> PreviewState:
    """A random state, without the language, of which an address says nothing.

    It is not drawn by Hypothesis, which takes numbers that the server's threads draw meanwhile for its own.
    """
    draw = Random(case)
    at = START + timedelta(seconds=draw.randrange(60 * 24 * 3600))
    return PreviewState(
        person=draw.choice(["", "r-9999999", *(one.id for one in people)]),
        at=at.isoformat() if draw.random() < 0.5 else at.isoformat()[:16],
        city=draw.choice(PLACES),
        weather=draw.choice(["", f"{draw.choice(SKIES)}:{draw.randint(-30, 45)}"]),
        client=draw.choice(["", *CLIENTS]),
        ip=draw.choice(["", *ADDRESSES]),
        consent=draw.choice(["", *CONSENTS]),
        theme=draw.choice(["", *THEMES]),
    )


def ref_of_person(people: list[Recipient], state: PreviewState) -> str:
    return next((one.ref for one in people if one.id == state.person), "a" * 26)


def test_the_preview_is_what_the_address_serves(demo: Services, server: TestClient, people: list[Recipient]) -> None:
    for case in range(CASES):
        name, state = NAMES[case % len(NAMES)], state_of(case, people)
        format_ = demo.kit.creatives[name].loaded.creative.format
        public = server.get(image_path(name, ref_of_person(people, state), format_), params=state.image_query())
        picture = server.get(f"/studio/preview/{name}/picture", params=state.query())
        assert picture.headers["content-type"] == public.headers["content-type"]
        assert picture.content == public.content, (case, name, state)
        ((_, shown),) = read_frames(server.get(f"/studio/preview/{name}/look", params=state.query()).content)
        assert shown == public.content, (case, name, state)


# Requests as they come, each with the mail client that a preview names for it.
REQUESTS = {
    "": ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", sorted(ADDRESSES)),
    "gmail": (
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        ["66.249.84.231"],
    ),
    "thunderbird": ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0", sorted(ADDRESSES)),
}


def test_real_opens_are_as_they_were_previewed(demo: Services, people: list[Recipient]) -> None:
    """Of a server that lets nobody preview: clock, address and mail client are those of the request."""
    parts = demo.tables, demo.systems, demo.storage.people, demo.storage.sends, demo.kit.creatives, demo.keys
    looker = PreviewLooker.of(demo.kit, OpeningParser((), True, *parts), demo.storage.recipients)
    for case in range(CASES):
        draw, at = Random(case), datetime.now(UTC)  # the weather that is measured is that of now
        name, person, client = draw.choice(NAMES), draw.choice(people), draw.choice(sorted(REQUESTS))
        agent, addresses = REQUESTS[client]
        ip = draw.choice(addresses)
        path = image_path(name, person.ref, demo.kit.creatives[name].loaded.creative.format)
        scope = {**request_for(path, b""), "headers": [(b"user-agent", agent.encode())], "client": (ip, 1)}
        real = wait_for(OpeningParser((), False, *parts, clock=lambda at=at: at).opening(scope))
        assert real.client.name == client or (client, real.client.name) == ("", "browser")
        served = wait_for(answer(real, looker.kit))  # with time enough, however busy the machine is
        state = PreviewState(person=person.id, at=at.isoformat(), client=client, ip=ip)
        seen = wait_for(looker.look(demo.kit.creatives[name], state)).answer
        assert (seen.variant, seen.level, seen.link, seen.alt) == (
            served.variant,
            served.level,
            served.link,
            served.alt,
        )
        assert seen.data == served.data, (case, name, state)


def test_a_language_that_is_tried_is_that_of_a_profile(demo: Services, people: list[Recipient]) -> None:
    parser = OpeningParser(
        (), True, demo.tables, demo.systems, demo.storage.people, demo.storage.sends, demo.kit.creatives
    )
    looker = PreviewLooker.of(demo.kit, parser, demo.storage.recipients)
    for person in people[:12]:
        for language in ("fr", "en"):
            state = PreviewState(person=person.id, at="2026-12-01T09:00", city="Brest", weather="rain:9")
            compiled = demo.kit.creatives["umbrella"]
            tried = wait_for(looker.look(compiled, replace(state, lang=language)))
            with Blocking(demo.storage.recipients).batch() as batch:
                batch.put(Recipient(person.ref, {**person.profile, "language": language}))
            spoken = wait_for(looker.look(compiled, state))
            with Blocking(demo.storage.recipients).batch() as batch:
                batch.put(person)
            assert tried.answer.data == spoken.answer.data
