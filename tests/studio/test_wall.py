"""The wall of creatives."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from asking import bearer
from PIL import Image
from reading import read
from starlette.testclient import TestClient

from livecontent.app import make_studio
from livecontent.config import Settings, shipped
from livecontent.creative.drafts import Drafts
from livecontent.services import Services, make_services
from livecontent.storage.events import AnonymousCount, Event, day_of
from livecontent.storage.reviews import Verdict
from livecontent.studio.drafting import looked_version

Own = tuple[TestClient, Services, Path]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """A studio with creatives of its own, which may change."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(shipped("templates"), folder / "templates")
    services = make_services(Settings(templates=folder / "templates", data=folder / "data"))
    with TestClient(make_studio(services), "http://127.0.0.1:8100", headers=bearer(services, "admin")) as client:
        yield client, services, folder / "templates"


def test_every_creative_has_a_card_with_its_picture(client: TestClient, demo: Services) -> None:
    answer = client.get("/studio/")
    page = read(answer.text)
    titles = [heading.text.strip() for heading in page.all("h2")]
    assert titles == [compiled.loaded.creative.title for _, compiled in sorted(demo.kit.creatives.items())]
    for picture in page.all("img", lambda one: one["src"].startswith("/studio/thumbnail/")):
        drawn = client.get(picture.attributes["src"])
        width, height = Image.open(BytesIO(drawn.content)).size
        assert width / height == pytest.approx(
            int(picture.attributes["width"]) / int(picture.attributes["height"]), 0.02
        )


@pytest.mark.parametrize(("language", "words"), [("en", "Your creatives,"), ("fr", "Vos créations,")])
def test_it_speaks_the_readers_language(client: TestClient, language: str, words: str) -> None:
    page = read(client.get("/studio/", headers={"accept-language": language}).text)
    assert page.all("h1")[0].text.startswith(words)


def test_language_and_appearance_are_kept_by_the_browser(client: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin"}
    chosen = client.post("/studio/look", data={"lang": "fr", "theme": "dark", "back": "/studio/"}, headers=own)
    page = read(chosen.text).all("html")[0]
    assert (page.attributes["lang"], page.attributes["data-theme"]) == ("fr", "dark")
    client.cookies.clear()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "x", ""]
)
def test_nobody_is_sent_elsewhere(client: TestClient, back: str) -> None:
    own = {"sec-fetch-site": "same-origin"}
    sent = client.post("/studio/look", data={"back": back}, headers=own, follow_redirects=False)
    assert sent.headers["location"] == "/studio/"


def card(client: TestClient, name: str) -> dict[str, str]:
    """What a card says, by the name of the figure; its state under "state"."""
    text = _html_of(client, name)
    return {"state": text.partition('"')[0].strip(), **dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text))}


def _html_of(client: TestClient, name: str) -> str:
    parts = client.get("/studio/").text.split('<li class="card')
    return next(part for part in parts if f"<code>{name}</code>" in part)


def test_figures_are_those_of_the_events(client: TestClient, demo: Services) -> None:
    now = time.time()
    shown = Event("shown", now, "loyalty", "", step="live", who="human")
    others = [("silent", "machine"), ("defaults", "human"), ("static", "human")]
    events = [shown, *(shown._replace(step=step, who=who) for step, who in others)]
    old = shown._replace(at=now - 3 * 86_400)
    counted = AnonymousCount(day_of(now), "loyalty", "v", "w", "shown", "human", "")
    assert card(client, "loyalty")["state"] == "never"
    asyncio.run(demo.storage.events.append([old, *events, counted, counted]))
    asyncio.run(demo.storage.events.append([old]))  # one that was late is not taken for a new one
    found = card(client, "loyalty")
    assert (found["Opens today (UTC)"], found["Silent"], found["Fallback"]) == ("5", "25%", "25%")
    assert card(client, "umbrella")["state"] == "never"


def test_a_broken_creative_says_where_and_why_and_what_was_published_is_shown(own: Own) -> None:
    client, services, folder = own
    file = folder / "umbrella" / "creative.yaml"
    good = file.read_text()
    file.write_text(good.replace("size: 600x320", "size: 600by320"))
    assert services.publisher
    services.publisher.refresh()
    text = _html_of(client, "umbrella")
    assert 'broken">' in text
    assert f"Line {1 + good.splitlines().index('size: 600x320')}:" in text
    assert "What was published before is still served." in text
    file.write_text(good)
    services.publisher.refresh()
    assert 'broken">' not in _html_of(client, "umbrella")


def test_a_draft_is_told(own: Own) -> None:
    client, services, folder = own
    drafts = Drafts(services.settings.data, folder, services.versions)
    draft = drafts.open("umbrella")
    drafts.write("umbrella", {**draft.files, "creative.yaml": draft.files["creative.yaml"] + b"# new\n"}, draft.version)
    assert 'draft">' in _html_of(client, "umbrella")
    version = looked_version(drafts.open("umbrella"), folder)
    reviews = services.storage.reviews
    judged = Verdict("umbrella", version, 1.0, "Eve", "approved", {}, guest=True)
    for state, verdict in {
        "review": judged,  # a guest has no say
        "approved": judged._replace(by="Anna", at=2.0, guest=False),
        "changes": judged._replace(by="Zoé", at=3.0, guest=False, judgement="changes"),
    }.items():
        asyncio.run(reviews.judge(verdict))
        assert f'{state}">' in _html_of(client, "umbrella")
    asyncio.run(reviews.judge(judged._replace(by="Zoé", at=4.0, guest=False)))
    assert 'approved">' in _html_of(client, "umbrella")
    drafts.discard("umbrella")
    assert 'draft">' not in _html_of(client, "umbrella")


def test_a_search_and_a_state_leave_out_the_others(client: TestClient) -> None:
    def names(**query: str) -> list[str]:
        page = read(client.get("/studio/", params=query).text)
        return [code.text for code in page.all("code")]

    assert names(q="STORE near") == ["nearest-store"]
    assert names(q="nothing of the kind") == []
    assert set(names(state="broken")) == set()
    assert set(names(state="no such state")) == {
        file.parent.name for file in shipped("templates").glob("*/creative.yaml")
    }


def test_a_creative_that_there_is_none_of_has_no_picture(client: TestClient) -> None:
    assert client.get("/studio/thumbnail/parasol").status_code == 404
