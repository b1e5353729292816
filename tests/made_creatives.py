"""Creatives, moments and contents made of a few plain values, for the tests of all rooms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.memo import Content, VariantContent
from livecontent.compose.resources import ContentResources
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context
from livecontent.creative.load import FILE, LoadedCreative
from livecontent.creative.model import AvailableAssets, Creative
from livecontent.creative.source import read_source
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import Template
from livecontent.facts import Fact, Moment, Reason, Weather
from livecontent.lint import load_checked
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Group, Node, Scene
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


def load_shipped(folder: Path, available: AvailableAssets) -> LoadedCreative:
    """The creative in a folder, checked."""
    return load_checked(folder, VOCABULARY, available)


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


def context_of(creative: Creative, moment: Moment, fonts: Fonts) -> ContentContext:
    """A context with the shipped icons, and an image named a.jpg."""
    return make_context(
        creative, moment, ContentResources({"a.jpg": "digest-of-a"}, fonts.icons, VOCABULARY, fonts.drawable)
    )


def content_of(creative: Creative, context: ContentContext) -> Content:
    """The content of a creative's only variant."""
    layers, links = creative.layers_of(creative.variants[0]), creative.links_of(creative.variants[0])
    canvas = Rect(0, 0, *creative.size)
    return VariantContent("only", layers, links, canvas, Cache("test", 1)).filled(context)


@dataclass(frozen=True)
class Composed:
    """A scene, and what its content tells besides."""

    scene: Scene
    content: Content
    context: ContentContext

    @property
    def said(self) -> list[str]:
        """What is written in it."""
        return list(self.content.words)

    @property
    def left_out(self) -> list[str]:
        """Layers whose facts are not known."""
        return list(self.content.left_out)

    @property
    def substitutions(self) -> list[Any]:
        """What was done on a prefetch."""
        return list(self.content.substitutions)


def composed(creative: Creative, moment: Moment, fonts: Fonts) -> tuple[Scene, Composed]:
    """The scene of a creative's only variant, and what there is to tell of it."""
    context = context_of(creative, moment, fonts)
    content = content_of(creative, context)
    layout = LayoutContext(fonts, creative.scale)
    scene = content.scene(layout, *creative.size, creative.background)
    scene = scene._replace(nodes=tuple(_apart(scene.nodes, Box(0, 0, scene.width, scene.height))), moving=())
    return scene, Composed(scene, content, context)


def _apart(nodes: Iterable[Node], canvas: Box) -> Iterator[Node]:
    """Nodes, with those of a layer that were put together one by one."""
    for node in nodes:
        together = isinstance(node, Group) and node.box == canvas and node[2:] == (1, None, None, None)
        yield from node.nodes if isinstance(node, Group) and together else (node,)


def loaded_of(
    folder: Path, text: str, available: AvailableAssets, files: dict[str, bytes] | None = None
) -> LoadedCreative:
    """A creative read from a folder with this text and these files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    for name, data in (files or {}).items():
        (folder / name).write_bytes(data)
    return load_shipped(folder, available)
