"""The rectangles that nodes paint in."""

from collections.abc import Iterable, Iterator

from livecontent.looks import Effects, Perspective
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.warps import reach
from livecontent.scene import Box, Group, Node, Shadow, Shape, Text, Ticker


def bounds(node: Node, fonts: Fonts, frame: float = 0) -> Box | None:
    """Where a node's ink and shadow stay, None without ink; a countdown without its time has the ink of any time."""
    if isinstance(node, Text):
        area = _around_letters(node, fonts)
    elif isinstance(node, Group):
        if node.stay and not node.stay.holds(frame):
            return None
        area = union(bounds(inner, fonts, frame) for inner in node.nodes)
        if area and node.effects and in_box(node.effects):
            area = common(area, node.box)
    elif isinstance(node, Ticker):
        shown = [bounds(inner, fonts) for inner in node.nodes(int(frame))]
        area = union(shown if node.left is not None else [*shown, *_slots(node, fonts)])
    elif isinstance(node, Shape) and node.kind == "line" and node.stroke:  # a level or upright one fills its stroke
        x, y, width, height = node.box
        area = Box(x, y, max(width, node.stroke.width), max(height, node.stroke.width))
    elif isinstance(node, Shape) and node.clip:
        area = common(node.box, node.clip)
    else:
        area = node.box
    return spread(area, node) if area else None


def in_box(effects: Effects) -> bool:
    """Whether nothing is seen of what a group has outside of its box."""
    return effects.mask is not None or isinstance(effects.warp, Perspective)


def slots(node: Node, fonts: Fonts) -> Iterator[tuple[Box, ...]]:
    """For each countdown in a node, where the digit of each place stays, with its shadow, whichever digit it is."""
    if isinstance(node, Ticker):
        yield tuple([spread(box, node) for box in _slots(node, fonts)])
    elif isinstance(node, Group):
        for inner in node.nodes:
            for boxes in slots(inner, fonts):
                yield tuple([spread(box, node) for box in boxes])


def _slots(ticker: Ticker, fonts: Fonts) -> list[Box]:
    clock = ticker.clock
    places = sum(group.digits for group in clock.groups)
    digits = zip(*(clock.runs(digit * places) for digit in "0123456789"), strict=True)
    texts = (Text(box=ticker.box, runs=runs, colour=clock.colour) for runs in digits)
    return [box for text in texts if (box := _around_letters(text, fonts))]


def _around_letters(node: Text, fonts: Fonts) -> Box | None:
    stroke = node.stroke.width if node.stroke else 0
    edges = []
    for run in node.runs:
        mask, dx, dy = fonts.mask(run.text, run.face, run.size, run.rtl, stroke, run.optical)
        left, top, (width, height) = run.x + dx, run.y + dy, mask.size
        edges.append((left, top, left + width, top + height))
    if not edges:
        return None
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    left, top = min(lefts), min(tops)
    return Box(left, top, max(rights) - left, max(bottoms) - top)


def spread(area: Box, node: Node) -> Box:
    """Where ink inside of a node is seen: where its effects bring it, with its shadow."""
    if isinstance(node, Group) and node.effects and node.effects.warp:
        seen = common(area, node.box) if in_box(node.effects) else area
        area = reach(node.effects.warp, node.box, seen or node.box)
    if node.shadow is None:
        return area
    return grown(area, reach_of(node.shadow))


def reach_of(shadow: Shadow) -> int:
    """How far a shadow may reach beyond what throws it."""
    return 2 * shadow.blur + max(abs(shadow.dx), abs(shadow.dy))


def grown(box: Box, margin: int) -> Box:
    """A box with a margin on each side."""
    return Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)


def common(one: Box, other: Box) -> Box | None:
    """What two boxes share."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.x + one.width, other.x + other.width), min(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def inside(part: Box, whole: Box) -> Box:
    """A part of a box, from the corner of that box."""
    return part._replace(x=part.x - whole.x, y=part.y - whole.y)


def meet(one: Box | None, other: Box) -> bool:
    """Whether two boxes share a pixel."""
    return one is not None and (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def union(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around all."""
    found = [box for box in boxes if box]
    if not found:
        return None
    edges = [(x, y, x + width, y + height) for x, y, width, height in found]
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    left, top = min(lefts), min(tops)
    return Box(left, top, max(rights) - left, max(bottoms) - top)
