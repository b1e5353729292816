"""From layers to blocks: which layers are shown at an open, with which words; and from blocks to nodes of a scene."""

from collections.abc import Iterable, Iterator

from livecontent.compose.context import ContentContext, LayoutContext, Substitution, placed
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import Rect
from livecontent.expressions.rule import Tested
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, RedactedValueError
from livecontent.expressions.unknown import UNSTEADY
from livecontent.expressions.window import both, window_test
from livecontent.scene import Node


def blocks_of(layers: Iterable[Layer], within: Rect, context: ContentContext) -> Iterator[Block]:
    """The blocks of layers, from bottom to top. One whose facts are not known is left out, and noted."""
    for layer in layers:
        own = context.valid(layer.valid_for)
        if own.live is None:
            if shows(layer, own).value:
                yield from _filled(layer, within, own)
        else:
            yield from _prefetched(layer, within, own)


def nodes_of(blocks: Iterable[Block], context: LayoutContext) -> tuple[Node, ...]:
    """The nodes of blocks, from bottom to top."""
    nodes: list[Node] = []
    for block in blocks:
        nodes += block.layer.layout(block, context)
    return tuple(nodes)


def words_of(blocks: Iterable[Block]) -> Iterator[str]:
    """What people read in blocks, in their order."""
    for block in blocks:
        if block.words:
            yield block.words
        if type(block.value) is tuple and block.layer.inner():
            yield from words_of(block.value)


def shows(layer: Layer, context: ContentContext) -> Tested:
    """Whether a layer is shown, by its rule and its moments; None where that is not known."""
    rule = layer.when.test(context.facts) if layer.when else Tested(value=True)
    if layer.from_ is None and layer.until is None:
        return rule
    now = context.moment.value("now")
    at, prefetched = now.at if now else None, context.facts.prefetched
    window = window_test(
        layer.from_, layer.until, context.moment_of, at, prefetched=prefetched, horizon=context.voice.horizon
    )
    return both(rule, window)


def _filled(
    layer: Layer, within: Rect, context: ContentContext, words: LocalizedTemplate | None = None
) -> Iterable[Block]:
    box = placed(layer.box, within)
    try:
        return layer.content(box, context) if words is None else layer.stand_in(words, box, context)
    except RedactedValueError as error:
        context.substitutions.append(Substitution(layer, "left out", str(error)))
    except MissingValueError as error:
        context.left_out.append(f"{layer.kind}: {error}")
    return ()


def _prefetched(layer: Layer, within: Rect, context: ContentContext) -> Iterable[Block]:
    """A layer on a prefetch: what its `prefetched` says, where it has one, also if only time tells whether it shows."""
    shown, _, hidden_by_time = shows(layer, context)
    if layer.prefetched is not None and (shown or hidden_by_time):
        context.substitutions.append(Substitution(layer, "replaced", "`prefetched` is shown"))
        if isinstance(layer.prefetched, tuple):
            return blocks_of(layer.prefetched, within, context)
        return _filled(layer, within, context, layer.prefetched)
    if hidden_by_time:
        why = layer.when.source if layer.when else "`from` or `until`"
        context.substitutions.append(Substitution(layer, "left out", f"{why} {UNSTEADY}"))
    return _filled(layer, within, context) if shown else ()
