"""The page of experiments: what is tried, what came of it, and when there will be a winner."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import bearer
from reading import read
from starlette.testclient import TestClient

from livecontent.app import make_studio
from livecontent.config import Settings
from livecontent.learning.job import Learning
from livecontent.services import Services, make_services
from livecontent.showings import Decided, Worth
from livecontent.storage.events import Event

CREATIVE = """
title: {title}
size: 600x150
alt: An offer
{keys}
variants:
  - {{name: red, layers: [{{fill: "#b3261e"}}]}}
  - {{name: blue, layers: [{{fill: "#2f46dd"}}]}}
  - {{name: last, layers: [{{fill: "#eeeeee"}}]}}
"""
TRIED = {
    "headline": "split: {red: 1, blue: 1}\nholdout: 0.1",
    "offer": "explore: {by: thompson, context: recipient.loyal}\nsilence: 0.5",
    "plain": "",
    "unseen": "split: {red: 1, blue: 1}",
}


def made(folder: Path, tried: dict[str, str], opens: int) -> Services:
    """A shop in which two creatives were opened; blue is clicked twice as often, but by the loyal."""
    for name, keys in tried.items():
        (folder / "templates" / name).mkdir(parents=True)
        text = CREATIVE.format(title=name, keys=keys)
        (folder / "templates" / name / "creative.yaml").write_text(text, encoding="utf-8")
    (folder / "data").mkdir()
    services = make_services(Settings(templates=folder / "templates", data=folder / "data", consent="full"))
    services.storage.showings.count(list(events(opens)))
    creatives = {name: one.loaded.creative for name, one in services.kit.creatives.items()}
    learning = Learning(services.storage.showings, lambda: creatives, folder / "lock")
    asyncio.run(learning.learn())
    return services


def events(opens: int) -> Iterator[Event]:
    chance, now = random.Random(4), time.time()
    for number in range(opens):
        ref, at = f"p{number:025}", now - (number % 20 + 1) * 86_400.0
        loyal = number % 3 == 0
        for name in ("headline", "offer"):
            arm, held = chance.choice(["red", "blue"]), name == "headline" and number % 10 == 0
            silence = "holdout" if held else "threshold" if name == "offer" and chance.random() < 0.5 else ""
            context = f"recipient.loyal = {'true' if loyal else 'false'}" if name == "offer" else ""
            worth = Worth(0, chance.random(), 0.5)
            choice = Decided("n-1", silence=silence, worth=worth, arm=arm, share=0.5, context=context)
            yield Event("shown", at, name, ref, variant=arm, who="human", send="n-1", choice=choice)
            better = (arm == "red") == loyal if name == "offer" else arm == "blue"
            if not silence and chance.random() < (0.2 if better else 0.08):
                yield Event("clicked", at + 5, name, ref, who="human", send="n-1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return made(tmp_path_factory.mktemp("tried"), TRIED, 2400)


@pytest.fixture(scope="module")
def viewer(shop: Services) -> Iterator[TestClient]:
    headers = {**bearer(shop, "viewer"), "accept": "text/html"}
    with TestClient(make_studio(shop), "http://127.0.0.1:8100", headers=headers) as client:
        yield client


def sections(client: TestClient, language: str = "en") -> dict[str, str]:
    page = read(client.get("/studio/experiments", params={"lang": language}).text)
    return {one.attributes["aria-labelledby"]: one.text for one in page.all("section") if one.attributes}


def test_what_is_tried_is_told_with_its_winner(viewer: TestClient) -> None:
    found = sections(viewer)
    assert found.keys() == {"headline", "offer", "unseen"}
    assert "blue wins." in found["headline"]
    assert "Not known yet" in found["headline"] or "which may still be chance" in found["headline"]
    assert "Nobody has opened it yet." in found["unseen"]
    assert "Not yet:" in found["offer"]


def test_a_context_and_the_silence_that_was_reached_are_told(viewer: TestClient) -> None:
    offer = sections(viewer)["offer"]
    assert "recipient.loyal = true" in offer
    assert "recipient.loyal = false" in offer
    assert "of the last opens were silent; 50" in offer


def test_it_speaks_french(viewer: TestClient) -> None:
    assert "blue l’emporte." in sections(viewer, "fr")["headline"]


def test_where_nothing_is_tried_it_says_how_to(tmp_path: Path) -> None:
    services = made(tmp_path, {"plain": ""}, 0)
    with TestClient(make_studio(services), "http://127.0.0.1:8100", headers=bearer(services, "viewer")) as client:
        assert "No creative tries anything yet." in client.get("/studio/experiments").text
