"""What an edit is in the text: patches by the spans of values, with the comments that belong to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from livecontent.creative.editing.nodes import (
    EditError,
    YamlItem,
    YamlNode,
    end_of_line,
    find_sign,
    past_blanks,
    start_of_line,
)
from livecontent.creative.editing.patches import Patch, TextPatches
from livecontent.creative.editing.writing import YamlValue, block_text, inline_text, scalar_text


@dataclass(frozen=True, slots=True)
class Spans:
    """A text, and how its lines end."""

    text: str
    newline: str

    def replaced(self, owner: YamlItem, value: YamlValue, *, flow: bool) -> TextPatches:
        """A value in place of another; `flow` in brackets or braces."""
        node = owner.value
        if node.marked:
            raise EditError((), "it has a tag or an anchor, which would be lost: change it as text")
        if node.is_empty:
            return [Patch(node.start, "", self._after_sign(node.start) + inline_text(value, flow=flow))]
        if node.kind != "scalar" and not node.flow:
            return self._in_place_of_block(owner, value)
        if node.style in ("|", ">"):
            return self._in_place_of_lines(node, value)
        written = self._written(value, node.style, flow=flow)
        return [Patch(node.start, self.text[node.start : node.end], written)]

    def _after_sign(self, at: int) -> str:
        """What parts a value from its key or dash; in braces a key may stand there without its colon."""
        before = self.text[at - 1 : at]
        return "" if before in (" ", "\t") else " " if before in (":", "-") else ": "

    @staticmethod
    def _written(value: YamlValue, style: str, *, flow: bool) -> str:
        if isinstance(value, str | int | float | None):
            return scalar_text(value, style, flow=flow)
        return inline_text(value, flow=flow)

    def _in_place_of_lines(self, node: YamlNode, value: YamlValue) -> TextPatches:
        """In place of a text behind | or >: again so, where it has lines; the comment behind the sign stays."""
        head, first = self._header(node)
        header, body = self.text[node.start : head], self.text[first : node.end]
        if isinstance(value, str) and "\n" in value and node.style == "|":
            line = body.lstrip("\r\n")
            indent = line[: len(line) - len(line.lstrip(" "))]
            if indent and (written := block_text(value, indent, self.newline)):
                sign, _, lines = written.partition(self.newline)
                return [Patch(node.start, header, sign), Patch(first, body, self.newline + lines)]
        return [Patch(node.start, header, self._written(value, "", flow=False)), Patch(first, body, "")]

    def _header(self, node: YamlNode) -> tuple[int, int]:
        """Where the sign ends, and its line."""
        first = min(end_of_line(self.text, node.start), node.end)
        return node.start + len(self.text[node.start : first].split(" ", 1)[0].split("\t", 1)[0]), first

    def _in_place_of_block(self, owner: YamlItem, value: YamlValue) -> TextPatches:
        """On the line of its key or dash; comments there, and behind the last line, stay."""
        node = owner.value
        written = inline_text(value, flow=False)
        sign = find_sign(self.text, owner.key.end, ":") if owner.key else owner.start
        line = end_of_line(self.text, sign)
        if node.start < line:
            return [Patch(node.start, self.text[node.start : node.end], written)]
        return [Patch(sign + 1, "", f" {written}"), Patch(line, self.text[line : node.end], "")]

    def with_key(self, node: YamlNode, key: str, value: YamlValue) -> TextPatches:
        """A mapping with one key more, at its end."""
        if not node.flow:
            last, column = node.items[-1], node.items[0].key
            at = end_of_line(self.text, last.end)
            indent = self.newline + " " * (column.column if column else 0)
            return [Patch(at, "", f"{indent}{scalar_text(key)}: {inline_text(value, flow=False)}")]
        pair = f"{scalar_text(key, flow=True)}: {inline_text(value)}"
        return self._appended(node, "{", pair)

    def inserted(self, node: YamlNode, index: int, value: YamlValue) -> TextPatches:
        """A list with one item more; in a block before the comment that belongs to the item that was there."""
        if node.flow:
            if index < len(node.items):
                return [Patch(node.items[index].start, "", f"{inline_text(value)}, ")]
            return self._appended(node, "[", inline_text(value))
        column = self._column(node.items[0].start)
        indent = self.newline + " " * column
        written = f"- {self._as_neighbours(node, value, column)}"
        if index < len(node.items):
            return [Patch(self._unit(node, index)[0], "", written + indent)]
        return [Patch(end_of_line(self.text, node.items[-1].end), "", indent + written)]

    def _as_neighbours(self, node: YamlNode, value: YamlValue, column: int) -> str:
        """A mapping over several lines, where another in the list is; all else on one line."""
        blocks = [item.value for item in node.items if item.value.kind == "mapping" and not item.value.flow]
        if not blocks or not isinstance(value, Mapping) or not value:
            return inline_text(value, flow=False)
        indent = self.newline + " " * (column + 2)
        return indent.join(f"{scalar_text(key)}: {inline_text(inner, flow=False)}" for key, inner in value.items())

    def _appended(self, node: YamlNode, bracket: str, written: str) -> TextPatches:
        if node.items:
            return [Patch(node.items[-1].end, "", f", {written}")]
        if self.text[node.start] != bracket:
            raise EditError((), "there is nothing to add it to")
        return [Patch(node.start + 1, "", written)]

    def deleted(self, owner: YamlItem | None, node: YamlNode, index: int, *, flow: bool) -> TextPatches:
        """A mapping or list without one of its values; `flow`: whether it stands in brackets or braces itself."""
        if node.flow:
            return self._deleted_in_flow(node, index)
        if len(node.items) == 1:
            empty: YamlValue = {} if node.kind == "mapping" else []
            if owner is not None:
                return self.replaced(owner, empty, flow=flow)
            return [Patch(node.start, self.text[node.start : node.end], inline_text(empty))]
        start, end = self._unit(node, index)
        line = start_of_line(self.text, start)
        if self.text[line:start].strip():  # it shares its line with a dash
            following = node.items[index + 1].start
            if "#" not in self.text[end:following]:
                return [self._cut(start, following)]
            return [self._cut(len(self.text[:start].rstrip(" ")), end)]
        if end < len(self.text):
            return [self._cut(line, self.text.index("\n", end) + 1)]
        return [self._cut(end_of_line(self.text, max(line - 2, 0)), end)]

    def _deleted_in_flow(self, node: YamlNode, index: int) -> TextPatches:
        start, end = node.items[index].start, node.items[index].end
        after = past_blanks(self.text, end)
        if self.text[after : after + 1] == ",":
            if after != end:
                return [self._cut(start, end), self._cut(after, after + 1)]
            following = self._past_spaces(after + 1)
            comment = self.text[following : following + 1] == "#"  # which is one only behind a blank
            return [self._cut(start, after + 1 if comment else following)]
        before = self._past_spaces(start, -1)
        if index == 0:
            return [self._cut(start, end)]
        comma = find_sign(self.text, node.items[index - 1].end, ",")
        return [self._cut(comma, end)] if comma + 1 == before else [self._cut(comma, comma + 1), self._cut(start, end)]

    def _past_spaces(self, at: int, step: int = 1) -> int:
        """Past the blanks behind a place, or back over those before it."""
        if step < 0:
            return len(self.text[:at].rstrip(" "))
        return len(self.text) - len(self.text[at:].lstrip(" "))

    def moved(self, node: YamlNode, index: int, to: int) -> TextPatches:
        """A list in another order; what stands between its items stays."""
        count = len(node.items)
        spans = [(item.start, item.end) for item in node.items] if node.flow else []
        spans = spans or [self._unit(node, place) for place in range(count)]
        order = list(range(count))
        order.insert(to, order.pop(index))
        written = ""
        for place, one in enumerate(order):
            written += self.text[slice(*spans[one])]
            written += self.text[spans[place][1] : spans[place + 1][0]] if place + 1 < count else ""
        start = spans[0][0]
        return [Patch(start, self.text[start : spans[-1][1]], written).least]

    def _unit(self, node: YamlNode, index: int) -> tuple[int, int]:
        """A value in a block with its comments: those behind it, and but for the first those in the lines above it."""
        item = node.items[index]
        start, column = item.start, self._column(item.start)
        least = end_of_line(self.text, node.items[index - 1].end) if index else start
        while (line := start_of_line(self.text, start)) > least:
            above = start_of_line(self.text, line - 1)
            comment = self.text[above : line - 1]
            if above <= least or len(comment) - len(comment.lstrip(" ")) != column or comment.lstrip(" ")[:1] != "#":
                break
            start = above + column
        return start, end_of_line(self.text, item.end)

    def _column(self, at: int) -> int:
        return at - start_of_line(self.text, at)

    def _cut(self, start: int, end: int) -> Patch:
        return Patch(start, self.text[start:end], "")
