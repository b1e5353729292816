"""Codes that a till or a phone reads: QR, EAN-13, Code 128, with the quiet zones that readers need."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import zxingcpp

from livecontent.compose.context import ComposeContext
from livecontent.creative.layers import CodeLayer
from livecontent.expressions.template import MissingValueError
from livecontent.scene import Box, Modules, Node, Shape

_FORMATS = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "code128": zxingcpp.BarcodeFormat.Code128,
}
_QUIET = {"qr": 4, "ean13": 11, "code128": 10}  # modules on each side: ISO/IEC 18004, 15420 and 15417


def compose_barcode(layer: CodeLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A code on its ground."""
    rows = _modules(layer.kind, desk.write(layer.code))
    side = min(box.width, box.height) if len(rows) > 1 else box.width
    if len(rows[0]) * desk.scale > side:  # cameras lose finer modules
        raise MissingValueError(
            f"the code has {len(rows[0])} modules, and the box {side // desk.scale} CSS pixels for them"
        )
    shadow = desk.shadow(layer.shadow)
    ground = Shape(box=box, opacity=layer.opacity, shadow=shadow, paint=layer.background)
    return ground, Modules(box=box, opacity=layer.opacity, rows=rows, colour=layer.color)


@lru_cache(maxsize=512)
def _modules(kind: str, content: str) -> tuple[str, ...]:
    """Rows of modules, '1' dark, with the quiet zone. Raises `MissingValueError` for what can't be coded."""
    if not content:
        raise MissingValueError("there is nothing to code")
    if kind == "ean13" and not re.fullmatch(r"[0-9]{12,13}", content):
        raise MissingValueError(f"{content[:40]!r} has not the 12 or 13 digits of an EAN")
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
