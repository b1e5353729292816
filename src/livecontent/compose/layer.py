"""What all kinds of layers share; each kind is one class in one file of `kinds/`, and one line of `kinds/__init__.py`.

A kind says three things: its fields, as they stand in creative.yaml; its content, which is words and references filled
in for one open; and its layout, which is nodes of a scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field, model_validator

from livecontent.compose.choice import Choosing
from livecontent.compose.context import ContentContext, LayoutContext, Substitution, placed
from livecontent.compose.effects import LayerEffects
from livecontent.compose.flow.child import FlowChild
from livecontent.compose.flow.item import FlowItem, FlowLeaf
from livecontent.compose.values import Duration, Rect
from livecontent.expressions.rule import Rule, Tested
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, RedactedValueError, Template
from livecontent.expressions.unknown import UNSTEADY
from livecontent.expressions.window import both, window_test
from livecontent.facts import Need
from livecontent.scene import Group, Node
from livecontent.vocabulary import FactPath

Wanted = Literal["moment", "number", "numbers"]


class Flow(NamedTuple):
    """How the blocks in a row or column stand: from which side, and whether they have their places yet."""

    rtl: bool
    placed: bool = False


class Block(NamedTuple):
    """A layer, filled in for one open: nothing of it is measured yet."""

    layer: Layer
    box: Rect  # CSS pixels, from the top left of the creative
    value: Any  # what it shows; each kind says what that is
    words: str = ""  # what people read in it
    flow: Flow | None = None  # of a row or column
    mask: str = ""  # the digest of the file that its mask is


class Layer(Choosing, FlowChild, LayerEffects):
    """Without a box, a layer takes the whole of what it stands in."""

    kind: ClassVar[str]  # the key that tells it in creative.yaml
    replaceable: ClassVar[bool] = False  # whether `prefetched` may be words in place of its own
    timed: ClassVar[bool] = False  # whether each second changes it
    flows: ClassVar[bool] = False  # whether the layers inside stand one after the other, and have no boxes
    faces: ClassVar[bool] = False  # whether it stands otherwise in a row that begins at the other side than it does
    hugs: ClassVar[bool] = False  # whether its width or height may be `auto` outside of rows and columns
    repeats: ClassVar[bool] = False  # whether the layers inside come several times
    by_language: ClassVar[bool] = False  # whether the reader's language turns it round, or writes its numbers
    # Texts that name a file of the folder, or an icon.
    refers: ClassVar[Mapping[str, Literal["image", "icon"]]] = {"mask": "image"}
    most_cut: ClassVar[float] = 1.0  # how much of its box may be outside the image: shapes are placed over the edge
    becomes: ClassVar[Mapping[str, Wanted]] = {}  # texts that are to become something else than words
    foreign: ClassVar[bool] = False  # whether it shows images that are of no folder
    inks: ClassVar[frozenset[str]] = frozenset({"color", "stroke"})  # fields whose colours have smooth edges
    before: ClassVar[tuple[Layer, ...]] = ()  # of a layer with `else`: those of which none is shown where it is

    style: str | None = None  # a name of the creative's `styles`, already merged in
    when: Rule | None = None
    else_: bool = Field(default=False, alias="else")  # whether it is shown where the layer before it is not
    from_: Template | None = Field(None, alias="from")  # moments between which it is shown
    until: Template | None = None
    prefetched: Prefetched | None = None  # type: ignore[name-defined]  # noqa: F821  # what stands in on a prefetch
    valid_for: Duration | None = None  # how long it stays true, by the author's word

    @model_validator(mode="after")
    def _words_for_words(self) -> Layer:
        if isinstance(self.prefetched, LocalizedTemplate) and not self.replaceable:
            raise ValueError("prefetched must be a list of layers here: a text is for text and countdown layers")
        return self

    @model_validator(mode="after")
    def _else_inside(self) -> Layer:
        for layers in (*self.inner().values(), self.prefetched):
            join_else(layers if isinstance(layers, tuple) else ())
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Names a layer by all its values: what was made of one serves an equal one."""
        return blake2b(
            repr((self.kind, self, self.choices, self.before)).encode("utf-8", "surrogatepass"), digest_size=12
        ).hexdigest()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that tell whether it is shown, and how."""
        choosing = self.choices.rules if self.choices else self.chosen_by
        conditions = [one.when for one in (self, *self.before) if one.when]
        return (*conditions, *choosing)

    @property
    def moments(self) -> tuple[Template, ...]:
        """The moments that tell whether it is shown."""
        found = (moment for one in (self, *self.before) for moment in (one.from_, one.until))
        return tuple(moment for moment in found if moment is not None)

    def texts(self) -> Iterator[tuple[str, Template | LocalizedTemplate]]:
        """What is filled in at an open besides `from`, `until` and `prefetched`, each with its key."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Template | LocalizedTemplate) and name not in ("from_", "until", "prefetched"):
                yield name, value

    def needs(self) -> frozenset[Need]:
        """The facts that it looks at besides those that its rule and texts name."""
        return frozenset()

    @property
    def each(self) -> FactPath | None:
        """The path to each item of the list that the layers inside come for; None where they come once."""
        return None

    def inner(self) -> Mapping[str, tuple[Layer, ...]]:
        """The layers inside, by the key that they stand under."""
        return {}

    def boxes(self, box: Rect) -> Sequence[Rect]:
        """Where the layers inside stand, as far as their facts allow: in the layer's own box, unless they repeat."""
        return (box,)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:  # noqa: ARG002
        """The layer at an open; just its box, where it shows the same always. Raises `MissingValueError`."""
        return (Block(self, box, None),)

    def flowing(self, room: Rect, context: ContentContext) -> Iterable[Block]:
        """The same in a row or column, where each block is one of its children. Raises `MissingValueError`."""
        width, height = self.extents
        return self.content(Rect(0, 0, width.fixed or room.width, height.fixed or room.height), context)

    @cached_property
    def _leaf(self) -> FlowLeaf:
        return FlowLeaf(*self.extents)

    def item(self, block: Block, context: LayoutContext) -> FlowItem:  # noqa: ARG002
        """One of its blocks, to be placed in a row or column."""
        return self._leaf

    def faced(self, *, rtl: bool) -> Layer:  # noqa: ARG002
        """The same in a row that begins at the right, or at the left, where the layer does not, and `faces`."""
        return self

    def stand_in(self, words: LocalizedTemplate, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The layer with other words than its own, where it is `replaceable`. Raises `MissingValueError`."""
        raise NotImplementedError

    def settled(self, block: Block, context: LayoutContext) -> Block:  # noqa: ARG002
        """One of its blocks in the box that it takes."""
        return block

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The nodes of one of its blocks, without its effects."""
        raise NotImplementedError


def join_else(layers: Sequence[Layer]) -> None:
    """Tells each layer with `else` which layers before it are shown in its place."""
    chain: tuple[Layer, ...] = ()
    for layer in layers:
        if layer.else_ and chain:
            object.__setattr__(layer, "before", chain)
        conditional = layer.when is not None or layer.from_ is not None or layer.until is not None
        chain = ((*chain, layer) if layer.else_ else (layer,)) if conditional else ()


def walk(layers: Iterable[Layer], *, prefetched: bool = False) -> Iterator[Layer]:
    """Layers in all variations, and all inside them; with what stands in on a prefetch, where that is asked for."""
    for layer in layers:
        yield from layer.variations()
        for inner in layer.inner().values():
            yield from walk(inner, prefetched=prefetched)
        if prefetched and isinstance(layer.prefetched, tuple):
            yield from walk(layer.prefetched, prefetched=True)


def blocks_of(
    layers: Iterable[Layer], within: Rect, context: ContentContext, *, flowing: bool = False
) -> Iterator[Block]:
    """The blocks of layers, from bottom to top; `flowing` in a row or column, one for each child.

    A layer whose facts are not known is left out, and noted.
    """
    for layer in layers:
        if layer.before and one_before(layer, context):
            continue
        own = context.valid(layer.valid_for)
        if own.live is None:
            if shows(layer, own).value:
                yield from _filled(layer, within, own, flowing=flowing)
        else:
            yield from _prefetched(layer, within, own, flowing=flowing)


def nodes_of(blocks: Iterable[Block], context: LayoutContext) -> tuple[Node, ...]:
    """The nodes of blocks, from bottom to top."""
    nodes: list[Node] = []
    for block in blocks:
        layer = block.layer
        nodes += layer.layout(block, context) if layer.plain else _with_effects(block, context)
    return tuple(nodes)


def _with_effects(block: Block, context: LayoutContext) -> tuple[Node, ...]:
    layer = block.layer
    block = layer.settled(block, context)
    box, nodes = context.box(block.box), layer.bare.layout(block, context)
    *inner, last = layer.effects(block.box, block.mask, context) if layer.bent else (None,)
    for effects in inner:
        nodes = (Group(box, nodes, effects=effects),)
    return (Group(box, nodes, layer.opacity, context.shadow(layer.shadow), last, layer.stay),)


def spoken(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in which people read words, in their order."""
    for block in blocks:
        if block.words:
            yield block
        if type(block.value) is tuple and block.layer.inner():
            yield from spoken(block.value)


def one_before(layer: Layer, context: ContentContext) -> bool:
    """Whether one of the layers is shown in whose place a layer with `else` stands, or what they are on a prefetch."""
    for one in layer.before:
        own = context.valid(one.valid_for)
        shown, _, hidden_by_time = shows(one, own)
        if shown or (hidden_by_time and own.live is not None and one.prefetched is not None):
            return True
    return False


def shows(layer: Layer, context: ContentContext) -> Tested:
    """Whether a layer is shown, by its rule and its moments; None where that is not known."""
    rule = layer.when.test(context.facts) if layer.when else Tested(value=True)
    if layer.from_ is None and layer.until is None:
        return rule
    now = context.moment.value("now")
    at, prefetched = now.at if now else None, context.facts.prefetched
    window = window_test(
        layer.from_, layer.until, context.moment_of, at, prefetched=prefetched, horizon=context.horizon
    )
    return both(rule, window)


def _filled(
    layer: Layer, within: Rect, context: ContentContext, words: LocalizedTemplate | None = None, *, flowing: bool
) -> Iterable[Block]:
    if layer.choices:
        picks = layer.choices.pick(context.facts)
        if picks is None:
            return ()
        layer = layer.with_picks(picks)
    try:
        if words is not None:
            blocks = layer.stand_in(words, placed(layer.box, within), context)
            return blocks if layer.plain else _masked(layer, blocks, context)
        blocks = layer.flowing(within, context) if flowing else layer.content(placed(layer.box, within), context)
        return blocks if layer.plain else _masked(layer, blocks, context)
    except RedactedValueError as error:
        context.substitutions.append(Substitution(layer, "left out", str(error)))
    except MissingValueError as error:
        context.left_out.append(f"{layer.kind}: {error}")
    return ()


def _masked(layer: Layer, blocks: Iterable[Block], context: ContentContext) -> Iterable[Block]:
    """Blocks with the file that their mask is. Raises `MissingValueError`."""
    if not isinstance(layer.mask, Template):
        return blocks
    digest = context.image(context.name(layer.mask))
    return [block._replace(mask=digest) for block in blocks]


def _prefetched(layer: Layer, within: Rect, context: ContentContext, *, flowing: bool) -> Iterable[Block]:
    """A layer on a prefetch: what its `prefetched` says, where it has one, also if only time tells whether it shows."""
    shown, _, hidden_by_time = shows(layer, context)
    if layer.prefetched is not None and (shown or hidden_by_time):
        context.substitutions.append(Substitution(layer, "replaced", "`prefetched` is shown"))
        if isinstance(layer.prefetched, tuple):
            return blocks_of(layer.prefetched, within, context, flowing=flowing)
        return _filled(layer, within, context, layer.prefetched, flowing=flowing)
    if hidden_by_time:
        why = layer.when.source if layer.when else "`from` or `until`"
        context.substitutions.append(Substitution(layer, "left out", f"{why} {UNSTEADY}"))
    return _filled(layer, within, context, flowing=flowing) if shown else ()
