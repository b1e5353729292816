"""The demo as `livecontent demo` makes it, in the process of the tests; and in one of its own, in a real browser."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import OWN, asking
from browsing import Visit, command, free_port, in_a_thread, started
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from chromium import browser
from livecontent.app import make_app
from livecontent.cli.demo import make_demo
from livecontent.config import DEMO, load_settings
from livecontent.creative.drafts import Drafts
from livecontent.services import Services, make_services

__all__ = ["browser"]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo keeps when all its creatives are published; copies of it have nothing to publish."""
    folder = tmp_path_factory.mktemp("published") / "demo"
    in_a_thread(lambda: asyncio.run(demo_in(folder).storage.close()))
    return folder


def demo_in(folder: Path) -> Services:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, folder)))
        return make_services(load_settings())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Services:
    """All parts of the demo, in a folder of their own."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("demo") / "demo")
    return in_a_thread(lambda: demo_in(folder))


@pytest.fixture(scope="module")
def client(demo: Services) -> Iterator[TestClient]:
    """Asks the server of the demo, as a browser whose reader speaks English."""
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    headers = {"user-agent": agent, "accept-language": "en"}
    with TestClient(
        make_app(demo, local=True), "http://127.0.0.1:8000", headers=headers, client=("127.0.0.1", 50000)
    ) as client:
        yield client


@pytest.fixture(scope="module")
def editing(demo: Services) -> Iterator[TestClient]:
    """Asks the server of the demo as the editor's own pages do."""
    with asking(make_app(demo, local=True), headers=OWN) as client:
        yield client


@pytest.fixture
def drafts(demo: Services) -> Iterator[Drafts]:
    """Afterwards there are none."""
    found = Drafts(demo.settings.data, demo.settings.templates)
    yield found
    for name in found.names:
        found.discard(name)


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of catalogues and templates."""
    return Path(__file__).resolve().parents[2] / "src" / "livecontent" / "studio" / "pages"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Iterator[str]:
    """Where the demo answers."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    shutil.copytree(published, folder / DEMO)
    with started(folder, f"http://127.0.0.1:{port}/readyz", "demo", "--port", str(port)):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Iterator[tuple[str, str]]:
    """Where `livecontent studio` answers, and the token of an admin."""
    folder, port = tmp_path_factory.mktemp("studio"), free_port()
    shutil.copytree(published, folder / "demo")
    config = {"LIVECONTENT_CONFIG": str(in_a_thread(lambda: make_demo(8000, folder / "demo")))}
    place = {**os.environ, **config, "LIVECONTENT_STUDIO__LISTEN": f"127.0.0.1:{port}"}
    token = command("token", "create", "Anna", "--role", "admin", environment=config)
    with started(folder, f"http://127.0.0.1:{port}/studio/sign-in", "studio", environment=place):
        yield f"http://127.0.0.1:{port}", token


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens the page in a window of its own; afterwards nothing may have gone wrong in any."""
    wrong: list[str] = []
    contexts = []

    def open_page(query: str = "", *, width: int = 1280, theme: str = "light", script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", lambda got: wrong.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        page.goto(f"{address}/{query}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
