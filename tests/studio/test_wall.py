"""The wall of creatives."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from reading import read
from starlette.testclient import TestClient

from livecontent.services import Services


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


def test_a_creative_that_there_is_none_of_has_no_picture(client: TestClient) -> None:
    assert client.get("/studio/thumbnail/parasol").status_code == 404
