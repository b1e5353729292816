"""Live values of products, as a shop sends them to a real server, and as opens then tell them."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_server import Live, demo_settings
from live_server import serving as serving_here

from blocking import Blocking
from livecontent.storage.products import LiveValue
from livecontent.storage.sqlite.products import SqliteProducts
from nightly import cases
from told import NO_TLS

TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody
PATIENCE = 60.0  # seconds
CREATIVE = """title: Stock
size: 60x20
format: png
link: "https://shop.example/{{ product['u-1'].stock | default: 'no' }}/{{ product['u-1'].price | default: 'no' }}"
variants:
  - name: known
    when: product["u-1"].stock >= 0
    layers: [fill: black]
  - name: unknown
    layers: [fill: white]
"""
PRODUCTS = ({"sku": "u-1", "name": "Umbrella", "price": 20.0}, {"sku": "a/b ü", "name": "Odd", "price": 1.0})


def fill(folder: Path) -> None:
    store = SqliteProducts(folder / "products.db", folder / "live.db")

    async def run() -> None:
        async with store.batch() as batch:
            for product in PRODUCTS:
                await batch.put(str(product["sku"]), product)

    asyncio.run(run())
    store.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "templates" / "stock").mkdir(parents=True)
    (folder / "templates" / "stock" / "creative.yaml").write_text(CREATIVE)
    changes = demo_settings(folder / "data", templates=folder / "templates", api_token=TOKEN)
    with serving_here(changes) as server:
        fill(folder / "data")
        yield server


def put(url: str, body: object, token: str | None = f"Bearer {TOKEN}", content: bytes | None = None) -> httpx.Response:
    headers = {"authorization": token} if token is not None else {}
    how: dict[str, Any] = {"json": body} if content is None else {"content": content}
    return httpx.put(url, headers=headers, trust_env=False, timeout=PATIENCE, **how)


def kept(shop: Live, sku: str) -> dict[str, object]:
    found = shop.storage.products.look_up([sku])[sku].live
    return {name: value.value for name, value in found.items()}


def link_of(url: str) -> str:
    client = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"}
    answer = httpx.get(f"{url}/c/stock", trust_env=False, verify=NO_TLS, timeout=PATIENCE, headers=client)
    return answer.headers["location"].removeprefix("https://shop.example/")


@pytest.mark.parametrize("token", [None, "", TOKEN, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nobody_writes(token: str | None, shop: Live) -> None:
    before = kept(shop, "u-1")
    for path in ("u-1/live", "live"):
        answer = put(f"{shop.url}/v1/products/{path}", {"stock": 1}, token)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text
    assert kept(shop, "u-1") == before


def test_a_server_without_a_token_takes_nothing(live: Live) -> None:
    for token in (None, "Bearer", f"Bearer {TOKEN}"):
        answer = put(f"{live.url}/v1/products/u-1/live", {"stock": 1}, token)
        assert (answer.status_code, "api_token is empty" in answer.text) == (401, True)


def test_a_value_is_told_from_the_next_open_on(shop: Live) -> None:
    assert put(f"{shop.url}/v1/products/u-1/live", {"stock": 3, "price": 17.5}).json() == {"taken": 1, "unknown": []}
    assert link_of(shop.url) == "3/17.5"
    assert put(f"{shop.url}/v1/products/u-1/live", {"stock": 0}).status_code == 200
    assert link_of(shop.url) == "0/17.5"
    assert put(f"{shop.url}/v1/products/u-1/live", {"stock": None, "price": None}).status_code == 200
    assert link_of(shop.url) == "no/no"


def test_a_sku_may_have_any_letters(shop: Live) -> None:
    assert put(f"{shop.url}/v1/products/a%2Fb%20%C3%BC/live", {"stock": 5}).status_code == 200
    assert kept(shop, "a/b ü") == {"stock": 5}


def test_a_batch(shop: Live) -> None:
    body = {"u-1": {"stock": 4, "store": {"lille": {"stock": 2}}}, "a/b ü": {"stock": 1}, "x": {"stock": 1}}
    assert put(f"{shop.url}/v1/products/live", body).json() == {"taken": 2, "unknown": ["x"]}
    assert kept(shop, "u-1").items() >= {"stock": 4, "store[lille].stock": 2}.items()
    many = {f"x-{number}": {"stock": 1} for number in range(1000)}
    assert put(f"{shop.url}/v1/products/live", many).json()["taken"] == 0
    answer = put(f"{shop.url}/v1/products/live", {**many, "u-1": {"stock": 1}})
    assert (answer.status_code, "at most 1,000" in answer.text) == (422, True)


def test_an_unknown_sku_is_not_found(shop: Live) -> None:
    answer = put(f"{shop.url}/v1/products/x/live", {"stock": 1})
    assert (answer.status_code, answer.json()) == (404, {"error": "there is no product 'x': import it first"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"stock": "3"}, 'u-1: stock: "3" is not a number from 0'),
        ({"stock": True}, "stock: true is not a number"),
        ({"stock": -1}, "is not a number from 0"),
        ({"price": 1e300}, "is not a number from 0"),
        ({"availability": "yes"}, "is none of backorder, in_stock"),
        ({"availability": ["in_stock"]}, "is none of"),
        ({"colour": "red"}, "colour can't be live, as it is not in products.volatile (availability, price"),
        ({"store": {"lille": 3}}, 'store lille: write {"stock": 3}'),
        ({"store": {"lille": {"shelf": 3}}}, "store lille"),
        ({"store": 3}, "store: write"),
        ({}, 'such as {"stock": 3}'),
        ([1], "not a JSON object"),
        ("stock", "not a JSON object"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(body: object, words: str, shop: Live) -> None:
    before = kept(shop, "u-1")
    answer = put(f"{shop.url}/v1/products/u-1/live", body)
    assert (answer.status_code, words in answer.json()["error"]) == (422, True), answer.text
    if isinstance(body, dict):
        batch = put(f"{shop.url}/v1/products/live", {"a/b ü": {"stock": 99}, "u-1": body})
        assert batch.status_code == 422
        assert kept(shop, "a/b ü") != {"stock": 99}
    assert kept(shop, "u-1") == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"stock": NaN}', b'{"stock": 1e999}', b"\xff", b'{"stock": "\\ud800"}', b"[" * 100_000]
)
def test_what_is_no_json_is_refused(body: bytes, shop: Live) -> None:
    assert put(f"{shop.url}/v1/products/u-1/live", None, content=body).status_code == 422


def test_a_body_that_is_too_large_is_refused(shop: Live) -> None:
    assert put(f"{shop.url}/v1/products/live", None, content=b" " * (1024 * 1024 + 1)).status_code == 413


def test_only_put(shop: Live) -> None:
    assert httpx.get(f"{shop.url}/v1/products/u-1/live", trust_env=False, verify=NO_TLS).status_code == 405


NAMES = st.sampled_from(["stock", "price", "store", "x"])


@settings(
    max_examples=cases(25, by_night=250), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["stock", "price", "store", "x"]), inner)
        ),
        max_leaves=6,
    )
)
def test_whatever_comes_is_answered(body: object, shop: Live) -> None:
    content = json.dumps(body).encode()
    for path in ("u-1/live", "live"):
        assert put(f"{shop.url}/v1/products/{path}", None, content=content).status_code in (200, 422)
    assert link_of(shop.url)


def test_metrics_count_live_values(shop: Live) -> None:
    put(f"{shop.url}/v1/products/u-1/live", {"stock": 3, "price": 1})
    put(f"{shop.url}/v1/products/u-1/live", {"stock": "x"})
    found = shop.told()
    assert found["livecontent_live_values_total", "taken"] >= 2
    assert found["livecontent_live_values_total", "refused"] >= 1
    assert 0 <= time.time() - found["livecontent_live_values_updated_timestamp_seconds",] < PATIENCE


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server of two workers, in processes of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "livecontent", "serve", "--workers", "2", "--port", str(port)]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        process = stack.enter_context(
            subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        )
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: ready(url))
            yield process, url
        finally:
            with suppress(ProcessLookupError):  # it was killed already
                os.killpg(process.pid, signal.SIGKILL)


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False, verify=NO_TLS, timeout=PATIENCE).status_code == 200
    except httpx.HTTPError:
        return False


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_workers_tell_the_same_and_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "templates" / "stock").mkdir(parents=True)
    (tmp_path / "templates" / "stock" / "creative.yaml").write_text(CREATIVE)
    (tmp_path / "livecontent.toml").write_text(f'api_token = "{TOKEN}"\n')
    (tmp_path / ".livecontent").mkdir(mode=0o700)
    fill(tmp_path / ".livecontent")
    last = 0
    with serving(tmp_path) as (process, url):
        for stock in range(1, 40):
            assert put(f"{url}/v1/products/u-1/live", {"stock": stock}).status_code == 200
            last = stock
            told = {link_of(url).partition("/")[0] for _ in range(4)}  # connections of their own, of either worker
            assert told == {str(stock)}, "all workers, at once"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    folder = tmp_path / ".livecontent"
    store = Blocking(SqliteProducts(folder / "products.db", folder / "live.db"))
    found = store.look_up(["u-1"])["u-1"].live["stock"]
    assert isinstance(found, LiveValue)
    assert found.value == last
