"""A source that only the tests know: one file, `toys/product.py`, and one line, `SOURCES` below."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from local_server import Request, reply, serving
from PIL import Image

from livecontent.checked import publish
from livecontent.config import Settings
from livecontent.creative.load import LoadedCreative
from livecontent.creative.model import AvailableAssets
from livecontent.creative.schema import creative_schema
from livecontent.errors import CreativeError
from livecontent.expressions.unknown import Redacted
from livecontent.facts import Client, Moment, Opening, Reason
from livecontent.lint import load_checked
from livecontent.net.http import Http
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import Workshop
from livecontent.render.fallback import FallbackChain, FallbackLevel
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.services import make_services
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import SOURCES as SHIPPED
from livecontent.sources.registry import make_vocabulary
from livecontent.studio.pages.why import explain_image
from toys.product import ProductSource

SOURCES = (*(shipped for shipped in SHIPPED if shipped.fact.root != "product"), ProductSource)
VOCABULARY = make_vocabulary(SOURCES)
OPENING = Opening("a", "", datetime(2026, 11, 21, tzinfo=UTC))
NEEDS = frozenset({("product", "sku-7"), ("product", "sku-8"), ("product", "sku-9")})
FEED: dict[str, Any] = {
    "sku-7": {"name": "Umbrella", "price": 19.9, "color": "red", "reviews": [{"stars": 5}, {"stars": 3}]},
    "sku-8": {"name": "Boots", "price": 49},
}


@asynccontextmanager
async def gathering(monkeypatch: pytest.MonkeyPatch, feed: Mapping[str, Any]) -> AsyncIterator[Gatherer]:
    """A gatherer of the toy, whose feed a real server answers."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await reply(feed)(request, writer)

    async with serving(answer) as server:
        monkeypatch.setattr(ProductSource, "url", server.url)
        http = Http()
        gatherer = Gatherer([ProductSource(http)], 0.1)
        await gatherer.start()
        try:
            yield gatherer
        finally:
            await gatherer.close()
            await http.aclose()


async def gathered(gatherer: Gatherer, price: float) -> Moment:
    """The moment, as soon as the price of the umbrella is this."""
    while True:
        moment = await gatherer.gather(NEEDS, OPENING, Moment({}))
        fact = moment.fact(("product", "sku-7"))
        if fact and fact.value and fact.value.price == price:
            return moment
        await asyncio.sleep(0.01)


def test_it_is_read_in_the_background_and_tells_each_key_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        feed = {**FEED}
        async with asyncio.timeout(10), gathering(monkeypatch, feed) as gatherer:
            moment = await gathered(gatherer, 19.9)
            assert moment.words == {
                "product": {
                    "sku-7": FEED["sku-7"] | {"reviews": ({"stars": 5}, {"stars": 3})},
                    "sku-8": {**FEED["sku-8"], "reviews": ()},
                }
            }
            unknown = moment.fact(("product", "sku-9"))
            assert unknown
            assert (unknown.reason, unknown.note) == (Reason.MISSING, "nothing is known of sku-9")
            feed["sku-7"] = FEED["sku-7"] | {"price": 17.5}
            await gathered(gatherer, 17.5)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "what refreshed the feed is over"

    asyncio.run(scenario())


def test_before_the_feed_was_read_every_key_says_why_it_is_not_known() -> None:
    async def scenario() -> None:
        gatherer = Gatherer([ProductSource(Http())], 0.1)
        moment = await gatherer.gather(NEEDS, OPENING, Moment({}))
        for need in NEEDS:
            fact = moment.fact(need)
            assert fact
            assert (fact.value, fact.reason, fact.note) == (None, Reason.BROKEN, "the feed was not read yet")

    asyncio.run(scenario())


def test_its_price_is_unknown_on_a_prefetch_and_its_name_is_not() -> None:
    words = VOCABULARY.redact({"product": {"sku-7": FEED["sku-7"]}})
    product: Any = words["product"]
    assert product["sku-7"]["name"] == "Umbrella"
    assert isinstance(product["sku-7"]["price"], Redacted)
    assert VOCABULARY.is_volatile(("product", "sku-7", "price"))
    assert not VOCABULARY.is_volatile(("product", "sku-7", "reviews"))


def test_what_rules_and_texts_may_name_follows_from_its_declaration() -> None:
    names = VOCABULARY.types["product"].names
    assert list(names) == ["name", "price", "color", "reviews"]
    assert VOCABULARY.may_be_list(("product", "sku-7", "reviews"))
    assert not VOCABULARY.may_be_list(("product", "sku-7"))
    assert VOCABULARY.choices_at(("product", "sku-7", "color")) == {"red", "blue"}
    assert VOCABULARY.need_of(("product", "sku-7", "price")) == ("product", "sku-7")
    assert VOCABULARY.need_of(("product", "[param.sku]", "price")) == ("product", "[param.sku]")
    for path in (("product",), ("product", "[]"), ("product", "[nobody.sku]"), ("product", "[product.sku]")):
        with pytest.raises(ValueError, match="product"):
            VOCABULARY.need_of(path)
    assert VOCABULARY.sample_at(("product", "any", "name")) == "Umbrella"
    facts = VOCABULARY.sample_facts({("product", "any"), "weather", "recipient"})
    assert set(facts) == {"product", "weather"}
    assert Moment(facts).words["product"] == {"any": VOCABULARY.sample_at(("product", "any"))}


