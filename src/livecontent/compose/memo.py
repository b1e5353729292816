"""A variant, filled in for an open: equal facts are filled in once, and laid out once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import NamedTuple

from livecontent.compose.context import ContentContext, Language, LayoutContext, Substitution
from livecontent.compose.layer import Block, Layer, blocks_of, nodes_of, spoken, walk
from livecontent.compose.link import compose_link
from livecontent.compose.paths import PathValues, paths_of, paths_of_texts
from livecontent.compose.values import Rect
from livecontent.expressions.template import Template, each_language
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Colour, Group, Node, Scene, Ticker

_ENTRY, _BLOCK = 500, 900  # bytes that content takes, about: as such, and for each block with its nodes


@dataclass(slots=True, eq=False)
class LayerContent:
    """What a layer is for some facts: blocks and notes; its nodes, once they were asked for."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    undrawn: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()  # addresses of images that are not there
    nodes: tuple[Node, ...] | None = None
    seconds: int = 1  # for how long the nodes move


@dataclass(slots=True, eq=False)
class Content:
    """What a variant is for some facts: words, images, link, and what was left out or replaced; no pixel."""

    layers: Sequence[LayerContent]
    fixed: Sequence[bool]  # which of the layers are the same for everybody
    link: str | None
    left_out: tuple[str, ...]  # layers whose facts are not known, each with the reason
    substitutions: tuple[Substitution, ...]  # what was done with layers on a prefetch
    undrawn: tuple[str, ...] = ()  # letters and signs of facts that no font has: these facts count as unknown

    @property
    def wanted(self) -> tuple[str, ...]:
        """The addresses of images that are not there."""
        return tuple(chain.from_iterable(layer.wanted for layer in self.layers))

    @property
    def words(self) -> tuple[str, ...]:
        """What is written in it, from bottom to top: all that people read in the image."""
        return tuple(block.words for layer in self.layers for block in spoken(layer.blocks))

    @property
    def static_below(self) -> int:
        """How many nodes, of those laid out, are of layers below the first that is not the same for everybody."""
        below = takewhile(lambda pair: pair[1], zip(self.layers, self.fixed, strict=True))
        return sum([len(layer.nodes or ()) for layer, _ in below])

    def scene(self, layout: LayoutContext, width: int, height: int, background: Colour) -> Scene:
        """Its layout on a canvas in CSS pixels; each layer is laid out once."""
        nodes: list[Node] = []
        moving: list[int] = []
        size = (width * layout.scale, height * layout.scale)
        seconds = 1
        for layer, fixed in zip(self.layers, self.fixed, strict=True):
            if layer.nodes is None:
                layer.nodes = nodes_of(layer.blocks, layout)
                if not fixed and len(layer.nodes) > 1:  # a layer that comes again is found again by one look
                    layer.nodes = (Group(box=Box(0, 0, *size), nodes=layer.nodes),)
                layer.seconds = _seconds_of(layer.nodes)
            if layer.seconds > seconds:
                seconds = layer.seconds
            start = len(nodes)
            nodes += layer.nodes
            if not fixed:
                moving += range(start, len(nodes))
        return Scene(*size, background, tuple(nodes), seconds, tuple(moving))


Contents = Cache[object, LayerContent | str]  # layers and links by the values that they look at; in bytes, about


def content_size(found: LayerContent | str) -> int:
    """About how many bytes it takes."""
    return _ENTRY + (len(found) if isinstance(found, str) else _BLOCK * _count(found.blocks))


def _count(blocks: Sequence[Block]) -> int:
    """How many blocks there are, with those in others."""
    inside = [_count(block.value) for block in blocks if type(block.value) is tuple and block.layer.inner()]
    return len(blocks) + sum(inside)


class _Piece(NamedTuple):
    """A layer, or the link (None), and where the values that it looks at stand among those of the variant."""

    layer: Layer | None
    name: str  # of this version of it, and no other
    places: Sequence[int] | None  # None: time changes it
    ready: LayerContent | None = None  # where it is the same for everybody


