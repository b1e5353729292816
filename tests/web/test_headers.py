"""Headers and formats of images: for one recipient, on a web page, the same for all; by the client that asks."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving

from told import NO_TLS

CREATIVE = """
title: A plain one
size: 60x40
params: {n: {type: integer, min: 0, max: 9, default: 1, signed: false}}
variants: [{name: all, layers: [{fill: "#ff0000"}, {text: "{{ param.n }}", box: [0, 0, 60, 40]}]}]
"""
LOCAL = CREATIVE.replace("{{ param.n }}", "{{ place.city | default: 'Here' }}")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"
BROWSER = {"user-agent": FIREFOX, "accept": "image/avif,image/webp,*/*"}
GMAIL = {
    "user-agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "accept": "image/webp,*/*",
}
OUTLOOK = {"user-agent": "Mozilla/4.0 (compatible; ms-office; MSOffice 16)", "accept": "*/*"}
PERSONAL = "private, no-cache, no-store, max-age=0, must-revalidate"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    templates = tmp_path_factory.mktemp("templates")
    for name, text in {"plain": CREATIVE, "local": LOCAL}.items():
        (templates / name).mkdir()
        (templates / name / "creative.yaml").write_text(text, encoding="utf-8")
    with serving(demo_settings(tmp_path_factory.mktemp("page"), templates=templates)) as server:
        yield server


def get(live: Live, path: str, headers: dict[str, str], method: str = "GET") -> httpx.Response:
    return httpx.request(method, f"{live.url}{path}", headers=headers, trust_env=False)


def test_what_is_the_same_for_all_may_be_kept_and_asked_about(page: Live) -> None:
    first = get(page, "/i/plain.jpg?n=3", BROWSER)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache, max-age=0"
    tag = first.headers["etag"]
    again = get(page, "/i/plain.jpg?n=3", {**BROWSER, "if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert get(page, "/i/plain.jpg?n=4", {**BROWSER, "if-none-match": tag}).status_code == 200
    assert get(page, "/i/plain.jpg?n=3", {**GMAIL, "if-none-match": tag}).status_code == 304
    with httpx.Client(
        base_url=page.url, headers={**BROWSER, "if-none-match": tag}, trust_env=False, verify=NO_TLS
    ) as kept:
        answers = [kept.get("/i/plain.jpg?n=3") for _ in range(3)]  # on one connection
    assert [(found.status_code, found.headers.get("content-length")) for found in answers] == [(304, None)] * 3


def test_what_is_for_one_recipient_is_asked_for_again_whatever_is_known(page: Live) -> None:
    tag = get(page, "/i/plain.jpg", BROWSER).headers["etag"]
    for path in (f"/i/plain/{page.ref}.jpg", f"/i/plain/{'a' * 26}.jpg", "/i/plain/*|LIVEREF|*.jpg", "/i/plain/.jpg"):
        for headers in (BROWSER, GMAIL, OUTLOOK):
            found = get(page, path, {**headers, "if-none-match": tag})
            assert (found.status_code, found.headers["cache-control"]) == (200, PERSONAL), path
            assert not {"etag", "vary", "last-modified", "set-cookie"} & found.headers.keys()


def test_on_a_web_page_a_picture_may_be_used_by_any_page_and_kept_by_none_but_the_reader(page: Live) -> None:
    found = get(page, "/i/local.jpg", BROWSER)
    assert found.headers["cache-control"] == "private, no-cache, max-age=0"
    for name, value in {
        "access-control-allow-origin": "*",
        "timing-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }.items():
        assert found.headers[name] == value
    assert not {"etag", "vary"} & found.headers.keys()
    assert get(page, "/i/local.jpg", GMAIL).headers["cache-control"] == PERSONAL
    assert "access-control-allow-origin" not in get(page, "/i/local.jpg", GMAIL).headers


@pytest.mark.parametrize(
    ("headers", "type_"),
    [(BROWSER, "webp"), ({**BROWSER, "accept": "image/png"}, "jpeg"), (GMAIL, "jpeg"), (OUTLOOK, "jpeg")],
)
def test_webp_is_for_those_who_show_it(page: Live, headers: dict[str, str], type_: str) -> None:
    found = get(page, "/i/plain.webp", headers)
    assert found.headers["content-type"] == f"image/{type_}"
    assert found.headers["vary"] == "accept"
    assert get(page, f"/i/plain/{page.ref}.webp", headers).headers["content-type"] == f"image/{type_}"
    unnamed = get(page, f"/i/plain/{page.ref}", headers)
    chosen = "jpeg" if headers == GMAIL else type_
    assert (unnamed.headers["content-type"], unnamed.headers["vary"]) == (f"image/{chosen}", "accept")
    suffix = type_.replace("jpeg", "jpg")
    assert found.headers["content-disposition"] == f'inline; filename="image.{suffix}"'


def test_head_counts_as_nothing(page: Live) -> None:
    def counted() -> dict[tuple[str, ...], float]:
        names = ("livecontent_opens_total", "livecontent_flaws_total")
        return {key: value for key, value in page.told().items() if key[0] in names}

    before = counted()
    get(page, "/i/plain/*|X|*.jpg", BROWSER, "HEAD")
    assert counted() == before
    get(page, "/i/plain/*|X|*.jpg", BROWSER)
    assert counted() != before


def test_head_has_the_headers_of_get_and_no_body(page: Live) -> None:
    for path in ("/i/plain.jpg", f"/i/plain/{page.ref}.jpg"):
        whole, head = (get(page, path, BROWSER, method) for method in ("GET", "HEAD"))
        assert head.content == b""
        assert {name: value for name, value in head.headers.items() if name != "date"} == {
            name: value for name, value in whole.headers.items() if name != "date"
        }


def test_a_part_is_not_given(page: Live) -> None:
    found = get(page, f"/i/plain/{page.ref}.jpg", {**BROWSER, "range": "bytes=0-9"})
    assert (found.status_code, found.headers["accept-ranges"]) == (200, "none")
    assert len(found.content) == int(found.headers["content-length"]) > 10
