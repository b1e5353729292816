"""The demo as `livecontent demo` makes it, for a whole file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from livecontent.app import make_app
from livecontent.cli.demo import make_demo
from livecontent.config import load_settings
from livecontent.services import Services, make_services


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """All parts of the demo, in a folder of their own."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, folder / "demo")))
        settings = load_settings()
    return make_services(settings)


@pytest.fixture(scope="module")
def client(demo: Services) -> Iterator[TestClient]:
    """Asks the server of the demo, as a browser whose reader speaks English."""
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    headers = {"user-agent": agent, "accept-language": "en"}
    with TestClient(make_app(demo), headers=headers) as client:
        yield client


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of catalogues and templates."""
    return Path(__file__).resolve().parents[2] / "src" / "livecontent" / "studio" / "pages"