class VariantContent:
    """The layers and links of a variant, and what was made of them before."""

    def __init__(
        self,
        name: str,
        layers: Sequence[Layer],
        links: Sequence[Template],
        canvas: Rect,
        memo: Contents,
        *,
        turns: bool = False,
    ) -> None:
        """The name is of this version of the creative, and no other: other versions have other images.

        `turns`: whether rows begin at the right for some readers, and for others not.
        """
        self.layers = layers
        self.fixed = tuple(is_fixed(layer) and not (turns and runs_by_language(layer)) for layer in layers)
        self._links = links
        self._canvas = canvas
        self._memo = memo
        paths = [paths_of(layer) for layer in layers]
        of_links = list(paths_of_texts(links))
        self._values = PathValues([*chain.from_iterable(filter(None, paths)), *of_links])
        place = self._values.paths.index
        self._pieces = [
            _Piece(layer, f"{name} {layer.fingerprint}", None if found is None else sorted(map(place, found)))
            for layer, found in zip(layers, paths, strict=True)
        ]
        self._link = _Piece(
            None, f"{name} {' '.join(link.source for link in links)}", sorted(map(place, set(of_links)))
        )
        self.foreign = any(map(_is_foreign, walk(layers, prefetched=True)))  # whether it has images by their address
        self._promises = any(inner.valid_for for inner in walk(layers, prefetched=True))

    def fill_fixed(self, context: ContentContext) -> None:
        """Fills in the layers that are the same for everybody."""
        self._pieces = [
            piece._replace(ready=self._filled(piece.layer, context)) if fixed and piece.layer else piece
            for piece, fixed in zip(self._pieces, self.fixed, strict=True)
        ]

    def content(
        self,
        words: Mapping[str, object],
        language: Language,
        *,
        prefetched: bool,
        context: Callable[[], ContentContext],
        stamp: object = None,
    ) -> Content:
        """What the variant is for these facts; the context is made only for what was not filled in before.

        Nothing is found that was filled in under another `stamp`.
        """
        parts = None if prefetched and self._promises else self._values.of(words)
        made: ContentContext | None = None
        layers: list[LayerContent] = []
        left_out: tuple[str, ...] = ()
        substitutions: tuple[Substitution, ...] = ()
        undrawn: tuple[str, ...] = ()
        for piece in self._pieces:
            layer = piece.ready
            if layer is None:
                key = _key(piece, parts, prefetched, language, stamp)
                found = self._memo.get(key) if key else None
                if isinstance(found, LayerContent):
                    layer = found
                else:
                    made = made or context()
                    layer = self._filled(piece.layer, made)
                    if key and not layer.wanted:
                        self._memo.put(key, layer)
            layers.append(layer)
            if layer.left_out or layer.substitutions or layer.undrawn:
                left_out += layer.left_out
                substitutions += layer.substitutions
                undrawn += tuple([sign for sign in layer.undrawn if sign not in undrawn])
        link = self._linked(_key(self._link, parts, prefetched, language), made or context) if self._links else None
        return Content(layers, self.fixed, link, left_out, substitutions, undrawn)

    def filled(self, context: ContentContext) -> Content:
        """All of it for a context, without a memory."""
        layers = [piece.ready or self._filled(piece.layer, context) for piece in self._pieces]
        left_out = chain.from_iterable(layer.left_out for layer in layers)
        substitutions = chain.from_iterable(layer.substitutions for layer in layers)
        undrawn = chain.from_iterable(layer.undrawn for layer in layers)
        link = compose_link(self._links, context)
        return Content(layers, self.fixed, link, tuple(left_out), tuple(substitutions), tuple(undrawn))

    def _linked(self, key: object, context: ContentContext | Callable[[], ContentContext]) -> str | None:
        found = self._memo.get(key) if key else None
        if isinstance(found, str):
            return found
        link = compose_link(self._links, context if isinstance(context, ContentContext) else context())
        if key and link:
            self._memo.put(key, link)
        return link

    def _filled(self, layer: Layer | None, context: ContentContext) -> LayerContent:
        own = context.with_own_notes()
        blocks = tuple(blocks_of((layer,) if layer else (), self._canvas, own))
        notes = tuple(own.left_out), tuple(own.substitutions), tuple(own.undrawn), tuple(own.wanted)
        return LayerContent(blocks, *notes)


def _key(
    piece: _Piece, parts: Sequence[object] | None, prefetched: bool, language: Language, stamp: object = None
) -> object:
    """All that tells what a piece becomes; None where that is too much to keep, or the time."""
    if parts is None or piece.places is None:
        return None
    key: list[object] = [piece.name, prefetched, language, stamp]
    for place in piece.places:
        part = parts[place]
        if part is ...:
            return None
        key.append(part)
    return tuple(key)


def _is_foreign(layer: Layer) -> bool:
    """Whether an image of a layer may be named by its address."""
    if layer.foreign:
        return True
    texts = [text for name, text in layer.texts() if layer.refers.get(name) == "image"]
    return any(one.source.strip().startswith(("http", "{")) for text in texts for one in each_language(text))


def is_fixed(layer: Layer) -> bool:
    """Whether a layer looks the same for everybody, always."""
    return all(_is_fixed(inner) for inner in walk((layer,)))


def runs_by_language(layer: Layer) -> bool:
    """Whether a layer, or one inside it, runs from the side at which the reader's language begins."""
    return any(inner.flows for inner in walk((layer,), prefetched=True))


def _is_fixed(layer: Layer) -> bool:
    if _is_foreign(layer) or layer.by_language:
        return False
    if layer.stay or layer.timed or layer.rules or layer.moments or layer.prefetched is not None or layer.needs():
        return False
    return not any(text.needs or text.localised for _, text in layer.texts())


def _seconds_of(nodes: Sequence[Node]) -> int:
    """How long the countdowns among nodes are to run."""
    longest = 1
    for node in nodes:
        if isinstance(node, Ticker):
            longest = max(longest, node.clock.seconds)
        elif isinstance(node, Group):
            longest = max(longest, _seconds_of(node.nodes))
    return longest
