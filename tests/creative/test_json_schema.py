"""The JSON Schema that editors check with: one error for each mistake, in the key that is wrong."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from livecontent.compose.kinds import KINDS
from livecontent.creative.schema import creative_schema

SHOP = Path(__file__).parents[1] / "cases/marketer/templates"
SCHEMA = creative_schema()
CHECK = jsonschema.Draft202012Validator(SCHEMA)


def errors_of(layer: dict[str, Any], **keys: Any) -> list[tuple[str, str]]:
    creative = {"title": "T", "size": "60x30", "variants": [{"name": "a", "layers": [layer]}], **keys}
    return [(error.json_path.partition("layers[0]")[2], error.message) for error in CHECK.iter_errors(creative)]


@pytest.mark.parametrize(
    ("layer", "where", "words"),
    [
        ({"text": "x", "colour": "red"}, "", "'colour' was unexpected"),
        ({"text": "x", "color": "red"}, ".color", "'red' does not match"),
        ({"text": "x", "font": {"sise": 3}}, ".font", "'sise' was unexpected"),
        ({"text": "x", "font": {"size": "12px"}}, ".font.size", "'12px' is not of type 'number'"),
        ({"text": "x", "box": None}, ".box", "None is not of type 'array'"),
        ({"text": "x", "box": [1, 2, 3]}, ".box", "too short"),
        ({"text": "x", "when": 5}, ".when", "5 is not of type 'string'"),
        ({"text": {"english": "x"}}, ".text", "'english' does not match"),
        ({"text": {"en": []}}, ".text.en", "[] is not of type"),
        ({"shape": "circle", "fill": "white"}, ".shape", "'circle' is not one of"),
        ({"shape": "ellipse", "fill": {"gradient": ["#fff"]}}, ".fill.gradient", "too short"),
        ({"shape": "ellipse", "fill": "blue"}, ".fill", "'blue' does not match"),
        ({"fill": "white", "radius": 3}, "", "'radius' was unexpected"),
        ({"group": [{"text": "x", "colour": "red"}]}, ".group[0]", "'colour' was unexpected"),
        ({"text": "x", "prefetched": [{"icon": []}]}, ".prefetched[0].icon", "[] is not of type"),
        ({"text": "x", "color": [{"when": "true", "use": "red"}, "#111"]}, ".color[0].use", "'red' does not match"),
        ({"text": "x", "color": [{"when": "true", "use": "#c00"}, "red"]}, ".color[1]", "'red' does not match"),
        ({"text": "x", "color": [{"use": "#c00"}, "#111"]}, ".color[0]", "'when' is a required property"),
        ({"text": "x", "font": {"size": [{"when": "true", "use": "x"}]}}, ".font.size[0].use", "'x' is not of type"),
        ({"component": 3}, ".component", "3 is not of type"),
        ({"txt": "x"}, "", "is not valid under any of the given schemas"),
    ],
)
def test_a_mistake_has_one_error_in_its_place(layer: dict[str, Any], where: str, words: str) -> None:
    ((path, message),) = errors_of(layer)
    assert path == where
    assert words in message


@pytest.mark.parametrize(
    ("param", "words"),
    [
        ({"type": "int", "min": 0, "max": 1}, "'int' is not one of"),
        ({"type": "integer", "min": 0}, "'max' is a required property"),
        ({"min": 0, "max": 1}, "'type' is a required property"),
        ({"type": "moment", "defualt": "x"}, "'defualt' was unexpected"),
    ],
)
def test_so_has_one_in_a_parameter(param: dict[str, Any], words: str) -> None:
    messages = [message for _, message in errors_of({"text": "x"}, params={"p": param})]
    assert any(words in message for message in messages)
    assert len(messages) == 1


def test_every_key_has_a_description_and_an_example_that_is_right() -> None:
    models = {"Creative": SCHEMA, **{name: one for name, one in SCHEMA["$defs"].items() if name != "Layer"}}
    for name, model in models.items():
        for key, value in model["properties"].items():
            assert value.get("description"), f"{name}.{key}"
            (example,) = value["examples"]
            one = jsonschema.Draft202012Validator({**value, "$defs": SCHEMA["$defs"]})
            assert not [error.message for error in one.iter_errors(example)], f"{name}.{key}"


@pytest.mark.parametrize("name", sorted(folder.name for folder in SHOP.iterdir()))
def test_what_a_marketer_wrote_is_right(name: str) -> None:
    data = YAML(typ="safe", pure=True).load((SHOP / name / "creative.yaml").read_text(encoding="utf-8"))
    assert not [error.message for error in CHECK.iter_errors(data)]


def test_it_can_be_written_as_a_file() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_each_kind_of_layer_is_told_by_its_key() -> None:
    text = str(SCHEMA["$defs"]["Layer"])
    assert [kind for kind in KINDS if f"'required': ['{kind}']" not in text] == []


@pytest.mark.parametrize(
    "layer",
    [
        {"text": "x", "color": "brand.red", "font": {"size": "with.size"}},
        {"text": "x", "color": {"light": "#111", "dark": "#eee"}, "font": "brand.head"},
        {"component": "price", "with": {"price": 3}, "box": [0, 0, 9, 9]},
        {"row": [{"component": "price"}], "gap": "brand.gap"},
    ],
)
def test_what_is_shared_and_two_themes_are_right(layer: dict[str, Any]) -> None:
    assert errors_of(layer) == []


def test_it_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
