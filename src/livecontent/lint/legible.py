"""Whether people can read what an image says: words that are cut, pale or small, and an alt text that says less.

Each variant is filled in with samples, for each language, as somebody with a long name sees it and as a stranger does;
then it is laid out and drawn, and looked at. Advice, no errors: a designer may know better.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import cast

from PIL import Image

from livecontent.compose.context import LayoutContext
from livecontent.compose.layer import Block, Layer, spoken
from livecontent.compose.memo import Content
from livecontent.compose.text.wrap import ELLIPSIS
from livecontent.creative.plain_yaml import YamlPath
from livecontent.errors import Problem
from livecontent.facts import Fact, Moment, Reason
from livecontent.lint.variations import variations_of
from livecontent.render.compile import CompiledCreative, CompiledVariant
from livecontent.render.encode.palette import Rgb
from livecontent.render.film import film_of, frames_of
from livecontent.render.paint.bounds import bounds, common
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Group, Node, Scene, Text
from livecontent.sources.request import read_params

PHONE = 390  # CSS pixels: the width of a screen on which an image of an email is made as wide as that
SMALLEST = 12.0  # CSS pixels of letters there
CONTRAST, CONTRAST_OF_LARGE = 4.5, 3.0  # WCAG 2.2, 1.4.3: https://www.w3.org/TR/WCAG22/#contrast-minimum
LARGE, LARGE_BOLD, BOLD = 24.0, 18.66, 700  # CSS pixels, and the weight
_SEEN = 24  # pixels wide and high, in which the ground under words is looked at
_WORST = 0.2  # the part of it that may be paler
_LOST = 2  # CSS pixels of words that may be outside of the image: swashes and side bearings
_AMOUNT = re.compile(r"[€$£¥]\s?\d[\d.,\u00a0\u202f ]*\d|[€$£¥]\s?\d|[−-]?\d[\d.,\u00a0\u202f ]*\s?[%€$£¥]|\d+\s?%")
_KEPT = re.compile(r"[\w%€$£¥]")


def check_legible(
    compiled: CompiledCreative, layout: LayoutContext, painter: Painter, person: Mapping[str, object]
) -> list[Problem]:
    """Advice on each layer, once. The person is a profile with long values. Raises `DrawingError`."""
    creative = compiled.loaded.creative
    looker = _Looker(compiled, layout, painter, dict(_paths(compiled)))
    for variant in compiled.variants.values():
        looker.look(variant, variant.default, "")
        for language in creative.languages or (creative.language,):
            moment = _moment(compiled, variant, {**person, "language": language})
            looker.look(variant, variant.content(moment), language, moment)
    looker.too_small()
    return list(looker.found.values())


def _moment(compiled: CompiledCreative, variant: CompiledVariant, person: Mapping[str, object]) -> Moment:
    """Samples of all facts, and this person."""
    loaded = compiled.loaded
    needs = loaded.all_needs(variant.variant, Moment({})) | {"now"}
    facts = dict(compiled.resources.vocabulary.sample_facts(needs))
    facts["recipient"] = Fact(person, Reason.GIVEN)
    facts["param"] = read_params(loaded.creative.params, {}, loaded.creative.timezone)
    return Moment(facts)


def _paths(compiled: CompiledCreative) -> Iterator[tuple[str, YamlPath]]:
    """Where each layer stands, by its fingerprint."""
    loaded = compiled.loaded

    def inside(path: YamlPath, layers: Iterable[Layer]) -> Iterator[tuple[str, YamlPath]]:
        for index, layer in enumerate(layers):
            for one, _, _ in variations_of(loaded.source, (*path, index), layer):
                yield one.fingerprint, (*path, index)
            for key, inner in layer.inner().items():
                yield from inside((*path, index, key), inner)

    yield from inside(("layers",), loaded.creative.layers)
    for index, variant in enumerate(loaded.creative.variants):
        yield from inside(("variants", index, "layers"), variant.layers)


@dataclass(frozen=True, slots=True)
class _Looker:
    compiled: CompiledCreative
    layout: LayoutContext  # at scale 1
    painter: Painter
    paths: Mapping[str, YamlPath]
    found: dict[tuple[YamlPath, str], Problem] = field(default_factory=dict)
    small: dict[YamlPath, float] = field(default_factory=dict)  # the size of letters, in CSS pixels

    def look(self, variant: CompiledVariant, content: Content, language: str, moment: Moment | None = None) -> None:
        """Looks at a variant, filled in."""
        creative = self.compiled.loaded.creative
        _forget_layout(content)  # of another scale
        moving = content.scene(self.layout, *creative.size, creative.background)
        _forget_layout(content)
        blocks = [block for layer in content.layers for block in spoken(layer.blocks)]
        for scene in frames_of(moving._replace(film=film_of(moving, creative.loop, creative.max_bytes))):
            ground = self.painter.draw(scene._replace(nodes=tuple(_without_texts(scene.nodes)), moving=()))
            for text in _texts(scene.nodes):
                if block := _block_of(text, blocks):
                    self._cut(text, block, language)
                    self._outside(text, block, scene)
                    self._small(text, block, scene)
                    self._pale(text, block, ground)
        if moment is not None:
            self._unsaid(variant, moment, blocks)

    def _tell(self, path: YamlPath, kind: str, message: str, help_: str) -> None:
        if (path, kind) not in self.found:
            problem = self.compiled.loaded.source.problem(path, message, help_=help_, warning=True)
            self.found[path, kind] = replace(problem, advice=True)

    def too_small(self) -> None:
        """One for all letters that are: the smallest, and how many other texts."""
        if not self.small:
            return
        width = self.compiled.loaded.creative.size.width
        path, size = min(self.small.items(), key=lambda one: one[1])
        shown = size * min(PHONE / width, 1)
        message = f"letters of {size:g} px are {shown:.1f} px high on a phone {PHONE} px wide, less than {SMALLEST:g}"
        others = f", as are those of {len(self.small) - 1} more texts" if len(self.small) > 1 else ""
        help_ = f"make them {ceil(SMALLEST * max(width / PHONE, 1))} px at least"
        self._tell(path, "small", message + others, help_)

    def _cut(self, text: Text, block: Block, language: str) -> None:
        if ELLIPSIS in _letters(text) and ELLIPSIS not in block.words:
            words = block.words if len(block.words) <= 60 else f"{block.words[:59]}…"
            message = f"these words are cut: {words!r}" + (f" ({language})" if language else "")
            help_ = "give them a larger box, `fit: {shrink_to: ...}`, or say it shorter"
            self._tell(self._path(block), "cut", message, help_)

    def _outside(self, text: Text, block: Block, scene: Scene) -> None:
        area = bounds(text, self.painter.fonts)
        seen = area and common(area, Box(0, 0, scene.width, scene.height))
        if area and (seen is None or area.width - seen.width > _LOST or area.height - seen.height > _LOST):
            help_ = "make room, let them shrink with `fit`, or let a row or column wrap"
            self._tell(self._path(block), "outside", "these words reach out of the image", help_)

    def _small(self, text: Text, block: Block, scene: Scene) -> None:
        size = min(run.size for run in text.runs)
        if size * min(PHONE / scene.width, 1) < SMALLEST - 0.05:
            path = self._path(block)
            self.small[path] = min(size, self.small.get(path, size))

    def _pale(self, text: Text, block: Block, ground: Image.Image) -> None:
        area = bounds(text, self.painter.fonts)
        area = area and common(area, Box(0, 0, *ground.size))
        if area is None or any("Emoji" in run.face.file for run in text.runs):
            return
        inks = [text.colour, *([text.stroke.colour] if text.stroke else [])]
        reached = max(_contrast_on(ground, area, ink, text.opacity) for ink in inks)
        size, weight = min(run.size for run in text.runs), max(run.face.weight for run in text.runs)
        large = size >= LARGE or (size >= LARGE_BOLD and weight >= BOLD)
        wanted = CONTRAST_OF_LARGE if large else CONTRAST
        if reached < wanted:
            message = f"the contrast with what is under these words is {reached:.2f}, less than {wanted:g}"
            self._tell(self._path(block), "pale", message, "make the letters or what is under them darker or lighter")

    def _unsaid(self, variant: CompiledVariant, moment: Moment, blocks: Iterable[Block]) -> None:
        """Prices and percents that stand in the image, and not in an alt text of the author's own."""
        creative = self.compiled.loaded.creative
        if creative.alt_of(variant.variant) is None:
            return
        alt = "".join(_KEPT.findall(self.compiled.alt(variant.variant, moment, ())))
        for block in blocks:
            for amount in _AMOUNT.findall(block.words):
                if "".join(_KEPT.findall(amount)) not in alt:
                    message = f"the image says {amount.strip()!r}, and the alt text does not"
                    self._tell(
                        self._path(block),
                        "unsaid",
                        message,
                        "say it in `alt`, or leave `alt` out: then it has all words",
                    )

    def _path(self, block: Block) -> YamlPath:
        return self.paths.get(block.layer.fingerprint, ())


