"""Hostile inputs into every field, parameter and address of the studio: no script runs, and nothing breaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from asking import OWN, asking, studio_addresses
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.testclient import TestClient

from chromium import needs_chromium
from livecontent.app import make_app
from livecontent.services import Services
from nightly import NIGHT

MARK = "xss-mark"  # the name of an element or attribute that would be there if something got through
HOSTILE = (
    f'"><{MARK} onclick=alert(1)>',
    f"' {MARK}='1' autofocus onfocus='alert(1)",
    f'" {MARK}="1',
    "<script>window.hit=1</script>",
    "</title></textarea></script><script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "javascript:window.hit=1//",
    "data:text/html,<script>window.hit=1</script>",
    "{{7919*7907}}{% for x in (1,2) %}{{ config }}{% endfor %}${7919*7907}",
    "' OR 1=1; DROP TABLE audit; --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "//evil.example/%2e%2e/",
    "a\r\nset-cookie: hostile=1\r\n\r\n<b>",
    "\x00\x1b[31m\ufffe\u202e",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 50,
    "9" * 400,
    "-1e309",
    "[" * 3000,
    "x" * 70_000,
)
# What scripts of pages send, and no form of theirs has.
MORE = ("f.at", "f.city", "f.weather", "f.client", "f.consent", "f.ip", "f.lang", "f.theme", "f.person", "f.find")
MORE += (
    "lang",
    "theme",
    "next",
    "before",
    "limit",
    "q",
    "state",
    "v",
    "person",
    "version",
    "draft",
    "ops",
    "path",
    "value",
)


LEADS_AWAY = re.compile(r"\s*(javascript|data(?!:image/(jpeg|png);)|vbscript):|//", re.IGNORECASE)
# In each turn every name has another of them. By day a few, by night all.
TURNS = range(0, len(HOSTILE), 1 if NIGHT else 10)


@pytest.fixture(scope="module")
def app(demo: Services) -> Starlette:
    return make_app(demo, local=True)


@pytest.fixture(scope="module")
def names(app: Starlette) -> list[str]:
    """Of all fields and parameters that stand in the pages."""
    found = set(MORE)
    with asking(app, headers={"accept": "text/html"}) as client:
        for method, path, _ in studio_addresses(app):
            if method == "GET":
                page = client.get(path)
                if "html" in page.headers.get("content-type", ""):
                    found |= set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', page.text))
                    links = re.findall(r'(?:href|src|action)="/([^"]*)"', page.text)
                    found |= {
                        name for link in links for name, _ in parse_qsl(urlsplit(link.replace("&amp;", "&")).query)
                    }
    return sorted(found)


class Found(HTMLParser):
    """What would run, or was put into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at an element."""
        given = dict(attrs)
        bad = [name for name in given if name.startswith("on") or name in (MARK, "style")]
        if tag == MARK or bad or (tag == "script" and "src" not in given):
            self.wrong.append(f"<{tag} {given}>")
        for name in ("href", "src", "action", "formaction", "srcset"):
            if re.match(
                r"\s*(javascript|data(?!:image/(jpeg|png);)|vbscript):|//", given.get(name) or "", re.IGNORECASE
            ):
                self.wrong.append(f"<{tag} {name}={given[name]}>")


def check(where: str, answer: Any) -> None:
    """Holds an answer to what all answers must be."""
    assert answer.status_code < 500, (where, answer.status_code, answer.text[:300])
    assert "hostile" not in answer.headers.get("set-cookie", ""), where
    assert not answer.headers.get("location", "/").startswith(("//", "http", "javascript", "/\\")), where
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        found = Found()
        found.feed(answer.text)
        assert found.wrong == [], where
        policy = dict(rule.split(maxsplit=1) for rule in answer.headers["content-security-policy"].split("; "))
        assert policy.get("script-src", policy["default-src"]) in ("'self'", "'none'"), where
        assert "62615533" not in answer.text, where  # what a template in a template would make of it
    elif kind == "application/json":
        assert json.loads(answer.text), (where, answer.status_code)


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with asking(app, headers={"accept": "text/html", **OWN}) as client:
        yield client


def test_every_field_and_parameter_takes_every_hostile_input(
    app: Starlette, client: TestClient, names: list[str]
) -> None:
    for method, path, _ in studio_addresses(app):
        for turn in TURNS:
            values = {name: HOSTILE[(turn + place) % len(HOSTILE)] for place, name in enumerate(names)}
            where = f"{method} {path}, turn {turn}"
            if method == "GET":
                short = {name: value[:200] for name, value in values.items()}
                check(where, client.get(path, params=short))
            else:
                check(where, client.request(method, path, data=values))


def test_every_body_and_every_part_of_an_address_takes_them(app: Starlette, client: TestClient) -> None:
    routes = {
        (method, route.path) for route in app.routes if getattr(route, "methods", None) for method in route.methods
    }  # type: ignore[attr-defined]
    ours = [one for one in sorted(routes) if one[1].startswith(("/studio", "/v1")) and one[0] != "HEAD"]
    for place, (method, path) in enumerate(ours):
        for number, text in enumerate(HOSTILE):
            if not NIGHT and (number + place) % 4:  # by day each route takes some, and its neighbours the others
                continue
            if "{" in path:
                hostile = re.sub(r"\{\w+(:\w+)?\}", lambda _, text=text: quote(text[:300], safe=""), path)
                check(f"{method} {path}, input {number}", client.request(method, hostile))
            if method in ("POST", "PUT", "PATCH"):
                real = re.sub(r"\{creative\}", "umbrella", re.sub(r"\{(?!creative)\w+(:\w+)?\}", "x", path))
                for body in (text.encode("utf-8", "replace"), json.dumps({"name": text, "ops": text}).encode()):
                    check(f"{method} {path}, body {number}", client.request(method, real, content=body))


def test_headers_take_them(client: TestClient) -> None:
    for text in HOSTILE:
        line = text.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")[:2000]
        for name in (
            "accept-language",
            "user-agent",
            "cookie",
            "authorization",
            "referer",
            "x-forwarded-for",
            "origin",
        ):
            check(f"{name}: {line!r}", client.get("/studio/", headers={name: line}))


@needs_chromium
def test_no_script_runs_in_a_browser(app: Starlette, address: str, browser: Browser, names: list[str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    hit: list[str] = []
    page.on("dialog", lambda dialog: (hit.append(page.url), dialog.dismiss()))
    pages = sorted(
        {path for method, path, _ in studio_addresses(app) if method == "GET" and path.startswith("/studio/")}
    )
    with asking(app, headers={"accept": "text/html"}) as client:
        pages = [path for path in pages if "html" in client.get(path).headers.get("content-type", "")]
    for path in pages:
        for turn in TURNS[::2]:
            values = (HOSTILE[(turn + place) % len(HOSTILE)][:200] for place in range(len(names)))
            query = "&".join(f"{quote(name)}={quote(value)}" for name, value in zip(names, values, strict=True))
            page.goto(f"{address}{path}?{query}", wait_until="domcontentloaded")
            if page.evaluate("'hit' in window"):
                hit.append(page.url)
    assert hit == []
    context.close()
