"""The page Why: what was recorded, what would be decided, and what would have to be different, never mixed."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
import uvicorn
from asking import bearer
from reading import read
from starlette.testclient import TestClient

from livecontent import ways as searching
from livecontent.app import make_app
from livecontent.config import Settings
from livecontent.decide.different import Ways, search_ways
from livecontent.decide.situation import Situation
from livecontent.services import Services, make_services
from livecontent.showings import Decided, Worth
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.storage.events import Event

NOW = time.time()


def ref_of(demo: Services, who: str) -> str:
    found = asyncio.run(demo.storage.recipients.find(who))
    assert found
    return found.ref


def ask(client: TestClient, headers: dict[str, str] | None = None, **query: str) -> str:
    answer = client.get(
        "/studio/why", params={name.replace("f_", "f."): value for name, value in query.items()}, headers=headers
    )
    assert answer.status_code == 200
    return answer.text


def test_a_form_asks_first(client: TestClient) -> None:
    page = read(ask(client))
    assert {"umbrella", "today"} <= {one.attributes["value"] for one in page.all("option")}
    assert client.get("/studio/why", params={"creative": "no-such"}).status_code == 404


def test_each_way_that_a_preview_can_show_is_shown_by_it(client: TestClient) -> None:
    page = read(ask(client, creative="umbrella", f_person="r-0006", f_weather="clouds:12", f_at="2026-12-01T10:00"))
    shown = [(one.text, link.attributes["href"]) for one, link in zip(
        [item for item in page.all("li") if "would be shown" in item.text and "Look at it" in item.text],
        [link for link in page.all("a") if link.text == "Look at it"],
        strict=True,
    )]  # fmt: skip
    assert len(shown) >= 2
    for said, address in shown:
        there = urlsplit(address)
        found = client.get(f"{there.path}/picture?{there.query}").headers["x-variant"]
        assert said.strip().startswith(f"{found} would be shown")


@contextmanager
def on_loopback(settings: Settings) -> Iterator[str]:
    """Where a server of its own answers."""
    config = uvicorn.Config(make_app(make_services(settings), local=True), port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def test_others_are_answered_while_ways_are_searched(demo: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, other = threading.Event(), threading.Event()

    def long(situation: Situation) -> Iterator[Ways]:
        begun.set()
        end = time.monotonic() + 20
        while not other.is_set() and time.monotonic() < end:
            yield Ways()
        yield from search_ways(situation)

    monkeypatch.setattr(searching, "search_ways", long)
    with on_loopback(demo.settings) as url, ThreadPoolExecutor(1) as pool:
        page = pool.submit(httpx.get, f"{url}/studio/why?creative=umbrella", timeout=60, trust_env=False)
        assert begun.wait(20)
        assert httpx.get(f"{url}/readyz", timeout=10, trust_env=False).status_code == 200
        assert not page.done()
        other.set()
        assert "would be shown" in page.result().text


def test_the_title_names_creative_and_person(client: TestClient) -> None:
    def title(**query: str) -> str:
        return read(ask(client, lang="en", **query)).all("title")[0].text

    assert title() == "Why? livecontent"
    assert title(creative="umbrella", f_person="r-0012").endswith(", r-0012: Why? livecontent")
    assert title(creative="umbrella", f_person="nobody-at-all").count(",") == title(creative="umbrella").count(",")


def test_the_reasons_look_as_in_the_preview(client: TestClient) -> None:
    """Rule by rule, and in sentences where variants are ranked; in the one order, with the same words."""
    for creative in ("umbrella", "today", "nearest-store"):
        where = {"f.person": "r-0006", "f.weather": "rain:3", "f.at": "2026-12-01T10:00"}
        both = [
            client.get(path, params={"creative": creative, **where}).text
            for path in ("/studio/why", f"/studio/preview/{creative}")
        ]
        lists = [re.findall(r'<(?:ul class="decided"|ol class="rules")>.*?</[uo]l>', text, re.DOTALL) for text in both]
        assert lists[0] == lists[1]
        assert len(lists[0]) == 1


def test_what_was_recorded_is_told_apart_from_what_would_be_decided(client: TestClient, demo: Services) -> None:
    ref = ref_of(demo, "r-0050")
    choice = Decided("news", silence="threshold", worth=Worth(1, 0.21, 0.5), learned=7)
    opened = Event(
        *("shown", NOW - 86_400, "today", ref, "0123456789", "nothing-to-say", "silent"),
        reasons={"weather": "stale"},
        who="human",
        send="news",
        choice=choice,
    )
    asyncio.run(decide_consent([ConsentDecision(ref, "full", NOW - 99_999)], demo.storage))
    asyncio.run(demo.storage.events.append([opened]))
    person = client.get("/studio/people", params={"person": "r-0050"}).text
    link = next(one.attributes["href"] for one in read(person).all("a") if one.text == "Why nothing?")
    answer = client.get(link)
    then, _, now = answer.text.partition('aria-labelledby="answer"')
    for said in (
        "What was recorded on",
        "nothing-to-say",
        "score 0.21",
        "below the threshold",
        "version 01234567",
        "version 7",
    ):
        assert said in then, said
    assert "Since then it was changed" in then
    assert "Weather (stale" in then or "stale" in then
    assert "Now:" in now
    assert "0.21" not in now
    other = ask(client, creative="today", f_person="r-0051", open=link.rpartition("=")[2])
    assert "What was recorded" not in other  # an open of somebody else


def test_a_silent_preview_leads_here(client: TestClient) -> None:
    page = client.get("/studio/preview/visit", params={"f.person": "r-0050"}).text
    link = next(one.attributes["href"] for one in read(page).all("a") if one.text == "Why nothing?")
    text = client.get(link).text
    assert "nothing would be said" in text
    assert "welcome would be shown if <code>history.hours_since_visit</code> were" in text


def test_roles_that_see_nobody_ask_about_somebody_unknown(client: TestClient, demo: Services) -> None:
    text = ask(client, bearer(demo, "viewer"), creative="today", f_person="r-0050", open="1")
    assert "sees nobody’s data" in text
    assert "What was recorded" not in text
    assert 'name="f.person"' not in text
    before = len(asyncio.run(demo.storage.team.entries(1000)))
    ask(client, bearer(demo, "publisher"), creative="today", f_person="r-0052")
    entry = asyncio.run(demo.storage.team.entries(1000))[0]
    assert (entry.action, entry.ref) == ("person.look", ref_of(demo, "r-0052"))
    assert before


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999999999999999", "1e9"])
def test_an_open_that_there_is_none_of_is_left_out(client: TestClient, number: str) -> None:
    assert "What was recorded" not in ask(client, creative="today", f_person="r-0001", open=number)
