"""The JSON Schema of `creative.yaml`, for editors: a description of each key, and one error for each mistake."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import PydanticJsonSchemaWarning

from livecontent.compose.choice import SAME_ALWAYS
from livecontent.compose.kinds import KINDS
from livecontent.compose.layer import Layer
from livecontent.creative.deciding_described import OFFER
from livecontent.creative.descriptions import ALTERNATIVE, COMPONENT, DESCRIPTIONS
from livecontent.creative.limits import OF_OFFER
from livecontent.creative.model import Creative
from livecontent.creative.offers import TAGS
from livecontent.links import FACT_NAME

_VALUES = ("Font", "Fit", "GradientValue", "ShadowValue", "StrokeValue")  # parts of layers
_SHARED = frozenset(field.alias or name for name, field in Layer.model_fields.items())


def creative_schema() -> dict[str, Any]:
    """The schema of `creative.yaml`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)  # defaults that are compiled texts are not told
        schema = Creative.model_json_schema()
    definitions = schema.pop("$defs")
    for name, model in (("Creative", schema), *definitions.items()):
        for key, value in model.get("properties", {}).items():
            _describe(value, name, key)
    whole = _told_apart({**schema, "$defs": definitions}, definitions)
    for name, model in whole["$defs"].items():
        if "properties" in model and (name.endswith("Layer") or name in _VALUES):
            model["properties"] = {key: _with_choice(key, value) for key, value in model["properties"].items()}
    ground = whole["properties"]["background"]
    told = {word: ground.pop(word) for word in ("description", "examples") if word in ground}
    whole["properties"]["background"] = {**told, **_or_named(ground)}
    _name_or_offers(whole["$defs"]["Variant"])
    whole["$defs"]["Layer"] = _layer()
    whole["$defs"]["Alternative"] = _alternative()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


