"""Segments counted over all recipients are what an open would tell of each, one by one."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livecontent.config import Settings
from livecontent.expressions.remembered import Lack, RuleOutcome
from livecontent.facts import Moment, Opening, Place
from livecontent.history.messages import Message, to_body
from livecontent.links import ref_of
from livecontent.services import Services, make_count_job, make_services
from livecontent.sources.segment import read_segments
from livecontent.sources.segment_counts import SegmentCounts, count_segments
from livecontent.sources.store.stores import COLUMNS
from livecontent.storage.base import ConsentDecision, Recipient
from livecontent.storage.events import LastKnownPlace

WRITTEN = """
loyal: history.orders_in_a_year >= 3 && history.days_since_purchase < 120
basket: size(history.basket) > 0 || recipient.points > 100
reds: habit.colour == "red" || habit.where == "home"
asks: trait.prefers == "chat" && (recipient.language == "fr" || age(recipient.birthday) > 30)
lille: place.city == "Lille" && place.country == "FR"
cooks: latest["Recipe Cooked"].recipe == "soup" && latest["recipe cooked"].days_since < 30 && recipient.points > 0
clock: now.hour >= 12 || place.timezone == "Asia/Tokyo"
"""
STORES = f"{','.join(COLUMNS)}\nnear,Near,Rue 1,59000,Lille,FR,50.63,3.06,Europe/Paris,,,,,,,\n"
NOW = time.time()
DAY = 86_400.0
profiles = st.fixed_dictionaries(
    {},
    optional={
        "points": st.sampled_from([1, 200, "many", None, True]),
        "language": st.sampled_from(["fr", "en"]),
        "birthday": st.sampled_from(["1980-02-29", "2020-01-01", "soon"]),
        "city": st.sampled_from(["Lille", "lille", "Tokyo", "Nowhere"]),
        "country": st.sampled_from(["FR", "JP"]),
        "timezone": st.sampled_from(["Asia/Tokyo", "Europe/Paris", "nonsense"]),
        "latitude": st.just(50.63),
        "longitude": st.just(3.06),
    },
)
events = st.lists(
    st.sampled_from(
        [
            ("track", "Order Completed", {"products": [{"sku": "u", "color": "red"}], "store_id": "near"}),
            ("track", "Product Added", {"sku": "u-7"}),
            ("track", "Store Visited", {"store_id": "near"}),
            ("track", "Recipe Cooked", {"recipe": "soup"}),
            ("track", "Recipe Cooked", {"recipe": "cake"}),
            ("identify", "", {"prefers": "chat"}),
            ("identify", "", {"prefers": None}),
        ]
    ),
    max_size=8,
)
people = st.lists(
    st.tuples(profiles, events, st.sampled_from(["", "full", "no-record", "none"])), min_size=1, max_size=6
)


@pytest.fixture
def shop(tmp_path: Path) -> Services:
    """A shop with segments, and nobody in it."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "segments.yaml").write_text(WRITTEN)
    (tmp_path / "stores.csv").write_text(STORES)
    found = Settings(data=tmp_path / "data", templates=tmp_path / "templates", stores=tmp_path / "stores.csv")
    return make_services(found.model_copy(update={"timezone": "Europe/Paris", "consent": "full"}), None)


async def _fill(shop: Services, everybody: list[Any], after: int) -> list[str]:
    refs = []
    async with shop.storage.recipients.batch() as batch:
        for number, (profile, _, _) in enumerate(everybody, after):
            refs.append(ref_of(f"r-{number}", b"key"))
            await batch.put(Recipient(refs[-1], {"id": f"r-{number}", **profile}))
    messages = [
        Message(f"{number:08}{at:08}".encode(), kind, name, ref, (), NOW - at * 9 * DAY, 0, values, to_body(values))
        for number, (ref, (_, done, _)) in enumerate(zip(refs, everybody, strict=True), after)
        for at, (kind, name, values) in enumerate(done)
    ]
    await shop.storage.history.put(messages)
    decided = [ConsentDecision(ref, said, NOW) for ref, (_, _, said) in zip(refs, everybody, strict=True) if said]
    await shop.storage.consents.put(decided)
    await shop.storage.consents.remember(
        [LastKnownPlace(ref, Place("Lille", None, "FR"), "2026-11-01") for ref in refs]
    )
    return refs


