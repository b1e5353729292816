"""Creatives, moments and desks made of a few plain values, for the tests of all stations."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from livecontent.compose.context import ComposeContext, ComposeResources, make_context
from livecontent.compose.layers import compose
from livecontent.creative.load import FILE, LoadedCreative
from livecontent.creative.model import Creative
from livecontent.creative.source import read_source
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import Template
from livecontent.facts import Fact, Moment, Reason, Weather
from livecontent.lint.check import load_checked
from livecontent.lint.references import AvailableAssets
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Scene
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 21, 8, 5, tzinfo=PARIS)
NOW = now_at(AT)
RAIN = Weather(12.5, "rain", is_day=True)

rule = partial(Rule, vocabulary=VOCABULARY)
template = partial(Template, vocabulary=VOCABULARY)


def valid(data: object) -> Creative:
    """A creative made of plain values, in the shipped vocabulary."""
    return Creative.model_validate(data, context={"vocabulary": VOCABULARY})


def load_shipped(folder: Path, shelf: AvailableAssets) -> LoadedCreative:
    """The creative in a folder, checked."""
    return load_checked(folder, VOCABULARY, shelf)


def moment_of(**values: Any) -> Moment:
    """A moment in which these facts are known, and fresh."""
    return Moment({root: Fact(value, Reason.FRESH) for root, value in values.items()})


def creative_of(*layers: str, **keys: str) -> Creative:
    """A creative of one variant with these layers, of 300 by 100 pixels unless told."""
    head = {"title": "T", "size": "300x100", "scale": "1", **keys}
    lines = [f"{key}: {value}" for key, value in head.items()]
    lines += [
        "variants:",
        "  - name: only",
        "    layers:",
        *(f"      - {layer}" for layer in layers or ("fill: white",)),
    ]
    return valid(read_source(FILE, "\n".join(lines).encode()).data)


def desk_of(creative: Creative, moment: Moment, fonts: Fonts) -> ComposeContext:
    """A desk with the shipped fonts and icons, and a picture named a.jpg."""
    return make_context(creative, moment, ComposeResources(fonts, fonts.icons, {"a.jpg": "digest-of-a"}, VOCABULARY))


def composed(creative: Creative, moment: Moment, fonts: Fonts) -> tuple[Scene, ComposeContext]:
    """The scene of a creative's only variant, and the desk with its notes."""
    desk = desk_of(creative, moment, fonts)
    return compose(creative.layers_of(creative.variants[0]), desk), desk


def published_of(
    folder: Path, text: str, shelf: AvailableAssets, files: dict[str, bytes] | None = None
) -> LoadedCreative:
    """A creative read from a folder with this text and these files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    for name, data in (files or {}).items():
        (folder / name).write_bytes(data)
    return load_shipped(folder, shelf)
