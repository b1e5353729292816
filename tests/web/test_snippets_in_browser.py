"""Snippets in an email in a real browser, with pictures of the real server: light, dark, and with pictures off."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Page

from chromium import needs_chromium
from enough_time import patient
from livecontent.links import read_path
from livecontent.web.email_tools import load_tools
from livecontent.web.snippet import FrozenWords, words_for_anyone, write_snippet
from told import NO_TLS

pytestmark = needs_chromium

TAG = "*|LIVEREF|*"
FIELDS = {"emarsys": "4711", "adobe-journey-optimizer": "_shop.liveref"}  # which have no field of the usual name
GROUNDS = {"light": "#ffffff", "dark": "#000000"}
SIGN = "<i style='display:inline-block;width:16px'></i>"  # as wide as that of a broken picture
BOX = "width:300px;height:120px;background:#12303b;color:#ffffff;font:16px/24px Arial,Helvetica,sans-serif"
EMAIL = (  # with a font and a colour that the snippet has to hold its own against
    "<!doctype html><meta charset=utf-8>"
    "<body style='margin:0;background:{ground};color:#888;font:9px/1 serif'>{snippet}"
)
THEMED = """
title: T
size: 300x120
format: png
link: https://shop.example
alt: Umbrellas, by day and by night.
background: "{ground}"
params:
  theme: {{type: choice, values: [dark, light], default: light}}
variants:
  - name: dark
    when: param.theme == "dark"
    layers: [{{fill: "#12303b"}}, {{text: Good night, color: white, box: [10, 10, 280, 40]}}]
  - name: light
    layers: [{{fill: "#f6f1e7"}}, {{text: Good day, color: "#12303b", box: [10, 10, 280, 40]}}]
"""


SILENT = """
title: T
size: 300x120
format: png
alt: Points
variants:
  - {name: much, when: "param.n > 9", layers: [fill: "#12303b"]}
  - {name: little, when: "param.n > 0", size: 300x60, layers: [fill: "#12303b"]}
  - {name: nothing, collapse: true}
