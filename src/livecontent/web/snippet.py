"""The HTML to paste into an email: a link around an image, with its alt text.

The merge tag stands in addresses as the email tool wants it; everything else is escaped around it. Sizes are
attributes, as Outlook for Windows goes by nothing else but the resolution in the file, by which it takes those that
differ; the words for who sees no images bring font and colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from livecontent.creative.lets import with_lets
from livecontent.creative.model import has_themes
from livecontent.decide import decide
from livecontent.facts import Client, Fact, Moment, Reason
from livecontent.links import click_path, image_path
from livecontent.pipeline import Prepared
from livecontent.render.compile import CompiledCreative
from livecontent.scene import Colour
from livecontent.sources.request import read_params
from livecontent.web.email_tools import Tool
from livecontent.web.widths import srcset

_KEPT = ":,-._~"  # in a query
_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "*|{}[]%$@~"}  # what merge tags are made of


# Where variants differ in size, no attribute tells one: the image is as wide as it is, at most as wide as the table.
# A table cell keeps a gap for a line of text, unless its font is 0; the image has its own again, for the alt text.
_CLOSING = """<table role="presentation" width="{width}" cellpadding="0" cellspacing="0" border="0" \
style="width:100%;max-width:{width}px"><tr><td style="padding:0;font-size:0;line-height:0">
{inside}</td></tr></table>
"""


_ON_A_PAGE = """<script type="module" src="{base}/live.js"></script>
<style>live-content{{display:block;max-width:{width}px;aspect-ratio:{width}/{height}}}</style>
<live-content creative="{name}"{params}><noscript>{inside}</noscript></live-content>
"""


class FrozenWords(NamedTuple):
    """What the alt text of a snippet knows, besides the parameters of the address: facts by root."""

    params: Mapping[str, str] = MappingProxyType({})
    facts: Mapping[str, Any] = MappingProxyType({})


_NOTHING = FrozenWords()


def write_snippet(
    compiled: CompiledCreative, tag: str, base: str, send: str = "", known: FrozenWords = _NOTHING
) -> str:
    """The HTML of a creative, with a merge tag for the recipient's ref; `base` is the server's address.

    Without a tag it is for a web page, whose visitors nobody knows.
    A creative with a parameter `theme` that can be light or dark shows the one that the reader's screen asks for.
    """
    name, creative = compiled.loaded.name, compiled.loaded.creative
    image = base + image_path(name, tag, creative.format)
    click = click_path(name, tag) if tag else click_path(f"{name}.{creative.format}", "").removesuffix("/")
    query = ({"s": send} if send else {}) | dict(known.params)
    link = _attribute("href", _address(base + click, query), tag)
    themed = has_themes(creative) and "theme" not in known.params
    light = _address(image, query | {"theme": "light"} if themed else query)
    picture = f"<img {_attribute('src', light, tag)} {_look(compiled, known)}>"
    if themed:
        dark = _attribute("srcset", _address(image, query | {"theme": "dark"}), tag)
        picture = f'<picture>\n<source media="(prefers-color-scheme: dark)" {dark}>\n{picture}\n</picture>'
    around = f'<a {link} style="text-decoration:none">\n{picture}\n</a>\n'
    return _CLOSING.format(width=creative.size.width, inside=around) if creative.varies else around


def write_web_snippet(compiled: CompiledCreative, base: str, known: FrozenWords = _NOTHING) -> str:
    """The HTML of a creative for a web page, whose style keeps its place free; without script it is an image."""
    name, creative = compiled.loaded.name, compiled.loaded.creative
    query = dict(known.params)
    image = _address(f"{base}/i/{name}", query)
    link = escape(_address(base + click_path(name, ""), query))
    width, height = creative.size
    alt = escape(words_for_anyone(compiled, known))
    widths = escape(srcset(image, width * creative.scale))
    wide = f'srcset="{widths}" sizes="(max-width:{width}px) 100vw, {width}px" ' if creative.format != "gif" else ""
    picture = f'<img src="{escape(image)}" {wide}width="{width}" height="{height}" alt="{alt}">'
    params = f' params="{escape(_address("", query)[1:])}"' if query else ""
    return _ON_A_PAGE.format(
        base=escape(base),
        width=width,
        height=height,
        name=name,
        params=params,
        inside=f'<a href="{link}">{picture}</a>' if creative.link else picture,
    )


@dataclass(frozen=True, slots=True)
class SnippetWriter:
    """Writes snippets by the key of an email tool; for `web` those of web pages."""

    known: Mapping[str, Tool]
    base: str

    @property
    def tools(self) -> Mapping[str, str]:
        """Names of tools, by key."""
        return {key: tool.name for key, tool in self.known.items()}

    def html(self, compiled: CompiledCreative, tool: str, send: str = "", field: str = "") -> str:
        """What to paste. Raises `ConfigError` for a field that the tool can't have."""
        if tool not in self.known:
            return write_web_snippet(compiled, self.base)
        known = self.known[tool]
        return write_snippet(compiled, known.tag_of(field) if field else known.usual_tag, self.base, send)

    def notes(self, tool: str) -> Sequence[str]:
        """What to know of a tool before the first send."""
        return self.known[tool].notes if tool in self.known else ()

    def filled(self, compiled: CompiledCreative, ref: str) -> str:
        """The HTML as an email tool would send it to a recipient."""
        return write_snippet(compiled, ref, self.base)


def words_for_anyone(compiled: CompiledCreative, known: FrozenWords = _NOTHING) -> str:
    """What the image says where nothing else is known of recipient, place or time, as the email keeps it."""
    creative = compiled.loaded.creative
    client = Fact(known.facts.get("client", Client(time="early")), Reason.EMBEDDED)
    facts = {root: Fact(value, Reason.GIVEN) for root, value in known.facts.items()}
    params = read_params(creative.params, known.params, creative.timezone)
    moment = with_lets(creative, Moment({**facts, "param": params, "client": client}))
    return Prepared(compiled, moment, decide(creative, moment, compiled.resources.vocabulary)).alt


def _address(address: str, query: dict[str, str]) -> str:
    return (
        f"{address}?{'&'.join(f'{name}={quote(value, safe=_KEPT)}' for name, value in query.items())}"
        if query
        else address
    )


def _attribute(name: str, address: str, tag: str) -> str:
    """An attribute with an address; the merge tag in it stays as it is, so that quotes are those it has not."""
    quote = "'" if '"' in tag else '"'
    written = tag.join(escape(part) for part in address.split(tag)) if tag else escape(address)
    return f"{name}={quote}{written}{quote}"


def _look(compiled: CompiledCreative, known: FrozenWords) -> str:
    creative = compiled.loaded.creative
    width, height = creative.size
    alt = escape(words_for_anyone(compiled, known)).translate(_SIGNS)
    style = (
        "display:block;border:0;max-width:100%;height:auto;"
        "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;"
        f"color:{_ink(creative.background)};background-color:{_hex(creative.background)}"
    )
    size = "" if creative.varies else f'width="{width}" height="{height}" '
    return f'{size}border="0" alt="{alt}" style="{style}"'


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour[:3]).hex()


def _ink(ground: Colour) -> str:
    """What is read better on a ground, by its relative luminance (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in ground[:3])]
    return "#000000" if sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) > 0.179 else "#ffffff"
