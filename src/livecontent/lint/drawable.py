"""What can't be drawn, or nobody would see: boxes outside the image or too large, layers that are always left out.

And words with letters that no font has.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from livecontent.compose.context import ContentContext, LayoutContext, placed
from livecontent.compose.layer import Layer, blocks_of, nodes_of
from livecontent.compose.values import Rect, Size
from livecontent.creative.context import make_context
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.expressions.template import LocalizedTemplate, each_language
from livecontent.expressions.unknown import spelled
from livecontent.facts import Moment
from livecontent.lint.bent import bent_outline, outside_share, too_bent
from livecontent.lint.variations import variations_of
from livecontent.render.compile import CompiledCreative


def check_drawable(compiled: CompiledCreative, layout: LayoutContext) -> list[Problem]:
    """Each of these layers with its place and the reason."""
    loaded = compiled.loaded
    creative = loaded.creative
    now = compiled.resources.vocabulary.sample_facts({"now"})
    context = make_context(creative, Moment(now), compiled.resources)
    checker = _Checker(loaded.source, context, layout.at_scale(creative.scale), creative.language)
    parts: list[tuple[YamlPath, Iterable[Layer], Size]] = [(("layers",), creative.layers, creative.size)]
    for index, variant in enumerate(creative.variants):
        parts.append((("variants", index, "layers"), variant.layers, creative.size_of(variant)))
    problems: list[Problem] = []
    for path, layers, size in parts:
        problems += [*checker.unseen(path, layers, Rect(0, 0, *size)), *checker.undrawn(path, layers)]
    return problems


@dataclass(frozen=True, slots=True)
class _Checker:
    source: YamlSource
    context: ContentContext
    layout: LayoutContext
    language: str  # of words that are in one language

    def undrawn(self, path: YamlPath, layers: Iterable[Layer]) -> Iterator[Problem]:
        """Words with a letter that no font has."""
        for index, layer in enumerate(layers):
            if isinstance(layer.prefetched, tuple):
                yield from self.undrawn((*path, index, "prefetched"), layer.prefetched)
            for key, inner in layer.inner().items():
                yield from self.undrawn((*path, index, key), inner)
            yield from self.undrawn_words((*path, index, "prefetched"), layer.prefetched)
            for one, source, _ in variations_of(self.source, (*path, index), layer):
                for key, text in one.texts():
                    yield from replace(self, source=source).undrawn_words((*path, index, key), text)

    def undrawn_words(self, path: YamlPath, text: object) -> Iterator[Problem]:
        for language, words in text.by_language.items() if isinstance(text, LocalizedTemplate) else ():
            yield from self._lacking((*path, language), words.source, language)

    def _lacking(self, path: YamlPath, words: str, language: str) -> Iterator[Problem]:
        sign = self.context.resources.drawable[1](unicodedata.normalize("NFC", words))
        if sign:
            yield self.source.problem(
                path,
                f"no font has {spelled(sign)}: these words can't be drawn ({language or self.language})",
                help_="write them without it, or add a font that has it: see the setting `fonts`",
                offset=max(words.find(sign), 0),
            )

    def unseen(self, path: YamlPath, layers: Iterable[Layer], within: Rect) -> Iterator[Problem]:
        for index, layer in enumerate(layers):
            if isinstance(layer.prefetched, tuple):
                yield from self.unseen((*path, index, "prefetched"), layer.prefetched, within)
            for key, inner in layer.inner().items():
                yield from self.unseen((*path, index, key), inner, placed(layer.box, within))
            for one, source, _ in variations_of(self.source, (*path, index), layer) if not layer.inner() else ():
                if not any(words.names for _, text in one.texts() for words in each_language(text)):
                    yield from replace(self, source=source).drawn((*path, index, layer.kind), one, within)

    def drawn(self, path: YamlPath, layer: Layer, within: Rect) -> Iterator[Problem]:
        context = self.context.with_own_notes()
        always = layer.model_copy(update={"when": None, "from_": None, "until": None, "before": ()})
        nodes_of(blocks_of((always,), within, context), self.layout)
        for reason in context.left_out:
            message = f"this can't be drawn: {reason.removeprefix(f'{layer.kind}: ')}"
            yield self.source.problem(path, message)


MAX_PIXELS = 8_000_000  # of a device: what is drawn, encoded and kept for one open
MAX_TIMES = 4  # the canvas's longer side


def check_size(source: YamlSource, path: YamlPath, size: Size, scale: int) -> Iterator[Problem]:
    """A canvas that is too large to be drawn in time."""
    pixels = size.width * scale * size.height * scale
    if pixels > MAX_PIXELS:
        yield source.problem(
            path,
            f"the image has {pixels:,} device pixels, at most {MAX_PIXELS:,} are allowed",
            help_="use a smaller size, or a smaller scale (the default is 2)",
        )


def check_boxes(
    source: YamlSource, path: YamlPath, layers: Iterable[Layer], canvas: Size, within: Rect | None
) -> Iterator[Problem]:
    """Boxes outside of the canvas, and boxes much larger than it. Without a `within` they stand in many places."""
    for index, layer in enumerate(layers):
        for one, at, _ in variations_of(source, (*path, index), layer):
            yield from _check_box(at, (*path, index), one, canvas, within)


def _check_box(
    source: YamlSource, place: YamlPath, layer: Layer, canvas: Size, within: Rect | None
) -> Iterator[Problem]:
    box = layer.box
    here = Rect(within.x + box.x, within.y + box.y, box.width, box.height) if box and within else within
    if box and max(box.width, box.height) > MAX_TIMES * max(canvas):
        yield source.problem(
            (*place, "box"),
            f"the box is more than {MAX_TIMES} times as large as the image, "
            f"which has {canvas.width} x {canvas.height} pixels",
        )
    elif here and (flaw := too_bent(layer, here, canvas)):
        yield source.problem((*place, flaw.key), flaw.message, help_=flaw.help, warning=flaw.warning)
    elif box and here and (cut := outside_share(bent_outline(layer, here), canvas)) == 1 and not layer.inner():
        yield source.problem(
            (*place, "box"),
            f"the box is outside the image, which has {canvas.width} x {canvas.height} pixels",
            warning=True,
        )
    elif box and here and cut > layer.most_cut:
        turned = "" if not layer.bent else ", as its effects bend it,"
        message = (
            f"{cut:.0%} of the box{turned} is outside the image, which has {canvas.width} x {canvas.height} pixels"
        )
        yield source.problem((*place, "box"), message, help_="what stands there is cut off", warning=True)
    else:
        alone = None if layer.repeats or layer.bent else here
        for key, inner in layer.inner().items():
            yield from check_boxes(source, (*place, key), inner, canvas, alone)
