"""The shop's own pages tell what visitors do: in a real browser, after consent and not before."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving
from playwright.sync_api import Browser, Page, Route

from chromium import needs_chromium
from livecontent.history.messages import visitor_key
from livecontent.links import ref_of
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.base import ConsentDecision
from livecontent.web import block
from livecontent.web.click_tokens import GOOD_FOR, ClickTokens
from livecontent.web.pages_of_shop import MOST, MOST_OF_ONE
from told import NO_TLS

PATIENCE = 20.0  # seconds
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


class Pages(http.server.BaseHTTPRequestHandler):
    """A shop."""

    def do_GET(self) -> None:
        body = b"<!doctype html><meta charset=utf-8><title>Grand Temp\xc3\xaate</title><h1>Umbrellas</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{pages.server_port}"
        pages.shutdown()


CREATIVE = "title: T\nsize: 60x20\nlink: SITE/p?x=1#top\nformat: png\nvariants:\n  - {name: a, layers: [fill: black]}\n"


@pytest.fixture(scope="module")
def live(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "templates/hello").mkdir(parents=True)
    (folder / "templates/hello/creative.yaml").write_text(CREATIVE.replace("SITE", site))
    changes = demo_settings(folder / "data", templates=folder / "templates", sites=[site])
    with serving(changes) as server:
        yield server


def post(live: Live, site: str, batch: list[dict[str, Any]], **headers: str) -> httpx.Response:
    content = json.dumps({"batch": batch}).encode()
    return httpx.post(
        f"{live.url}/live", content=content, headers={"origin": site, **headers}, trust_env=False, verify=NO_TLS
    )


def viewed(who: str, **more: object) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "anonymousId": who, "properties": {"sku": "u-7"}, **more}


def known(live: Live, key: str) -> Any:
    return live.storage.history.history(key)


def allow(live: Live, site: str, who: str, *, given: bool = True) -> None:
    assert post(live, site, [{"type": "consent", "given": given, "anonymousId": who}]).status_code == 204


@pytest.fixture(scope="module")
def ref(live: Live) -> str:
    """Somebody of the demo who consents."""
    found = str(live.storage.recipients.sample(1)[0].ref)
    live.storage.consents.put([ConsentDecision(found, "full", time.time())])
    return found


def test_only_pages_of_the_sites_may_write(live: Live, site: str) -> None:
    assert post(live, "https://elsewhere.example", [viewed("v1")]).status_code == 403
    assert httpx.post(f"{live.url}/live", content=b"{}", trust_env=False, verify=NO_TLS).status_code == 403
    for body in ([], [viewed("v1")] * 51, ["x"]):
        assert post(live, site, body).status_code == 422  # type: ignore[arg-type]


def test_nothing_is_kept_before_consent_nor_after_it_was_withdrawn(live: Live, site: str) -> None:
    key = visitor_key("v2")
    assert post(live, site, [viewed("v2")]).status_code == 204
    assert known(live, key) is None
    allow(live, site, "v2")
    assert post(live, site, [viewed("v2")], **{"sec-gpc": "1"}).status_code == 204
    assert known(live, key) is None, "the browser says no to all"
    assert post(live, site, [viewed("v2")]).status_code == 204
    assert known(live, key)["seen"][0][0] == "u-7"
    allow(live, site, "v2", given=False)
    assert known(live, key) is None
    post(live, site, [viewed("v2")])
    assert known(live, key) is None


def test_one_address_tells_so_much_and_a_withdrawal_waits_its_turn(tmp_path: Path, site: str) -> None:
    """An office behind one address is let through; a flood is not, and may be sent again."""
    with serving(demo_settings(tmp_path / "data", sites=[site])) as flooded:
        answers = [post(flooded, site, [viewed("v")] * MOST) for _ in range(2 * MOST_OF_ONE // MOST)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[: MOST_OF_ONE // MOST] == [204] * (MOST_OF_ONE // MOST)
    assert statuses[-1] == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["access-control-allow-origin"] == site


def test_a_page_says_who_somebody_is_by_what_nobody_can_guess(live: Live, site: str, ref: str) -> None:
    allow(live, site, "v3")
    user = live.storage.recipients.get(ref)["id"]
    post(live, site, [viewed("v3", userId=user), viewed("v3", ref=ref)])
    assert known(live, ref) is None, "an id is known to many"
    post(live, site, [{"type": "identify", "anonymousId": "v3", "ref": "a" * 26}])
    assert live.storage.history.identities(visitor_key("v3")) == [visitor_key("v3")], "a ref of nobody"
    post(live, site, [{"type": "identify", "anonymousId": "v3", "ref": ref}])
    assert ref in live.storage.history.identities(visitor_key("v3"))
    assert known(live, ref)["seen"][0][0] == "u-7"


def test_a_token_tells_who_has_clicked_for_an_hour_and_nobody_else_can_make_one(tmp_path: Path) -> None:
    tokens, ref = ClickTokens(SecretKeys(tmp_path / "key", tmp_path)), ref_of("ann", b"k" * 32)
    token = tokens.make(ref, 1000.0)
    assert ref not in token
    assert tokens.make(ref, 1000.0) != token
    assert tokens.read(token, 1000.0 + GOOD_FOR) == ref
    assert tokens.read(token, 1001.0 + GOOD_FOR) == ""
    for wrong in (
        token[:-1],
        token[1:],
        "",
        "x",
        token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
        "é" * 60,
    ):
        assert tokens.read(wrong, 1000.0) == ""


def clicked(live: Live, path: str) -> str:
    answer = httpx.get(f"{live.url}{path}", headers={"user-agent": AGENT}, trust_env=False, verify=NO_TLS)
    return str(answer.headers["location"])


def test_a_click_in_an_email_says_who_comes(live: Live, site: str, ref: str) -> None:
    assert clicked(live, "/c/hello") == f"{site}/p?x=1#top"
    link = urlsplit(clicked(live, f"/c/hello/{ref}"))
    assert (link.path, link.fragment, parse_qs(link.query)["x"]) == ("/p", "top", ["1"])
    allow(live, site, "v4")
    token = parse_qs(link.query)["lc"][0]
    post(live, site, [{"type": "identify", "anonymousId": "v4", "ref": token}])
    assert ref in live.storage.history.identities(visitor_key("v4"))


def test_the_script_is_small() -> None:
    assert len(gzip.compress(block._SCRIPT.read_bytes())) <= 4096


def until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def opened(page: Page, live: Live, address: str) -> list[str]:
    """A page of the shop with the script, and what it asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(address)
    page.add_script_tag(url=f"{live.url}/live.js", type="module")
    page.wait_for_function("() => globalThis.livecontent")
    return asked


