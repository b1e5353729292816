"""HTML for email tools: parsed by a real parser, filled in as the tools would, and left unfilled."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from livecontent.creative.model import AvailableAssets
from livecontent.links import ImageAddress, read_path
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from livecontent.web.email_tools import load_tools
from livecontent.web.snippet import words_for_anyone, write_snippet
from made_creatives import load_shipped, loaded_of

BASE = "https://live.shop.example"
REF = "abcdefghijklmnopqrstuvwx27"
TOOLS = load_tools()
FIELDS = {"emarsys": "4711", "adobe-journey-optimizer": "_shop.liveref"}
TAGS = {key: tool.tag_of(FIELDS.get(key, "liveref")) for key, tool in TOOLS.items()}
THEMED = """
title: T
size: 300x120
format: png
background: "#12303b"
link: https://shop.example
alt: 'Rock & "roll", 50% {off} *|now|*, it''s <here>'
params:
  theme: {type: choice, values: [dark, light]}
variants:
  - {name: dark, when: 'param.theme == "dark"', layers: [fill: "#101418"]}
  - {name: light, layers: [fill: "#f6f1e7"]}
"""


class Parsed(HTMLParser):
    """The elements of a text, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("img", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data

    def __getitem__(self, tag: str) -> dict[str, str]:
        (found,) = [attributes for name, attributes in self.elements if name == tag]
        return found


@pytest.fixture(scope="module")
def umbrella(templates: Path, available: AvailableAssets, painter: Painter) -> CompiledCreative:
    return CompiledCreative(load_shipped(templates / "umbrella", available), Workshop.of(painter, VOCABULARY))


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter) -> CompiledCreative:
    return CompiledCreative(
        loaded_of(tmp_path_factory.mktemp("c") / "themed", THEMED, available), Workshop.of(painter, VOCABULARY)
    )


def varying(folder: Path, available: AvailableAssets, painter: Painter, format_: str = "png") -> CompiledCreative:
    """A creative of two sizes, and of nothing."""
    text = f"""title: T
size: 300x120
format: {format_}
alt: A
variants:
  - {{name: tall, when: recipient.points > 9, layers: [fill: "#101418"]}}
  - {{name: flat, when: recipient.points > 0, size: 300x60, layers: [fill: "#101418"]}}
  - {{name: nothing, collapse: true}}
"""
    return CompiledCreative(loaded_of(folder / "varying", text, available), Workshop.of(painter, VOCABULARY))


