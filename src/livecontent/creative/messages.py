"""Validation errors of creatives in plain words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pydantic_core import ErrorDetails

from livecontent.compose.kinds import KINDS
from livecontent.compose.values import Fit, Font, GradientValue, Model, ShadowValue, StrokeValue
from livecontent.creative.model import Creative, Variant
from livecontent.creative.params import ChoiceParam, IntegerParam, MomentParam, NumberParam, Poll
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem, did_you_mean

_NUMBER = "a number is expected here, such as 40 (pixels need no px)"
_WHOLE = "a whole number is expected here, such as 400"
_MOMENT = "a moment is expected here, such as 2026-12-24T18:00"
_KEYS = "keys with values are expected here"
_TEXT = "a text is expected here"
_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "missing": "'{key}' is missing",
        "value_error": "{error}",
        "too_short": "at least {min_length} is expected here",
        "too_long": "at most {max_length} are expected here",
        "string_too_short": "this must be at least {min_length} character long",
        "string_too_long": "this must be at most {max_length} characters long",
        "string_type": _TEXT,
        "invalid_key": "a text is expected as a key",
        "tuple_type": "a list is expected here",
        **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _KEYS),
        **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
        **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _WHOLE),
        **dict.fromkeys(("bool_type", "bool_parsing"), "true or false is expected here"),
        **dict.fromkeys(
            ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"), _MOMENT
        ),
        "greater_than_equal": "this must be at least {ge:g}",
        "greater_than": "this must be more than {gt:g}",
        "less_than_equal": "this must be at most {le:g}",
        "less_than": "this must be less than {lt:g}",
        "literal_error": "'{input}' is not allowed here; allowed: {expected}",
        "union_tag_invalid": "'{tag}' is not allowed here; allowed: {expected_tags}",
        "union_tag_not_found": "{discriminator} is missing",
    }
)
_TAGS = ("if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "for", "endfor", "assign")
_EARLIER: Mapping[str, str] = MappingProxyType({"steady": "prefetched", "good_for": "valid_for"})  # names of keys
_NO_MAPPING = ("dict_type", "mapping_type", "model_type", "model_attributes_type", "layer")
# The models by the key that they stand under, or by the tag that the model tells.
_BY_KEY: Mapping[str, tuple[str, type[Model]]] = MappingProxyType(
    {
        "font": ("font", Font),
        "labels": ("font", Font),
        "fit": ("fit", Fit),
        "shadow": ("shadow", ShadowValue),
        "stroke": ("stroke", StrokeValue),
        "a gradient": ("gradient", GradientValue),
        "integer": ("integer", IntegerParam),
        "number": ("number", NumberParam),
        "choice": ("choice", ChoiceParam),
        "moment": ("moment", MomentParam),
    }
)


def explain_validation_error(source: YamlSource, item: ErrorDetails) -> Problem:
    """A problem of the model, in plain words, at its place."""
    loc, context = item["loc"], item.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    path = tuple(step for index, step in enumerate(loc) if not _is_kind(loc, index))
    if item["type"] == "extra_forbidden":
        problem = _unknown_key(source, path, key, *_model_at(loc[:-1]))
        return replace(problem, help="quote a text with a comma in it") if item["input"] is None else problem
    if slip := _slip(source, path, item):
        return source.problem(path, slip)
    if path == ("variants",) and item["type"] == "too_long" and (many := _too_many_offers(source, context)):
        return many
    pattern = _PLAIN.get(item["type"], "{message}")
    shown = str(item["input"])[:40]
    message = pattern.format_map({"message": item["msg"], "key": key, "input": shown, **context})
    help_ = _nearest(shown, context["expected"].split("'")[1::2]) if item["type"] == "literal_error" else ""
    if tag := re.search(r"unexpected tag '(\w+)'", message):
        help_ = did_you_mean(tag[1], _TAGS)
    return source.problem(path, message, help_=help_, offset=context.get("offset", 0))


def _too_many_offers(source: YamlSource, context: Mapping[str, int]) -> Problem | None:
    """Of too many variants, where nobody has written that many."""
    variants = source.data["variants"]
    offers = [index for index, one in enumerate(variants) if isinstance(one, Mapping) and "offers" in one]
    if not offers:
        return None
    all_, most = context["actual_length"], context["max_length"]
    message = f"{len(offers)} offers are chosen here, one variant for each, which makes {all_}; {most} are the most"
    help_ = "choose fewer by a tag or by their names, such as offers: [summer, gift-card]"
    return source.problem(("variants", offers[0], "offers"), message, help_=help_)


def _nearest(name: str, known: list[str]) -> str:
    """The one that a name begins with, else the nearest."""
    start = next((one for one in known if name.startswith(one)), "")
    return did_you_mean(start or name, known)


def _slip(source: YamlSource, path: YamlPath, item: ErrorDetails) -> str:
    """What YAML has read otherwise than it was meant; "" where it is nothing of that kind."""
    value = item["input"]
    here, line, column = source.spot(path)
    lines = here.source.lines[line - 1 : line]
    if item["type"] != "missing" and lines and lines[0].startswith("{{", column - 1):
        return "a text that begins with {{ is quoted"
    if item["type"] in _NO_MAPPING and isinstance(value, str) and (found := re.match(r"([a-z_]+):\S", value)):
        return f"a space is missing after '{found[1]}:'"
    if item["type"] == "layer" and isinstance(value, Mapping) and (keys := [key for key in value if ":" in str(key)]):
        return f"a space is missing after '{str(keys[0]).partition(':')[0]}:'"
    if item["type"] == "tuple_type" and isinstance(value, Mapping) and any(str(key).startswith("-") for key in value):
        return "a space is missing after '-'"
    return ""


def _is_kind(loc: YamlPath, index: int) -> bool:
    """After the index of a layer, and the name of a parameter, the model tells its kind: no step in the file."""
    if index >= 2 and loc[index - 2] in ("layers", "group", "row", "column", "prefetched"):
        return isinstance(loc[index - 1], int)
    return index == 2 and loc[0] == "params"


def _model_at(loc: YamlPath) -> tuple[str, type[Model]]:
    """The model of a place, and what people call it."""
    found: tuple[str, type[Model]] = ("creative", Creative)
    for index, step in enumerate(loc):
        if _is_kind(loc, index) and step in KINDS:
            found = (str(step), KINDS[str(step)])
        elif step == "variants" and index == 0:
            found = ("variant", Variant)
        elif step == "polls" and index == 0:
            found = ("poll", Poll)
        elif step in _BY_KEY:
            found = _BY_KEY[str(step)]
    return found


def _unknown_key(source: YamlSource, path: YamlPath, key: str, kind: str, model: type[Model]) -> Problem:
    """A key that this model has not: others may have it."""
    if found := re.match(r"([a-z_]+):\S", key):
        return source.problem(path, f"a space is missing after '{found[1]}:'")
    known = sorted(field.alias or name for name, field in model.model_fields.items())
    help_ = did_you_mean(_EARLIER.get(key, key), known) or f"there are: {', '.join(known)}"
    article = "an" if kind[0] in "aeiou" else "a"
    others = [name for name, other in KINDS.items() if key in other.model_fields]
    if not others or kind not in KINDS:
        return source.problem(path, f"unknown key '{key}'", help_=help_)
    takes = f"it is for: {', '.join(others)}"
    return source.problem(path, f"{article} {kind} takes no '{key}'", help_=takes)
