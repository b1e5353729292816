"""Parameters and polls: what the address of an image may tell, and questions to which a click is an answer."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from livecontent.compose.values import Model
from livecontent.links import is_fact_name

RESERVED_PARAMS = frozenset({"at", "weather", "city", "client", "ip", "s", "sig"})

_LISTED = Field(max_length=100)
_ANSWER = re.compile("[a-z0-9][a-z0-9_]{0,39}")
_NO_ANSWERS = frozenset({"total", "share"})  # they stand beside the answers in the fact


class _Promise(Model):
    """A value that an image promises: an address is signed for it, unless anybody may write the value.

    Where the creative lists its values, those need no signature.
    """

    signed: bool = True

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, data: Any) -> Any:
        """The least and the greatest of numbers that are listed."""
        values = data.get("values") if isinstance(data, Mapping) else None
        if not isinstance(values, list | tuple) or not {type(one) for one in values} <= {int, float} or not values:
            return data
        return {"min": min(values), "max": max(values), **data}


class IntegerParam(_Promise):
    """A whole number from the address."""

    type: Literal["integer"]
    min: int
    max: int
    values: Annotated[tuple[int, ...], _LISTED] = ()
    default: int | None = None


class NumberParam(_Promise):
    """A number from the address."""

    type: Literal["number"]
    min: float
    max: float
    values: Annotated[tuple[float, ...], _LISTED] = ()
    default: float | None = None


class ChoiceParam(Model):
    """One of a few words from the address."""

    type: Literal["choice"]
    values: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    default: str | None = None


class MomentParam(_Promise):
    """A date and time from the address, such as 2026-12-24T18:00."""

    type: Literal["moment"]
    values: Annotated[tuple[datetime, ...], _LISTED] = ()
    default: datetime | None = None


Param = Annotated[IntegerParam | NumberParam | ChoiceParam | MomentParam, Field(discriminator="type")]


def poll_name(name: str) -> str:
    """A name as facts have them. Raises `ValueError`."""
    if not is_fact_name(name):
        raise ValueError(f"{name!r} is not a valid name: use lower-case letters, digits and _, as in poll.colour")
    return name


def _answer(value: object) -> str:
    text = str(value)
    if isinstance(value, bool) or not _ANSWER.fullmatch(text) or text in _NO_ANSWERS:
        raise ValueError(f"{value!r} is not an answer: use lower-case letters, digits and _; not total or share")
    return text


class Poll(Model):
    """A question to which a click is an answer."""

    answers: Annotated[
        tuple[Annotated[str, BeforeValidator(_answer, json_schema_input_type=str | int)], ...],
        Field(min_length=2, max_length=20),
    ]
