"""Servers that tests of the web share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from live_server import Live, demo_settings, serving
from own_shop import OwnShop, asked_from_home
from starlette.testclient import TestClient

from chromium import browser

__all__ = ["browser"]


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server in public mode: addresses set nothing."""
    with serving(demo_settings(tmp_path_factory.mktemp("live"))) as server:
        yield server


@pytest.fixture(scope="session")
def previewing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server in preview mode."""
    with serving(demo_settings(tmp_path_factory.mktemp("previewing"), preview=True)) as server:
        yield server


@pytest.fixture
def client(shop: OwnShop) -> Iterator[TestClient]:
    """Asks the shop of a test, as mail clients do."""
    with asked_from_home(shop.parts) as found:
        yield found
