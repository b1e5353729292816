"""Lists of numbers: as they stand in creative.yaml, as a fact, or as a text with commas between them."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from livecontent.compose.context import ContentContext, number_from
from livecontent.expressions.template import MissingValueError, Template

_PATH = re.compile(r"[a-z_]\w*(\.[a-zA-Z_]\w*)+")


def read_series(value: Any) -> Any:
    """A text that becomes numbers with commas, from a list of numbers or the name of one, such as `item.days`."""
    if isinstance(value, list | tuple) and all(isinstance(one, int | float) and one is not True for one in value):
        return ", ".join(map(str, value))
    if isinstance(value, str) and _PATH.fullmatch(value.strip()):
        return f"{{{{ {value.strip()} | join: ',' }}}}"
    return value


SeriesText = Annotated[
    Template,
    BeforeValidator(read_series),
    WithJsonSchema(
        {"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]}
    ),
]


def series_from(text: str, most: int) -> tuple[float, ...]:
    """The numbers of a text with commas between them. Raises `MissingValueError`, also for none and for too many."""
    if not text.strip():
        raise MissingValueError("there are no numbers")
    numbers = tuple([number_from(part) for part in text.split(",")])
    if len(numbers) > most:
        raise MissingValueError(f"there are {len(numbers)} numbers, at most {most} are drawn")
    return numbers


def series_of(text: Template, context: ContentContext, most: int) -> tuple[float, ...]:
    """The numbers that a text becomes. Raises `MissingValueError`."""
    return series_from(context.write(text), most)