params: {n: {type: integer, min: 0, max: 99, default: 0, signed: false}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Live]:
    """A server with the demo's hero, and a creative in two themes on two grounds."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(templates / "umbrella", folder / "umbrella")
    for name, ground in (("themed", "#f6f1e7"), ("deep", "#12303b")):
        (folder / name).mkdir()
        (folder / name / "creative.yaml").write_text(THEMED.format(ground=ground))
    (folder / "silent").mkdir()
    (folder / "silent/creative.yaml").write_text(SILENT)
    with serving(demo_settings(tmp_path_factory.mktemp("data"), templates=folder), patient) as server:
        yield server


def snippet_of(live: Live, name: str, tag: str = TAG) -> str:
    return write_snippet(live.parts.kit.creatives[name], tag, live.url, "nov-1")


def sent(live: Live, name: str) -> str:
    """The snippet as the email tool sends it."""
    return snippet_of(live, name).replace(TAG, live.ref)


@dataclass
class Shown:
    """An email on a screen, and the pictures that it asked for."""

    page: Page
    asked: list[str]

    @property
    def box(self) -> tuple[float, float]:
        found = self.page.locator("img").bounding_box()
        assert found is not None
        return found["width"], found["height"]

    def pixels(self, of: str = "img") -> Image.Image:
        return Image.open(io.BytesIO(self.page.locator(of).screenshot())).convert("RGB")


@contextmanager
def show(
    browser: Browser, html: str, theme: str = "light", *, ground: str = "#fff", width: int = 700, blocked: bool = False
) -> Iterator[Shown]:
    context = browser.new_context(
        viewport={"width": width, "height": 400}, color_scheme=theme, device_scale_factor=2, reduced_motion="reduce"
    )
    page = context.new_page()
    shown = Shown(page, [])
    page.on("request", lambda request: shown.asked.append(request.url))
    if blocked:
        page.route("**/i/**", lambda route: route.abort())
    page.set_content(EMAIL.format(ground=ground, snippet=html), wait_until="load")
    yield shown
    context.close()


def file_of(address: str, size: tuple[int, int]) -> Image.Image:
    """The picture at an address, as large as it is on the screen."""
    picture = Image.open(io.BytesIO(httpx.get(address, trust_env=False, verify=NO_TLS).content)).convert("RGB")
    assert picture.size == size
    return picture


def differ(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_the_hero_is_seen_as_it_is_and_leads_on(shop: Live, browser: Browser) -> None:
    with show(browser, sent(shop, "umbrella")) as shown:
        assert shown.box == (600, 320)
        assert shown.asked == [f"{shop.url}/i/umbrella/{shop.ref}.jpg?s=nov-1"]
        assert differ(shown.pixels(), file_of(shown.asked[0], (1200, 640))) < 2
        assert shown.page.locator("a").get_attribute("href") == f"{shop.url}/c/umbrella/{shop.ref}?s=nov-1"


@pytest.mark.parametrize(("theme", "fill"), [("light", (0xF6, 0xF1, 0xE7)), ("dark", (0x12, 0x30, 0x3B))])
def test_each_theme_shows_its_picture_and_asks_for_no_other(
    theme: str, fill: tuple[int, int, int], shop: Live, browser: Browser
) -> None:
    with show(browser, sent(shop, "themed"), theme, ground=GROUNDS[theme]) as shown:
        assert shown.asked == [f"{shop.url}/i/themed/{shop.ref}.png?s=nov-1&theme={theme}"]
        assert shown.box == (300, 120)
        pixels = shown.pixels()
        assert pixels.getpixel((590, 230)) == fill
        assert differ(pixels, file_of(shown.asked[0], (600, 240))) < 0.5


def test_a_narrow_screen_shrinks_the_picture_in_its_shape(shop: Live, browser: Browser) -> None:
    with show(browser, sent(shop, "umbrella"), width=375) as shown:
        assert (shown.box[0], round(shown.box[1])) == (375, 200)


def luminance(colour: tuple[int, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["umbrella", "themed", "deep"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_pictures_off_the_words_are_read_in_the_box(name: str, theme: str, shop: Live, browser: Browser) -> None:
    creative = shop.parts.kit.creatives[name].loaded.creative
    with show(browser, sent(shop, name), theme, ground=GROUNDS[theme], blocked=True) as shown:
        assert shown.box == creative.size
        pixels = shown.pixels()
    ground = creative.background[:3]
    inner = pixels.crop((40, 0, *pixels.size))  # without the sign of a broken picture
    colours = sorted(inner.getcolors(1 << 24) or [], reverse=True)
    assert colours[0][1] == ground
    lights = [luminance(colour) for count, colour in colours if count > 20]  # type: ignore[arg-type]
    assert (max(lights) + 0.05) / (min(lights) + 0.05) > 4.5
    words = ImageChops.difference(inner, Image.new("RGB", inner.size, ground)).getbbox()
    assert words is not None
    assert words[2] - words[0] > 200
    assert words[3] < inner.height - 8  # they end before the box does


def test_with_pictures_off_it_looks_like_words_in_a_box(shop: Live, browser: Browser) -> None:
    """Beside a box that is drawn by hand, as it ought to look."""
    box = f'<div id=box style="{BOX}">{SIGN}{words_for_anyone(shop.parts.kit.creatives["deep"])}</div>'
    with show(browser, sent(shop, "deep"), blocked=True) as shown, show(browser, box) as ought:
        part = (40, 0, 600, 240)  # without the sign of a broken picture
        assert differ(shown.pixels().crop(part), ought.pixels("#box").crop(part)) < 1


def test_a_browser_reads_every_tools_tag_and_the_server_tells_it(shop: Live, browser: Browser) -> None:
    tags = [tool.tag_of(FIELDS.get(key, "liveref")) for key, tool in load_tools().items()]
    with show(browser, "".join(snippet_of(shop, "umbrella", tag) for tag in tags), blocked=True) as shown:
        written = "[...document.%s].map((element) => [element.getAttribute('%s'), element.%s])"
        images = shown.page.evaluate(written % ("images", "src", "src"))
        links = shown.page.evaluate(written % ("links", "href", "href"))
        assert [image[0] for image in images] == [f"{shop.url}/i/umbrella/{tag}.jpg?s=nov-1" for tag in tags]
        assert [link[0] for link in links] == [f"{shop.url}/c/umbrella/{tag}?s=nov-1" for tag in tags]
        for _, address in images + links:
            found = read_path(unquote(urlsplit(address).path))  # as the server takes off one layer
            assert (found.creative, found.flaw) == ("umbrella", "merge-tag")
        assert shown.page.locator("body > *").count() == len(tags)


@pytest.mark.parametrize("taken", ["", "display:block;"])  # some clients take it out
@pytest.mark.parametrize(("n", "height"), [(10, 120), (5, 60), (0, 1)])
def test_where_sizes_differ_each_has_its_own_and_nothing_leaves_no_gap(
    shop: Live, browser: Browser, n: int, height: int, taken: str
) -> None:
    known = FrozenWords({"n": str(n)})
    html = write_snippet(shop.parts.kit.creatives["silent"], "a" * 26, shop.url, "nov-1", known).replace(taken, "")
    page = browser.new_page(viewport={"width": 600, "height": 400})
    page.set_content(EMAIL.format(ground="#ffffff", snippet=html), wait_until="load")
    table = page.locator("table").bounding_box()
    assert table is not None
    assert (table["width"], table["height"]) == (300, height)
    page.close()
