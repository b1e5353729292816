"""What can be written at each place of a creative: facts, closed values, keys, names of what there is."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from livecontent.creative.drafts import Draft
from livecontent.creative.load import FILE
from livecontent.creative.model import AvailableAssets
from livecontent.creative.plain_yaml import parse_plain
from livecontent.creative.schema import creative_schema
from livecontent.creative.shared import SharedFiles
from livecontent.errors import CreativeError
from livecontent.expressions.filters import FILTERS
from livecontent.vocabulary import Vocabulary

Described = dict[str, str]  # names, each with what it is


def keys_by_place() -> dict[str, dict[str, Described]]:
    """Keys with their descriptions, by the key above them and of each kind of layer; and closed values by key."""
    schema = creative_schema()
    definitions = schema["$defs"]
    places: dict[str, Described] = {"": _described(schema["properties"])}
    layers: dict[str, Described] = {}
    values: dict[str, Described] = {}
    for name, model in (("", schema), *definitions.items()):
        properties = model.get("properties", {})
        if name.endswith("Layer") and properties:
            layers[next(iter(set(model["required"]) & set(properties)))] = _described(properties)
        for key, value in properties.items():
            for found in _objects(value, definitions):
                places.setdefault(key, {}).update(_described(found))
            if closed := list(_closed(value)):
                values.setdefault(key, {}).update(dict.fromkeys(closed, ""))
    return {"keys": places, "layers": layers, "values": values}


def _described(properties: Mapping[str, Any]) -> Described:
    return {key: str(value.get("description", "")) for key, value in properties.items()}


def _objects(value: Any, definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The properties of the objects that a value may be; layers have places of their own."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, definitions)
    if isinstance(value, Mapping):
        name = str(value.get("$ref", "")).rpartition("/")[2]
        if name and name not in ("Layer", "Alternative"):
            yield definitions[name].get("properties", {})
        for inner in value.values():
            yield from _objects(inner, definitions)


def _closed(value: Any) -> Iterator[str]:
    """The only texts that a value may be."""
    if isinstance(value, list):
        for item in value:
            yield from _closed(item)
    if isinstance(value, Mapping):
        yield from (text for text in value.get("enum", ()) if isinstance(text, str))
        for key, inner in value.items():
            if key not in ("examples", "default", "properties", "enum"):
                yield from _closed(inner)


def facts_of(vocabulary: Vocabulary, recipient: Iterable[str]) -> dict[str, Any]:
    """The names of each fact, how it is asked for, and the only texts that some may be."""
    values: dict[str, list[str]] = {}
    facts: dict[str, Any] = {}
    for root, fact in vocabulary.types.items():
        names = sorted({*fact.names, *(recipient if root == "recipient" else ())})
        facts[root] = {"shape": fact.shape, "names": names}
        values |= {f"{root}.{name}": sorted(choices) for name, choices in fact.choices.items()}
    return {"facts": facts, "choices": values}


def creative_names(draft: Draft, shared: SharedFiles, assets: AvailableAssets) -> dict[str, list[str]]:
    """What the creative may name: its parameters, styles and pictures, and what it shares with others."""
    read = parse_plain(draft.files[FILE].decode("utf-8", "replace").removeprefix("\ufeff"))
    data = read[0] if read else {}
    try:
        brand = sorted(shared.names)
        styles = shared.brand.data.get("styles") or {} if shared.brand else {}
    except CreativeError:
        brand, styles = [], {}
    return {
        "params": sorted(map(str, _mapping(data.get("params")))),
        "styles": sorted({*map(str, _mapping(data.get("styles"))), *styles}),
        "files": sorted(set(draft.files) - {FILE}),
        "brand": [f"brand.{name}" for name in brand],
        "components": shared.components,
        "icons": sorted(assets.icons),
        "families": sorted(assets.families),
        "filters": sorted(FILTERS),
    }


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