def _forget_layout(content: Content) -> None:
    for layer in content.layers:
        layer.nodes = None


def _texts(nodes: Iterable[Node]) -> Iterator[Text]:
    """Texts that stand as they are laid out."""
    for node in nodes:
        if isinstance(node, Text) and node.runs:
            yield node
        elif isinstance(node, Group) and not node.effects:
            yield from _texts(node.nodes)


def _without_texts(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Group):
            yield node._replace(nodes=tuple(_without_texts(node.nodes)))
        elif not isinstance(node, Text):
            yield node


def _letters(text: Text) -> str:
    return "".join(run.text for run in text.runs)


def _block_of(text: Text, blocks: Iterable[Block]) -> Block | None:
    """The shortest of those that have all letters of a text, in whatever order they stand."""
    letters = Counter(sign for sign in _letters(text) if not sign.isspace() and sign not in f"{ELLIPSIS}-")
    having = [block for block in blocks if not letters - Counter(block.words)]
    return min(having, key=lambda block: len(block.words), default=None) if letters else None


def _contrast_on(ground: Image.Image, area: Box, ink: Colour, opacity: float) -> float:
    """The contrast of a colour with a part of an image, reached on all but the worst of it: 1 to 21."""
    x, y, width, height = area
    part = ground.crop((x, y, x + width, y + height))
    seen = (min(width, _SEEN), min(height, _SEEN))  # in proportion, the line of a struck price would grey all of it
    part = part.resize(seen, Image.Resampling.BOX)
    share = opacity * ink.alpha / 255
    found: list[float] = []
    for count, under in cast("list[tuple[int, Rgb]]", part.getcolors(_SEEN * _SEEN)):
        shown = [share * over + (1 - share) * below for over, below in zip(ink[:3], under, strict=True)]
        found += [contrast(shown, under)] * count
    return sorted(found)[int(len(found) * _WORST)]


def contrast(one: Iterable[float], other: Iterable[float]) -> float:
    """Of two colours (red, green, blue: 0 to 255), by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Iterable[float]) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
