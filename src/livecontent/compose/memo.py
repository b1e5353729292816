"""A variant, filled in for an open: equal facts are filled in once, and laid out once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile

from livecontent.compose.content import blocks_of, nodes_of, words_of
from livecontent.compose.context import ContentContext, Language, LayoutContext, Substitution
from livecontent.compose.layer import Block, Layer, walk
from livecontent.compose.link import compose_link
from livecontent.compose.paths import PathValues, paths_of, paths_of_texts
from livecontent.compose.values import Rect
from livecontent.expressions.template import Template
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Colour, Group, Node, Scene, Ticker

_ENTRY, _BLOCK = 600, 1500  # bytes that content takes, about: as such, and for each block with its nodes


@dataclass(slots=True, eq=False)
class LayerContent:
    """What a layer is for some facts: blocks and notes; its nodes, once they were asked for."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    nodes: tuple[Node, ...] | None = None


@dataclass(slots=True, eq=False)
class Content:
    """What a variant is for some facts: words, images, link, and what was left out or replaced; no pixel."""

    layers: Sequence[LayerContent]
    fixed: Sequence[bool]  # which of the layers are the same for everybody
    link: str | None
    left_out: tuple[str, ...]  # layers whose facts are not known, each with the reason
    substitutions: tuple[Substitution, ...]  # what was done with layers on a prefetch
    _scene: Scene | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What is written in it, from bottom to top."""
        return tuple(chain.from_iterable(words_of(layer.blocks) for layer in self.layers))

    @property
    def static_below(self) -> int:
        """How many nodes, of those laid out, are of layers below the first that is not the same for everybody."""
        below = takewhile(lambda pair: pair[1], zip(self.layers, self.fixed, strict=True))
        return sum([len(layer.nodes or ()) for layer, _ in below])

    def scene(self, layout: LayoutContext, width: int, height: int, background: Colour) -> Scene:
        """Its layout on a canvas in CSS pixels, made once."""
        if self._scene is None:
            nodes: list[Node] = []
            moving: list[int] = []
            size = (layout.px(width), layout.px(height))
            for layer, fixed in zip(self.layers, self.fixed, strict=True):
                if layer.nodes is None:
                    layer.nodes = nodes_of(layer.blocks, layout)
                    if not fixed and len(layer.nodes) > 1:  # a layer that comes again is found again by one look
                        layer.nodes = (Group(box=Box(0, 0, *size), nodes=layer.nodes),)
                start = len(nodes)
                nodes += layer.nodes
                if not fixed:
                    moving += range(start, len(nodes))
            self._scene = Scene(*size, background, tuple(nodes), _seconds_of(nodes), tuple(moving))
        return self._scene


Contents = Cache[object, Content | LayerContent]  # in bytes, about


def size_of(found: Content | LayerContent) -> int:
    """About how many bytes it takes."""
    if isinstance(found, Content):
        return _ENTRY + 100 * len(found.layers)
    return _ENTRY + _BLOCK * len(found.blocks)


class VariantContent:
    """The layers and links of a variant. Layers that name no facts are filled in at publish."""

    def __init__(
        self, name: str, layers: Sequence[Layer], links: Sequence[Template], canvas: Rect, memo: Contents
    ) -> None:
        """The name is of this version of the variant, and no other."""
        self.layers = layers
        self._name = name
        self._links = links
        self._canvas = canvas
        self._memo = memo
        paths = [paths_of(layer) for layer in layers]
        self._values = PathValues([*chain.from_iterable(filter(None, paths)), *paths_of_texts(links)])
        self._timed = None in paths
        self._promises = any(inner.valid_for for inner in walk(layers, prefetched=True))
        self.fixed = tuple(is_fixed(layer) for layer in layers)
        place = self._values.paths.index
        self._places = [None if found is None else sorted(map(place, found)) for found in paths]
        self._ready: list[LayerContent | None] = [None] * len(layers)

    def fill_fixed(self, context: ContentContext) -> None:
        """Fills in the layers that are the same for everybody."""
        self._ready = [self._filled(index, context) if fixed else None for index, fixed in enumerate(self.fixed)]

    def content(
        self,
        words: Mapping[str, object],
        language: Language,
        *,
        prefetched: bool,
        context: Callable[[], ContentContext],
    ) -> Content:
        """What the variant is for these facts; the context is made only for what was not filled in before."""
        parts = self._values.of(words)
        known = not (prefetched and self._promises)
        key = (self._name, prefetched, language, *parts) if known and not self._timed and ... not in parts else None
        found = self._memo.get(key) if key else None
        if isinstance(found, Content):
            return found
        content = self.filled(context(), parts if known else None)
        if key:
            self._memo.put(key, content)
        return content

    def filled(self, context: ContentContext, parts: Sequence[object] | None = None) -> Content:
        """All of it for a context; layers are found again by the parts of a key."""
        layers: list[LayerContent] = []
        left_out: tuple[str, ...] = ()
        substitutions: tuple[Substitution, ...] = ()
        for index, ready in enumerate(self._ready):
            layer = ready or self._layer(index, parts, context)
            layers.append(layer)
            left_out += layer.left_out
            substitutions += layer.substitutions
        return Content(layers, self.fixed, compose_link(self._links, context), left_out, substitutions)

    def _layer(self, index: int, parts: Sequence[object] | None, context: ContentContext) -> LayerContent:
        places = self._places[index]
        if places is None or parts is None:
            return self._filled(index, context)
        key: list[object] = [self.layers[index].fingerprint, context.voice.currency, context.live is None]
        key.append(context.language)
        for place in places:
            part = parts[place]
            if part is ...:
                return self._filled(index, context)
            key.append(part)
        found = self._memo.get(tuple(key))
        if not isinstance(found, LayerContent):
            found = self._filled(index, context)
            self._memo.put(tuple(key), found)
        return found

    def _filled(self, index: int, context: ContentContext) -> LayerContent:
        own = context.with_own_notes()
        blocks = tuple(blocks_of((self.layers[index],), self._canvas, own))
        return LayerContent(blocks, tuple(own.left_out), tuple(own.substitutions))


def is_fixed(layer: Layer) -> bool:
    """Whether a layer looks the same for everybody, always."""
    return all(_is_fixed(inner) for inner in walk((layer,)))


def _is_fixed(layer: Layer) -> bool:
    if layer.timed or layer.when or layer.from_ or layer.until or layer.prefetched is not None or layer.needs():
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
