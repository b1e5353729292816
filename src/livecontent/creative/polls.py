"""Polls: questions of a creative to which a click is an answer."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from livecontent.compose.values import Model

_POLL_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_ANSWER = re.compile("[a-z0-9][a-z0-9_]{0,39}")
_NO_ANSWERS = frozenset({"total", "share"})  # they stand beside the answers in the fact


def poll_name(name: str) -> str:
    """A name as facts have them. Raises `ValueError`."""
    if not _POLL_NAME.fullmatch(name):
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
