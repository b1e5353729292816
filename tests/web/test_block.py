"""The block on a web page: as JSON, as HTML, and as an element on a page of another origin."""

from __future__ import annotations

import io
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, CDPSession, Page

from chromium import needs_chromium
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
NOBODY = "a" * 26
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
  list.getEntries().reduce((sum, entry) => sum + entry.value, 0))).observe({type: 'layout-shift', buffered: true})
  || setTimeout(() => done(0), 500))"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server whose public address is its own."""
    with serving(demo_settings(tmp_path_factory.mktemp("block"))) as server:
        yield server


def get(live: Live, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, f"{live.url}{path}", headers={**BROWSER, **headers}, trust_env=False, timeout=60)


def here(address: str) -> str:
    """The path of an address on the server that the settings name."""
    return address.removeprefix("http://127.0.0.1:8000")


def test_a_block_as_json_says_what_the_image_shows(shop: Live) -> None:
    block = get(shop, f"/b/loyalty/{shop.ref}.json?theme=dark").json()
    assert block["variant"] == "member"
    assert block["words"]
    assert (block["width"], block["height"]) == (600, 260)
    assert block["image"].endswith(f"/i/loyalty/{shop.ref}.jpg?theme=dark")
    assert get(shop, here(block["image"])).headers["content-type"] == "image/jpeg"
    assert get(shop, here(block["link"])).status_code == 302


def test_a_block_of_nobody_needs_no_ref(shop: Live) -> None:
    block = get(shop, "/b/umbrella.json").json()
    assert block["creative"] == "umbrella"
    assert block["image"].endswith("/i/umbrella.jpg")


@pytest.mark.parametrize("ending", ["json", "html"])
def test_a_stranger_can_not_tell_whether_a_recipient_exists(shop: Live, ending: str) -> None:
    known, unknown = (get(shop, f"/b/umbrella/{ref}.{ending}") for ref in (shop.ref, NOBODY))
    varying = {"date", "content-length", "content-security-policy"}
    told = [{name: value for name, value in one.headers.items() if name not in varying} for one in (known, unknown)]
    assert told[0] == told[1]
    assert known.status_code == unknown.status_code == 200


def test_pages_of_any_origin_may_read_a_block_and_keep_that_of_nobody_a_while(shop: Live) -> None:
    headers = get(shop, "/b/umbrella.json").headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert re.fullmatch(r"private, max-age=\d+", headers["cache-control"])
    assert get(shop, f"/b/umbrella/{shop.ref}.json").headers["cache-control"] == "private, no-cache"
    assert get(shop, f"/b/umbrella/{shop.ref}.html").headers["cache-control"] == "private, no-cache"


def test_a_block_as_html_has_its_words_as_text_and_no_script(shop: Live) -> None:
    found = get(shop, f"/b/loyalty/{shop.ref}.html")
    words = get(shop, f"/b/loyalty/{shop.ref}.json").json()["words"]
    shown = re.sub(r"<style>.*</style>|<[^>]+>|\s", "", found.text, flags=re.DOTALL)
    assert all(re.sub(r"\s", "", word) in shown.replace("&amp;", "&").replace("&#x27;", "'") for word in words)
    assert "<script" not in found.text
    assert "script-src" not in found.headers["content-security-policy"]
    assert "default-src 'none'" in found.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/b/umbrella/x.txt", "GET", 404),
        ("/b/umbrella", "GET", 404),
        ("/b/there-is-none/x.json", "GET", 404),
        ("/b/there-is-none.html", "GET", 404),
        ("/b/umbrella.json", "POST", 405),
        ("/b/%2e%2e/%2e%2e/etc/passwd.json", "GET", 404),
    ],
)
def test_what_is_no_block_is_told(shop: Live, path: str, method: str, status: int) -> None:
    found = get(shop, path, method)
    assert found.status_code == status
    assert found.json()["error"]


def test_a_block_as_html_counts_as_shown_and_as_json_does_not(shop: Live) -> None:
    def shown() -> int:
        return len([event for event in shop.storage.events.recent(1000) if event.kind == "shown"])

    before = shop.parts.recorder.written + shop.parts.recorder.waiting
    get(shop, f"/b/umbrella/{shop.ref}.json")
    assert shop.parts.recorder.written + shop.parts.recorder.waiting == before
    get(shop, f"/b/umbrella/{shop.ref}.html")
    assert shop.parts.recorder.written + shop.parts.recorder.waiting == before + 1


