"""A published creative in, the layers that nobody would ever see out: those that name no facts and can't be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from livecontent.compose.context import ComposeContext, ComposeResources, make_context
from livecontent.compose.layers import compose_layers
from livecontent.creative.layers import GroupLayer, Layer, RepeatLayer, kind_of
from livecontent.creative.load import LoadedCreative
from livecontent.creative.needs import texts_of
from livecontent.creative.source import YamlPath, YamlSource
from livecontent.errors import Problem
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.facts import Fact, Moment, Reason
from livecontent.lint.samples import NOW
from livecontent.scene import Box


def check_drawable(published: LoadedCreative, materials: ComposeResources) -> list[Problem]:
    """Each of these layers with its place and the reason."""
    creative = published.creative
    desk = make_context(creative, Moment({"now": Fact(NOW, Reason.GIVEN)}), materials)
    canvas = Box(0, 0, desk.px(creative.size.width), desk.px(creative.size.height))
    problems = list(_unseen(published.source, ("layers",), creative.layers, canvas, desk))
    for index, variant in enumerate(creative.variants):
        problems += _unseen(published.source, ("variants", index, "layers"), variant.layers, canvas, desk)
    return problems


def _unseen(
    source: YamlSource, path: YamlPath, layers: Iterable[Layer], within: Box, desk: ComposeContext
) -> Iterator[Problem]:
    for index, layer in enumerate(layers):
        kind = str(kind_of(layer))
        if isinstance(layer.prefetched, tuple):
            yield from _unseen(source, (*path, index, "prefetched"), layer.prefetched, within, desk)
        match layer:
            case GroupLayer():
                yield from _unseen(source, (*path, index, kind), layer.group, desk.box(layer.box, within), desk)
            case RepeatLayer():
                yield from _unseen(source, (*path, index, "layers"), layer.layers, desk.box(layer.box, within), desk)
            case _ if not any(_names(text) for _, text in texts_of(layer)):
                before = len(desk.left_out)
                compose_layers((layer.model_copy(update={"when": None}),), within, desk)
                for reason in desk.left_out[before:]:
                    message = f"this can't be drawn: {reason.removeprefix(f'{kind}: ')}"
                    yield source.problem((*path, index, kind), message)


def _names(text: Template | LocalizedTemplate) -> bool:
    """Whether a text names a fact, in any language."""
    return any(words.names for words in (text.by_language.values() if isinstance(text, LocalizedTemplate) else (text,)))
