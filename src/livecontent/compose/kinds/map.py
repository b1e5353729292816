"""Maps: tiles around a point, with a marker and a label of our own, and the credit of the tiles."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.text.layout import TextStyle, hugged_text, set_text
from livecontent.compose.text.said import Said
from livecontent.compose.values import ColourValue, Font, Length, Model, Padding, Rect
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, Template
from livecontent.looks import Cutout, Effects
from livecontent.scene import Box, Colour, Face, Group, Node, Picture, Run, Shape, Stroke, Text
from livecontent.tiles import ZOOMS, MapView, Tile

_FACT = re.compile(r"[a-z_]\w*(\.\w+|\[[^\[\]{}]+\])*")
_WHITE, _INK, _VEIL = Colour(255, 255, 255), Colour(31, 41, 51), Colour(255, 255, 255, 200)
_CREDIT = TextStyle(("Inter", 400, False), 9, "right", "bottom", 1.25, None, 6)
_CREDIT_ROOM, _LABEL_ROOM = Padding(1, 4, 1, 4), Padding(3, 9, 3, 9)
_HALO = 1.5  # CSS pixels around an icon
_UNDER = 5  # CSS pixels between marker and label
_ROUND = 1 - 0.5**0.5  # of a radius: how far a round corner is from that of its box, across and down
_TIP = 15 / 16  # of the height of a pin: where it points to


class MapCentre(Model):
    """A point in degrees."""

    latitude: Template
    longitude: Template


def read_centre(value: object) -> object:
    """A centre from `store`, a fact that has a latitude and a longitude; else as it is."""
    if not isinstance(value, str):
        return value
    if not _FACT.fullmatch(value):
        raise ValueError("a map shows a fact with coordinates, such as store, or {latitude: ..., longitude: ...}")
    return {name: f"{{{{ {value}.{name} }}}}" for name in ("latitude", "longitude")}


class ShownTile(NamedTuple):
    """An image of a tile: where it begins from the middle of the map, and how large it is, in CSS pixels."""

    asset: str
    left: int
    top: int
    side: int


class Marker(NamedTuple):
    """An icon in its face, or the digest of an image; whether it stands on the point, not around it."""

    sign: str
    face: Face | None
    stands: bool


class Shown(NamedTuple):
    """What a map shows."""

    tiles: tuple[ShownTile, ...]
    credit: str
    marker: Marker | None
    label: Said | None


class MapLayer(Layer):
    """The tiles of the configured server around a point: all of them, or none."""

    kind: ClassVar[str] = "map"
    wishes: ClassVar[tuple[Length, Length]] = ("fill", 200)
    foreign: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"map": "number"}

    map: Annotated[
        MapCentre,
        BeforeValidator(read_centre),
        WithJsonSchema(
            {"type": ["string", "object"], "required": ["latitude", "longitude"], "additionalProperties": False}
            | {"properties": {name: {"type": ["string", "number"]} for name in ("latitude", "longitude")}}
        ),
    ]
    zoom: Annotated[int, Field(ge=ZOOMS[0], le=ZOOMS[1])] = 15
    marker: Template | None = Template("map-pin-fill")
    size: Annotated[float, Field(ge=4, le=200)] = 36  # of the marker
    color: ColourValue = Colour(179, 18, 47)
    label: LocalizedTemplate | None = None
    font: Font = Font(size=13, weight=600)
    radius: RadiusValue = 0
    placeholder: str | None = None  # a file of the folder, shown where a tile is missing

    def texts(self) -> Iterator[tuple[str, Template | LocalizedTemplate]]:
        """Its centre, too."""
        yield "map", self.map.latitude
        yield "map", self.map.longitude
        yield from super().texts()

    @property
    def may_show_stores(self) -> bool:
        """Whether its centre is that of a store, or of an item, which may be one."""
        return any(name.path[0] in ("store", "stores", "item") for name in self.map.latitude.names)

    def view(self, width: float, height: float) -> MapView:
        """How much it shows in a box of this size."""
        return MapView(self.zoom, width, height)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The digests of its tiles, and the words of its label; else of its placeholder."""
        label = context.say(self.label) if self.label else None
        try:
            shown = self._shown(box, context)._replace(label=label if label and label.words.strip() else None)
        except MissingValueError as error:
            if self.placeholder is None:
                raise
            context.left_out.append(f"{self.kind}: {error}; its placeholder is shown")
            return (Block(self, box, context.image(self.placeholder)),)
        return (Block(self, box, shown, shown.label.words if shown.label else ""),)

    def _shown(self, box: Rect, context: ContentContext) -> Shown:
        server, finder = context.resources.tiles
        if server is None:
            raise MissingValueError("no tiles are set up: map.url or map.folder in the settings")
        point = context.number(self.map.latitude), context.number(self.map.longitude)
        try:
            placed = server.around(*point, self.view(box.width, box.height))
        except ValueError as error:
            raise MissingValueError(str(error)) from None
        tiles, missing = [], []
        for tile, left, top, side in placed:
            address = server.address(tile)
            digest = finder.find(address)
            if digest is None:
                missing.append((tile, address))
            else:
                tiles.append(ShownTile(digest, left, top, side))
        if missing:
            context.wanted += [address for _, address in missing]
            why = finder.why_not(missing[0][1])
            raise MissingValueError(
                f"{len(missing)} of {len(placed)} tiles are missing, {_named(missing[0][0])}: {why}"
            )
        return Shown(tuple(tiles), server.credit, self._marked(context), None)

    def _marked(self, context: ContentContext) -> Marker | None:
        if self.marker is None:
            return None
        name = context.name(self.marker)
        if found := context.resources.icons.get(name):
            return Marker(*found, name.startswith("map-pin"))
        return Marker(context.image(name), None, stands=True)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """One picture, cut at the edges of the box."""
        box, radius, shadow = context.box(block.box), context.radius(self.radius), context.shadow(self.shadow)
        shown = block.value
        if isinstance(shown, str):
            return (Picture(box, shown, "cover", radius, self.opacity, shadow),)
        x, y, scale = box.x + box.width // 2, box.y + box.height // 2, context.scale
        tiles = [
            Picture(Box(x + left * scale, y + top * scale, side * scale, side * scale), asset, "stretch")
            for asset, left, top, side in shown.tiles
        ]
        nodes = (*tiles, *self._marks(shown, block.box, context), *self._credited(shown.credit, block.box, context))
        return (Group(box, nodes, self.opacity, shadow, Effects(mask=Cutout(radius=radius))),)

    def _marks(self, shown: Shown, box: Rect, context: LayoutContext) -> Iterable[Node]:
        """The marker on the point, and the label below it."""
        x, y, below = box.x + box.width / 2, box.y + box.height / 2, 0.0
        if marker := shown.marker:
            top = y - self.size * (_TIP if marker.face else 1) if marker.stands else y - self.size / 2
            below = 0.0 if marker.stands else self.size / 2
            yield _drawn(marker, Rect(x - self.size / 2, top, self.size, self.size), self.color, context)
        if shown.label:
            room = _LABEL_ROOM.within(box)
            words = hugged_text(shown.label, self._label_style, room, context, wide=True, high=True)
            pill = _LABEL_ROOM.around(words._replace(y=y + below + _UNDER + _LABEL_ROOM.top))
            yield Shape(context.box(pill), paint=_WHITE, radius=context.px(pill.height / 2))
            words = room._replace(y=pill.y + _LABEL_ROOM.top, height=words.height)
            for runs in set_text(shown.label, self._label_style, words, context):
                yield Text(context.box(pill), runs, _INK)

    def _credited(self, credit: str, box: Rect, context: LayoutContext) -> Iterable[Node]:
        """Whose tiles these are, small, in the corner, as far in as it is round."""
        corner = (self.radius[2] if isinstance(self.radius, tuple) else self.radius) * _ROUND
        said, room = Said(credit), _CREDIT_ROOM.within(Padding(0, corner, corner, corner).within(box))
        words = hugged_text(said, _CREDIT, room, context, wide=True, high=True)
        yield Shape(context.box(_CREDIT_ROOM.around(words)), paint=_VEIL)
        for runs in set_text(said, _CREDIT, room, context):
            yield Text(context.box(room), runs, _INK)

    @cached_property
    def _label_style(self) -> TextStyle:
        return TextStyle(self.font.face, self.font.size, "center", "top", 1.25, 1, self.font.size * 0.7)


def _drawn(marker: Marker, square: Rect, colour: Colour, context: LayoutContext) -> Node:
    """A marker in its square: an icon has a white edge."""
    box = context.box(square)
    if marker.face is None:
        return Picture(box, marker.sign, "contain")
    run = Run(marker.sign, marker.face, box.width, box.x, box.y + round(box.width * 15 / 16))
    return Text(box, (run,), colour, Stroke(max(context.px(_HALO), 1), _WHITE))


def _named(tile: Tile) -> str:
    return "/".join(map(str, tile))
