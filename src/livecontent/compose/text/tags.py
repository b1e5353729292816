"""Texts with tags in them: `<b> <i> <s> <u> <br> <span color size weight font>`.

Tags are read when a creative is published, in what its author wrote: those in a value are letters like any other. Each
branch of Liquid closes what it opens, so that it is known of every letter how it looks, whatever the facts are.
"""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.for_tag import ForNode

from livecontent.compose.text.look import PLAIN_LOOK, Line, Look
from livecontent.compose.values import FONT_SIZES, read_colour
from livecontent.errors import did_you_mean
from livecontent.expressions.marks import LOOKS
from livecontent.expressions.template import LocalizedTemplate, Template, WordingError, plain_parts
from livecontent.scene import Colour
from livecontent.vocabulary import Vocabulary

TAGS = ("b", "i", "s", "u", "br", "span")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*?)?)(/?)>")
_UNFINISHED = re.compile(r"<span\b[^<>]*\Z", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s+([^\s="']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(px|%)?")
_WEIGHT = re.compile(r"[1-9]\d\d")
_PARTS = (20, 500)  # percent of the size around
_ATTRIBUTES = ("color", "size", "weight", "font")
# What HTML has for what is meant.
_MEANT = {
    **dict.fromkeys(("strong", "h1", "h2", "h3"), "write <b>"),
    **dict.fromkeys(("em", "cite"), "write <i>"),
    **dict.fromkeys(("del", "strike"), "write <s>"),
    "ins": "write <u>",
    **dict.fromkeys(("p", "div"), "write <br> where a line ends"),
    **dict.fromkeys(("font", "small", "big", "sup", "sub"), "write <span size='80%'>"),
}


class RichTemplate(Template):
    """A text with tags: what it becomes has marks where letters begin to look otherwise, by their place in `looks`."""

    __slots__ = ("families", "looks")

    def __init__(self, source: str, vocabulary: Vocabulary | None = None) -> None:
        """As a template without tags. Raises `WordingError` for a tag that there is not, or that is not closed."""
        super().__init__(source, vocabulary)
        reader = _Reader(source)
        if self._template is None:
            self._words = reader.text(source, 0)
            reader.end()
        else:
            reader.block(self._template.nodes, RenderContext(self._template))
            self._parts = plain_parts(self._template)
        tagged = len(reader.looks) > 1
        self.looks: tuple[Look, ...] = tuple(reader.looks) if tagged else ()  # none where all letters look alike
        self.families: Sequence[tuple[str, int]] = tuple(reader.families)  # of fonts, each with its place

    @property
    def wording(self) -> str:
        """Its source without tags."""
        return _TAG.sub("", self.source)


class RichText(LocalizedTemplate):
    """The same text with tags in one or several languages."""

    __slots__ = ()
    kind: ClassVar[type[Template]] = RichTemplate

    @property
    def colours(self) -> Iterator[Colour]:
        """Those that tags name, in any of the languages."""
        for words in self.by_language.values():
            yield from (look.colour for look in getattr(words, "looks", ()) if look.colour)


def first_tag(words: str) -> str:
    """The first tag in a text that has none, as it is written there; "" where all is words."""
    return next((match[0] for match in _TAG.finditer(words) if match[2].lower() in TAGS), "")


class _Opened(NamedTuple):
    """A tag that waits to be closed, and the look before it."""

    name: str
    offset: int
    before: Look


class _Reader:
    """Reads tags, and writes marks or line breaks in their place."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open: list[_Opened] = []  # in this branch
        self._look = PLAIN_LOOK
        self.looks: list[Look] = [PLAIN_LOOK]
        self.families: list[tuple[str, int]] = []

    def block(self, nodes: list[Node], context: RenderContext) -> None:
        """Nodes of Liquid that close what they open."""
        around, self._open = self._open, []
        for node in list(nodes):
            self._node(node, context)
            if isinstance(node, ForNode) and len(self.looks) > 1:  # `break` may have left a tag open
                nodes.insert(nodes.index(node) + 1, ContentNode(node.token, self._mark()))
        self.end()
        self._open = around

    def text(self, text: str, offset: int) -> str:
        """Words with marks in place of tags."""
        written: list[str] = []
        end = 0
        for match in _TAG.finditer(text):
            written += (text[end : match.start()], self._tag(match, offset + match.start()))
            end = match.end()
        if found := _UNFINISHED.search(text, end):
            message = f"a > is missing behind {found[0][:20]!r}: a tag is written whole, and no fact stands in it"
            raise WordingError(message, offset + found.start())
        return "".join([*written, text[end:]])

    def end(self) -> None:
        """Refuses what is still open where a branch, or the text, ends."""
        if self._open:
            name, offset, _ = self._open[-1]
            where = " in the branch that opens it" if "{%" in self._source else ""
            raise WordingError(f"<{name}> is not closed: write </{name}>{where}", offset)

    def _node(self, node: Node, context: RenderContext) -> None:
        start = node.token.start_index
        if isinstance(node, ContentNode):
            if not self._source.startswith("{%", start):  # else it stands between raw and endraw
                node.text = self.text(node.text, self._source.find(node.text, start))
        elif isinstance(node, BlockNode):
            self.block(node.nodes, context)
        elif isinstance(node, CaptureNode):
            self._without(node, context)
        else:
            for child in node.children(context):
                self._node(child, context)

    def _without(self, node: Node, context: RenderContext) -> None:
        """Refuses tags in what is captured: filters would see marks in it."""
        for child in node.children(context):
            if isinstance(child, ContentNode) and (tag := first_tag(child.text)):
                offset = self._source.find(tag, child.token.start_index)
                raise WordingError(f"{tag} can't be captured: write it around the value where that is shown", offset)
            self._without(child, context)

    def _tag(self, match: re.Match[str], offset: int) -> str:
        slash, written, attributes, empty = match.groups()
        name = written.lower()
        if name not in TAGS:
            raise WordingError(_unknown(match[0], name), offset)
        if attributes.strip() and (slash or name != "span"):
            tag = f"</{name}>" if slash else f"<{name}>"
            raise WordingError(f"{tag} takes no attributes: write <span {attributes.strip()}> ... </span>", offset)
        if name == "br" and not slash:
            return "\n"
        if name == "br" or empty:
            right = "<br>" if name == "br" else f"<{name}> ... </{name}>"
            raise WordingError(f"{match[0]} has nothing in it: write {right}", offset)
        if slash:
            self._close(name, offset)
        else:
            self._open.append(_Opened(name, offset, self._look))
            self._look = self._within(name, attributes, offset + len(name) + 1)
        return self._mark()

    def _close(self, name: str, offset: int) -> None:
        if not self._open:
            where = " in this branch" if "{%" in self._source else ""
            raise WordingError(f"</{name}> closes nothing{where}: <{name}> is missing before it", offset)
        opened = self._open.pop()
        if opened.name != name:
            raise WordingError(f"</{name}> stands where </{opened.name}> is expected: write that before it", offset)
        self._look = opened.before

    def _mark(self) -> str:
        if self._look not in self.looks:
            self.looks.append(self._look)
        place = self.looks.index(self._look)
        if place >= len(LOOKS):
            raise WordingError(f"a text has at most {len(LOOKS)} ways to look", self._open[-1].offset)
        return LOOKS[place]

    def _within(self, name: str, attributes: str, offset: int) -> Look:
        """The look inside of a tag."""
        look = self._look
        match name:
            case "b":
                return look.bolder()
            case "i":
                return look._replace(italic=True)
            case "u":
                return look._replace(under=look.under or Line(look.colour))
            case "s":
                return look._replace(through=look.through or Line(look.colour))
        return self._span(look, attributes, offset)

    def _span(self, look: Look, attributes: str, offset: int) -> Look:
        end = 0
        while attributes[end:].strip():
            match = _ATTRIBUTE.match(attributes, end)
            if match is None:
                part = attributes[end:].strip()
                raise WordingError(f"{part[:30]!r} can't be read: write <span color='#c00'>", offset + end)
            value = next((one for one in match.groups()[1:] if one is not None), None)
            place = offset + match.start(1)
            if match[1] not in _ATTRIBUTES:
                help_ = did_you_mean(match[1], _ATTRIBUTES) or f"there are {', '.join(_ATTRIBUTES)}"
                raise WordingError(f"<span> takes no '{match[1]}': {help_}", place)
            if value is None:
                raise WordingError(f"{match[1]} has no value: write <span {match[1]}='...'>", place)
            look = self._styled(look, match[1], value.strip(), place)
            end = match.end()
        return look

    def _styled(self, look: Look, name: str, value: str, offset: int) -> Look:
        """A look with one attribute of a span."""
        match name:
            case "color":
                try:
                    return look._replace(colour=read_colour(value))
                except ValueError as error:
                    raise WordingError(str(error), offset) from None
            case "weight":
                if not _WEIGHT.fullmatch(value):
                    raise WordingError("weight is a number from 100 to 900, such as weight='700'", offset)
                return look._replace(weight=int(value), bold=False)
            case "font" if value:
                self.families.append((value, offset))
                return look._replace(family=value)
            case "size" if found := _SIZE.fullmatch(value):
                number, low, high = float(found[1]), *(_PARTS if found[2] == "%" else FONT_SIZES)
                if low <= number <= high:
                    return look.sized(number / 100) if found[2] == "%" else look._replace(size=number, part=1.0)
        (smallest, largest), (low, high) = FONT_SIZES, _PARTS
        if name == "font":
            raise WordingError("font is the name of a family, such as font='Inter'", offset)
        message = f"size is {smallest} to {largest} pixels, such as size='24', or {low}% to {high}%, such as size='80%'"
        raise WordingError(message, offset)


def _unknown(tag: str, name: str) -> str:
    help_ = _MEANT.get(name) or "there are <b>, <i>, <s>, <u>, <br> and <span>"
    return f"unknown tag {tag[:40]}: {help_}; it is drawn as it stands where it is written {{{{ '{tag[:40]}' }}}}"
