"""A marketer’s day on a fresh install: from signing in to a click in the mail, with a picture of each step.

Pictures are kept in the folder that STORY_PICTURES names, light and dark.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2 as httpx
import pytest
from aiosmtpd.controller import Controller
from browsing import command, free_port, started
from mailbox_server import Mailbox
from playwright.sync_api import Browser, Page, expect
from test_accessibility import AXE, faults
from tools.demo.seed import DATA

from chromium import needs_chromium
from nightly import NIGHT
from told import NO_TLS

pytestmark = needs_chromium

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
templates = {templates}
consent = "full"
url = "http://127.0.0.1:{port}"
timezone = "Europe/Paris"
metrics = "off"
geoip = {geoip}
places = {places}
stores = {stores}

[weather]
provider = "file"
file = {weather}

[studio]
listen = "127.0.0.1:{studio}"
approvals = 1

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
sender = "Averse <news@averse.example>"
"""
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@dataclass(frozen=True)
class Install:
    """A server and a studio of one's own, whose mail goes to a mailbox on this machine."""

    server: str
    studio: str
    tokens: dict[str, str]
    refs: dict[str, str]
    mails: Mailbox

    def opened(self, person: str) -> httpx.Response:
        """The image, as somebody's browser shows it."""
        address = f"{self.server}/i/umbrella/{self.refs[person]}.jpg"
        return httpx.get(address, headers=BROWSER, trust_env=False, verify=NO_TLS, timeout=60)


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    shutil.copytree(ROOT / "templates" / "umbrella", tmp_path / "templates" / "umbrella")
    mails = Mailbox()
    port, studio, smtp = free_port(), free_port(), free_port()
    files = {name: json.dumps(str(DATA / file)) for name, file in FILES.items()}
    text = SETTINGS.format(
        templates=json.dumps(str(tmp_path / "templates")), port=port, studio=studio, smtp=smtp, **files
    )
    (tmp_path / "livecontent.toml").write_text(text)
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).chdir(tmp_path)
        mailing = Controller(mails, "127.0.0.1", smtp)
        mailing.start()
        stack.callback(mailing.stop)
        command("import", "recipients", str(DATA / "recipients.csv"))
        tokens = {name: command("token", "create", name, "--role", role) for name, role in ROLES.items()}
        links = command("links", "umbrella").splitlines()
        refs = dict(line.split(",")[:2] for line in links[1:])
        stack.enter_context(
            started(tmp_path, f"http://127.0.0.1:{port}/healthz", "serve", "--workers", "1", "--port", str(port))
        )
        stack.enter_context(started(tmp_path, f"http://127.0.0.1:{studio}/studio/sign-in", "studio"))
        yield Install(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{studio}", tokens, refs, mails)


FILES = {"geoip": "places.mmdb", "places": "places.csv", "stores": "stores.csv", "weather": "weather.json"}
ROLES = {"Anna": "publisher", "Basile": "publisher"}


Look = Callable[[Page, str], None]


@pytest.fixture
def look() -> Look:
    """Looks at a step: no fault by axe-core, and a picture, light and dark.

    By day in light alone, as all but colours is the same; those are looked at by night, and in test_accessibility.
    """
    folder = os.environ.get("STORY_PICTURES")
    numbers = iter(range(1, 100))

    def at(page: Page, step: str) -> None:
        number = next(numbers)
        for theme in ("light", "dark") if NIGHT or folder else ("light",):
            page.emulate_media(color_scheme=theme)
            page.evaluate(AXE)
            assert [(step, theme, fault) for fault in faults(page, 1280, contrast=NIGHT)] == []
            if folder:
                Path(folder).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(folder) / f"{number:02}-{step}-{theme}.png", full_page=True)
        page.emulate_media(color_scheme="light")

    return at


