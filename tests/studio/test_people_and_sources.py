"""The pages of people and of sources."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import OWN, bearer
from reading import read
from starlette.testclient import TestClient

from livecontent.app import make_app
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.services import Services, make_services
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.storage.events import Event


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Services:
    """A demo of its own, of which people are forgotten."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("people") / "demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, folder)))
        patch.setenv("LIVECONTENT_FEEDS__NEWS__URL", "http://127.0.0.1:9/news.json?key=secret")
        return make_services(load_settings())


@pytest.fixture(scope="module")
def client(shop: Services) -> Iterator[TestClient]:
    with TestClient(
        make_app(shop, local=True),
        "http://127.0.0.1:8000",
        headers={"accept-language": "en"},
        client=("127.0.0.1", 50000),
    ) as client:
        yield client


def test_somebody_is_found_by_name_and_shown_with_what_is_known(client: TestClient) -> None:
    found = read(client.get("/studio/people", params={"q": "siobhan"}).text)
    link = next(one.attributes["href"] for one in found.all("a") if "Siobhán" in one.text)
    page = client.get(link).text
    assert "Siobhán" in page
    assert "the default: not decided yet" in page
    assert f"/studio/preview/umbrella?f.{link.partition('?')[2]}" in page


def test_nobody_is_told_as_nobody(client: TestClient) -> None:
    assert "Nobody found" in client.get("/studio/people", params={"q": "zzzzzz"}).text
    answer = client.get("/studio/people", params={"person": "no-such"})
    assert answer.status_code == 404
    assert "Nothing is kept of “no-such”" in answer.text


def test_of_who_consents_to_nothing_nothing_is_shown(client: TestClient, shop: Services) -> None:
    person = asyncio.run(shop.storage.recipients.find("r-0005"))
    assert person
    asyncio.run(decide_consent([ConsentDecision(person.ref, "none", time.time())], shop.storage))
    page = client.get("/studio/people", params={"person": "r-0005"}).text
    assert "This person has agreed to nothing" in page
    assert not [
        value for value in person.profile.values() if isinstance(value, str) and len(value) > 6 and value in page
    ]


def test_all_that_is_kept_is_handed_over_and_then_erased(client: TestClient, shop: Services) -> None:
    person = asyncio.run(shop.storage.recipients.find("r-0700"))
    assert person
    asyncio.run(shop.storage.events.append([Event("shown", time.time(), "umbrella", person.ref, variant="rain")]))
    told = json.loads(client.get("/studio/people/export", params={"person": "r-0700"}).text)
    assert told["profile"]["id"] == "r-0700"
    assert [event["variant"] for event in told["events"]] == ["rain"]
    gone = client.post("/studio/people/forget", data={"person": "r-0700"}, headers=OWN)
    assert "Forgotten" in gone.text
    assert asyncio.run(shop.storage.recipients.find("r-0700")) is None
    assert asyncio.run(shop.storage.events.of_person(person.ref)) == []
    log = client.get("/studio/settings/audit.jsonl").text
    assert "person.forget" in log
    assert "person.export" in log
    team = "".join(path.read_bytes().decode("latin-1") for path in shop.settings.data.glob("team.db*"))
    assert "r-0700" not in team + log
    assert person.ref not in team + log
    assert "person.look" in log


def test_a_publisher_looks_people_up_and_erases_nobody(client: TestClient, shop: Services) -> None:
    key = bearer(shop, "publisher")
    page = client.get("/studio/people", params={"person": "r-0001"}, headers=key)
    assert page.status_code == 200
    assert "Forget this person" not in page.text
    assert client.get("/studio/people/export", params={"person": "r-0001"}, headers=key).status_code == 403
    assert client.get("/studio/people", headers=bearer(shop, "editor")).status_code == 403


def test_sources_say_how_fresh_they_are_and_why_one_is_down(client: TestClient, shop: Services) -> None:
    feed = next(
        reader
        for source in shop.kit.gatherer._sources.values()
        if (readers := getattr(source, "readers", None))
        for reader in readers.values()
    )
    end = time.monotonic() + 20
    while not feed.problem and time.monotonic() < end:
        time.sleep(0.05)
    page = client.get("/studio/sources").text
    rows = {row.text.split()[0]: row.text for row in read(page).all("tr") if row.text.split()}
    assert "Down" in rows["news"]
    assert feed.problem in rows["news"]
    assert "Fresh" in rows["Recipients"]
    assert "1,000" in rows["Recipients"] or "999" in rows["Recipients"]
    assert "secret" not in page
    assert Path(shop.settings.stores or "").name in page
