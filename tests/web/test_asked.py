"""What an address may ask for: no stranger writes a deadline or a price under the brand's domain."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_server import Live, demo_settings, serving
from PIL import Image

from livecontent.creative.model import Creative
from livecontent.facts import Client, Opening
from livecontent.runtime.keys import SecretKeys
from livecontent.web.asked import SIGNATURE, UNSIGNED, as_allowed, with_signature
from livecontent.web.opening import read_query
from livecontent.web.snippet import FrozenWords, write_snippet
from told import NO_TLS

DEAL = """
title: A deal
size: 120x40
format: png
formats: [gif]
link: "https://shop.example/?{{ param.until }}&{{ param.price }}&{{ param.step }}&{{ param.page }}&{{ param.theme }}"
params:
  until: {type: moment, default: "2026-12-01T00:00"}
  price: {type: number, min: 0, max: 1000, default: 99}
  step: {type: integer, values: [10, 20], default: 10}
  page: {type: integer, min: 0, max: 99, signed: false, default: 0}
  theme: {type: choice, values: [light, dark], default: light}
variants:
  - name: only
    layers: [{text: "{{ param.price }}", box: [0, 0, 120, 40]}]
"""
CLOCK = DEAL.replace("png", "gif", 1).replace("formats: [gif]\n", "")
PHOTO = DEAL.replace("png", "jpg", 1).replace("formats: [gif]\n", "")
DEFAULTS = ["2026-12-01T00:00:00", "99.0", "10", "0", "light"]
MINE = {"until": "2026-12-24T18:00+01:00", "price": "19.9"}
FIREFOX = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
    "accept": "image/avif,image/webp,*/*",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    templates = tmp_path_factory.mktemp("templates")
    for name, text in {"deal": DEAL, "clock": CLOCK, "photo": PHOTO}.items():
        (templates / name).mkdir()
        (templates / name / "creative.yaml").write_text(text, encoding="utf-8")
    settings = demo_settings(tmp_path_factory.mktemp("shop"), templates=templates, url="https://live.example")
    with serving(settings) as server:
        assert not server.parts.problems
        yield server


@pytest.fixture(scope="module")
def deal(shop: Live) -> Creative:
    return shop.parts.kit.creatives["deal"].loaded.creative


def asked(shop: Live, path: str, **headers: str) -> httpx.Response:
    return httpx.get(
        f"{shop.url}{path}", headers={**FIREFOX, **headers}, trust_env=False, verify=NO_TLS, follow_redirects=False
    )


def said(shop: Live, params: dict[str, str]) -> list[str]:
    """The parameters as the link shows them, which are those of the image."""
    answer = asked(shop, f"/c/deal?{urlencode(params)}")
    return httpx.URL(answer.headers["location"]).query.decode().split("&")


def kind(answer: httpx.Response) -> str:
    with Image.open(io.BytesIO(answer.content)) as picture:
        picture.load()
        assert answer.headers["content-type"] == f"image/{str(picture.format).lower()}"
        return str(picture.format)


def test_a_value_counts_only_with_its_signature(shop: Live, deal: Creative) -> None:
    signed = with_signature(MINE, "deal", deal, shop.parts.keys)
    assert said(shop, signed)[:2] == ["2026-12-24T18:00:00+01:00", "19.9"]
    assert said(shop, MINE) == DEFAULTS
    assert said(shop, {**signed, "price": "0.01"}) == DEFAULTS
    assert said(shop, {"until": signed["until"], SIGNATURE: signed[SIGNATURE]}) == DEFAULTS, "they are signed together"
    plain = asked(shop, "/i/deal.png").content
    assert asked(shop, f"/i/deal.png?{urlencode(MINE)}").content == plain
    assert asked(shop, f"/i/deal.png?{urlencode(signed)}").content != plain


def test_what_is_listed_or_merely_chooses_needs_none(shop: Live) -> None:
    assert said(shop, {"step": "20", "page": "7", "theme": "dark"})[2:] == ["20", "7", "dark"]
    assert said(shop, {"step": "15", "page": "100", "theme": "blue"})[2:] == DEFAULTS[2:]
    assert said(shop, {"step": "20", "price": "1"}) == [*DEFAULTS[:2], "20", *DEFAULTS[3:]]


def test_it_is_told_in_metrics_and_log(shop: Live, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        asked(shop, "/i/clock.gif?price=1")
    assert shop.told()["livecontent_flaws_total", "clock", UNSIGNED] == 2
    told = [record.getMessage() for record in caplog.records if record.getMessage().startswith("clock:")]
    assert len(told) == 1
    assert "counts only with a signature" in told[0]


def test_a_snippet_is_signed_for_every_recipient(shop: Live) -> None:
    compiled = shop.parts.kit.creatives["deal"]
    params = with_signature(MINE, "deal", compiled.loaded.creative, shop.parts.keys)
    html = write_snippet(compiled, "*|REF|*", "https://live.example", "friday", FrozenWords(params))
    for address in re.findall(r'(?:href|src|srcset)="https://live\.example([^"]+)"', html):
        for ref in (shop.ref, "a" * 26):
            answer = asked(shop, unescape(address).replace("*|REF|*", ref))
            if answer.status_code == 302:
                assert "until" not in answer.headers["location"]
                assert "19.9" in answer.headers["location"]
            else:
                assert answer.content != asked(shop, f"/i/deal/{ref}.png").content


def test_a_key_that_was_replaced_still_verifies(tmp_path: Path, deal: Creative) -> None:
    keys = SecretKeys(tmp_path / "key", tmp_path)
    params = with_signature(MINE, "deal", deal, keys)
    old = keys.live[0]
    keys.add()
    assert not as_allowed(opening(params), deal, keys).flaw
    keys.retire(old)
    assert as_allowed(opening(params), deal, keys).flaw == UNSIGNED


def opening(params: dict[str, str], creative: str = "deal") -> Opening:
    return Opening(creative, "", datetime(2026, 11, 30, tzinfo=UTC), client=Client("browser"), params=params)


@given(st.data())
def test_no_changed_byte_of_a_signed_address_is_believed(
    tmp_path_factory: pytest.TempPathFactory, deal: Creative, data: st.DataObject
) -> None:
    keys = _keys(tmp_path_factory)
    texts = {"until": st.datetimes().map(datetime.isoformat), "price": st.floats(0, 1000).map(str)}
    params = data.draw(st.fixed_dictionaries({}, optional=texts).filter(bool))
    query = urlencode(with_signature(params, "deal", deal, keys)).encode()
    assert as_allowed(opening(read_query(query)), deal, keys).params.items() >= params.items()
    at = data.draw(st.integers(0, len(query) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != query[at]))
    read = read_query(query[:at] + bytes([other]) + query[at + 1 :])
    kept = as_allowed(opening(read), deal, keys)
    promised = {name: value for name, value in kept.params.items() if name in deal.signed_params}
    assert promised in ({}, params)


def test_a_signature_is_of_one_creative(shop: Live, deal: Creative) -> None:
    signed = with_signature(MINE, "deal", deal, shop.parts.keys)
    assert as_allowed(opening(signed, "other"), deal, shop.parts.keys).flaw == UNSIGNED


def _keys(factory: pytest.TempPathFactory) -> SecretKeys:
    folder = factory.getbasetemp()
    return SecretKeys(folder / "key-of-signatures", folder)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/i/deal.png", "PNG"),
        ("/i/deal.gif", "GIF"),  # listed
        ("/i/deal.webp", "PNG"),  # not listed
        ("/i/deal.jpg", "PNG"),
        ("/i/deal/REF", "PNG"),
        ("/i/photo/REF.jpg", "JPEG"),
        ("/i/photo/REF.png", "JPEG"),
        ("/i/photo/REF.gif", "JPEG"),
        ("/i/photo/REF.webp", "WEBP"),
        ("/i/photo/REF", "WEBP"),  # a browser that takes it
        ("/i/clock/REF.webp", "GIF"),  # as it moves
        ("/i/clock/REF", "GIF"),
    ],
)
def test_an_ending_asks_for_nothing_but_what_the_creative_has(shop: Live, path: str, shown: str) -> None:
    assert kind(asked(shop, path.replace("REF", shop.ref))) == shown


def test_webp_is_for_who_names_it(shop: Live) -> None:
    for accept in ("*/*", "image/*", "image/png", ""):
        for ending in ("", ".webp"):
            assert kind(asked(shop, f"/i/photo/{shop.ref}{ending}", accept=accept)) == "JPEG"
