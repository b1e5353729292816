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
from livecontent.learning.results import results_since
from livecontent.learning.training import FEW
from livecontent.services import Services, make_services

NOW = time.time()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Services:
    folder = tmp_path_factory.mktemp("made") / "demo"
    make_demo(8100, folder)
    return make_services(Settings(templates=shipped("templates"), data=folder, consent="full"))


def results(shop: Services, name: str) -> Any:
    creative = shop.kit.creatives[name].loaded.creative
    return wait_for(results_since(shop.storage, name, creative, NOW - 90 * 86_400.0))


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