async def _one_by_one(shop: Services, refs: list[str], at: datetime) -> SegmentCounts:
    """As opens tell it."""
    counts = SegmentCounts()
    for ref in refs:
        person = await shop.storage.people.look_up(ref)
        opening = Opening("", person.ref, at, person=person)
        moment = await shop.kit.gatherer.gather(frozenset({"segment"}), opening, Moment({}))
        known = moment.value("segment")
        counts.add_people({name: RuleOutcome(known.get(name)) for name in read_segments(shop.settings.templates)})
    return counts


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people)
def test_they_are_what_opens_tell(shop: Services, everybody: list[Any]) -> None:
    async def compare() -> None:
        before = await shop.storage.recipients.count()
        await _fill(shop, everybody, before)
        refs = [ref async for ref, _ in shop.storage.recipients.iterate()]
        job = make_count_job(shop.settings, read_segments(shop.settings.templates))
        found, alone = await count_segments(job, 0, lambda *_: None), await _one_by_one(shop, refs, job.at)
        assert (found.looked, found.together, found.unknown) == (alone.looked, alone.together, alone.unknown)

    asyncio.run(compare())


def test_who_has_a_damaged_row_is_not_known_and_holds_up_nobody(shop: Services) -> None:
    everybody = [({"points": 200}, [("identify", "", {"prefers": "chat"})], "full") for _ in range(2)]

    async def count() -> None:
        ref, _ = await _fill(shop, everybody, 0)
        with closing(apsw.Connection(str(shop.settings.data / "history.db"))) as other:
            for damaged in ('{"traits":', '{"traits":' + "[" * 20_000 + "]" * 20_000 + "}", '{"traits": {"a": x}}'):
                other.execute(
                    "UPDATE states SET sums = ?1, history = ?1, habits = ?1 FROM identities AS one "
                    "WHERE one.person = states.person AND key = ?2",
                    (damaged, ref),
                ).fetchall()
                job = make_count_job(shop.settings, read_segments(shop.settings.templates))
                found = await count_segments(job, 0, lambda *_: None)
                assert (found.looked, found.inside("basket")) == (2, 2)
                assert found.unknown["loyal"] == 1
                alone = await _one_by_one(shop, [ref], datetime.now(UTC))
                assert alone.looked == 1

    asyncio.run(count())


def test_other_processes_count_the_same_and_a_sample_is_as_large_as_it_says(shop: Services) -> None:
    everybody = [
        ({"points": number + 60}, [("identify", "", {"prefers": "chat"})] * (number % 2), "") for number in range(90)
    ]

    async def count() -> None:
        await _fill(shop, everybody, 0)
        segments = read_segments(shop.settings.templates)
        job = make_count_job(shop.settings, segments)
        done: list[tuple[int, int]] = []
        here = await count_segments(job, 0, lambda *told: done.append(told))
        there = await count_segments(job, 2, lambda *_: None, nice=5)
        assert here == there
        assert done[-1] == (90, 90)
        assert here.inside("basket") == 49
        assert here.unknown["asks"] == 90
        assert here.lacks_of("asks")[0] == (Lack("recipient.birthday"), 90)
        assert here.lacks_of("asks")[-1] == (Lack("trait"), 45)
        assert len(here.examples["basket"]) == 5
        some = await count_segments(make_count_job(shop.settings, segments, 40), 1, lambda *_: None)
        assert some.looked == 40

    asyncio.run(count())


def test_the_last_of_an_own_event_counts_by_whoever_has_sent_one(shop: Services) -> None:
    soup, cake = (("track", "Recipe Cooked", {"recipe": recipe}) for recipe in ("soup", "cake"))
    everybody = [
        ({"points": 5}, done, "full") for done in ([soup], [soup, cake], [cake, cake], [], [("track", "X", {})])
    ]

    async def count() -> None:
        await _fill(shop, everybody, 0)
        found = await count_segments(
            make_count_job(shop.settings, read_segments(shop.settings.templates)), 0, lambda *_: None
        )
        assert (found.inside("cooks"), found.unknown["cooks"]) == (2, 2)  # the newest of the second is soup
        assert found.lacks_of("cooks") == [
            (Lack("latest"), 1),
            (Lack("latest['Recipe Cooked'].recipe"), 1),
            (Lack("latest['recipe cooked'].days_since"), 1),
        ]

    asyncio.run(count())
