"""Who may ask for what: roles, sessions, tokens, other sites, proxies."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import pairwise

import pytest
from asking import ACTIONS, OWN, asking, bearer, make_token, studio_addresses
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from livecontent.app import make_app, make_studio
from livecontent.runtime.rate_limit import MOST_WRONG, RateLimit
from livecontent.services import Services
from livecontent.setting_sections import StudioSettings
from livecontent.studio.access.roles import ALLOWED, ROLES, may

OPEN = {  # what nobody needs to sign in for, and why
    ("GET", "/studio/sign-in"): "one signs in there",
    ("POST", "/studio/sign-in"): "one signs in there",
    ("POST", "/studio/sign-out"): "who is signed in is signed out",
    ("POST", "/studio/look"): "a cookie of one's own",
    ("GET", "/"): "the demo's inbox",
    ("GET", "/studio/find"): "people of the demo",
    ("GET", "/studio/explain/umbrella/aaaaaaaaaaaaaaaaaaaaaaaaaa"): "an image of the demo",
    ("GET", "/studio/shop/umbrella"): "where clicks of the demo lead",
    ("GET", "/studio/read/README.md"): "documents",
    ("GET", "/shop"): "a web page of the demo",
    ("GET", "/shop/"): "a web page of the demo",
    ("GET", "/shop/p/x"): "a web page of the demo",
    ("GET", "/shop/till"): "a till of the demo",
    ("POST", "/shop/till"): "what is made up is told of people who are",
    ("GET", "/shop/mixer"): "a mixer of the demo",
    ("POST", "/shop/mixer"): "what is made up is told of people who are",
    ("GET", "/shop/adviser"): "alerts of the demo",
    ("GET", "/b/x.woff2"): "fonts of blocks on web pages",
    ("GET", "/studio/shared/x"): "who has a signed link",
    ("GET", "/studio/shared/x/picture"): "who has a signed link",
    ("POST", "/studio/shared/x/comment"): "who has a signed link that says so",
    ("POST", "/studio/shared/x/judge"): "who has a signed link that says so",
    ("GET", "/v1/openapi.json"): "how to ask, which is in the documents, too",
}


@pytest.fixture(scope="module")
def app(demo: Services) -> Starlette:
    """The demo as others than this machine see it: a token is asked for."""
    return make_app(demo)


@pytest.fixture
def door(app: Starlette) -> Iterator[TestClient]:
    """Asks without a cookie."""
    with asking(app) as client:
        yield client


def test_each_address_has_an_action_and_what_is_open_is_known(app: Starlette) -> None:
    addresses = studio_addresses(app)
    assert {action for _, _, action in addresses} <= ACTIONS
    assert {(method, path) for method, path, action in addresses if action == "open"} == OPEN.keys()


def test_no_address_answers_to_who_is_not_signed_in(app: Starlette, door: TestClient) -> None:
    for method, path, action in studio_addresses(app):
        if action != "open":
            answer = door.request(method, path, headers=OWN)
            assert (path, answer.status_code) == (path, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_no_address_answers_to_a_role_that_may_not(app: Starlette, door: TestClient, demo: Services) -> None:
    for role in ROLES:
        key = bearer(demo, role)
        for method, path, action in studio_addresses(app):
            if not may(role, action):  # type: ignore[arg-type]
                answer = door.request(method, path, headers=key)
                assert (role, method, path, answer.status_code) == (role, method, path, 403)


def test_no_address_answers_to_another_site(app: Starlette, door: TestClient, demo: Services) -> None:
    cookie = signed_in(door, demo, "admin")
    for method, path, action in studio_addresses(app):
        if action == "open" and method == "GET":
            continue
        for site in ("cross-site", "same-site"):
            answer = door.request(method, path, headers={"sec-fetch-site": site, "cookie": cookie})
            assert (method, path, answer.status_code) == (method, path, 403)


def test_each_role_may_do_what_the_one_before_may() -> None:
    for less, more in pairwise(ROLES):
        assert ALLOWED[less] < ALLOWED[more]
    assert not may("nobody", "view")  # type: ignore[arg-type]


def signed_in(door: TestClient, demo: Services, role: str) -> str:
    """The cookie of a new session."""
    answer = door.post("/studio/sign-in", data={"token": make_token(demo, role)[1]}, headers=OWN)
    assert answer.status_code == 303
    door.cookies.clear()
    return answer.headers["set-cookie"].partition(";")[0]


WRITES: dict[str, tuple[dict[str, str], int]] = {
    "nothing said": ({}, 403),
    "cross-site": ({"sec-fetch-site": "cross-site"}, 403),
    "a sister domain": ({"sec-fetch-site": "same-site"}, 403),
    "Origin: null": ({"origin": "null"}, 403),
    "Origin: null, of a frame without rights": ({"sec-fetch-site": "cross-site", "origin": "null"}, 403),
    "another origin": ({"origin": "https://evil.example"}, 403),
    "another port": ({"origin": "http://127.0.0.1:9999"}, 403),
    "two that differ": ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, 403),
    "same-origin": ({"sec-fetch-site": "same-origin"}, 303),
    "an old browser": ({"origin": "http://127.0.0.1:8100"}, 303),
    "a new browser": ({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8100"}, 303),
}


@pytest.mark.parametrize("said", WRITES)
def test_a_page_writes_only_for_itself(door: TestClient, demo: Services, said: str) -> None:
    headers, status = WRITES[said]
    token = make_token(demo, "viewer")[0]
    address = f"/studio/settings/tokens/{token.id}/revoke"
    cookie = signed_in(door, demo, "admin")
    assert door.post(address, headers={**headers, "cookie": cookie}).status_code == status


def test_a_script_writes_with_a_token_and_with_a_cookie_beside_it_is_judged_as_a_page(
    door: TestClient, demo: Services
) -> None:
    def revoke(**headers: str) -> int:
        token = make_token(demo, "viewer")[0]
        return door.post(f"/studio/settings/tokens/{token.id}/revoke", headers=headers).status_code

    assert revoke(**bearer(demo, "admin")) == 303
    assert revoke(**bearer(demo, "admin"), cookie="studio=x") == 403
    assert revoke(**bearer(demo, "admin"), cookie="studio=x", **OWN) == 303


READS: dict[str, tuple[dict[str, str], int]] = {
    "typed": ({"sec-fetch-site": "none"}, 200),
    "a link in a mail": (
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
        200,
    ),
    "an image of a stranger": (
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        403,
    ),
    "a frame": ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
    "a fetch": ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}, 403),
    "an old browser": ({}, 200),
}


@pytest.mark.parametrize("said", READS)
def test_a_page_is_read_by_itself_and_by_links_to_it(door: TestClient, demo: Services, said: str) -> None:
    headers, status = READS[said]
    cookie = signed_in(door, demo, "viewer")
    assert door.get("/studio/", headers={**headers, "cookie": cookie}).status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8100", "", "10.0.0.1"]
)
def test_another_name_for_this_machine_is_not_answered(door: TestClient, demo: Services, host: str) -> None:
    assert door.get("/studio/", headers={"host": host, **bearer(demo, "admin")}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8100", "[::1]:8100", "LOCALHOST"])
def test_all_names_of_loopback_are(door: TestClient, demo: Services, host: str) -> None:
    assert door.get("/studio/", headers={"host": host, **bearer(demo, "admin")}).status_code == 200


def test_the_eleventh_wrong_token_in_a_minute_has_to_wait(door: TestClient, demo: Services) -> None:
    token, right = make_token(demo, "viewer")
    wrong = f"lc_{token.id}_{'x' * 43}"
    tried = [door.post("/studio/sign-in", data={"token": wrong}, headers=OWN) for _ in range(MOST_WRONG + 1)]
    assert [answer.status_code for answer in tried] == [401] * MOST_WRONG + [429]
    assert 0 < int(tried[-1].headers["retry-after"]) <= 60
    assert door.get("/studio/", headers={"authorization": f"Bearer {right}"}).status_code == 429
    assert door.get("/studio/", headers=bearer(demo, "viewer")).status_code == 200  # others at the same address go on


def test_ten_may_be_wrong_at_once_and_one_each_six_seconds_from_then_on() -> None:
    now = [1000.0]
    limit = RateLimit(lambda: now[0])
    for _ in range(MOST_WRONG):
        assert limit.wait("a") == 0
        limit.count("a")
    assert (limit.wait("a"), limit.wait("b")) == (6, 0)
    now[0] += 5.5
    assert limit.wait("a") == 0.5
    now[0] += 0.5
    assert limit.wait("a") == 0
    limit.count("a")
    assert limit.wait("a") == 6
    limit.forget("a")
    assert limit.wait("a") == 0


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 5)), max_size=60))
def test_nobody_does_more_than_twice_as_much_in_a_while(steps: list[tuple[float, int]]) -> None:
    now, done = [0.0], []
    limit = RateLimit(lambda: now[0], most=20)
    for step, times in steps:
        now[0] += step
        if not limit.wait("a"):
            limit.count("a", times)
            done.append((now[0], times))
    for at, _ in done:
        assert sum(times for when, times in done if at <= when < at + 60) <= 2 * 20 + 5


@pytest.mark.parametrize(
    "text", ["", "lc_", "lc_abcdefgh_short", "x" * 10_000, "lc_abcdefgh_" + "x" * 43, "\x00", "é" * 50]
)
def test_what_is_no_token_lets_nobody_in(door: TestClient, text: str) -> None:
    answer = door.post("/studio/sign-in", data={"token": text}, headers={**OWN, "accept": "text/html"})
    assert answer.status_code in (401, 429)
    assert "set-cookie" not in answer.headers or "Max-Age=0" in answer.headers["set-cookie"]


def test_a_token_that_has_expired_or_was_revoked_lets_nobody_in(door: TestClient, demo: Services) -> None:
    _, old = make_token(demo, "admin", made=time.time() - 100, expires=time.time() - 1)
    assert door.get("/studio/", headers={"authorization": f"Bearer {old}"}).status_code == 401
    token, text = make_token(demo, "admin")
    door.post("/studio/sign-in", data={"token": text}, headers=OWN)
    assert door.get("/studio/").status_code == 200
    door.post(f"/studio/settings/tokens/{token.id}/revoke", headers=bearer(demo, "admin") | OWN)
    assert door.get("/studio/").status_code == 401  # its session has ended, too


def test_on_loopback_the_cookie_is_plain_and_strict_and_a_new_one_each_time(door: TestClient, demo: Services) -> None:
    text = make_token(demo, "viewer")[1]
    cookies = [door.post("/studio/sign-in", data={"token": text}, headers=OWN).headers["set-cookie"] for _ in "ab"]
    assert re.fullmatch(r"studio=[\w-]{43}; HttpOnly; Max-Age=43\d{3}; Path=/; SameSite=strict", cookies[0])
    assert cookies[0] != cookies[1]
    old = cookies[0].partition(";")[0]
    door.cookies.clear()
    assert (
        door.get("/studio/", headers={"cookie": old}).status_code == 401
    )  # the second sign-in ended the first session


def test_signing_out_ends_the_session_and_everywhere_all_of_the_token(door: TestClient, demo: Services) -> None:
    text = make_token(demo, "viewer")[1]
    others = []
    for _ in range(2):
        others.append(
            door.post("/studio/sign-in", data={"token": text}, headers=OWN).headers["set-cookie"].partition(";")[0]
        )
        door.cookies.clear()
    door.post("/studio/sign-out", headers={**OWN, "cookie": others[0]})
    assert [door.get("/studio/", headers={"cookie": one}).status_code for one in others] == [401, 200]
    door.post("/studio/sign-in", data={"token": text}, headers=OWN)
    door.post("/studio/sign-out", data={"everywhere": "1"}, headers=OWN)
    assert door.get("/studio/", headers={"cookie": others[1]}).status_code == 401


def with_settings(demo: Services, **studio: object) -> Services:
    settings = demo.settings.model_copy(
        update={"studio": StudioSettings(**studio), "trusted_proxies": (ip_network("10.0.0.0/8"),), "demo": False}
    )
    return replace(demo, settings=settings)


def test_at_its_public_address_the_cookie_is_for_https_and_this_host_alone(demo: Services) -> None:
    app = make_studio(with_settings(demo, url="https://studio.shop.example"))
    text = make_token(demo, "viewer")[1]
    with asking(app, "https://studio.shop.example") as door:
        cookie = door.post("/studio/sign-in", data={"token": text}, headers=OWN).headers["set-cookie"]
        assert cookie.startswith("__Host-studio=")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
        assert "Domain" not in cookie
        assert door.get("/studio/").status_code == 200
        right = {"origin": "https://studio.shop.example"}
        assert door.post("/studio/sign-out", headers={"origin": "http://studio.shop.example"}).status_code == 403
        assert door.post("/studio/sign-out", headers=right).status_code == 303
    with asking(app, "http://127.0.0.1:8100") as door:
        answer = door.get("/studio/", headers={"cookie": f"studio={'x' * 43}", "host": "studio.shop.example"})
        assert answer.status_code == 401  # the cookie of loopback counts there alone


def test_a_trusted_proxy_names_who_is_signed_in_and_nobody_else_does(demo: Services) -> None:
    people = {"anna@shop.example": "admin", "*": "viewer"}
    url = "https://studio.shop.example"
    app = make_studio(with_settings(demo, url=url, user_header="X-Forwarded-User", people=people))
    with asking(app, url, client=("10.1.2.3", 1)) as behind:
        assert behind.get("/studio/settings", headers={"x-forwarded-user": "anna@shop.example"}).status_code == 200
        assert behind.get("/studio/settings", headers={"x-forwarded-user": "bob@shop.example"}).status_code == 403
        assert behind.get("/studio/", headers={"x-forwarded-user": "bob@shop.example"}).status_code == 200
        assert behind.get("/studio/").status_code == 401
    with asking(app, url, client=("192.0.2.1", 1)) as stranger:
        assert stranger.get("/studio/", headers={"x-forwarded-user": "anna@shop.example"}).status_code == 401
    strict = make_studio(
        with_settings(demo, url=url, user_header="X-Forwarded-User", people={"anna@shop.example": "admin"})
    )
    with asking(strict, url, client=("10.1.2.3", 1)) as behind:
        assert behind.get("/studio/", headers={"x-forwarded-user": "bob@shop.example"}).status_code == 403


def test_the_demo_lets_in_who_is_at_this_machine_and_nobody_who_comes_through_a_proxy(demo: Services) -> None:
    with asking(make_app(demo, local=True)) as here:
        assert here.get("/studio/settings").status_code == 200
        for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"):
            assert here.get("/studio/settings", headers={name: "192.0.2.1"}).status_code == 401, name
        assert here.get("/studio/settings", headers={"host": "evil.example"}).status_code == 421


def test_the_demo_lets_in_nobody_of_another_address_or_whom_a_plain_proxy_passes_on(demo: Services) -> None:
    app = make_app(demo, local=True)
    with asking(app, client=("192.0.2.1", 50000)) as away:
        assert away.get("/studio/settings").status_code == 401

    async def old(scope: Scope, receive: Receive, send: Send) -> None:  # as nginx asks, where nothing else is set
        await app({**scope, "http_version": "1.0"}, receive, send)

    passed = TestClient(old, "http://127.0.0.1:8100", client=("127.0.0.1", 50000), follow_redirects=False)
    assert passed.get("/studio/settings").status_code == 401


def test_who_asks_for_a_page_is_led_to_sign_in_and_back(door: TestClient, demo: Services) -> None:
    asked = door.get("/studio/settings?before=3", headers={"accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/studio/sign-in?next=%2Fstudio%2Fsettings%3Fbefore%3D3",
    )
    page = door.get(asked.headers["location"])
    assert 'value="/studio/settings?before=3"' in page.text
    text = make_token(demo, "admin")[1]
    back = door.post("/studio/sign-in", data={"token": text, "next": "/studio/settings?before=3"}, headers=OWN)
    assert back.headers["location"] == "/studio/settings?before=3"
    away = door.post("/studio/sign-in", data={"token": text, "next": "https://evil.example"}, headers=OWN)
    assert away.headers["location"] == "/studio/"


def test_who_signs_out_or_guesses_at_a_secret_is_in_the_log(door: TestClient, demo: Services) -> None:
    token, text = make_token(demo, "viewer")
    door.post("/studio/sign-in", data={"token": text[:-3] + "xxx"}, headers=OWN)
    door.post("/studio/sign-in", data={"token": text}, headers=OWN)
    door.post("/studio/sign-out", headers=OWN)
    out, _, wrong = asyncio.run(demo.storage.team.entries(3))
    assert (out.who, out.action) == ("The viewer", "sign-out")
    assert (wrong.action, wrong.details["token"]) == ("wrong-token", token.id)


def test_a_token_that_a_script_shows_is_told_to_be_used(door: TestClient, demo: Services) -> None:
    token, text = make_token(demo, "viewer")
    assert door.get("/v1/creatives", headers={"authorization": f"Bearer {text}"}).status_code == 200
    found = demo.storage.team.token(token.id)
    assert found
    assert found.used > 0
