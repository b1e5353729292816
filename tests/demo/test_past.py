"""The made-up past of the demo: enough for a page of experiments, and nobody whom the demo knows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from blocking import wait_for
from livecontent.cli.demo import make_demo
from livecontent.cli.demo_past import QUIET, TRIED, write_past
from livecontent.config import Settings, shipped
from livecontent.learning.job import KEPT
from livecontent.learning.results import results_since
from livecontent.learning.training import FEW
from livecontent.services import Services, make_services
from livecontent.showings import Decided
from livecontent.storage.events import Event

NOW = time.time()
DAY = 86_400.0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Services:
    folder = tmp_path_factory.mktemp("made") / "demo"
    make_demo(8100, folder)
    return make_services(Settings(templates=shipped("templates"), data=folder, consent="full"))


def results(shop: Services, name: str, now: float = NOW) -> Any:
    creative = shop.kit.creatives[name].loaded.creative
    return wait_for(results_since(shop.storage, name, creative, now - 90 * DAY))


def test_two_wordings_have_a_winner_and_another_for_the_loyal(shop: Services) -> None:
    wait_for(shop.learning.look())
    found = results(shop, TRIED)
    assert (found.winner, list(found.alarms)) == ("repairing", [])
    assert found.contexts.keys() == {"segment.loyal = true", "segment.loyal = false"}
    assert found.contexts["segment.loyal = true"][0].weight > 0.9, "saving"
    assert all(arm.bought for arm in found.arms)


def test_silence_and_lift_are_told(shop: Services) -> None:
    found = results(shop, QUIET)
    assert found.silent == pytest.approx(0.9, abs=0.03)
    assert found.lift is not None
    assert found.held[1] > 0
    assert list(found.alarms) == []
    assert found.opens < FEW, "no threshold is learned of what is made up: the emails of the demo are as without"


def test_it_is_the_same_again_and_of_nobody_whom_the_demo_knows(shop: Services, tmp_path: Path) -> None:
    before = results(shop, TRIED)
    wait_for(write_past(shop.storage, NOW))
    assert results(shop, TRIED) == before
    make_demo(8100, tmp_path / "demo")
    other = make_services(Settings(templates=shipped("templates"), data=tmp_path / "demo", consent="full"))
    assert [arm.clicked for arm in results(other, TRIED).arms] == [arm.clicked for arm in before.arms]
    for name in (TRIED, QUIET):
        assert {one.person[:8] for one in wait_for(shop.storage.showings.chosen(name))} == {"made-up-"}


@pytest.mark.parametrize("days", [(59,), (61,), (89,), (120,), (400,), (75, 150, 160)])
def test_it_is_there_at_each_start_however_long_ago_the_first_was(tmp_path: Path, days: tuple[int, ...]) -> None:
    make_demo(8100, tmp_path / "demo")
    shop = make_services(Settings(templates=shipped("templates"), data=tmp_path / "demo", consent="full"))
    first = {name: results(shop, name) for name in (TRIED, QUIET)}
    tallies = wait_for(shop.storage.showings.tallies(TRIED))
    for day in days:
        now = NOW + day * DAY
        wait_for(shop.storage.showings.tidy(now - KEPT))
        wait_for(write_past(shop.storage, now))
    for name, before in first.items():
        found = results(shop, name, now)
        assert (found.opens, found.people, found.shown) == (before.opens, before.people, before.shown)
        assert (found.held, found.rest) == (before.held, before.rest), "with what they bought"
        assert [(one.n, one.clicked, one.bought) for one in found.arms] == [
            (one.n, one.clicked, one.bought) for one in before.arms
        ]
    assert wait_for(shop.storage.showings.tallies(TRIED)) == tallies, "none counts twice in what is learned"


def test_the_opens_of_who_tries_the_demo_count_beside_it_and_do_not_stand_for_it(tmp_path: Path) -> None:
    make_demo(8100, tmp_path / "demo")
    shop = make_services(Settings(templates=shipped("templates"), data=tmp_path / "demo", consent="full"))
    now = NOW + 120 * DAY
    own = Event("shown", now - DAY, TRIED, "own", variant="saving", who="human", choice=Decided("s", arm="saving"))
    shop.storage.showings.count([own])
    assert results(shop, TRIED, now).opens == 1
    wait_for(write_past(shop.storage, now))
    assert results(shop, TRIED, now).opens == 1001
