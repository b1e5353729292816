"""History, recalls and results, and what to embed, with a test by mail."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import OWN
from PIL import Image
from reading import read
from reviewing_shop import StudioShop, open_shop

from livecontent.facts import Client
from livecontent.storage.events import Event, who_of
from livecontent.studio.pages.wish import YEARS
from livecontent.studio.reviewing.counting import KEPT, RecentCounts


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[StudioShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def record(shop: StudioShop, count: int) -> None:
    version = shop.services.kit.creatives["sale"].loaded.version
    live, early = Client("thunderbird", time="live"), Client("apple-mpp", time="early")
    made = [
        Event("shown", time.time(), "sale", f"r{number}", version, "french", "live", client=one.name, who=who_of(one))
        for one, people in ((live, range(count)), (early, range(count, count + 3)))
        for number in people
    ]
    asyncio.run(shop.services.storage.events.append(made))


def heads(shop: StudioShop, query: str = "") -> dict[str, str]:
    page = read(shop.client.get(f"/studio/history/sale{query}").text)
    names, numbers = page.all("dt"), page.all("dd")
    return {name.text: number.text for name, number in zip(names, numbers, strict=True)}


def served(shop: StudioShop) -> tuple[int, int]:
    """The size of what is served."""
    found = shop.client.get("/studio/thumbnail/sale")
    return Image.open(io.BytesIO(found.content)).size


def test_a_recall_tells_heads_before_and_after_and_is_undone(shop: StudioShop) -> None:
    record(shop, 5)
    before = heads(shop)
    assert (before["people saw it"], before["Apple keeps it for"]) == ("5", "3")
    assert shop.post("history/sale/recall", {"kind": "odd"}).status_code == 422
    assert shop.post("history/sale/recall", {"kind": "nothing", "why": "a wrong price"}).status_code == 303
    assert served(shop) == (1, 1)
    record(shop, 2)
    after = heads(shop)
    assert (after["people saw it"], after["have seen something else since"]) == ("5", "2")
    assert heads(shop, "?variant=none")["people saw it"] == "0"
    assert heads(shop, f"?since={YEARS[-1]}-01-01T00:00")["people saw it"] == "0"
    assert heads(shop, "?since=0001-01-01T00:00")["people saw it"] == "5"
    assert heads(shop, "?since=odd&version=")["people saw it"] == "5"
    assert "was recalled: this stands in for it" in shop.client.get("/studio/preview/sale").text
    page = shop.client.get("/studio/history/sale").text
    assert "This image is recalled." in page
    assert "a wrong price" in page
    assert shop.post("history/sale/undo", {}).status_code == 303
    assert served(shop) == (60, 30)
    assert shop.post("history/sale/undo", {}).status_code == 409


def test_a_picture_of_ones_own_stands_in(shop: StudioShop) -> None:
    out = io.BytesIO()
    Image.new("RGB", (120, 60), "#ff00ff").save(out, "PNG")
    headers = {**OWN, "content-type": "image/png"}
    path = "/studio/history/sale/recall?name=sorry.png&link=https://shop.example/sorry"
    broken = shop.client.post(path, content=out.getvalue()[:40], headers=headers, follow_redirects=False)
    assert broken.status_code == 422
    assert shop.client.post(path, content=out.getvalue(), headers=headers, follow_redirects=False).status_code == 303
    creative = shop.services.kit.creatives["sale"].loaded.creative
    assert [variant.name for variant in creative.variants] == ["recalled"]
    assert "shop.example/sorry" in str(creative.link)
    assert served(shop) == (60, 30)


def test_results_say_where_there_are_too_few(shop: StudioShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livecontent.studio.reviewing.counting.KEPT", 0.0)
    record(shop, 99)
    assert "too few to tell: 100 needed" in shop.client.get("/studio/history/sale").text
    record(shop, 100)
    assert "too few to tell" not in shop.client.get("/studio/history/sale").text


def test_the_snippet_and_the_file_of_links(shop: StudioShop) -> None:
    page = read(shop.client.get("/studio/embed/sale?tool=mailchimp&send=spring-1").text)
    snippet = page.all("pre")[0].text
    assert "https://live.shop.example/i/sale/*|LIVEREF|*.png?s=spring-1" in snippet
    assert "live-content" in read(shop.client.get("/studio/embed/sale?tool=web").text).all("pre")[0].text
    assert "An id has letters" in shop.client.get("/studio/embed/sale", params={"send": "a b"}).text
    rows = list(csv.DictReader(io.StringIO(shop.client.get("/studio/embed/sale/links.csv?send=s1").text)))
    assert len(rows) == 30
    first = rows[0]
    assert first["image"] == f"https://live.shop.example/i/sale/{first['ref']}.png?s=s1"


def test_counts_are_kept_for_some_seconds() -> None:
    now, made = [0.0], []
    counts = RecentCounts[int](lambda: now[0])

    async def count() -> int:
        made.append(now[0])
        return len(made)

    async def ask(key: str) -> int:
        return await counts.get(key, count)

    assert [asyncio.run(ask(key)) for key in "aab"] == [1, 1, 2]
    now[0] = KEPT
    assert asyncio.run(ask("a")) == 3
    for key in map(str, range(1000)):
        asyncio.run(ask(key))
    assert len(made) == 1003
