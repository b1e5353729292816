"""What is recommended at an open: nothing sold out, nothing just bought, and why in the recipient's language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from blocking import Blocking, wait_for
from livecontent.facts import Client, Fact, FactsByKey, Moment, Opening, Person, Reason
from livecontent.sources.recommended.job import Recommender, make_picks, pick_alone
from livecontent.sources.recommended.source import RECOMMENDED, RecommendedSource
from livecontent.sources.registry import VOCABULARY
from livecontent.storage.base import ConsentDecision, Recipient
from livecontent.storage.person import forget_people
from livecontent.storage.sqlite.storage import SqliteStorage

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
ANN, BOB, CAT = "a" * 26, "b" * 26, "c" * 26
CATALOGUE: dict[str, dict[str, Any]] = {
    "boots": {"name": "Boots", "[fr]": {"name": "Bottes"}, "category": "Rain", "price": 80.0},
    "socks": {"name": "Socks", "category": "Feet", "price": 8.0, "stock": 5},
    "coat": {"name": "Coat", "category": "Rain", "price": 90.0, "availability": "in_stock"},
    "cape": {"name": "Cape", "category": "Rain", "price": 70.0, "availability": "out_of_stock"},
    "yacht": {"name": "Yacht", "category": "Rain", "price": 900_000.0},
    "hat": {"name": "Hat", "category": "Rain", "price": 75.0, "added": "2026-11-20"},
}
BOUGHT: Mapping[str, list[str]] = {ANN: ["boots"], BOB: ["boots", "socks"], CAT: ["socks", "boots"]}


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    made = SqliteStorage(tmp_path, "no-record")
    fill(Blocking(made))
    yield made
    wait_for(made.close())


def fill(stores: Blocking) -> None:
    with stores.products.batch() as batch:
        for sku, values in CATALOGUE.items():
            batch.put(sku, {"sku": sku, **values})
    with stores.recipients.batch() as batch:
        for ref, bought in BOUGHT.items():
            batch.put(Recipient(ref, {"id": ref, "bought": bought, "viewed": ["coat"] if ref == ANN else []}))


def told(storage: SqliteStorage, ref: str = ANN, client: Client | None = None, **profile: object) -> Fact[Any]:
    source = RecommendedSource(storage.picks, storage.products, 600, "Europe/Paris")
    known = {"id": ref, "language": "en", "bought": BOUGHT.get(ref, []), **profile}
    opening = Opening("x", ref, AT, client=client or Client("browser", time="live"), person=Person(ref, profile=known))
    found = source.ask(opening, {"recipient": Fact(known, Reason.FRESH)})
    return found if isinstance(found, Fact) else wait_for(found)


def words(fact: Fact[Any]) -> list[tuple[str, str, str | None]]:
    return [(one["sku"], one["reason"], one.get("why")) for one in fact.value]


def test_each_is_there_with_its_reason(storage: SqliteStorage) -> None:
    assert wait_for(make_picks(storage, AT)) == 3
    assert words(told(storage)) == [
        ("coat", "seen", "You looked at it recently."),
        ("socks", "together", "Often bought with Boots."),
        ("hat", "new", "New, and close to Coat."),  # the cape is alike, and sold out
    ]
    assert words(told(storage, language="fr-CA"))[1] == ("socks", "together", "Souvent acheté avec Bottes.")
    assert words(told(storage, language="ja"))[0] == ("coat", "seen", None), "not said in another language"
    assert told(storage).value[0]["price"] == 90.0


def test_nothing_is_sold_out_or_just_bought(storage: SqliteStorage) -> None:
    wait_for(make_picks(storage, AT))
    assert [sku for sku, *_ in words(told(storage, bought=["boots", "coat"]))] == ["socks", "hat"]
    wait_for(storage.products.put_live({"socks": {"stock": 0}}, AT.timestamp()))
    assert [sku for sku, *_ in words(told(storage))] == ["coat", "hat"]
    with Blocking(storage).products.batch() as batch:
        batch.put("coat", {"sku": "coat"})
        batch.delete_others()
    assert [sku for sku, *_ in words(told(storage))] == ["coat"]
    assert told(storage, bought=["coat"]).reason == Reason.MISSING


def test_what_is_alike_has_a_similar_price(storage: SqliteStorage) -> None:
    with Blocking(storage).products.batch() as batch:
        batch.put("hat", {"sku": "hat", "name": "Hat", "category": "Rain", "price": 75.0})
        batch.put("cape", {"sku": "cape", "category": "Rain", "price": 400.0})
    wait_for(make_picks(storage, AT))
    assert words(told(storage))[2:] == [("hat", "alike", "Much like Coat, at a similar price.")]


def test_on_a_prefetch_all_of_it_is_unknown(storage: SqliteStorage) -> None:
    wait_for(make_picks(storage, AT))
    early = Client("apple-mpp", time="early")
    facts = {"recommended": told(storage, client=early), "client": Fact(early, Reason.FRESH)}
    moment = Moment(facts)
    assert moment.prefetched
    assert "Coat" not in repr(VOCABULARY.redact(moment.words))


def test_of_who_is_not_known_and_who_consents_to_nothing_there_is_nothing(storage: SqliteStorage) -> None:
    wait_for(storage.consents.put([ConsentDecision(BOB, "none", 1.0)]))
    assert wait_for(make_picks(storage, AT)) == 2
    assert told(storage, BOB).reason == told(storage, "").reason == Reason.MISSING
    wait_for(forget_people([ANN], storage))
    assert told(storage).reason == Reason.MISSING


def test_a_server_has_them_made_in_a_process_of_its_own(storage: SqliteStorage, tmp_path: Path) -> None:
    work = partial(pick_alone, tmp_path, partial(SqliteStorage, tmp_path, "no-record"))

    async def run() -> None:
        job = asyncio.create_task(Recommender(storage.picks, work, lambda: True).run())
        while await storage.picks.made_at() is None:
            await asyncio.sleep(0.05)
            assert not job.done()
        job.cancel()

    asyncio.run(asyncio.wait_for(run(), 30))
    assert [sku for sku, *_ in words(told(storage))] == ["coat", "socks", "hat"]


def test_the_fact_is_declared_with_what_it_tells(storage: SqliteStorage) -> None:
    wait_for(make_picks(storage, AT))
    assert RECOMMENDED.shape == "list"
    assert all(one.keys() - {"added"} <= RECOMMENDED.names.keys() for one in told(storage).value)
    assert not isinstance(told(storage).value, FactsByKey)
