"""The page of offers; and the editor on a creative that is written once for many of them."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asking import asking
from starlette.testclient import TestClient

from livecontent.app import make_app
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.creative.limits import Cap
from livecontent.creative.model import Variant
from livecontent.services import Services, make_services
from livecontent.showings import Decided
from livecontent.storage.events import Event
from livecontent.studio.offers import limits_in_words
from livecontent.studio.pages.catalogue import load_catalogues


def test_each_offer_is_there_with_its_picture_rule_limits_and_places(client: TestClient, demo: Services) -> None:
    page = client.get("/studio/offers").text
    for said in (
        "Dry feet in this rain",
        "Hello, a present is waiting",
        "weather.condition == &#34;snow&#34;",
        "2× in 7 days",
        "not again for 30 days",
        "never in two emails running",
        'preview/also?f.variant=repair">also</a> <span class="soft">place 2</span>',
        "Running",
    ):
        assert said in page, said
    creative = demo.kit.creatives["today"].loaded.creative
    assert page.count('class="card ') == len(creative.variants) - 1
    french = client.get("/studio/offers", params={"lang": "fr"}).text
    assert "Les pieds au sec sous cette pluie" in french
    assert "pas de nouveau pendant 30 jours" in french


@pytest.fixture
def own(demo: Services, tmp_path: Path) -> Iterator[tuple[Services, TestClient]]:
    """Two creatives of the demo that share offers, in files that a test may change."""
    for name in ("offers", "components", "today", "also"):
        shutil.copytree(demo.settings.templates / name, tmp_path / "templates" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, tmp_path / "demo")))
        patch.setenv("LIVECONTENT_TEMPLATES", str(tmp_path / "templates"))
        found = make_services(load_settings())
    with asking(make_app(found, local=True), headers={"accept-language": "en"}) as client:
        yield found, client


def card_of(client: TestClient, **query: str) -> str:
    """That of the offer `repair`."""
    return client.get("/studio/offers", params=query).text.partition("<code>repair</code>")[2].partition("</li>")[0]


def test_the_error_in_the_file_of_an_offer_is_on_its_card(own: tuple[Services, TestClient]) -> None:
    services, client = own
    with (services.settings.templates / "offers" / "repair.yaml").open("a") as file:
        file.write("\nWeird Field: 3\n")
    assert "&#39;Weird Field&#39; is not a valid name" in card_of(client)


def test_so_is_the_error_in_its_score_and_on_those_of_the_creatives(own: tuple[Services, TestClient]) -> None:
    services, client = own
    file = services.settings.templates / "offers" / "repair.yaml"
    file.write_text(re.sub('score: "0.4"', 'score: "nonsense("', file.read_text("utf-8")), "utf-8")
    assert services.publisher
    (problem,) = [one for one in services.publisher.refresh() if not one.warning]
    assert problem.file == str(file), "told once, though two creatives show it"
    for language, line in (("en", "Line {}:"), ("fr", "Ligne {}\u00a0:")):
        said = load_catalogues()[language].area("offers")
        card, wrong = card_of(client, lang=language), f"{line.format(problem.line)} {problem.message}"
        assert all(part in card for part in (wrong, said["still"])), card
        assert client.get("/studio/offers", params={"lang": language}).text.count(said["states"]["broken"]) == 1
        assert client.get("/studio/", params={"lang": language}).text.count(f"<code>repair.yaml</code> {wrong}") == 2


def test_a_picture_is_of_the_offer_and_of_nothing_else(client: TestClient) -> None:
    pictures = [client.get(f"/studio/offers/today/{name}/picture") for name in ("repair", "for-two")]
    assert [found.status_code for found in pictures] == [200, 200]
    assert pictures[0].content != pictures[1].content
    assert client.get("/studio/offers/today/repair/picture?lang=fr").content != pictures[0].content
    for wrong in ("today/none", "none/repair", "umbrella/repair"):
        assert client.get(f"/studio/offers/{wrong}/picture").status_code == 404


def test_it_tells_how_many_saw_an_offer_and_clicked_in_a_period(client: TestClient, demo: Services) -> None:
    now = time.time()
    choice = Decided("n-1", pool="all", place=1)
    rows = [
        Event("shown", now - days * 86_400, "today", f"{n:026d}", variant="repair", who="human", choice=choice)
        for days, count in ((1, 3), (20, 2))
        for n in range(count)
    ]
    rows.append(Event("clicked", now, "today", f"{1:026d}", variant="repair", who="human", send="n-1"))
    other = Event("shown", now, "also", f"{9:026d}", variant="repair", who="human", choice=choice._replace(place=2))
    own = Event("shown", now, "visit", f"{8:026d}", variant="repair", who="human", choice=Decided("n-1"))
    demo.storage.showings.count([*rows, other, own])
    page = client.get("/studio/offers", params={"days": "7"}).text
    card = page.partition("<code>repair</code>")[2].partition("</li>")[0]
    assert "".join(card.split()).count("<dd>4</dd>") == 1
    assert "<dd>1</dd>" in card
    assert "<dd>25%</dd>" in card


@pytest.mark.parametrize(("language", "said"), [("en", "2× in 7 days"), ("fr", "2× en 7 jours")])
def test_limits_are_told_in_words(language: str, said: str) -> None:
    t = load_catalogues()[language].area("offers")
    caps = tuple(
        Cap.model_validate(one)
        for one in ({"times": 2, "per": "7 days"}, {"times": 1, "per": "12 hours", "over": "sales"})
    )
    variant = Variant.model_construct(cap=caps, rest=timedelta(days=1), vary=False)
    first, second, rest = limits_in_words(variant, t)
    assert first == said
    assert "sales" in second
    assert "12" in second
    assert rest


def test_the_editor_shows_where_the_layers_of_an_offer_are_written(client: TestClient) -> None:
    state = client.get("/studio/state/also", params={"f.variant": "repair"}).json()
    assert state["variant"] == "repair"
    assert [layer["path"] for layer in state["layers"]] == [["variants", 0, "layers", n] for n in range(5)]
    ground = next(found for found in state["layers"][0]["fields"] if found["key"] == "fill")
    assert (ground["value"], ground["path"]) == ("offer.ground", ["variants", 0, "layers", 0, "fill"])
    assert client.get("/studio/edit/also").status_code == 200


def test_an_edit_is_of_all_offers(client: TestClient, editing: TestClient) -> None:
    state = client.get("/studio/state/also", params={"f.variant": "way-to-work"}).json()
    path = state["layers"][1]["path"]
    ops = [{"op": "set", "path": [*path, "box"], "value": [20, 26, 60, 60]}]
    found = editing.post("/studio/edit/also/ops", json={"version": state["version"], "ops": ops})
    assert found.status_code == 200, found.text
    for offer in ("repair", "way-to-work"):
        moved = client.get("/studio/state/also", params={"f.variant": offer}).json()["layers"][1]
        assert moved["box"] == [20, 26, 60, 60]
    editing.post("/studio/edit/also/ops", json={"version": found.json()["version"], "step": "undo"})
