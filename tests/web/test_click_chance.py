"""What people saw and clicked changes what an image shows; what machines did, and what was fetched early, does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from own_shop import BROWSER, MACHINES, OwnShop, ask, asked_from_home

from blocking import wait_for
from livecontent.learning.chances import WEIGHT
from livecontent.learning.job import Learning
from livecontent.showings import FIRST_CHANCE
from told import until

TODAY = """
title: Today
size: 60x30
scale: 1
format: png
alt: Today
link: https://shop.example/
variants:
  - name: sale
    when: recipient.points < 10
    score: click_chance
    layers: [{fill: "#b3122f"}]
  - name: news
    size: 120x60
    score: click_chance * 1
    when: recipient.points > 0
    layers: [{fill: "#1a5fb4"}]
  - {name: last, collapse: true}
"""
WIDTH = slice(16, 20)  # of a PNG


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[OwnShop]:
    made = OwnShop(tmp_path, today=TODAY)
    yield made
    wait_for(made.parts.storage.close())


def test_only_what_people_saw_and_clicked_is_learned(shop: OwnShop, tmp_path: Path) -> None:
    creatives = {name: one.loaded.creative for name, one in shop.parts.kit.creatives.items()}
    learning = Learning(shop.parts.storage.showings, lambda: creatives, tmp_path / "lock")
    sees_both, quiet = shop.add("a", "full", points=5), shop.add("b", "no-record", points=50)
    sees_news = [shop.add(letter, "full", points=50) for letter in "cde"]
    with asked_from_home(shop.parts) as client:

        def sees(ref: str, agent: str = BROWSER, **headers: str) -> str:
            width = int.from_bytes(ask(client, f"/i/today/{ref}.png?s=n-0", agent, **headers).content[WIDTH])
            return {60: "sale", 120: "news"}[width]

        def fetched_by_machines(ref: str) -> None:
            for agent in MACHINES.values():
                sees(ref, agent)
                ask(client, f"/c/today/{ref}?s=n-0", agent)
            sees(ref, **{"sec-purpose": "prefetch"})

        for ref in (sees_both, *sees_news):
            fetched_by_machines(ref)
        assert [sees(ref) for ref in (sees_both, quiet, *sees_news)] == ["sale", *["news"] * 4]
        ask(client, f"/c/today/{quiet}?s=n-0")
        until(lambda: sum(one.shown for one in shop.storage.showings.tallies("today")) == 4)
        for ref in (sees_both, *sees_news):
            fetched_by_machines(ref)
        for ref in sees_news[:2]:
            ask(client, f"/c/today/{ref}?s=n-0")
        until(lambda: sum(one.clicked for one in shop.storage.showings.tallies("today")) == 2)
        until(lambda: not shop.parts.recorder.waiting)
        wait_for(learning.learn())
        overall = (2 + WEIGHT * FIRST_CHANCE) / (4 + WEIGHT)
        chances = {"sale": WEIGHT * overall / (1 + WEIGHT), "news": (2 + WEIGHT * overall) / (3 + WEIGHT)}
        assert shop.storage.showings.learned()["today"].chances == chances
        wait_for(shop.parts.learning.read())
        assert sees(sees_both) == "news", "it is clicked more"