def offer_schema() -> dict[str, Any]:
    """The schema of `offers/NAME.yaml`: limits as variants have them, and fields of any name."""
    whole = creative_schema()
    variant = whole["$defs"]["Variant"]["properties"]
    text = {"type": ["string", "number", "boolean"]}
    field = {"if": {"type": "object"}, "then": {"additionalProperties": text, "minProperties": 1}, "else": text}
    keys: dict[str, Any] = {key: {"description": words, "examples": [one]} for key, (words, one) in OFFER.items()}
    limits = {key: variant[key] for key in sorted(OF_OFFER)}
    definitions = {name: whole["$defs"][name] for name in ("Cap",)}
    return {
        "$schema": whole["$schema"],
        "type": "object",
        "properties": {**{key: {**told, **field} for key, told in keys.items()}, TAGS: _tags(), **limits},
        "patternProperties": {f"^{FACT_NAME}$": {}},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _tags() -> dict[str, Any]:
    words = "Words by which creatives choose offers."
    return {"type": "array", "items": {"type": "string"}, "description": words, "examples": [["summer"]]}


def _name_or_offers(variant: dict[str, Any]) -> None:
    """A variant that is written for offers has their names."""
    variant["required"] = [key for key in variant["required"] if key != "name"]
    variant |= {"if": {"required": ["offers"]}, "then": {}, "else": {"required": ["name"]}}


def _describe(value: dict[str, Any], model: str, key: str) -> None:
    value.pop("title", None)
    if value.get("default") is None or key == "background":
        value.pop("default", None)
    shared = f"Layer.{key}" if model.endswith("Layer") and key in _SHARED else ""
    if words := DESCRIPTIONS.get(shared or f"{model}.{key}") or DESCRIPTIONS.get(f"Any.{key}"):
        value["description"], example = words
        value["examples"] = [example]


def _with_choice(key: str, value: dict[str, Any]) -> dict[str, Any]:
    """A value of a layer: written so, or a list of alternatives with their conditions."""
    if key in SAME_ALWAYS or "'#/$defs/Layer'" in str(value):
        return value
    told: dict[str, Any] = {word: value[word] for word in ("description", "examples", "default") if word in value}
    plain = _or_named({word: item for word, item in value.items() if word not in told})
    alternative: dict[str, Any] = {"required": ["use"], "type": "object"}
    item: dict[str, Any] = {
        "if": alternative,
        "then": {"$ref": "#/$defs/Alternative", "properties": {"use": plain}},
        "else": plain,
    }
    choice = {"type": "array", "items": item}
    return {**told, "if": {"type": "array", "contains": alternative}, "then": choice, "else": plain}


def _or_named(value: dict[str, Any]) -> dict[str, Any]:
    """A value, or a name of the brand, of a component's parameter or of an offer's field, or one for each theme."""
    named = {"type": "string", "pattern": r"^(brand|with|offer)\.[a-z]"}
    themed = {"type": "object", "required": ["light", "dark"]}
    return {"if": named, "then": {}, "else": {"if": themed, "then": {}, "else": value}}


def _alternative() -> dict[str, Any]:
    properties: dict[str, Any] = {
        key: {"description": words, "examples": [example]} for key, (words, example) in ALTERNATIVE.items()
    }
    properties["when"]["type"] = ["string", "boolean"]
    return {"type": "object", "properties": properties, "required": ["when", "use"], "additionalProperties": False}


def _layer() -> dict[str, Any]:
    """A layer of any kind, as the key that it has tells; `fill` is also a key of others."""
    kinds = sorted(KINDS, key=lambda kind: kind == "fill")
    none = {"anyOf": [{"required": [kind]} for kind in kinds]}
    component: dict[str, Any] = {"required": ["component"], "properties": dict(COMPONENT)}
    tests = [({"required": ["component"]}, component)]
    tests += [({"required": [kind]}, {"$ref": f"#/$defs/{KINDS[kind].__name__}"}) for kind in kinds]
    return {"type": "object", "description": "A layer; one of its keys tells its kind.", **_choose(tests, none)}


def _choose(tests: Iterable[tuple[dict[str, Any], dict[str, Any]]], other: dict[str, Any]) -> dict[str, Any]:
    """The first schema whose test holds, else another."""
    chosen = other
    for test, then in reversed(list(tests)):
        chosen = {"if": test, "then": then, "else": chosen}
    return chosen


def _told_apart(value: Any, definitions: Mapping[str, Any]) -> Any:
    """The same with `oneOf` and `anyOf` replaced by questions, so that a mistake has one error: in what was meant."""
    if isinstance(value, list):
        return [_told_apart(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: item for key, item in value.items() if key in ("examples", "default")}
    value = {key: _told_apart(item, definitions) for key, item in value.items()} | plain
    value.pop("discriminator", None)
    if "patternProperties" in value:
        value["additionalProperties"] = False
    nothing = {"type": "null"} if "default" not in value else None  # else it says that there is to be none
    options = [one for one in value.pop("oneOf", value.pop("anyOf", [])) if one != nothing]
    return {**value, **_one_of(options, definitions)} if options else value


def _one_of(options: list[dict[str, Any]], definitions: Mapping[str, Any]) -> dict[str, Any]:
    refs = [definitions.get(str(option.get("$ref")).rpartition("/")[2], {}) for option in options]
    if len(options) == 1:
        return options[0]
    types = [ref.get("properties", {}).get("type", {}).get("const") for ref in refs]
    if all(types):
        tests = [({"properties": {"type": {"const": kind}}}, one) for kind, one in zip(types, options, strict=True)]
        return {"properties": {"type": {"enum": types}}, **_choose(tests, {})}
    kinds = [option.get("type") or ref.get("type") or "string" for option, ref in zip(options, refs, strict=True)]
    simple, *others = sorted(zip(kinds, options, strict=True), key=lambda pair: pair[0] in ("object", "array"))
    return _choose([({"type": kind}, option) for kind, option in others], simple[1])
