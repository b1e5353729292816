"""From the blocks of a row or column to their boxes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from livecontent.compose.context import LayoutContext
from livecontent.compose.flow.boxes import FlowBox, hugged
from livecontent.compose.flow.item import FlowItem
from livecontent.compose.layer import Block, Flow
from livecontent.compose.values import Rect

_new = tuple.__new__  # of a named tuple, without a call of Python
_PLACED = Flow(rtl=False, placed=True)
_BEFORE: Mapping[str, float] = MappingProxyType({"center": 0.5, "end": 1.0})  # of the free room, what is left before


def flow_item(block: Block, make: Callable[[Sequence[FlowItem]], FlowBox], context: LayoutContext) -> FlowBox:
    """What is laid out of a block with others in it, which is made of their items; the same for the same ones."""
    layer = block[0]
    items: list[FlowItem] = []
    for child in block[2]:
        items.append(child[0].item(child, context))  # noqa: PERF401  a comprehension is a call
    key = (layer.fingerprint, *items)
    found = context.items.get(key)
    if not isinstance(found, FlowBox):
        found = make(items)
        context.items.put(key, found)
    return found


def arranged(block: Block, item: FlowBox) -> Block:
    """A row or column that stands in no other, and all in it, in their boxes.

    Where its width or height is that of its content, it stands in its box as its items would.
    """
    box, style, rtl = block.box, item.style, block.flow is not None and block.flow.rtl
    wide, high = block.layer.width == "auto", block.layer.height == "auto"
    if wide or high:
        width, height = hugged(item, box.width) if wide else (box.width, item.tall(box.width))
        height = height if high else box.height
        across, down = (style.justify, style.align) if item.along else (style.align, style.justify)
        left = _BEFORE.get(across, 0.0)
        left = (1 - left if rtl else left) * (box.width - width)
        box = Rect(box.x + left, box.y + _BEFORE.get(down, 0.0) * (box.height - height), width, height)
    boxes = iter(item.laid_out(box, mirrored=rtl))
    return _settled(block, next(boxes), boxes, rtl)


def _settled(block: Block, box: Rect, boxes: Iterator[Rect], rtl: bool) -> Block:
    """A container in its box, and the blocks in it in those that come next."""
    inner: list[Block] = []
    for child in block.value:
        here = next(boxes)
        layer, before, value, words, flow, mask = child
        if flow is not None:
            inner.append(_settled(child, here, boxes, rtl))
            continue
        if layer.faces and value.rtl is not rtl:
            layer = layer.faced(rtl=rtl)
        if type(value) is tuple and value and type(value[0]) is Block:
            value = tuple([moved(one, before, here) for one in value])
        inner.append(_new(Block, (layer, here, value, words, None, mask)))
    return _new(Block, (block.layer, box, tuple(inner), block.words, _PLACED, block.mask))


def moved(block: Block, before: Rect, box: Rect) -> Block:
    """A block in another box than it stood in, where it is in this one as it was in the other."""
    here = block.box
    here = box if here == before else here._replace(x=here.x + box.x - before.x, y=here.y + box.y - before.y)
    value = block.value
    if block.flow is None and type(value) is tuple and value and type(value[0]) is Block:
        value = tuple([moved(child, block.box, here) for child in value])
    return block._replace(box=here, value=value)
