"""All that the canvas shows of a draft, as plain data: its layers with their boxes, and what can be changed of each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from livecontent.compose.context import LayoutContext
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context
from livecontent.creative.drafts import Draft
from livecontent.creative.load import FILE
from livecontent.creative.model import Variant
from livecontent.creative.source import YamlSource, read_source
from livecontent.pipeline import Prepared
from livecontent.studio.editing.fields import WrittenLayers, value_at
from livecontent.studio.editing.outline import LayerOutline, PlacedLayer

MOST_LABEL = 60  # characters
_FACT = re.compile(r"\{\{\s*(?:[\w\[\]]+\.)*([\w\[\]]+)[^}]*\}\}")  # with its last name
_TAG = re.compile(r"\{%[^%]*%\}|</?\w+[^<>]*>")


@dataclass(frozen=True, slots=True)
class CanvasState:
    """A draft, opened as somebody would."""

    draft: Draft
    prepared: Prepared
    layout: LayoutContext  # at scale 1
    query: dict[str, str]  # of the preview

    def json(self) -> dict[str, Any]:
        """What a script takes: sizes and boxes in CSS pixels."""
        draft, variant, loaded = self.draft, self.prepared.decision.variant, self.prepared.compiled.loaded
        creative = loaded.creative
        layers = list(self._layers(variant))
        return {
            "version": draft.version,
            "changed": draft.is_changed,
            "overtaken": draft.overtaken,
            "back": draft.back,
            "forth": draft.forth,
            "size": list(creative.size_of(variant)),
            "variant": variant.name,
            "picture": self._address(),
            "layers": layers,
            "order": _front_to_back(layers),
            "warnings": [
                {"line": one.line, "message": one.message, "help": one.help, "advice": one.advice}
                for one in loaded.warnings
            ],
        }

    def _address(self) -> str:
        """Of the picture, another one for each version."""
        query = urlencode({**self.query, "draft": "1", "v": self.draft.version}, safe=":")
        return f"/studio/preview/{quote(self.draft.name)}/picture?{query}"

    def _layers(self, variant: Variant) -> Iterator[dict[str, Any]]:
        prepared = self.prepared
        loaded = prepared.compiled.loaded
        creative = loaded.creative
        if variant.collapse:
            return
        context = make_context(creative, prepared.moment, prepared.compiled.resources)
        outline = LayerOutline(context, self.layout.at_scale(creative.scale))
        names = [one.name for one in creative.variants]
        canvas = Rect(0, 0, *creative.size_of(variant))
        place = names.index(variant.name) if len(names) > 1 else self._place_of(variant.name)
        outline.add(variant.layers, ("variants", place, "layers"), canvas)
        outline.add(creative.layers, ("layers",), canvas)
        written = WrittenLayers(_spread(read_source(FILE, self.draft.files[FILE]).data, loaded.source), loaded.source)
        index = _written_place(loaded.source, place)
        for one in outline.found:
            yield _at_place(_layer_json(one, written, context.language.tag), index)

    def _place_of(self, name: str) -> int:
        """Which variant it is, where it was made the only one."""
        written = value_at(self.prepared.compiled.loaded.source.data, ("variants",))
        return next(index for index, one in enumerate(written) if one.get("name") == name)


def _written_place(source: YamlSource, place: int) -> int:
    """Which of the variants that are written one comes from: one for offers becomes many."""
    origin = source.moved.get(("variants", place))
    return int(origin.path[1]) if origin else place


def _spread(data: Any, source: YamlSource) -> Any:
    """What is written, with as many variants as there come to be."""
    written = value_at(data, ("variants",))
    if not isinstance(written, list):
        return data
    return {**data, "variants": [written[_written_place(source, n)] for n in range(len(source.data["variants"]))]}


def _at_place(layer: dict[str, Any], index: int) -> dict[str, Any]:
    """A layer with the paths that edits go by."""
    for one in (layer, *layer["fields"]):
        if one["path"][0] == "variants":
            one["path"] = ["variants", index, *one["path"][2:]]
    return layer


def _front_to_back(layers: Sequence[dict[str, Any]]) -> list[int]:
    """The places of layers from the one in front to the one at the back, those inside another behind it."""
    found: list[int] = []
    for place in reversed(range(len(layers))):
        if layers[place]["depth"] == 0:
            found += _inside(layers, place)
    return found


def _inside(layers: Sequence[dict[str, Any]], place: int) -> list[int]:
    depth = layers[place]["depth"]
    end = next((other for other in range(place + 1, len(layers)) if layers[other]["depth"] <= depth), len(layers))
    children = [other for other in range(place + 1, end) if layers[other]["depth"] == depth + 1]
    return [place, *(inner for child in reversed(children) for inner in _inside(layers, child))]


def _layer_json(one: PlacedLayer, written: WrittenLayers, language: str) -> dict[str, Any]:
    own = written.is_own(one.path)
    origin, style = written.box(one.path)
    fields = [found.json() for found in written.fields(one.path, one.layer)] if own else []
    name = value_at(written.written, (*one.path, "style"))
    component = value_at(written.written, (*one.path, "component"))
    return {
        "path": list(one.path),
        "kind": one.layer.kind,
        "depth": one.depth,
        "label": _label(fields, component, language),
        "box": _edges(one.box) if one.box else None,
        "within": [one.within.x, one.within.y],
        "origin": "flow" if one.flows else origin,
        "own": own,
        "style": style or (name if isinstance(name, str) else ""),
        "users": written.users(style) if style else 0,
        "line": written.meant.where(one.path)[0],
        "why": one.why,
        "copies": [_edges(box) for box in one.copies],
        "fields": fields,
    }


def _label(fields: Sequence[dict[str, Any]], component: object, language: str) -> str:
    """A few words by which people know a layer."""
    if component:
        return str(component)
    named = [found for found in fields if found["key"] in ("text", "image", "icon")]
    told = next(
        (found["value"] for found in sorted(named, key=lambda found: found.get("language", "") != language)), ""
    )
    text = " ".join(_FACT.sub(r"‹\1›", _TAG.sub(" ", str(told or ""))).split())
    return text if len(text) <= MOST_LABEL else text[: MOST_LABEL - 1] + "…"


def _edges(box: Rect) -> list[float]:
    return [round(edge, 2) for edge in box]
