"""Events of a shop's own, each with a JSON Schema of its properties: what does not fit is refused."""

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from livecontent.errors import DataError

_TYPES: Mapping[str, type] = MappingProxyType({"string": str, "number": float, "integer": int, "boolean": bool})
_SHOWN = 200  # characters of what a validator says


def event_named(name: str) -> str:
    """An event as it is understood, however it is spelled."""
    return name.casefold().replace("_", " ")


class _Validator(Protocol):
    def iter_errors(self, instance: object) -> Iterable[Any]: ...


class EventType(NamedTuple):
    """An event as it is declared; `names` are its properties that are plain values, with their types."""

    name: str  # of its file
    names: Mapping[str, type]
    validator: _Validator

    def check(self, properties: Mapping[str, Any]) -> None:
        """Raises `DataError` with the property that does not fit."""
        for error in self.validator.iter_errors(dict(properties)):
            where = ".".join(("properties", *map(str, error.absolute_path)))
            raise DataError(f"{where}: {error.message[:_SHOWN]} (as the schema of {self.name} says)")


EventTypes = Mapping[str, EventType]  # by name, as it is understood


def parse_event_type(stem: str, text: str) -> EventType:
    """The event that a file of this name declares, such as `recipe_cooked`.

    Raises `DataError` with the line, and what is wrong with it. A schema stands alone: no other address is asked.
    """
    from jsonschema import Draft202012Validator, SchemaError  # who declares none does not wait for it
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise DataError("1: not JSON: too deep") from None
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        raise DataError('1: write the JSON Schema of an object, such as {"properties": {"recipe": {"type": "string"}}}')
    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    try:
        Draft202012Validator.check_schema(schema)
        for reference in _references(schema):
            resolver.lookup(reference)
    except SchemaError as error:
        raise DataError(f"1: {'.'.join(map(str, error.absolute_path))}: {error.message[:_SHOWN]}") from None
    except Unresolvable as error:
        raise DataError(f"1: $ref: {error.ref} is not in this file") from None
    return EventType(stem, _names(schema), Draft202012Validator(schema, registry=Registry()))


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for one in schema:
            yield from _references(one)
    elif isinstance(schema, dict):
        for name, one in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(one, str):
                yield one
            yield from _references(one)


def _names(schema: Mapping[str, Any]) -> Mapping[str, type]:
    found = schema.get("properties", {})
    return {name: _TYPES[one["type"]] for name, one in found.items() if _is_plain(one)}


def _is_plain(schema: object) -> bool:
    return isinstance(schema, dict) and isinstance(schema.get("type"), str) and schema["type"] in _TYPES
