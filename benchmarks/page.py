"""The demo's page as a visitor's browser loads it, cold, at 1280 pixels: bytes, requests, first paint, faults.

Bytes are those on the wire, with headers left out; the first paint is the median of a few loads, on the machine that
the server runs on.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import axe_playwright_python
from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks.options import Options

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 60  # seconds for the server to start


class Load(NamedTuple):
    """One load: bytes by what they are of, requests, those that failed with messages of the console, milliseconds."""

    sizes: Counter[str]
    requests: int
    wrong: int
    paint: float


def measure(options: Options) -> dict[str, object]:
    """Loads it a few times, each with an empty cache. Raises `RuntimeError` where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("there is no chromium on this machine: sh .ci/system chromium")
    with running_demo() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        _load(browser, address)  # the server draws what it keeps
        loads = [_load(browser, address) for _ in range(options.rounds)]
        faults = sum(_faults(browser, address, theme) for theme in ("light", "dark"))
        version = browser.version
        browser.close()
    last = loads[-1]
    return {
        "chromium": version,
        "bytes": last.sizes.total(),
        "bytes_of": dict(last.sizes),
        "requests": last.requests,
        "failed_or_console": sum(load.wrong for load in loads),
        "first_paint_ms": round(statistics.median(load.paint for load in loads)),
        "axe_violations": faults,
    }


@contextmanager
def running_demo() -> Iterator[tuple[str, int]]:
    """A demo in a process of its own: its address, and the id of the process."""
    with TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "livecontent", "demo", "--port", str(port)]
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as server:
            try:
                yield _ready(f"http://127.0.0.1:{port}"), server.pid
            finally:
                server.terminate()


def _ready(address: str) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310  our own
                return address
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the demo does not start")


def _open(browser: Browser, theme: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme, locale="en-GB")  # type: ignore[arg-type]
    return context.new_page()


def _load(browser: Browser, address: str) -> Load:
    page, responses, wrong = _open(browser, "light"), list[Response](), list[str]()
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108  it can't mark a built-in
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address, wait_until="networkidle")
    sizes = Counter[str]()
    for response in responses:
        sizes[response.request.resource_type] += response.request.sizes()["responseBodySize"]
    wrong += [response.url for response in responses if response.status >= 400]
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return Load(sizes, len(responses), len(wrong), paint)


def _faults(browser: Browser, address: str, theme: str) -> int:
    page = _open(browser, theme)
    page.goto(address, wait_until="networkidle")
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8"))
    found: int = page.evaluate("async () => (await axe.run()).violations.length")
    page.context.close()
    return found