def test_where_variants_differ_in_size_the_image_tells_none(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    compiled = varying(tmp_path, available, painter)
    parsed = Parsed(write_snippet(compiled, "TAG", BASE))
    assert not {"width", "height"} & parsed["img"].keys()
    assert parsed["table"]["width"] == "300"
    assert "font-size:0" in parsed["td"]["style"]
    assert parsed["img"]["alt"] == ""  # where nothing is known there is nothing to say
    sizes = {name: one.images().base.image.size for name, one in compiled.variants.items()}
    assert (sizes["tall"], sizes["flat"]) == ((600, 240), (600, 120))


@pytest.mark.parametrize(("format_", "dpi"), [("png", 192), ("jpg", 192)])
def test_files_of_different_sizes_tell_outlook_how_large_they_are(
    tmp_path: Path, available: AvailableAssets, painter: Painter, format_: str, dpi: int
) -> None:
    compiled = varying(tmp_path, available, painter, format_)
    with Image.open(BytesIO(compiled.variants["flat"].fallback())) as opened:
        assert round(opened.info["dpi"][0]) == dpi


def test_a_gif_can_not_tell_it(tmp_path: Path, available: AvailableAssets, painter: Painter) -> None:
    (warning,) = varying(tmp_path, available, painter, "gif").loaded.warnings
    assert warning.line == 3
    assert "Outlook for Windows shows this 2 times as large" in warning.message
    assert "add `scale: 1`" in warning.help


def addresses(text: str) -> dict[str, str]:
    """Every address in a snippet, by attribute."""
    return {
        name: attributes[name]
        for _, attributes in Parsed(text).elements
        for name in ("href", "src", "srcset")
        if name in attributes
    }


@pytest.mark.parametrize("key", sorted(TOOLS))
def test_the_merge_tag_survives_as_it_is(key: str, umbrella: CompiledCreative, themed: CompiledCreative) -> None:
    tag = TAGS[key]
    text = write_snippet(umbrella, tag, BASE, "nov-1")
    assert text.count(tag) == 2
    assert addresses(text) == {
        "href": f"{BASE}/c/umbrella/{tag}?s=nov-1",
        "src": f"{BASE}/i/umbrella/{tag}.jpg?s=nov-1",
    }
    assert addresses(write_snippet(themed, tag, BASE, "a_B")) == {
        "href": f"{BASE}/c/themed/{tag}?s=a_B",
        "srcset": f"{BASE}/i/themed/{tag}.png?s=a_B&theme=dark",
        "src": f"{BASE}/i/themed/{tag}.png?s=a_B&theme=light",
    }


@pytest.mark.parametrize("key", sorted(TOOLS))
def test_filled_in_by_the_tool_the_addresses_are_read_back(key: str, themed: CompiledCreative) -> None:
    filled = write_snippet(themed, TAGS[key], BASE, "nov-1").replace(TAGS[key], REF)
    found = addresses(filled)
    assert read_path(urlsplit(found["href"]).path) == ImageAddress("themed", REF)
    for name, theme in (("src", "light"), ("srcset", "dark")):
        parts = urlsplit(found[name])
        assert read_path(parts.path) == ImageAddress("themed", REF, "png")
        assert parse_qs(parts.query) == {"s": ["nov-1"], "theme": [theme]}


@pytest.mark.parametrize("key", sorted(TOOLS))
@pytest.mark.parametrize(
    "on_the_way",
    [
        str,
        lambda tag: quote(tag, safe=""),
        lambda tag: quote(quote(tag, safe=""), safe=""),
        lambda tag: quote(tag, safe="/:@%$*'()[]{}|"),
        escape,
        lambda tag: quote(escape(tag), safe=""),
        lambda tag: quote(quote(escape(tag), safe=""), safe=""),
        str.lower,
    ],
    ids=["plain", "encoded", "encoded twice", "as browsers do", "escaped", "escaped, encoded", "both, twice", "small"],
)
def test_not_filled_in_the_tag_is_told(key: str, on_the_way: object, umbrella: CompiledCreative) -> None:
    for address in addresses(write_snippet(umbrella, TAGS[key], BASE)).values():
        sent = urlsplit(address.replace(TAGS[key], on_the_way(TAGS[key])))  # type: ignore[operator]
        found = read_path(unquote(sent.path))  # as the server takes off one layer
        assert (found.creative, found.ref, found.flaw) == ("umbrella", "", "merge-tag")


@pytest.mark.parametrize("nothing", ["", " ", "%20", "%2520", "\t"])
def test_filled_in_with_nothing_it_is_told_to_be_empty(nothing: str, umbrella: CompiledCreative) -> None:
    for address in addresses(write_snippet(umbrella, "TAG", BASE)).values():
        found = read_path(unquote(urlsplit(address.replace("TAG", nothing)).path))
        assert (found.creative, found.ref, found.flaw) == ("umbrella", "", "empty")


def test_a_picture_has_its_size_its_words_and_styles_that_stay(umbrella: CompiledCreative) -> None:
    parsed = Parsed(write_snippet(umbrella, "*|LIVEREF|*", BASE))
    assert [name for name, _ in parsed.elements] == ["a", "img"]
    assert not parsed.open
    assert parsed.said.strip() == ""  # nothing beside the picture
    image = parsed["img"]
    assert (image["width"], image["height"], image["border"]) == ("600", "320", "0")
    assert image["alt"] == words_for_anyone(umbrella) != ""
    style = dict(part.split(":") for part in image["style"].split(";"))
    assert (style["display"], style["border"]) == ("block", "0")
    assert style.keys() >= {"font-family", "font-size", "line-height", "color", "background-color"}


def test_words_are_those_of_a_recipient_nobody_knows(umbrella: CompiledCreative) -> None:
    words = words_for_anyone(umbrella)
    assert "Hello, there is an umbrella for every sky." in words
    assert "{{" not in words


def test_words_that_stay_in_the_email_are_those_of_a_prefetch(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = "title: T\nsize: 300x120\nvariants:\n  - name: only\n    layers:\n"
    text += "      - {text: Only a few hours left, prefetched: Until 24 December}\n"
    text += "      - {text: Today only, prefetched: []}\n      - {text: 40% off}\n"
    flash = CompiledCreative(loaded_of(tmp_path / "flash", text, available), Workshop.of(painter, VOCABULARY))
    assert words_for_anyone(flash) == "Until 24 December. 40% off."


def test_words_are_escaped_and_hold_no_sign_that_a_tool_could_take_for_a_tag(themed: CompiledCreative) -> None:
    text = write_snippet(themed, "*|LIVEREF|*", BASE)
    assert Parsed(text)["img"]["alt"] == """Rock & "roll", 50% {off} *|now|*, it's <here>"""
    (alt,) = re.findall(r'alt="([^"]*)"', text)
    assert not set(alt) & set("*|{}[]%$@~<>")


def test_a_dark_and_a_light_picture_where_the_creative_has_both(themed: CompiledCreative) -> None:
    parsed = Parsed(write_snippet(themed, "*|LIVEREF|*", BASE))
    assert [name for name, _ in parsed.elements] == ["a", "picture", "source", "img"]
    assert parsed["source"]["media"] == "(prefers-color-scheme: dark)"


@pytest.mark.parametrize("param", ["{type: choice, values: [dark, sepia]}", "{type: integer, min: 0, max: 1}"])
def test_another_theme_is_one_picture(param: str, tmp_path: Path, available: AvailableAssets, painter: Painter) -> None:
    text = f"title: T\nsize: 60x30\nparams: {{theme: {param}}}\nvariants: [{{name: a, layers: [fill: white]}}]"
    compiled = CompiledCreative(loaded_of(tmp_path / "c", text, available), Workshop.of(painter, VOCABULARY))
    assert [name for name, _ in Parsed(write_snippet(compiled, "T", BASE)).elements] == ["a", "img"]


def test_whatever_stands_in_the_address_of_the_server_is_escaped(umbrella: CompiledCreative) -> None:
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
    def holds(path: str) -> None:
        base = f"https://live.shop.example/{path}".replace("T*", "")
        found = addresses(write_snippet(umbrella, "T*", base, "x"))
        assert found["src"] == f"{base}/i/umbrella/T*.jpg?s=x"

    holds()


@pytest.mark.parametrize(
    ("ground", "ink"), [("#ffffff", "#000000"), ("#12303b", "#ffffff"), ("#777777", "#000000"), ("#747474", "#ffffff")]
)
def test_words_can_be_read_on_the_ground(
    ground: str, ink: str, tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"title: T\nsize: 60x30\nbackground: '{ground}'\nvariants: [{{name: a, layers: [fill: white]}}]"
    compiled = CompiledCreative(loaded_of(tmp_path / "c", text, available), Workshop.of(painter, VOCABULARY))
    assert f"color:{ink};background-color:{ground}" in write_snippet(compiled, "T", BASE)
