"""Maps of tiles: which tiles a map shows, and where, in Web Mercator as tile servers number it."""

from math import asinh, ceil, floor, pi, radians, tan
from typing import NamedTuple

SIDE = 256  # pixels of a tile
LIMIT = 85.0511287798  # degrees of latitude at which the square of the world ends
ZOOMS = (0, 22)


class Tile(NamedTuple):
    """A tile by its numbers: columns count from 180 degrees west to the east, rows from the north to the south."""

    zoom: int
    x: int
    y: int


class PlacedTile(NamedTuple):
    """A tile, where it begins from the middle of the map, and how large it is, in CSS pixels."""

    tile: Tile
    left: int
    top: int
    side: int


class TileServer(NamedTuple):
    """Where tiles come from, and what is to be said of them."""

    url: str  # of a tile, with {z}, {x} and {y}: an address, or a file
    credit: str
    zooms: tuple[int, int] = ZOOMS  # that there are tiles of
    retina: bool = False  # whether tiles are drawn at half their size: those of the next zoom

    def address(self, tile: Tile) -> str:
        """Where a tile is."""
        return self.url.replace("{z}", str(tile.zoom)).replace("{x}", str(tile.x)).replace("{y}", str(tile.y))

    def around(self, latitude: float, longitude: float, view: "MapView") -> tuple[PlacedTile, ...]:
        """The tiles of a map. Raises `ValueError` where there are none."""
        least, most = self.zooms
        if not least <= view.zoom <= most:
            raise ValueError(f"there are no tiles of zoom {view.zoom}, only of {least} to {most}")
        return tiles_around(latitude, longitude, view, finer=int(self.retina and view.zoom < most))


class MapView(NamedTuple):
    """How much a map shows: its zoom, and its size in CSS pixels."""

    zoom: int
    width: float
    height: float


def world_point(latitude: float, longitude: float) -> tuple[float, float]:
    """A point in degrees on the square of the world, 0 to 1 from the north-west. Raises `ValueError` beyond it."""
    if not abs(latitude) <= LIMIT:
        raise ValueError(f"the map ends at {LIMIT:.0f} degrees, before latitude {latitude:g}")
    if not abs(longitude) <= 180:
        raise ValueError(f"a longitude is -180 to 180 degrees, not {longitude:g}")
    return (longitude + 180) / 360, (1 - asinh(tan(radians(latitude))) / pi) / 2


def tiles_around(latitude: float, longitude: float, view: MapView, *, finer: int = 0) -> tuple[PlacedTile, ...]:
    """The tiles that cover a map around a point, row by row; `finer`: of so many zooms further, drawn smaller.

    They stand on whole CSS pixels, so that none is drawn between pixels. East of the last column is the first.
    Raises `ValueError` where the map would reach beyond the world in the north or south.
    """
    count, side = 1 << (view.zoom + finer), SIDE >> finer
    east, south = (round(part * count * side) for part in world_point(latitude, longitude))
    right, down = ceil(view.width / 2), ceil(view.height / 2)
    columns = range(floor((east - right) / side), ceil((east + right) / side))
    rows = range(floor((south - down) / side), ceil((south + down) / side))
    if rows.start < 0 or rows.stop > count:
        raise ValueError(f"the map ends near latitude {latitude:g}: take a larger zoom")
    return tuple(
        PlacedTile(Tile(view.zoom + finer, x % count, y), x * side - east, y * side - south, side)
        for y in rows
        for x in columns
    )
