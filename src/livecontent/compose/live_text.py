"""Live text: the words of a variant as text for a web page, line by line as they are drawn, and what is left of it.

What a page can't write as the image has it (turned, faded or outlined letters, words under a picture) stays drawn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, groupby
from math import floor
from typing import NamedTuple, cast

from livecontent.compose.context import LayoutContext
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Block, Layer, nodes_of, spoken, walk
from livecontent.compose.memo import Content
from livecontent.compose.text.layout import UPPER_PART, fit, left_part
from livecontent.compose.text.look import Look
from livecontent.compose.text.paragraphs import paragraphs_of
from livecontent.compose.text.said import PLAIN, Said
from livecontent.compose.text.tags import RichTemplate
from livecontent.compose.text.words import Style, TextLine
from livecontent.compose.values import Rect
from livecontent.expressions.template import each_language
from livecontent.looks import Corners
from livecontent.scene import Box, Colour, Group, Node, Shape, Text

_UNSEEN = Colour(0, 0, 0, 0)


class TextSpan(NamedTuple):
    """Letters of one style; the lines under and through them have a colour where they are there."""

    text: str
    style: Style
    colour: Colour
    under: Colour | None = None
    through: Colour | None = None


class Ground(NamedTuple):
    """A rectangle of one colour under a text alone, as that of a button; CSS pixels."""

    box: Rect
    colour: Colour
    radius: tuple[float, ...]  # of the four corners, from the top left


class LiveText(NamedTuple):
    """A text as it stands in the image: its lines in reading order, each as high as the others; CSS pixels."""

    box: Rect  # of the letters
    lines: tuple[tuple[TextSpan, ...], ...]
    line_height: float
    align: float  # part of the free width that is left of a shorter line
    rtl: bool
    language: str
    ground: Ground | None = None

    @property
    def spans(self) -> Iterator[TextSpan]:
        """Those of all lines."""
        return chain.from_iterable(self.lines)


class DrawnText(NamedTuple):
    """Words that stay in the picture; people who can't see it are told them."""

    words: str
    language: str


ReadText = LiveText | DrawnText


class ParsedVariant(NamedTuple):
    """What is to be read in a variant, from bottom to top, and the nodes of all that is to be seen beside it."""

    texts: tuple[ReadText, ...]
    nodes: tuple[Node, ...]


def families_of(layers: Iterable[Layer]) -> Set[str]:
    """The families of fonts that texts are in."""
    found: set[str] = set()
    for layer in walk(layers, prefetched=True):
        if isinstance(layer, TextLayer):
            found.add(layer.font.family)
            texts = [template for _, text in layer.texts() for template in each_language(text)]
            found.update(look.family for text in texts if isinstance(text, RichTemplate) for look in text.looks)
    return found


def parse_variant(content: Content, layout: LayoutContext) -> ParsedVariant:
    """Parts live text from what stays drawn."""
    settled = [_settled(block, layout) for layer in content.layers for block in layer.blocks]
    leaves = list(_leaves(settled))
    live: dict[int, LiveText] = {}  # by the identity of the block, which `settled` holds
    for place, leaf in enumerate(leaves):
        if isinstance(leaf.layer, TextLayer) and _as_page_text(leaf.layer):
            text = _live(leaf.layer, leaf, layout)
            if not any(_meet(text.box, one.box) for one in leaves[place + 1 :] if one.layer.kind != "text"):
                live[id(leaf)] = text
    texts: list[ReadText] = []
    blocks = [_parted(block, live, texts) for block in settled]
    nodes = nodes_of(blocks, layout)
    grounds = _grounds(texts, nodes, layout.scale)
    for place, shape in grounds.items():
        if isinstance(found := texts[place], LiveText):
            texts[place] = found._replace(ground=_ground(shape, layout.scale))
    return ParsedVariant(tuple(texts), tuple(_without(nodes, set(grounds.values()))))


def _grounds(texts: Sequence[ReadText], nodes: Iterable[Node], scale: int) -> Mapping[int, Shape]:
    """The topmost rectangle that is under one text alone, and not much larger, by the place of the text."""
    boxes = {place: _scaled(text, scale) for place, text in enumerate(texts) if isinstance(text, LiveText)}
    drawn = [node for node in _flat(nodes) if not (isinstance(node, Text) and node.colour == _UNSEEN)]
    found: dict[int, Shape] = {}
    for place, shape in enumerate(drawn):
        if not (isinstance(shape, Shape) and _is_plain_rectangle(shape)):
            continue
        over = [text for text, box in boxes.items() if _meet(box, shape.box)]
        if len(over) != 1 or any(_meet(Rect(*node.box), shape.box) for node in drawn[place + 1 :]):
            continue
        if _within(boxes[over[0]], shape.box) and shape.box.height <= 3 * boxes[over[0]].height:
            found[over[0]] = shape
    return found


def _scaled(text: LiveText, scale: int) -> Rect:
    return Rect(*(length * scale for length in text.box))


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """What is drawn, from bottom to top; what is drawn as one is one."""
    for node in nodes:
        if isinstance(node, Group) and _is_plain(node):
            yield from _flat(node.nodes)
        else:
            yield node


