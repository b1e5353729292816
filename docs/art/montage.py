"""Puts six opens of one address side by side: `python docs/art/montage.py` writes `docs/pictures/umbrella.jpg`.

All six are the same instant, 9:05 in Paris, each in the local time of the place.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw

from livecontent.cli.demo import make_demo

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "pictures" / "umbrella.jpg"
COMMAND = (sys.executable, "-m", "livecontent", "render", "umbrella")
WIDTH, HEIGHT, GAP, RADIUS = 784, 418, 24, 16  # pixels, of an image that is 1640 wide
OPENINGS = (
    ("r-0001", "rain:9", "09:05", "Lille"),
    ("r-0004", "snow:-4", "09:05", "Tromsø"),
    ("r-0186", "clear:-1", "03:05", "Montréal"),
    ("r-0719", "clear:31", "19:05", "Sydney"),
    ("r-0003", "clear:14", "09:05", "Paris"),
    ("r-0002", "clouds:11", "08:05", "London"),
)


def opened(recipient: str, weather: str, time: str, city: str) -> Image.Image:
    """What somebody sees, as the command line draws it in a folder with the demo's data."""
    options = ("--recipient", recipient, "--weather", weather, "--at", f"2026-11-21T{time}", "--city", city)
    file = Path(f"{recipient}.png")
    subprocess.run([*COMMAND, *options, "-o", file], check=True)  # noqa: S603
    with Image.open(file) as picture:
        return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def corners() -> Image.Image:
    """A mask with round corners, drawn large for smooth edges."""
    mask = Image.new("L", (WIDTH * 4, HEIGHT * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), RADIUS * 4, fill=255)
    return mask.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def main() -> None:
    """Writes the montage, two in a row."""
    rows = len(OPENINGS) // 2
    sheet = Image.new("RGB", (2 * WIDTH + 3 * GAP, rows * HEIGHT + (rows + 1) * GAP), "white")
    mask = corners()
    with TemporaryDirectory() as folder, chdir(folder):
        make_demo(port=8000)
        for index, opening in enumerate(OPENINGS):
            row, column = divmod(index, 2)
            place = GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)
            sheet.paste(opened(*opening), place, mask)
    TARGET.parent.mkdir(exist_ok=True)
    sheet.save(TARGET, quality=85, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