@contextmanager
def member(install: Install, browser: Browser, name: str) -> Iterator[Page]:
    """The studio, as somebody sees it who has signed in."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{install.studio}/studio/")
    page.get_by_label("Token").fill(install.tokens[name])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your creatives")
    yield page
    context.close()


def test_from_signing_in_to_a_click(install: Install, browser: Browser, look: Look) -> None:
    with member(install, browser, "Anna") as anna, member(install, browser, "Basile") as basile:
        look(anna, "wall")
        preview(anna, look)
        edit(anna, look)
        before = install.opened("r-0002").content
        publish(anna, basile, look)
        published = until_changed(install, before)
        roll_back(basile, look)
        assert until_changed(install, published) == before
        recall(install, basile, look)
        mail_and_click(install, anna, look)


def preview(page: Page, look: Look) -> None:
    """As three people, at another time, in snow, and as Apple fetches ahead; and why."""
    page.locator("main a[href^='/studio/preview/umbrella']").first.click()
    for person in ("r-0001", "r-0003", "r-0002"):
        choose(page, "person", f"label:has(#person-{person})")
        expect(page.locator("h1 em")).not_to_contain_text("stranger")
    look(page, "preview")
    slider = page.locator("input[type=range]:not(#degrees)")
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"f\.at="))
    choose(page, "weather", "label:has(#sky-snow)")
    expect(page.locator(".tally b")).to_have_text("snow")
    look(page, "preview-snow")
    choose(page, "client", "label:has(#client-apple-mpp)")
    expect(page.locator(".notice.early")).to_be_visible()
    expect(page.get_by_text("Rules, first match wins")).to_be_visible()
    look(page, "preview-apple")


def choose(page: Page, setting: str, control: str) -> None:
    if page.get_attribute(f"#setting-{setting}", "open") is None:
        page.click(f"#setting-{setting} summary")
    page.click(control)
    page.keyboard.press("Escape")


def edit(page: Page, look: Look) -> None:
    """A headline on the canvas."""
    page.get_by_role("link", name="Edit", exact=True).click()
    page.wait_for_url("**/studio/edit/umbrella**")  # with its script
    page.get_by_label("Variant").select_option("rain")
    page.wait_for_url(re.compile(r"f\.variant=rain"))
    page.locator("#layers [role=option]", has_text="it is raining").first.click()
    expect(page.locator("#over .chosen")).to_be_visible()
    words = page.get_by_label("Words (en)")
    words.fill("{{ recipient.first_name | default: 'You there' }}, look up!")
    words.blur()
    expect(page.locator("#written")).to_contain_text("look up!")
    look(page, "edit")


def publish(anna: Page, basile: Page, look: Look) -> None:
    """Before and after; nobody can publish until Basile has approved."""
    anna.get_by_role("link", name="Review", exact=True).click()
    expect(anna.get_by_text("1 of 6 variants change")).to_be_visible()
    expect(anna.get_by_role("button", name="Publish")).to_be_disabled()
    look(anna, "review")
    basile.goto(anna.url)
    basile.get_by_role("button", name="Approve").click()
    basile.get_by_label("Why, in a few words").fill("A shorter headline")
    basile.get_by_role("button", name="Publish").click()
    look(basile, "published")


def until_changed(install: Install, before: bytes) -> bytes:
    """The image, once the server answers with another one."""
    for _ in range(600):
        found = install.opened("r-0002").content
        if found != before:
            return found
        time.sleep(0.05)
    pytest.fail("the server still answers as before")


def roll_back(page: Page, look: Look) -> None:
    page.get_by_role("link", name="History", exact=True).click()
    look(page, "history")
    page.get_by_role("button", name="Roll back to this").click()
    expect(page.locator(".in_force")).to_have_count(1)


def recall(install: Install, page: Page, look: Look) -> None:
    """Three people have seen it; then nobody sees it; then all do again."""
    for _ in range(100):  # an open that a busy machine answers with an older image is not counted
        seen = [install.opened(person).content for person in ("r-0001", "r-0002", "r-0003")]
        page.reload()
        if page.locator(".heads dd").first.inner_text() == "3":
            break
        page.wait_for_timeout(200)
    expect(page.locator(".heads dd").first).to_have_text("3")
    look(page, "head-count")
    page.get_by_label("Nothing: one pixel").check()
    page.locator("#recall-form").get_by_label("Why, in a few words").fill("A wrong price")
    page.get_by_role("button", name="Recall", exact=True).click()
    expect(page.get_by_text("This image is recalled.")).to_be_visible()
    look(page, "recalled")
    silent = until_changed(install, seen[1])
    assert len(silent) < 1000
    page.get_by_role("button", name="Undo the recall").click()
    assert until_changed(install, silent) == seen[1]


def mail_and_click(install: Install, page: Page, look: Look) -> None:
    """A test by mail; its HTML on a page of another origin; a click."""
    page.get_by_role("link", name="Embed", exact=True).click()
    assert f'src="{install.server}/i/umbrella/' in page.locator("#snippet").inner_text()
    look(page, "embed")
    page.get_by_label("To", exact=True).fill("camille@averse.example")
    page.get_by_label("As the recipient").fill("r-0001")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The server has taken the mail")).to_be_visible()
    (mail,) = install.mails.mails
    body = mail.get_body(("html",))
    assert body is not None
    html = body.get_content()
    page.context.route("https://averse.example/**", lambda route: route.fulfill(body="the shop"))
    with another_origin(html) as address:
        page.goto(address)
        click(page)


@contextmanager
def another_origin(html: str) -> Iterator[str]:
    """The address of a page on a server of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def click(page: Page) -> None:
    picture = page.locator("img").first
    expect(picture).to_have_js_property("naturalWidth", 1200)
    if folder := os.environ.get("STORY_PICTURES"):
        page.screenshot(path=Path(folder) / "99-mail.png")
    picture.click()
    expect(page).to_have_url(re.compile(r"^https://averse\.example/"))
