"""Corners and dashes, as people write them."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema


def read_radius(value: object) -> object:
    """How round corners are, from a number for all or `[top left, top right, bottom right, bottom left]`."""
    four = value if isinstance(value, list | tuple) else [value] * 4
    if len(four) != 4 or not are_numbers(four, 0, 2000):
        raise ValueError(
            "a radius is one number or [top left, top right, bottom right, bottom left], each 0 to 2000 CSS pixels"
        )
    return four[0] if len(set(four)) == 1 else tuple(four)


def read_dash(value: object) -> object:
    """A dash from `[6, 4]`."""
    if not isinstance(value, list | tuple) or len(value) != 2 or not are_numbers(value, 0.5, 500):
        raise ValueError("a dash is [its length, the gap after it], each 0.5 to 500 CSS pixels, such as [6, 4]")
    return tuple(value)


def are_numbers(values: Iterable[object], low: float, high: float) -> bool:
    """Whether all values are numbers, within limits."""
    return all(isinstance(one, int | float) and not isinstance(one, bool) and low <= one <= high for one in values)


_PIXELS = {"type": "number", "minimum": 0, "maximum": 2000}
RadiusValue = Annotated[
    float | tuple[float, float, float, float],
    BeforeValidator(read_radius),
    WithJsonSchema({"anyOf": [_PIXELS, {"type": "array", "items": _PIXELS, "minItems": 4, "maxItems": 4}]}),
]
DashValue = Annotated[
    tuple[float, float],
    BeforeValidator(read_dash),
    WithJsonSchema(
        {"type": "array", "items": {"type": "number", "minimum": 0.5, "maximum": 500}, "minItems": 2, "maxItems": 2}
    ),
]
