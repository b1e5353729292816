"""From the blocks of a row or column to their boxes."""

from collections.abc import Iterator

from livecontent.compose.context import LayoutContext
from livecontent.compose.flow.boxes import FlowBox, FlowStyle, hugged, laid_out
from livecontent.compose.flow.item import Extent, FlowItem
from livecontent.compose.layer import Block, Flow
from livecontent.compose.values import Rect

_BEFORE = {"center": 0.5, "end": 1.0}  # of the free room, what is left before


def flow_item(
    block: Block, kind: type[FlowBox], style: FlowStyle, extent: tuple[Extent, Extent], context: LayoutContext
) -> FlowItem:
    """What is laid out of a block with others in it; the same for the same ones."""
    items = [child.layer.item(child, context) for child in block.value]
    key = (block.layer.fingerprint, *items)
    return context.items.get(key) or context.items.put(key, kind(*extent, style, items))


def arranged(block: Block, style: FlowStyle, context: LayoutContext) -> Block:
    """A row or column that stands in no other, and all in it, in their boxes.

    Where its width or height is that of its content, it stands in its box as its items would.
    """
    item, rtl = block.layer.item(block, context), block.flow is not None and block.flow.rtl
    box = block.box
    wide, high = block.layer.width == "auto", block.layer.height == "auto"
    if wide or high:
        width, height = hugged(item, box.width) if wide else (box.width, item.tall(box.width))
        height = height if high else box.height
        across, down = (style.justify, style.align) if item.along else (style.align, style.justify)
        left = _BEFORE.get(across, 0.0)
        left = (1 - left if rtl else left) * (box.width - width)
        box = Rect(box.x + left, box.y + _BEFORE.get(down, 0.0) * (box.height - height), width, height)
    return _settled(block, iter(laid_out(item, box, mirrored=rtl)))


def _settled(block: Block, boxes: Iterator[Rect]) -> Block:
    """A block, and those in it, in the boxes that come next."""
    box = next(boxes)
    if block.flow is None:
        return moved(block, box)
    inner = tuple([_settled(child, boxes) for child in block.value])
    return block._replace(box=box, value=inner, flow=Flow(block.flow.rtl, placed=True))


def moved(block: Block, box: Rect) -> Block:
    """A block in another box; those in it stand in this one as they stood in the other."""
    if block.flow or not (type(block.value) is tuple and block.layer.inner()):
        return block._replace(box=box)
    right, down = box.x - block.box.x, box.y - block.box.y
    inner = []
    for child in block.value:
        here = child.box
        here = box if here == block.box else Rect(here.x + right, here.y + down, here.width, here.height)
        inner.append(moved(child, here))
    return block._replace(box=box, value=tuple(inner))
