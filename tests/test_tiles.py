"""Numbers of tiles as tile servers count them, and maps that are covered to the last pixel."""

from itertools import pairwise
from math import cos, floor, log, pi, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.tiles import LIMIT, SIDE, MapView, Tile, TileServer, tiles_around

LATITUDES, LONGITUDES = st.floats(-84, 84), st.floats(-180, 180)
SIZES = st.floats(1, 2000)
SERVER = TileServer("https://tiles.example/{z}/{x}/{y}.png?key=k", "© them", (3, 18))


@pytest.mark.parametrize(
    ("latitude", "longitude", "tile"),
    [
        (10, 10, Tile(0, 0, 0)),
        (47.968056, 7.909167, Tile(10, 534, 356)),
        (53.2256, -8.9648, Tile(10, 486, 332)),
        (40, -105, Tile(5, 6, 12)),
    ],
)
def test_known_places_are_on_the_tiles_that_servers_give_for_them(
    latitude: float, longitude: float, tile: Tile
) -> None:
    assert [placed.tile for placed in tiles_around(latitude, longitude, MapView(tile.zoom, 1e-9, 1e-9))][-1] == tile


@given(LATITUDES, LONGITUDES, st.integers(8, 22), SIZES, SIZES, st.integers(0, 1))
def test_a_map_is_covered_to_the_last_pixel_by_tiles_that_do_not_overlap(
    latitude: float, longitude: float, zoom: int, width: float, height: float, finer: int
) -> None:
    try:
        placed = tiles_around(latitude, longitude, MapView(zoom, width, height), finer=finer)
    except ValueError:
        assert zoom < 11, "only there a map may reach beyond the world"
        return
    side = SIDE >> finer
    lefts, tops = (sorted({tile[axis] for tile in placed}) for axis in (1, 2))
    assert len({tile[1:3] for tile in placed}) == len(placed) == len(lefts) * len(tops)
    for starts, size in ((lefts, width), (tops, height)):
        assert all(later - one == side for one, later in pairwise(starts))
        assert starts[0] <= -size / 2
        assert starts[-1] + side >= size / 2
        assert starts[0] + side > -size / 2 - 1, "none is fetched for nothing"
        assert starts[-1] < size / 2 + 1


@given(LATITUDES, LONGITUDES, st.integers(11, 22))
def test_the_middle_of_a_map_is_on_the_tile_of_the_formula_of_openstreetmap(
    latitude: float, longitude: float, zoom: int
) -> None:
    count, phi = 1 << zoom, radians(latitude)
    column = floor((longitude + 180) / 360 * count) % count
    row = floor((1 - log(tan(phi) + 1 / cos(phi)) / pi) / 2 * count)
    placed = tiles_around(
        latitude, longitude, MapView(zoom, 2, 2)
    )  # a pixel on each side: it is rounded by half of one
    assert Tile(zoom, column, row) in [one.tile for one in placed]


def test_east_of_the_last_column_is_the_first() -> None:
    assert {one.tile.x for one in tiles_around(0, 180, MapView(4, 600, 100))} == {14, 15, 0, 1}


@pytest.mark.parametrize("point", [(LIMIT + 0.1, 0), (-90, 0), (0, 180.1), (84.9, 0)])
def test_beyond_the_world_there_is_no_map(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"map ends|longitude is"):
        SERVER.around(*point, MapView(5, 400, 300))


def test_a_server_has_tiles_of_its_zooms_only() -> None:
    assert SERVER.address(Tile(5, 6, 12)) == "https://tiles.example/5/6/12.png?key=k"
    with pytest.raises(ValueError, match="no tiles of zoom 19, only of 3 to 18"):
        SERVER.around(0, 0, MapView(19, 400, 300))
    sharp = SERVER._replace(retina=True)
    assert {one.tile.zoom for one in sharp.around(0, 0, MapView(17, 400, 300))} == {18}
    assert {(one.tile.zoom, one.side) for one in sharp.around(0, 0, MapView(18, 400, 300))} == {(18, 256)}
