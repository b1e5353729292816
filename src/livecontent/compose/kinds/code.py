"""Codes that a till or a phone reads: QR, EAN-13, Code 128, with the quiet zones that readers need."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import zxingcpp
from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import ColourValue, Rect
from livecontent.expressions.template import MissingValueError, Template
from livecontent.scene import Colour, Modules, Node, Shape

CodeKind = Literal["qr", "ean13", "code128"]

_FORMATS: Mapping[CodeKind, Any] = MappingProxyType(
    {
        "qr": zxingcpp.BarcodeFormat.QRCode,
        "ean13": zxingcpp.BarcodeFormat.EAN13,
        "code128": zxingcpp.BarcodeFormat.Code128,
    }
)
# Modules on each side: ISO/IEC 18004, 15420 and 15417.
_QUIET: Mapping[CodeKind, int] = MappingProxyType({"qr": 4, "ean13": 11, "code128": 10})


class CodeLayer(Layer):
    """A code with its quiet zone inside the box."""

    kind: ClassVar[str] = "code"

    code: Template
    code_kind: CodeKind = Field("qr", alias="kind")
    color: ColourValue = Colour(0, 0, 0)
    background: ColourValue = Colour(255, 255, 255)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """Rows of modules, "1" dark, with the quiet zone; bars have one row."""
        rows = _modules(self.code_kind, context.write(self.code))
        side = min(box.width, box.height) if len(rows) > 1 else box.width
        if len(rows[0]) > side:  # cameras lose finer modules
            raise MissingValueError(f"the code has {len(rows[0])} modules, and the box {int(side)} CSS pixels for them")
        return (Block(self, box, rows),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The code on its ground."""
        box, shadow = context.box(block.box), context.shadow(self.shadow)
        ground = Shape(box=box, opacity=self.opacity, shadow=shadow, paint=self.background)
        return ground, Modules(box=box, opacity=self.opacity, rows=block.value, colour=self.color)


def _modules(kind: CodeKind, content: str) -> tuple[str, ...]:
    """Raises `MissingValueError` for what can't be coded."""
    if not content:
        raise MissingValueError("the code has no content")
    if kind == "ean13" and not re.fullmatch(r"[0-9]{12,13}", content):
        raise MissingValueError(f"{content[:40]!r} does not have the 12 or 13 digits of an EAN")
    try:
        options = {"ec_level": "M"} if kind == "qr" else {}
        barcode = zxingcpp.create_barcode(content, _FORMATS[kind], **options)
        bitmap: Any = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    except (ValueError, RuntimeError) as error:
        raise MissingValueError(f"{content[:40]!r} can't be a {kind}: {error}") from None
    height, width = bitmap.shape
    dark = ["".join("0" if bitmap[y, x] else "1" for x in range(width)) for y in range(height)]
    side = "0" * _QUIET[kind]
    if kind != "qr":
        return (side + dark[height // 2] + side,)
    empty = "0" * (width + 2 * len(side))
    edge = [empty] * len(side)
    return (*edge, *(side + row + side for row in dark), *edge)