CREATIVE = """
title: Products
size: 300x100
format: png
alt: "{{ product['sku-7'].name | default: 'A product' }}"
variants:
  - name: cheap
    when: product["sku-7"].price < 20 && !(product["sku-9"].price < 5)
    layers:
      - fill: white
      - text: "{{ product['sku-7'].price | money: 'EUR' }}"
        box: [0, 0, 200, 40]
  - name: known
    when: product["sku-7"].name == "Umbrella"
    layers:
      - fill: white
      - text: "{{ product['sku-7'].price | number }} and {{ product['sku-8'].name | default: 'more' }}"
        box: [0, 0, 200, 40]
        prefetched: "{{ product['sku-7'].name | default: 'A product' }}"
      - repeat: product["sku-7"].reviews
        box: [0, 50, 40, 40]
        direction: row
        layers:
          - text: "{{ item.stars }} stars"
            when: item.stars > 3
  - name: none
    layers: [fill: white]
"""


def loaded(folder: Path, text: str, available: AvailableAssets) -> LoadedCreative:
    folder.mkdir(exist_ok=True)
    (folder / "creative.yaml").write_text(text, "utf-8")
    return load_checked(folder, VOCABULARY, available)


def opened(folder: Path, painter: Painter, available: AvailableAssets, client: Client) -> Answer:
    """A creative of products, opened when the feed is known."""
    compiled = publish(loaded(folder / "a", CREATIVE, available), Workshop.of(painter, VOCABULARY))

    async def scenario() -> Answer:
        with pytest.MonkeyPatch.context() as patch:
            async with asyncio.timeout(10), gathering(patch, FEED) as gatherer:
                await gathered(gatherer, 19.9)
                engine = Engine({"a": compiled}, gatherer, Renderer(painter), FallbackChain())
                return await answer(replace(OPENING, client=client), engine)

    return asyncio.run(scenario())


def test_check_accepts_it_and_knows_what_to_ask_for(tmp_path: Path, available: AvailableAssets) -> None:
    creative = loaded(tmp_path / "a", CREATIVE, available)
    (warning,) = creative.warnings
    assert warning.help.startswith("{{ product['sku-7'].price | default:")
    assert creative.rule_needs == {("product", "sku-7"), ("product", "sku-9")}
    known = creative.creative.variants[1]
    assert creative.variant_needs["known", False] >= {("product", "sku-7"), ("product", "sku-8")}
    assert known.name == "known"


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('product["sku-7"].price < 20', 'product["sku-7"].prise < 20', "price"),
        ('product["sku-7"].price < 20', "product.exists(p, true)", "names in product"),
        ('product["sku-7"].name == "Umbrella"', 'product["sku-7"].color == "green"', "is never 'green'"),
        ("product['sku-8'].name", "product['sku-8'].nam", "product"),
        ("product['sku-8'].name", "product[param['a b']].name", "product['...']"),
        ('repeat: product["sku-7"].reviews', 'repeat: product["sku-7"].name', "list"),
    ],
)
def test_check_refuses_what_it_does_not_declare(
    right: str, wrong: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    assert right in CREATIVE
    with pytest.raises(CreativeError) as raised:
        loaded(tmp_path / "a", CREATIVE.replace(right, wrong), available)
    assert any(words in f"{problem.message} {problem.help}" for problem in raised.value.problems), raised.value


def test_an_editor_may_complete_a_creative_of_it() -> None:
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(creative_schema()))
    assert any(re.fullmatch(json.loads(pattern), 'product["sku-7"].reviews') for pattern in patterns)


def test_a_live_image_says_its_price(tmp_path: Path, painter: Painter, available: AvailableAssets) -> None:
    found = opened(tmp_path, painter, available, Client("browser", time="live"))
    assert found.prepared
    assert (found.variant, found.level) == ("known", FallbackLevel.DEFAULTS), "of sku-9 nothing is known"
    assert list(found.prepared.content.words) == ["19.9 and Boots", "5 stars"]
    assert found.alt == "Umbrella"
    assert Image.open(BytesIO(found.data)).size == (600, 200)


def test_an_image_that_may_be_read_later_does_not(tmp_path: Path, painter: Painter, available: AvailableAssets) -> None:
    found = opened(tmp_path, painter, available, Client("apple-mpp", time="early"))
    assert found.prepared
    assert (found.variant, list(found.prepared.content.words)) == ("known", ["Umbrella", "5 stars"])


def test_explain_tells_each_key_with_its_reason(tmp_path: Path, painter: Painter, available: AvailableAssets) -> None:
    found = opened(tmp_path, painter, available, Client("browser", time="live"))
    assert found.compiled
    told = {fact["name"]: fact for fact in explain_image(found, found.compiled)["facts"]}
    assert told['product["sku-7"]']["value"]["price"] == 19.9
    assert told['product["sku-9"]']["note"] == "nothing is known of sku-9"
    assert told['product["sku-9"]']["reason"] == "missing"


def test_a_server_starts_and_closes_what_is_registered(tmp_path: Path) -> None:
    (tmp_path / "templates" / "a").mkdir(parents=True)
    (tmp_path / "templates" / "a" / "creative.yaml").write_text(CREATIVE, "utf-8")
    settings = Settings(data=tmp_path / "data", templates=tmp_path / "templates")

    async def scenario() -> None:
        with pytest.MonkeyPatch.context() as patch:
            async with asyncio.timeout(20), serving(reply(FEED)) as server:
                patch.setattr(ProductSource, "url", server.url)
                services = make_services(settings, sources=SOURCES)
                assert not services.problems
                await services.start()
                await gathered(services.kit.gatherer, 19.9)
                found = await answer(replace(OPENING, client=Client("browser", time="live")), services.kit)
                assert found.variant == "known"
                await services.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())
