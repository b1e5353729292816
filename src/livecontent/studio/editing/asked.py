"""What scripts of the editor send: edits of a draft in JSON."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from livecontent.creative.editing.edits import MOST_EDITS, DeleteValue, Edit, InsertItem, MoveItem, SetValue
from livecontent.creative.plain_yaml import YamlPath
from livecontent.studio.forms import read_whole_body

MAX_BODY = 1024 * 1024  # bytes
_STEPS = 60  # of a path


async def read_sent_json(request: Request) -> Mapping[str, Any]:
    """An object of JSON. Raises `HTTPException`."""
    try:
        found = json.loads(await read_whole_body(request, MAX_BODY))
    except (ValueError, RecursionError):
        raise HTTPException(400, "this is not JSON") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "a JSON object is expected")
    return found


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A text of an object. Raises `HTTPException`."""
    value = body.get(name)
    if not isinstance(value, str):
        raise HTTPException(400, f"'{name}' is expected, a text")
    return value


def read_edits(found: object) -> list[Edit]:
    """Edits as they stand in JSON: `{"op": "set", "path": ["title"], "value": "New"}`. Raises `HTTPException`."""
    if not isinstance(found, list) or len(found) > MOST_EDITS:
        raise HTTPException(400, f"'ops' is expected, a list of at most {MOST_EDITS} edits")
    return [_edit(one) for one in found]


def _edit(one: object) -> Edit:
    match one:
        case {"op": "set", "path": path, "value": value}:
            return SetValue(_path(path), value)
        case {"op": "insert", "path": path, "value": value}:
            return InsertItem(_path(path), value)
        case {"op": "delete", "path": path}:
            return DeleteValue(_path(path))
        case {"op": "move", "path": path, "to": int() as to}:
            return MoveItem(_path(path), to)
    raise HTTPException(400, "an edit is set or insert with path and value, delete with path, or move with path and to")


def _path(found: object) -> YamlPath:
    plain = isinstance(found, list) and all(isinstance(step, str | int) and step is not True for step in found)
    if not isinstance(found, list) or not plain or len(found) > _STEPS:
        raise HTTPException(400, f"a path is a list of at most {_STEPS} keys and numbers")
    return tuple(found)
