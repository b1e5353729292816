"""Draws the demo's map tiles, the same at each run: python -m tools.demo.tiles

Towns that there are none of, around two stores: a river, parks, streets and houses in the colours of the demo. All of
it is drawn at once on a sheet of whole tiles, so that nothing breaks off where tiles meet.
"""

import csv
from math import cos, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from livecontent.tiles import SIDE, MapView, tiles_around
from tools.demo.seed import DATA

VIEW = MapView(15, 240, 200)  # CSS pixels; drawn for 2x
STORES = ("s-01", "s-04")
SHARP = 3  # times larger while it is drawn
COLOURS = {
    "ground": "#f3ecdf",
    "house": "#e9dfcd",
    "park": "#cfdcbc",
    "water": "#a9c8d3",
    "street": "#ffffff",
    "edge": "#dccfb8",
    "avenue": "#f6d9a8",
}

Point = tuple[float, float]


def draw_all(folder: Path = DATA / "tiles") -> None:
    """Writes the tiles of all views to a folder."""
    points = store_points()
    for seed, name in enumerate(STORES):
        placed = tiles_around(*points[name], VIEW, finer=1)
        columns, lines = (sorted({tile.tile[axis] for tile in placed}) for axis in (1, 2))
        sheet = town(Random(seed + 7), len(columns) * SIDE, len(lines) * SIDE)  # noqa: S311  the same each time
        for tile, *_ in placed:
            left, top = (tile.x - columns[0]) * SIDE, (tile.y - lines[0]) * SIDE
            file = folder / str(tile.zoom) / str(tile.x) / f"{tile.y}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            cut = sheet.crop((left, top, left + SIDE, top + SIDE))
            cut.quantize(24, dither=Image.Dither.NONE).save(file, optimize=True)


def store_points() -> dict[str, Point]:
    """Where the demo's stores are, by their ids."""
    with (DATA / "stores.csv").open(encoding="utf-8") as table:
        return {row["id"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(table)}


def town(random: Random, width: int, height: int) -> Image.Image:
    """A town of so many pixels."""
    size = width * SHARP, height * SHARP
    sheet = Image.new("RGB", size, COLOURS["ground"])
    pen = ImageDraw.Draw(sheet)
    turn = random.uniform(-0.35, 0.35)
    streets = _grid(random, size, turn, 58 * SHARP)
    for x, y in _houses(random, size):
        pen.polygon(_square((x, y), turn, *(random.uniform(7, 18) * SHARP for _ in range(2))), COLOURS["house"])
    for _ in range(3):
        spot = (random.uniform(0.1, 0.9) * size[0], random.uniform(0.1, 0.9) * size[1])
        pen.polygon(_square(spot, turn, *(random.uniform(30, 60) * SHARP for _ in range(2))), COLOURS["park"])
    river = _bend(random, size)
    _lines(pen, [river], 46, "water")
    avenues = [streets[index] for index in (2, len(streets) // 2 + 3)]
    for width_, colour in ((13, "edge"), (10, "street")):
        _lines(pen, streets, width_, colour)
    for width_, colour in ((21, "edge"), (17, "avenue")):
        _lines(pen, avenues, width_, colour)
    return sheet.resize((width, height), Image.Resampling.LANCZOS)


def _grid(random: Random, size: tuple[int, int], turn: float, step: int) -> list[list[Point]]:
    """Streets one beside the other, and across."""
    reach, middle = max(size) * 0.8, (size[0] / 2, size[1] / 2)
    found = []
    for angle in (turn, turn + 1.5708):
        along, across = (cos(angle), sin(angle)), (-sin(angle), cos(angle))
        away = -reach
        while away < reach:
            x, y = middle[0] + across[0] * away, middle[1] + across[1] * away
            found.append([(x + along[0] * part * reach, y + along[1] * part * reach) for part in (-1, 1)])
            away += step * random.uniform(0.7, 1.6)
    return found


def _houses(random: Random, size: tuple[int, int]) -> list[Point]:
    return [(random.uniform(0, size[0]), random.uniform(0, size[1])) for _ in range(size[0] * size[1] // 9000)]


def _square(middle: Point, turn: float, half: float, high: float) -> list[Point]:
    corners = ((-half, -high), (half, -high), (half, high), (-half, high))
    return [(middle[0] + x * cos(turn) - y * sin(turn), middle[1] + x * sin(turn) + y * cos(turn)) for x, y in corners]


def _bend(random: Random, size: tuple[int, int]) -> list[Point]:
    """A river from the left to the right, below the middle."""
    wave, start = random.uniform(0.05, 0.09) * size[1], random.uniform(0.78, 0.86) * size[1]
    return [(part / 60 * size[0], start + wave * sin(part / 60 * 5)) for part in range(-2, 63)]


def _lines(pen: ImageDraw.ImageDraw, lines: list[list[Point]], width: int, colour: str) -> None:
    for line in lines:
        pen.line(line, COLOURS[colour], width * SHARP, joint="curve")


if __name__ == "__main__":
    draw_all()