@pytest.fixture
def page(live: Live, site: str, browser: Browser) -> Iterator[Page]:
    """A page of the shop, on a clock that tests put forward."""
    with browser.new_context() as context:
        page = context.new_page()
        page.clock.install()
        opened(page, live, f"{site}/p")
        yield page


@needs_chromium
def test_in_a_browser_a_view_is_told_after_consent_and_a_click_says_who(
    live: Live, site: str, ref: str, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        asked = opened(page, live, clicked(live, f"/c/hello/{ref}"))
        assert page.url == f"{site}/p?x=1#top", "the token is not left in the address"
        page.evaluate("livecontent.track('Product Viewed', {sku: 'u-9'}); livecontent.page()")
        page.wait_for_timeout(700)
        assert "/live" not in asked
        assert page.evaluate("localStorage.length + document.cookie.length") == 0
        page.evaluate("livecontent.consent(true); livecontent.track('Product Viewed', {sku: 'u-9'})")
        until(lambda: (known(live, ref) or {"seen": []})["seen"] and known(live, ref)["seen"][-1][0] == "u-9")
        key = visitor_key(page.evaluate("localStorage.getItem('livecontent')"))
        page.evaluate("livecontent.consent(false)")
        until(lambda: known(live, key) is None)
        until(lambda: page.evaluate("localStorage.length") == 0)


@needs_chromium
def test_what_the_server_did_not_hear_is_told_again(live: Live, site: str, browser: Browser) -> None:
    """A withdrawal outlives the page, whatever is agreed to meanwhile; nothing more is told of who has withdrawn."""
    with browser.new_context() as context:
        page = context.new_page()
        opened(page, live, f"{site}/p")
        page.evaluate("livecontent.consent(true); livecontent.track('Product Viewed', {sku: 'u-9'})")
        first = visitor_key(page.evaluate("localStorage.getItem('livecontent')"))
        until(lambda: known(live, first))
        answered: list[None] = []
        context.route("**/live", lambda route: answered.append(route.fulfill(status=503)))
        page.evaluate("livecontent.track('Product Viewed', {sku: 'u-3'}); livecontent.consent(false)")
        page.evaluate("livecontent.consent(true); livecontent.track('Product Viewed', {sku: 'u-2'})")
        second = visitor_key(page.evaluate("localStorage.getItem('livecontent')"))
        page.wait_for_timeout(700)
        page.evaluate("livecontent.consent(false)")
        seen(page, lambda: len(answered) > 1)  # what no route has answered goes to the server as the page is closed
        page.evaluate("addEventListener('pagehide', (leaving) => leaving.stopImmediatePropagation(), true)")
        page.close()  # without a last word, as in a crash: no route holds what is sent then
        assert known(live, first), "the server has not heard it yet"
        context.unroute("**/live")
        page = context.new_page()
        opened(page, live, f"{site}/p")
        until(lambda: known(live, first) is None)
        until(lambda: page.evaluate("localStorage.length") == 0)
        assert known(live, second) is None


def told(page: Page) -> list[str]:
    """The names of all tracks that the page sends, as they go out; and its warnings."""
    names: list[str] = []
    page.on(
        "request",
        lambda request: (
            names.extend(str(one.get("event")) for one in json.loads(request.post_data or "{}").get("batch", ()))
            if urlsplit(request.url).path == "/live"
            else None
        ),
    )
    page.on("console", lambda line: names.append(line.text) if line.type == "warning" else None)
    return names


def seen(page: Page, true: Callable[[], Any]) -> None:
    """Waits while the page is listened to."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


@needs_chromium
def test_in_a_browser_much_is_told_in_parts_and_too_much_holds_up_nothing(
    live: Live, site: str, browser: Browser
) -> None:
    """Browsers refuse to send more than 64 KiB for a page that may be left, also in several requests."""
    with browser.new_context() as context:
        page = context.new_page()
        opened(page, live, f"{site}/p")
        names = told(page)
        page.evaluate(
            """() => {
              livecontent.consent(true);
              for (let i = 0; i < 30; i++) livecontent.track('Product List Viewed', {list: 'é'.repeat(1300)});
              livecontent.track('Huge', {list: 'x'.repeat(60000)});
              livecontent.track('Product Viewed', {sku: 'u-5'});
            }"""
        )
        key = visitor_key(page.evaluate("localStorage.getItem('livecontent')"))
        seen(page, lambda: (known(live, key) or {"seen": []})["seen"])
        assert names.count("Product List Viewed") >= 30
        assert "Huge" not in names
        assert sum("not told: track" in name for name in names) == 1


@needs_chromium
def test_in_a_browser_what_is_refused_is_dropped_with_a_word_and_the_rest_goes_on(page: Page, site: str) -> None:
    """What the server can't take now comes later and later; a withdrawal that was refused is kept for the next page."""
    names = told(page)
    cors = {"access-control-allow-origin": site}
    status = [413]
    page.route("**/live", lambda route: route.fulfill(status=status[0], headers=cors))
    page.evaluate("livecontent.consent(true); livecontent.track('First')")
    page.clock.run_for(600)
    seen(page, lambda: any("(413)" in name for name in names))
    for code in (429, 500):
        status[0] = code
        page.evaluate(f"livecontent.track('After {code}')")
        page.clock.run_for(600)
    seen(page, lambda: "After 429" in names)
    page.clock.run_for(60_000)
    page.clock.run_for(60_000)
    seen(page, lambda: names.count("After 500") >= 1)
    for _ in range(24):  # six minutes
        page.clock.run_for(15_000)
        page.evaluate("new Promise((told) => queueMicrotask(told))")
    assert names.count("First") == 1
    assert 2 <= names.count("After 429") <= 12, "at growing distances"
    status[0] = 403
    page.evaluate("livecontent.consent(false)")
    seen(page, lambda: any("consent" in name for name in names[-3:]))
    assert page.evaluate("localStorage.getItem('livecontent-withdrawn')"), "nobody has heard it"
    page.evaluate("livecontent.consent(true); for (let i = 0; i < 700; i++) livecontent.track('Many', {i})")
    seen(page, lambda: sum("too many wait" in name for name in names) > 150)


@needs_chromium
def test_in_a_browser_a_withdrawal_waits_for_nothing_and_is_told_again_after_what_was_under_way(
    page: Page, site: str
) -> None:
    """A yes that is slow may arrive after the no: the no has the last word."""
    sent: list[Route] = []
    page.route("**/live", lambda route: sent.append(route))  # noqa: PLW0108  (it takes no builtin)
    page.evaluate("livecontent.consent(true); livecontent.track('First')")
    page.clock.run_for(600)
    seen(page, lambda: len(sent) == 1)
    page.evaluate("livecontent.track('Second'); livecontent.consent(false)")
    seen(page, lambda: len(sent) == 2)
    cors = {"access-control-allow-origin": site}
    for one in reversed(sent[:2]):
        one.fulfill(status=204, headers=cors)
        page.wait_for_timeout(50)
        assert page.evaluate("localStorage.getItem('livecontent-withdrawn')"), "the yes may have come last"
    page.clock.run_for(600)
    seen(page, lambda: len(sent) == 3)
    batches = [json.loads(one.request.post_data or "")["batch"] for one in sent]
    assert [[one.get("given", one.get("event")) for one in batch] for batch in batches] == [
        [True, "First"],
        [False],
        [False],
    ]
    sent[2].fulfill(status=204, headers=cors)
    seen(page, lambda: page.evaluate("localStorage.length") == 0)


@needs_chromium
def test_in_a_browser_what_was_done_before_a_log_out_is_told_again(page: Page, live: Live) -> None:
    page.evaluate("livecontent.consent(true); livecontent.track('Product Viewed', {sku: 'u-3'})")
    key = visitor_key(page.evaluate("localStorage.getItem('livecontent')"))
    tries: list[int] = []
    page.context.route("**/live", lambda route: tries.append(1) or route.fulfill(status=503))
    page.evaluate("livecontent.reset()")
    seen(page, lambda: tries)
    page.wait_for_timeout(100)
    page.context.unroute("**/live")
    page.clock.run_for(20_000)
    seen(page, lambda: (known(live, key) or {"seen": []})["seen"])


@needs_chromium
def test_in_a_browser_who_comes_after_a_log_out_is_another_visitor(
    live: Live, site: str, ref: str, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        opened(page, live, f"{site}/p")
        page.evaluate(f"livecontent.reset(); livecontent.consent(true); livecontent.identify('{ref}')")
        first = page.evaluate("localStorage.getItem('livecontent')")
        until(lambda: visitor_key(first) in live.storage.history.identities(ref))
        page.evaluate("livecontent.reset(); livecontent.track('Product Viewed', {sku: 'u-11'})")
        second = page.evaluate("localStorage.getItem('livecontent')")
        until(lambda: known(live, visitor_key(second)))
        assert visitor_key(second) not in live.storage.history.identities(ref)


@needs_chromium
def test_in_a_browser_that_says_no_to_all_nothing_is_kept_or_sent(live: Live, site: str, browser: Browser) -> None:
    with browser.new_context() as context:
        context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
        page = context.new_page()
        asked = opened(page, live, f"{site}/p")
        page.evaluate("livecontent.consent(true); livecontent.track('Product Viewed', {sku: 'u-9'})")
        page.wait_for_timeout(700)
        assert "/live" not in asked
        assert page.evaluate("localStorage.length") == 0
