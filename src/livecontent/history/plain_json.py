"""JSON of which there is much, as `json` reads and writes it, in a third of the time."""

import json
from typing import Any, NoReturn

from pydantic_core import from_json, to_json


def decode_json(text: str | bytes, *, nan: bool = True) -> Any:
    """What a text says; `nan`: it may also say NaN and Infinity. Raises `ValueError` and `RecursionError`."""
    try:
        return from_json(text, allow_inf_nan=nan)
    except ValueError:  # also of what only `json` takes: half a character, what is deep, other encodings
        return json.loads(text, parse_constant=None if nan else _refuse)


def encode_json(value: object) -> str:
    """In the order that it has: the last is at the end."""
    try:
        return to_json(value).decode()
    except ValueError:  # deeper than it goes
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_start(value: object) -> str:
    """The beginning of a value, for who wrote it; also of one that is too deep to be written."""
    try:
        return json.dumps(value, ensure_ascii=False)[:40]
    except RecursionError:
        return "what is too deep"


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
