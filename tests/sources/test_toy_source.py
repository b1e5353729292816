"""A source that only the tests know: one file, `toys/product.py`, and one line, `SOURCES` below."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from local_server import Request, reply, serving

from livecontent.expressions.unknown import Redacted
from livecontent.facts import Moment, Opening, Reason
from livecontent.net.http import Http
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import SOURCES as SHIPPED
from livecontent.sources.registry import vocabulary_of
from toys.product import ProductSource

SOURCES = (*SHIPPED, ProductSource)
VOCABULARY = vocabulary_of(SOURCES)
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
    names = VOCABULARY.names_at(("product", "sku-7"))
    assert names
    assert list(names) == ["name", "price", "color", "reviews"]
    assert VOCABULARY.may_be_list(("product", "sku-7", "reviews"))
    assert not VOCABULARY.may_be_list(("product", "sku-7"))
    assert VOCABULARY.choices_at(("product", "sku-7", "color")) == {"red", "blue"}
    assert VOCABULARY.need_of(("product", "sku-7", "price")) == ("product", "sku-7")
    for path in (("product",), ("product", "[param.sku]")):
        with pytest.raises(ValueError, match=r"product\['\.\.\.'\]"):
            VOCABULARY.need_of(path)
    assert VOCABULARY.sample_at(("product", "any", "name")) == "Umbrella"
    facts = VOCABULARY.sample_facts({("product", "any"), "weather", "recipient"})
    assert set(facts) == {"product", "weather"}
    assert Moment(facts).words["product"] == {"any": VOCABULARY.sample_at(("product", "any"))}
