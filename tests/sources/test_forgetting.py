"""What sources keep of somebody is taken out of their files, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from local_server import reply, serving

from livecontent.config import FeedSettings
from livecontent.net.http import Http
from livecontent.sources.feed.reader import FeedReader
from livecontent.sources.forgetting import forget_images, forget_in_feeds

ITEMS = [{"id": "ann", "state": "sent"}, {"id": "annabel", "state": "packed"}, {"state": "ann"}, "ann"]


def test_of_feeds_with_a_key_the_entries_go_and_are_asked_for_again_as_a_whole(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(reply(ITEMS, headers={"ETag": '"1"'})) as server:
            feeds = {
                "orders": FeedSettings(url=server.url, key="id", fresh=1),
                "news": FeedSettings(url=server.url),
            }
            readers = {
                name: FeedReader(name, feed, tmp_path, Http(5.0), Counter(), lambda: clock[0])
                for name, feed in feeds.items()
            }
            for reader in readers.values():
                await reader.refresh()
            (tmp_path / "old.json").write_text('{"value": "ann"}')
            forget_in_feeds(feeds, tmp_path, {"ann"})
            assert not (tmp_path / "old.json").exists()
            assert json.loads((tmp_path / "orders.json").read_text())["value"] == ITEMS[1:]
            assert json.loads((tmp_path / "news.json").read_text())["value"] == ITEMS
            clock[0] += 10
            await readers["orders"].refresh()
            assert "if-none-match" not in server.asked[-1].headers

    clock = [1e9]
    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("https://cdn.example/ann.png", True),
        ("https://cdn.example/a/photo_ann@2x.png?v=1", True),
        ("https://cdn.example/x.png?name=Zo%C3%AB%20Ann", True),
        ("https://cdn.example/annabel.png", False),
        ("https://cdn.example/banner.png", False),
    ],
)
def test_images_by_address_go_where_a_word_stands_in_it(address: str, goes: bool, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"address": address, "digest": "d1"}))
    (tmp_path / "b.json").write_text(json.dumps({"address": "https://cdn.example/shoe.png", "digest": "d2"}))
    for name in ("d1", "d2"):
        (tmp_path / f"{name}.image").write_bytes(b"")
    forget_images(tmp_path, {"ann", "Zoë Ann"})
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"b.json", "d2.image"} | (set() if goes else {"a.json", "d1.image"})
    forget_images(tmp_path / "nowhere", {"ann"})
