"""What can be changed of a layer in the panel of the canvas: each value with the place that it is written at."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from livecontent.compose.layer import Layer
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource

FieldType = Literal["words", "colour", "number", "family", "align", "valign", "picture", "icon", "rule"]

# By key, in the order of the panel; of a font its parts.
_TYPES: Mapping[str, FieldType] = {
    "text": "words",
    "image": "picture",
    "icon": "icon",
    "color": "colour",
    "fill": "colour",
    "background": "colour",
    "align": "align",
    "valign": "valign",
    "radius": "number",
    "opacity": "number",
    "when": "rule",
}
_FONT: Mapping[str, FieldType] = {"family": "family", "size": "number", "weight": "number"}


@dataclass(frozen=True, slots=True)
class LayerField:
    """A value: as it is written, else as it is meant; `style` names the one that it comes from."""

    key: str
    type: FieldType
    path: YamlPath
    value: str | float | None
    own: bool = False  # whether the layer says it itself
    style: str = ""
    language: str = ""  # of words in several
    fixed: bool = False  # whether it is more than one value, such as a choice or a gradient: changed as text

    def json(self) -> dict[str, object]:
        """As a script takes it."""
        return {name: value for name, value in asdict(self).items() if value or name in ("value", "path")}


@dataclass(frozen=True, slots=True)
class WrittenLayers:
    """The layers of a creative as they are written, and as they are meant: with styles and all put in."""

    written: Any
    meant: YamlSource

    def is_own(self, path: YamlPath) -> bool:
        """Whether a layer is written in the creative, not in a component."""
        return isinstance(value_at(self.written, path), Mapping)

    def style_of(self, path: YamlPath) -> str:
        """The style of the creative that a value comes from, "" where it comes from elsewhere."""
        here = self.meant.spot(path).here
        own = here.source.file == self.meant.file and here.path[:1] == ("styles",)
        return str(here.path[1]) if own and len(here.path) > 1 else ""

    def users(self, style: str) -> int:
        """How many layers have a style."""
        return _count(self.written, style)

    def box(self, path: YamlPath) -> tuple[str, str]:
        """Where the box of a layer comes from (own, style, none, or fixed, which is changed as text), and its style."""
        box = value_at(self.meant.data, (*path, "box"))
        if box is None:
            return "none", ""
        plain = isinstance(box, list) and len(box) == 4 and all(isinstance(one, int | float) for one in box)
        if not plain:
            return "fixed", ""
        if value_at(self.written, (*path, "box")) is not None:
            return "own", ""
        style = self.style_of((*path, "box"))
        return ("style", style) if style else ("elsewhere", "")

    def fields(self, path: YamlPath, layer: Layer) -> Iterator[LayerField]:
        """What can be changed of a layer."""
        for key, kind in _TYPES.items():
            if key not in type(layer).model_fields:
                continue
            if kind == "words":
                yield from self._words((*path, key), key)
            else:
                yield self._field((*path, key), key, kind)
            if key == "color" and "font" in type(layer).model_fields:
                for part, part_kind in _FONT.items():
                    yield self._field((*path, "font", part), f"font.{part}", part_kind)

    def _field(self, path: YamlPath, key: str, kind: FieldType, language: str = "") -> LayerField:
        written = value_at(self.written, path)
        value = value_at(self.meant.data, path) if written is None else written
        simple = value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
        above = value_at(self.written, path[:-1]) if "." in key else None  # a font that is a name of the brand
        fixed = not simple or (above is not None and not isinstance(above, Mapping))
        style = self.style_of(path) if written is None and value is not None else ""
        return LayerField(key, kind, path, value if simple else None, written is not None, style, language, fixed)

    def _words(self, path: YamlPath, key: str) -> Iterator[LayerField]:
        """Words in each language that they are in."""
        words = value_at(self.written, path)
        if isinstance(words, Mapping) and all(isinstance(text, str) for text in words.values()):
            for language in words:
                yield self._field((*path, str(language)), key, "words", str(language))
        else:
            yield self._field(path, key, "words")


def value_at(data: Any, path: YamlPath) -> Any:
    """The value at a path, None where there is none."""
    for step in path:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _count(data: Any, style: str) -> int:
    if isinstance(data, Mapping):
        return (data.get("style") == style) + sum(_count(value, style) for value in data.values())
    return sum(_count(item, style) for item in data) if isinstance(data, list) else 0
