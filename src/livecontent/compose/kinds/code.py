"""Codes that a till, a gate or a phone reads, with the quiet zones that readers need."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import zxingcpp
from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import ColourValue, Length, Rect
from livecontent.expressions.template import MissingValueError, Template
from livecontent.scene import Colour, Modules, Node, Shape

CodeKind = Literal["qr", "ean13", "upca", "code128", "aztec", "pdf417", "datamatrix"]

_FORMATS: Mapping[CodeKind, Any] = MappingProxyType(
    {
        "qr": zxingcpp.BarcodeFormat.QRCode,
        "ean13": zxingcpp.BarcodeFormat.EAN13,
        "upca": zxingcpp.BarcodeFormat.UPCA,
        "code128": zxingcpp.BarcodeFormat.Code128,
        "aztec": zxingcpp.BarcodeFormat.Aztec,
        "pdf417": zxingcpp.BarcodeFormat.PDF417,
        "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    }
)
# Modules on each side: ISO/IEC 18004, 15420, 15417, 24778 (which needs none: one is for grounds of other colours),
# 15438 and 16022.
_QUIET: Mapping[CodeKind, int] = MappingProxyType(
    {"qr": 4, "ean13": 11, "upca": 9, "code128": 10, "aztec": 1, "pdf417": 2, "datamatrix": 1}
)
_OPTIONS: Mapping[CodeKind, Mapping[str, Any]] = MappingProxyType(
    {"qr": {"ec_level": "M"}, "datamatrix": {"force_square": True}}  # fewer readers know long ones
)
_DARK = b"1" + b"0" * 255  # for each byte of a bitmap, in which black is 0
_BARS = frozenset({"ean13", "upca", "code128"})
_BETWEEN = re.compile("(?<=[0-9])[- \u00a0\u2010-\u2013\u202f]+(?=[0-9])")  # as people write 978-3-16-148410-0


class CodeLayer(Layer):
    """A code with its quiet zone inside the box."""

    kind: ClassVar[str] = "code"
    most_cut: ClassVar[float] = 0.02

    code: Template
    code_kind: CodeKind = Field("qr", alias="kind")
    color: ColourValue = Colour(0, 0, 0)
    background: ColourValue = Colour(255, 255, 255)

    @property
    def natural(self) -> tuple[Length, Length]:
        """Large enough for what most codes say."""
        side = self.width if self.height is None else self.height
        if self.code_kind in ("qr", "aztec", "datamatrix"):
            return (120, 120) if side is None else (side, side)
        return 240, 80

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """Rows of modules, "1" dark, with the quiet zone; bars have one row."""
        rows = _modules(self.code_kind, context.write(self.code))
        across, down = len(rows[0]), len(rows)
        if across > box.width or down > box.height:  # cameras lose finer modules
            size = f"{across} modules" if down == 1 else f"{across} x {down} modules"
            raise MissingValueError(f"the code has {size}, and the box {box.width:g} x {box.height:g} CSS pixels")
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
    if kind == "ean13":
        content = _ean(content)
    elif kind == "upca":
        content = _upc(content)
    try:
        barcode = zxingcpp.create_barcode(content, _FORMATS[kind], **_OPTIONS.get(kind, {}))
        bitmap: Any = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    except (ValueError, RuntimeError) as error:
        raise MissingValueError(f"{content[:40]!r} can't be a {kind}: {error}") from None
    height, width = bitmap.shape
    modules = bitmap.tobytes().translate(_DARK).decode()
    dark = [modules[start : start + width] for start in range(0, width * height, width)]
    side = "0" * _QUIET[kind]
    if kind in _BARS:
        return (side + dark[height // 2] + side,)
    empty = "0" * (width + 2 * len(side))
    edge = [empty] * len(side)
    return (*edge, *(side + row + side for row in dark), *edge)


def _ean(content: str) -> str:
    """The 13 digits of an EAN: 12 get their check digit, unless they are a UPC-A, which is an EAN without its 0."""
    digits = _BETWEEN.sub("", content)
    if not re.fullmatch(r"[0-9]{12,13}", digits):
        raise MissingValueError(f"{content[:40]!r} does not have the 12 or 13 digits of an EAN")
    if len(digits) == 12:
        return f"0{digits}" if digits[-1] == _check_digit(digits[:-1]) else digits + _check_digit(digits)
    return _checked(digits)


def _upc(content: str) -> str:
    """The 12 digits of a UPC-A; never 11, as nobody can tell whether the first or the last is missing."""
    digits = _BETWEEN.sub("", content)
    if not re.fullmatch(r"0?[0-9]{12}", digits):
        raise MissingValueError(f"{content[:40]!r} does not have the 12 digits of a UPC-A")
    return _checked(digits[-12:])


def _checked(digits: str) -> str:
    """Digits whose last is right for the others. Raises `MissingValueError`."""
    right = _check_digit(digits[:-1])
    if digits[-1] != right:
        raise MissingValueError(
            f"{digits}: the check digit is {digits[-1]}, and {right} would be right: a typing error?"
        )
    return digits


def _check_digit(digits: str) -> str:
    """What follows digits, of which every other one counts threefold: https://www.gs1.org/services/check-digit-calculator"""
    return str(-sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits))) % 10)
