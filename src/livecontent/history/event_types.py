"""Events of a shop's own, each with a JSON Schema of its properties: what does not fit is refused."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
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
    """An event as it is declared; `names` are its properties, with their types where they are plain values."""

    name: str  # of its file
    names: Mapping[str, Any]
    validator: _Validator

    def check(self, properties: Mapping[str, Any]) -> None:
        """Raises `DataError` with the property that does not fit."""
        try:
            error = next(iter(self.validator.iter_errors(dict(properties))), None)
        except (ValueError, ArithmeticError, RecursionError) as odd:
            raise DataError(f"properties: can't be held against the schema of {self.name}: {odd}") from None
        if error is not None:
            where = ".".join(("properties", *map(str, error.absolute_path)))
            raise DataError(f"{where}: {error.message[:_SHOWN]} (as the schema of {self.name} says)")

    def from_texts(self, properties: Mapping[str, object]) -> Mapping[str, object]:
        """The same with numbers and yes or no where they are declared: a CSV has texts alone."""
        return {name: _read_as(self.names.get(name), value) for name, value in properties.items()}


EventTypes = Mapping[str, EventType]  # by name, as it is understood


def parse_event_type(stem: str, text: str) -> EventType:
    """The event that a file of this name declares, such as `recipe_cooked`.

    Raises `DataError` with the line, and what is wrong with it. A schema stands alone: no other address is asked.
    """
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise DataError("1: not JSON: too deep") from None
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        raise DataError('1: write the JSON Schema of an object, such as {"properties": {"recipe": {"type": "string"}}}')
    return EventType(stem, _names(schema), _validator_of(schema))


def _validator_of(schema: Mapping[str, Any]) -> _Validator:
    from jsonschema import Draft202012Validator, SchemaError  # who declares none does not wait for it
    from jsonschema.validators import extend
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    made = extend(Draft202012Validator, {"multipleOf": _multiple_of, "uniqueItems": _unique_items})  # type: ignore[no-untyped-call]
    validator: _Validator = made(schema, registry=Registry())
    try:
        Draft202012Validator.check_schema(schema)
        for reference in _references(schema):
            resolver.lookup(reference)
        list(validator.iter_errors({}))
    except SchemaError as error:
        raise DataError(f"1: {'.'.join(map(str, error.absolute_path))}: {error.message[:_SHOWN]}") from None
    except Unresolvable as error:
        raise DataError(f"1: $ref: {error.ref} is not in this file") from None
    except RecursionError:
        raise DataError("1: $ref: it leads to itself without end") from None
    return validator


def _multiple_of(_: object, step: float, value: object, _schema: object) -> Iterator[Exception]:
    """As written: 19.99 is a multiple of 0.01, though not in binary."""
    from jsonschema import ValidationError

    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and (Fraction(str(value)) / Fraction(str(step))).denominator != 1:
        yield ValidationError(f"{value!r} is not a multiple of {step}")


def _unique_items(_: object, wanted: object, items: object, _schema: object) -> Iterator[Exception]:
    """In one go: thousands of items compared with each other would hold a server up."""
    from jsonschema import ValidationError

    if wanted and isinstance(items, list) and len({json.dumps(one, sort_keys=True) for one in items}) < len(items):
        yield ValidationError("has the same item twice")


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for one in schema:
            yield from _references(one)
    elif isinstance(schema, dict):
        for name, one in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(one, str):
                yield one
            yield from _references(one)


def _names(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: _type_of(one) for name, one in schema.get("properties", {}).items()}


def _type_of(schema: object) -> Any:
    """`Any` where it is no plain value, or one of several types; null beside it is none."""
    told = schema.get("type") if isinstance(schema, dict) else None
    kinds = [one for one in (told if isinstance(told, list) else [told]) if one != "null"]
    return _TYPES.get(kinds[0], Any) if len(kinds) == 1 and isinstance(kinds[0], str) else Any


def _read_as(kind: Any, value: object) -> object:
    """What can't be read stays a text, and the schema says what is wrong with it."""
    if not isinstance(value, str):
        return value
    if kind is bool:
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    if kind in (int, float):
        with suppress(ValueError):
            return int(value) if kind is int else float(value)
    return value
