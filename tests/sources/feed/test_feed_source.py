"""Feeds by a real server: read in the background, kept in a file, shared by workers, honest about their age."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from local_server import Request, Server, reply, serving

from livecontent.config import FeedSettings, Settings
from livecontent.errors import CreativeError
from livecontent.expressions.unknown import Redacted
from livecontent.facts import Fact, Moment, Now, Opening, Place, Reason
from livecontent.net.http import Http
from livecontent.sources.feed.reader import FeedReader
from livecontent.sources.feed.source import FeedSource
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.vocabulary import Vocabulary

OPENING = Opening("a", "", datetime(2026, 11, 29, 12, tzinfo=UTC))
LILLE = Fact(Place("Lille", country="FR", latitude=50.63, longitude=3.06, timezone="Europe/Paris"), Reason.FRESH)
NOW = Fact(Now(OPENING.at), Reason.FRESH)
KNOWN = Moment({"place": LILLE, "now": NOW})
Answers = Callable[[Request, asyncio.StreamWriter], Any]
PATIENCE = 60.0  # seconds, on a machine that has other things to do


@asynccontextmanager
async def feeds(tmp_path: Path, answer: Answers, **settings: Any) -> AsyncIterator[tuple[FeedSource, Server]]:
    """A source with one feed, `news`, which a real server answers; nothing runs in the background."""
    async with serving(answer) as server:
        http = Http(PATIENCE)
        source = FeedSource({"news": FeedSettings(url=server.url, **settings)}, tmp_path, http, PATIENCE)
        try:
            yield source, server
        finally:
            await source.close()
            await http.aclose()


async def news(source: FeedSource, moment: Moment = KNOWN) -> Fact[Any]:
    found = await Gatherer([source], 2 * PATIENCE).gather(frozenset({("feed", "news")}), OPENING, moment)
    fact = found.fact(("feed", "news"))
    assert fact
    return fact


def test_a_first_open_waits_for_the_first_answer_and_later_ones_do_not_ask(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with feeds(tmp_path, reply([{"title": "A"}])) as (source, server):
            for _ in range(3):
                found = await news(source)
                assert (found.value, found.reason) == ([{"title": "A"}], Reason.CACHED)
            assert len(server.asked) == 1

    asyncio.run(scenario())


def test_what_was_answered_outlives_the_process_and_the_server(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with feeds(tmp_path, reply([{"title": "A"}])) as (source, _):
            await news(source)
            url = source.readers["news"].settings.url
        again = FeedReader("news", FeedSettings(url=url), tmp_path, Http(PATIENCE), Counter())
        await again.refresh()
        assert again.copy
        assert again.copy.value == [{"title": "A"}]
        other = FeedReader("news", FeedSettings(url=f"{url}/other"), tmp_path, Http(PATIENCE), Counter())
        await other.refresh()
        assert other.copy is None, "an answer of another address is not this feed's"
        assert other.problem

    asyncio.run(scenario())


def test_it_asks_with_what_it_has_and_a_304_makes_that_fresh(tmp_path: Path) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("if-none-match")
        await reply(["A"] if not known else None, 304 if known else 200, {"ETag": '"1"'})(request, writer)

    async def scenario() -> None:
        at = [1000.0]
        async with feeds(tmp_path, answer) as (source, server):
            reader = FeedReader(
                "news",
                source.readers["news"].settings,
                tmp_path,
                source.readers["news"]._http,
                Counter(),
                lambda: at[0],
            )
            await reader.refresh()
            at[0] += 301
            await reader.refresh()
            assert [request.headers.get("if-none-match") for request in server.asked] == [None, '"1"']
            assert ((await news(source)).value, reader.age) == (["A"], 0.0)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(status=500), "status 500"),
        (reply(status=301, headers={"Location": "https://new.example/feed"}), "moved to https://new.example/feed"),
        (reply(b"<html>503</html>"), "not JSON"),
        (reply([{"t": "x" * 2000}] * 2000), "more than 2048 KiB"),
    ],
)
def test_the_last_good_answer_stays_until_it_is_too_old(tmp_path: Path, answer: Answers, why: str) -> None:
    async def scenario() -> None:
        turns = [reply(["A"]), *[answer] * 9]

        async def each(request: Request, writer: asyncio.StreamWriter) -> None:
            await turns.pop(0)(request, writer)

        async with feeds(tmp_path, each) as (source, _):
            reader, at = source.readers["news"], [1000.0]
            reader._clock = lambda: at[0]
            assert (await news(source)).value == ["A"]
            at[0] += 400
            await reader.refresh()
            found = await news(source)
            assert (found.value, found.reason, found.age) == (["A"], Reason.STALE, 400)
            assert why in found.note
            at[0] += 86_400
            found = await news(source)
            assert (found.value, found.reason) == (None, Reason.BROKEN)

    asyncio.run(scenario())


def test_of_several_workers_one_asks_and_all_know(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with feeds(tmp_path, reply(["A"])) as (source, server):
            settings, http = source.readers["news"].settings, Http(PATIENCE)
            workers = [FeedReader("news", settings, tmp_path, http, Counter()) for _ in range(5)]
            for _ in range(2):
                await asyncio.gather(*(worker.refresh() for worker in workers))
            assert all(worker.copy and worker.copy.value == ["A"] for worker in workers)
            assert len(server.asked) == 1
            await http.aclose()

    asyncio.run(scenario())


CONCERTS = [
    {"title": "Paris", "lat": 48.86, "lon": 2.35, "start": "2026-11-29T10:00", "end": "2026-11-30T10:00"},
    {"title": "Roubaix", "lat": 50.69, "lon": 3.17, "start": "2026-11-29T18:00"},
    {"title": "Lille", "lat": 50.63, "lon": 3.06, "start": "2026-11-29T10:00Z", "end": "2026-11-29T13:00Z"},
    {"title": "nowhere", "lat": "x", "lon": 3.06, "start": "soon"},
]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"coordinates": ("lat", "lon")}, {"near": ["Lille", "Roubaix"]}),
        ({"times": ("start", "end")}, {"now": ["Paris", "Lille"]}),
        (
            {"coordinates": ("lat", "lon"), "times": ("start", "end"), "radius": 300},
            {"now": ["Paris", "Lille"], "near": ["Lille", "Paris"]},
        ),
    ],
)
def test_items_of_a_place_and_a_time(tmp_path: Path, settings: dict[str, Any], expected: dict[str, list[str]]) -> None:
    async def scenario() -> None:
        async with feeds(tmp_path, reply(CONCERTS), **settings) as (source, _):
            value = (await news(source)).value
            assert len(value.pop("items")) == len(CONCERTS)
            assert {name: [item["title"] for item in items] for name, items in value.items()} == expected
            if "near" in value:
                assert value["near"][0]["distance"] == 0.0
            nowhere = await news(source, Moment({"place": Fact(None, Reason.MISSING), "now": NOW}))
            assert "near" not in nowhere.value

    asyncio.run(scenario())


def test_items_by_a_key_of_theirs(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with feeds(tmp_path, reply([{"sku": 7, "stock": 3}, {"stock": 1}]), key="sku") as (source, _):
            assert (await news(source)).value == {"7": {"sku": 7, "stock": 3}}

    asyncio.run(scenario())


def vocabulary() -> Vocabulary:
    return make_vocabulary(SOURCES, Settings(feeds={"news": FeedSettings(url="https://shop.example/feed")}))


def test_a_feed_that_is_none_of_the_settings_is_an_error(tmp_path: Path) -> None:
    from livecontent.creative.model import AvailableAssets
    from livecontent.lint import load_checked

    folder = tmp_path / "a"
    folder.mkdir()
    layer = "{text: '{{ feed.nws[0].title }}', box: [0, 0, 9, 9]}"
    text = f"title: a\nsize: 100x50\nalt: a\nvariants: [{{name: a, layers: [{layer}]}}]"
    (folder / "creative.yaml").write_text(text)
    with pytest.raises(CreativeError, match=r"unknown fact 'feed\.nws'") as caught:
        load_checked(folder, vocabulary(), AvailableAssets(frozenset({"Inter"}), frozenset()))
    assert "feed.news" in str(caught.value)


def test_a_prefetch_knows_no_feed() -> None:
    words = {"feed": {"news": [{"title": "A"}]}}
    assert isinstance(vocabulary().redact(words)["feed"]["news"], Redacted)  # type: ignore[index]