def _is_plain_rectangle(node: Shape) -> bool:
    """Whether a page can write it."""
    if node.kind != "rectangle" or not isinstance(node.paint, Colour):
        return False
    return node.opacity == 1 and not (node.stroke or node.shadow or node.clip)


def _is_plain(group: Group) -> bool:
    return group.opacity == 1 and not (group.shadow or group.effects or group.stay)


def _without(nodes: Iterable[Node], shapes: Set[Shape]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Group) and _is_plain(node):
            yield node._replace(nodes=tuple(_without(node.nodes, shapes)))
        elif node not in shapes:
            yield node


def _ground(shape: Shape, scale: int) -> Ground:
    corners = shape.radius if isinstance(shape.radius, Corners) else (shape.radius,) * 4
    box, radius = Rect(*(length / scale for length in shape.box)), tuple(corner / scale for corner in corners)
    return Ground(box, cast("Colour", shape.paint), radius)


def _within(one: Rect, other: Box) -> bool:
    across = other.x <= one.x and one.x + one.width <= other.x + other.width
    return across and other.y <= one.y and one.y + one.height <= other.y + other.height


def _settled(block: Block, layout: LayoutContext) -> Block:
    """A block, and all in it, in their boxes."""
    if not block.layer.plain:
        return block
    block = block.layer.settled(block, layout)
    if _holds(block):
        block = block._replace(value=tuple(_settled(inner, layout) for inner in block.value))
    return block


def _holds(block: Block) -> bool:
    return type(block.value) is tuple and bool(block.layer.inner())


def _leaves(blocks: Iterable[Block]) -> Iterator[Block]:
    """What is drawn, from bottom to top; what is drawn as one is one."""
    for block in blocks:
        if _holds(block) and block.layer.plain and block.layer.opacity == 1:
            yield from _leaves(block.value)
        else:
            yield block


def _as_page_text(layer: TextLayer) -> bool:
    """Whether a page can write a text as the image has it."""
    return layer.plain and layer.opacity == 1 and not (layer.stroke or layer.shadow)


def _meet(one: Rect, other: Rect | Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def _parted(block: Block, live: Mapping[int, LiveText], texts: list[ReadText]) -> Block:
    """A block without its live texts; what is to be read in it is added to what was found before."""
    if text := live.get(id(block)):
        texts.append(text)
        return block._replace(layer=_unseen(block.layer), value=_unlooked(block.value))
    if _holds(block) and block.layer.plain and block.layer.opacity == 1:
        return block._replace(value=tuple(_parted(inner, live, texts) for inner in block.value))
    texts += [
        DrawnText(one.words, one.value.language if isinstance(one.value, Said) else "") for one in spoken((block,))
    ]
    return block


def _unseen(layer: Layer) -> Layer:
    """A text whose letters are not seen, on the ground that it has."""
    return TextLayer.model_construct(**{**dict(layer), "color": _UNSEEN})


def _unlooked(said: Said) -> Said:
    return said._replace(looks=tuple(look._replace(colour=_UNSEEN, under=None, through=None) for look in said.looks))


def _live(layer: TextLayer, block: Block, layout: LayoutContext) -> LiveText:
    said, style = block.value, layer.text_style
    room = layer.padding.within(block.box, rtl=said.rtl)
    language = "" if PLAIN.fullmatch(said.words) else said.shapes or said.language
    setter, lines = fit(paragraphs_of(said, layout.fonts, layout.breaks), style, language, room, layout, said.looks)
    size = max(map(setter.tallest, lines), default=setter.style.size) if said.looks else setter.style.size
    height = size * style.line_height
    left = left_part(style.align, lines[0]) if lines else 0.0
    width = max([line.width for line in lines], default=0.0)
    top = room.y + UPPER_PART[style.valign] * (room.height - height * len(lines))
    top += _lift(height, *layout.fonts.metrics(*style.face, size))
    box = Rect(room.x + left * (room.width - width), top, width, height * len(lines))
    spans = tuple(tuple(_spans(line, said.looks, setter.looks or (setter.style,), layer.color)) for line in lines)
    return LiveText(box, spans, height, left, said.rtl, said.language)


def _lift(line_height: float, ascent: float, descent: float) -> float:
    """How far above its place a browser sets a line: it goes by whole pixels (SimpleFontData of Chromium)."""
    whole, below = round(ascent), round(descent)
    return (line_height - ascent - descent) / 2 + ascent - floor((line_height - whole - below) / 2) - whole


def _spans(line: TextLine, looks: Sequence[Look], styles: Sequence[Style], colour: Colour) -> Iterator[TextSpan]:
    """The letters of a line in reading order, those of one look together."""
    letters = chain.from_iterable(_letters(line))
    for place, group in groupby(letters, lambda letter: letter[1]):
        text = "".join(letter for letter, _ in group)
        look = looks[place] if looks else Look()
        ink = look.colour or colour
        under, through = (stripe and (stripe.colour or ink) for stripe in (look.under, look.through))
        yield TextSpan(text, styles[place], ink, under, through)


def _letters(line: TextLine) -> Iterator[Iterable[tuple[str, int]]]:
    for place, word in enumerate(line.words):
        yield zip(word.text, word.looks or [0] * len(word.text), strict=False)
        if word.space and place + 1 < len(line.words):
            yield [(" ", word.space_look)]