def test_a_head_tells_of_a_block_without_drawing_it(shop: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/b/loyalty.html"  # of nobody
    with monkeypatch.context() as patch:
        patch.delattr(Painter, "draw")
        patch.delattr(Renderer, "render")
        head = get(shop, path, "HEAD")
    whole = get(shop, path)
    varying = {"date", "content-length", "content-security-policy", "cache-control"}
    told = [{name: value for name, value in one.headers.items() if name not in varying} for one in (head, whole)]
    assert (head.status_code, head.content) == (200, b"")
    assert told[0] == told[1]
    assert "content-length" not in head.headers


@contextmanager
def page_of_another_origin(live: Live, body: str) -> Iterator[str]:
    """Its address: a page under a strict policy."""
    policy = (
        f"default-src 'none'; style-src 'self'; script-src {live.url}; connect-src {live.url}; "
        "require-trusted-types-for 'script'; "
        f"img-src {live.url} http://127.0.0.1:8000; frame-src {live.url}"
    )
    style = (
        "html{background:#f0f}body{margin:0}iframe{border:0}"
        "live-content{display:block;max-width:600px;aspect-ratio:600/320}"
    )
    page = f'<!doctype html><html lang="en"><title>Shop</title><link rel="stylesheet" href="/style.css">{body}'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            css = self.path == "/style.css"
            self.send_response(200)
            self.send_header("content-type", "text/css" if css else "text/html")
            self.send_header("content-security-policy", policy)
            self.send_header("cross-origin-embedder-policy", "require-corp")
            self.end_headers()
            self.wfile.write((style if css else page).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser_page(browser: Browser, live: Live, **options: object) -> Iterator[Page]:
    """A page of Chromium that finds the server where its settings say."""
    with browser.new_context(user_agent=BROWSER["user-agent"], **options) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.route(
            "http://127.0.0.1:8000/**",
            lambda route: route.fulfill(response=route.fetch(url=live.url + here(route.request.url))),
        )
        yield page


@needs_chromium
def test_an_element_shows_the_block_on_a_page_of_another_origin(browser: Browser, shop: Live) -> None:
    element = (
        f'<script type="module" src="{shop.url}/live.js"></script>'
        f'<live-content creative="umbrella" ref="{shop.ref}"></live-content><p>What comes below</p>'
    )
    with page_of_another_origin(shop, element) as address, browser_page(browser, shop) as page:
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(address)
        image = page.locator("live-content img")
        image.wait_for()
        assert image.get_attribute("alt") == get(shop, f"/b/umbrella/{shop.ref}.json").json()["alt"]
        assert (
            page.locator("live-content a").get_attribute("href")
            == f"http://127.0.0.1:8000/c/umbrella/{shop.ref}?theme=light"
        )
        assert page.evaluate(SHIFTS) == 0
        assert [one for one in problems if "favicon" not in one] == []


@needs_chromium
def test_what_stands_in_the_element_is_shown_where_the_server_does_not_answer(browser: Browser, shop: Live) -> None:
    element = (
        f'<script type="module" src="{shop.url}/live.js"></script>'
        '<live-content creative="there-is-none">Umbrellas</live-content>'
    )
    with page_of_another_origin(shop, element) as address, browser_page(browser, shop) as page:
        page.goto(address)
        page.wait_for_function("() => customElements.get('live-content')")
        assert page.locator("live-content").inner_text() == "Umbrellas"


@needs_chromium
@pytest.mark.parametrize("width", [600, 320])
def test_a_block_as_html_is_read_without_script(browser: Browser, shop: Live, width: int) -> None:
    with browser_page(browser, shop, java_script_enabled=False, viewport={"width": width, "height": 600}) as page:
        page.goto(f"{shop.url}/b/loyalty/{shop.ref}.html")
        boxes = page.locator("p.text")
        assert boxes.count() > 1
        sizes = [
            float(boxes.nth(n).evaluate("e => getComputedStyle(e).fontSize").removesuffix("px"))
            for n in range(boxes.count())
        ]
        assert min(sizes) >= (16 if width < 450 else 8)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@needs_chromium
@pytest.mark.parametrize("creative", ["umbrella", "loyalty", "nearest-store"])
def test_a_block_as_html_looks_as_the_image(browser: Browser, shop: Live, creative: str) -> None:
    image = Image.open(io.BytesIO(get(shop, f"/i/{creative}/{shop.ref}.png").content)).convert("RGB")
    size = {"width": image.width // 2, "height": image.height // 2}
    with browser_page(browser, shop, viewport=size, device_scale_factor=2) as page:
        with page.expect_response("**/*.woff2", timeout=60_000):
            page.goto(f"{shop.url}/b/{creative}/{shop.ref}.html")
        page.evaluate("() => document.fonts.ready.then(() => document.fonts.size)")
        found = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    off = ImageChops.difference(image, found).convert("L").point(lambda level: 255 if level > 48 else 0)
    assert ImageStat.Stat(off).mean[0] / 255 < 0.03


def test_fonts_of_a_block_are_kept_for_ever_and_read_by_all_origins(shop: Live) -> None:
    page = get(shop, f"/b/loyalty/{shop.ref}.html").text
    name = re.findall(r'url\("([^"]+woff2)"\)', page)[0]
    found = get(shop, name)
    assert found.content[:4] == b"wOF2"
    assert found.headers["access-control-allow-origin"] == "*"
    assert "immutable" in found.headers["cache-control"]
    assert get(shop, "/b/nonesuch.woff2").status_code == 404
    assert get(shop, "/b/%2e%2e%2fkey.woff2").status_code == 404


CHANGING = """(() => {
  const real = window.fetch;
  let looks = 0;
  window.fetch = async (...args) => {
    const block = await (await real(...args)).json();
    const until = new Date(Date.now() + 100).toISOString();
    return Response.json({...block, until, alt: ++looks > 2 ? `${block.alt} Anew.` : block.alt});
  };
  const wait = window.setTimeout;
  window.setTimeout = (work, _) => wait(work, 1500);  // the element looks at most once in ten seconds
})()"""


@needs_chromium
def test_an_element_asks_for_the_image_anew_only_where_the_block_has_changed(browser: Browser, shop: Live) -> None:
    element = (
        f'<script type="module" src="{shop.url}/live.js"></script>'
        f'<live-content creative="umbrella" ref="{shop.ref}"></live-content>'
    )
    with page_of_another_origin(shop, element) as address, browser_page(browser, shop) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/i/umbrella" in request.url else None)
        page.add_init_script(CHANGING)
        page.goto(address)
        page.locator("live-content img[alt$='Anew.']").wait_for(timeout=60_000)
        page.wait_for_timeout(300)
        assert len(asked) == len(set(asked)) == 2


@needs_chromium
def test_no_frame_is_empty_while_the_picture_changes(browser: Browser, shop: Live) -> None:
    inside = f'<a href="#"><img src="{shop.url}/i/nearest-store/{shop.ref}.jpg" width="600" height="280" alt=""></a>'
    script = f'<script type="module" src="{shop.url}/live.js"></script>'
    element = f'{script}<live-content creative="nearest-store" ref="{shop.ref}" theme="light">{inside}</live-content>'
    with page_of_another_origin(shop, element) as address, browser_page(browser, shop) as page:
        frames: list[str] = []
        watching = page.context.new_cdp_session(page)
        watching.on("Page.screencastFrame", lambda frame: _seen(watching, frame, frames))
        page.goto(address)
        page.locator("live-content img").first.evaluate("image => image.decode()")
        watching.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
        for theme in ("dark", "light", "dark", "light", "dark"):
            page.evaluate("theme => document.querySelector('live-content').setAttribute('theme', theme)", theme)
            page.locator(f"live-content img[src*='theme={theme}']").wait_for(timeout=60_000)
            page.wait_for_timeout(200)
    pictures = [Image.open(io.BytesIO(b64decode(frame))).convert("RGB").crop((2, 2, 598, 200)) for frame in frames]
    assert len({picture.tobytes() for picture in pictures}) > 1  # it did change
    for picture in pictures:
        assert (255, 0, 255) not in {colour for _, colour in picture.getcolors(2**24) or []}


def _seen(watching: CDPSession, frame: dict[str, Any], frames: list[str]) -> None:
    frames.append(frame["data"])
    watching.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
