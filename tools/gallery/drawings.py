"""Draws the gallery's pictures, the same at each run: python -m tools.gallery.drawings"""

from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image
from resvg_py import svg_to_bytes

from tools.gallery.shapes import (
    CORAL,
    CREAM,
    INK,
    OCHRE,
    ROSE,
    SAND,
    SEA,
    SKY,
    back,
    bag,
    boots,
    coat,
    facade,
    hat,
    portrait,
    umbrella,
)

GALLERY = Path(__file__).parents[2] / "templates" / "gallery"

# Of each product: its drawing, and the colour behind it.
PRODUCTS = {
    "grand-tempete-rouge": (umbrella(CORAL), "#f3ddd2"),
    "grand-tempete-ocre": (umbrella(OCHRE), "#f5e7cb"),
    "petite-pluie": (umbrella(SKY), "#dde9ee"),
    "minuit": (umbrella("#27456f"), "#d9e0ea"),
    "ecru": (umbrella(CREAM), "#dcd3c0"),
    "biarritz": (umbrella(CORAL, CREAM, 10), "#d3e6ea"),
    "cire-jaune": (coat("#efbc3d", "#f7e3ac"), "#dfe8e6"),
    "cire-marine": (coat("#23425f", "#f0b944"), "#e9e2d5"),
    "bottes-maree": (boots("#3f6f5c", "#e9dcb9"), "#e6ead9"),
    "bottes-flaque": (boots(CORAL, CREAM), "#f2e2d8"),
    "bob-crachin": (hat("#d9b98a", SEA), "#eee5d6"),
    "cabas": (bag("#eee3cb", SEA), "#d8e3e4"),
}


def main() -> None:
    """Writes all pictures."""
    for name, (drawing, ground) in PRODUCTS.items():
        picture = _svg(352, 300, ground, f'<g transform="translate(66 40) scale(2.2)">{drawing}</g>')
        for creative in ("cards", "basket", "deal-of-the-hour"):
            _write(picture, GALLERY / creative / f"{name}.jpg")
    empty = _svg(352, 300, "#ece6da", f'<g transform="translate(96 70) scale(1.6)" opacity=".35">{umbrella(SAND)}</g>')
    for creative in ("cards", "basket", "deal-of-the-hour"):
        _write(empty, GALLERY / creative / "none.jpg")
    _write(_svg(1200, 600, INK, _shower(Random(7))), GALLERY / "five-languages" / "shower.jpg")  # noqa: S311
    _write(
        _svg(1200, 520, "#8f2a16", _placed((OCHRE, 830, 60, 3.2), (CREAM, 1050, 330, 2.2), (CORAL, 1060, -50, 1.8))),
        GALLERY / "flash-sale" / "umbrellas.png",
    )
    for name, is_open, sky in (("open", True, "#dbe9ec"), ("closed", False, "#2a3d55")):
        front = _svg(480, 560, sky, f'<g transform="translate(0 32) scale(2)">{facade(is_open)}</g>')
        _write(front, GALLERY / "your-store" / f"{name}.jpg")
    coat_ = f'<g transform="translate(50 14) scale(6)">{back("#efbc3d")}</g>'
    _write(_svg(1200, 640, "#dbe6e6", coat_), GALLERY / "name-on-it" / "coat.jpg")
    _write(_svg(200, 200, SAND, f'<g transform="scale(2)">{portrait()}</g>'), GALLERY / "light-dark" / "ines.jpg")
    _write(_svg(1200, 560, "#fbe9df", _party(Random(11))), GALLERY / "birthday" / "party.jpg")  # noqa: S311


def _shower(random: Random) -> str:
    """Umbrellas at the right edge of a wet pavement; the left is for words."""
    rain = "".join(
        f'<path d="M{x} {y}l-8 30" stroke="#fff" stroke-opacity="{random.uniform(0.04, 0.16):.2f}" stroke-width="2"/>'
        for x, y in [(random.randrange(1240), random.randrange(620)) for _ in range(110)]
    )
    light = '<circle cx="900" cy="180" r="520" fill="#2a6476" fill-opacity=".35" filter="url(#blur)"/>'
    return light + _placed((CORAL, 790, 120, 3.1), (OCHRE, 1010, 380, 2.3), (SKY, 1040, -40, 1.9)) + rain


def _party(random: Random) -> str:
    """Umbrellas and confetti at the right edge; the left is for words."""
    confetti = "".join(
        f'<rect x="{x}" y="{y}" width="14" height="7" rx="2" fill="{random.choice((CORAL, OCHRE, SKY, SEA, ROSE))}" '
        f'transform="rotate({random.randrange(180)} {x} {y})"/>'
        for x, y in [(random.randrange(740, 1200), random.randrange(0, 560)) for _ in range(70)]
    )
    ground = '<circle cx="1010" cy="280" r="330" fill="#f6d3c2" fill-opacity=".8"/>'
    return ground + confetti + _placed((CORAL, 800, 60, 2.6), (OCHRE, 960, 290, 2.2), (SKY, 1040, 20, 1.7))


def _placed(*umbrellas: tuple[str, int, int, float]) -> str:
    return "".join(
        f'<g transform="translate({x} {y}) scale({scale})">{umbrella(color)}</g>' for color, x, y, scale in umbrellas
    )


def _svg(width: int, height: int, ground: str, inside: str) -> Image.Image:
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        '<filter id="soft" x="-30%" y="-30%" width="160%" height="160%">'
        '<feDropShadow dx="1.2" dy="3" stdDeviation="2.4" flood-color="#12303b" flood-opacity=".28"/></filter>'
        '<filter id="blur" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="90"/></filter>'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>{inside}</svg>'
    )
    return Image.open(BytesIO(svg_to_bytes(svg_string=text))).convert("RGB")


def _write(picture: Image.Image, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".png":
        picture = picture.quantize(64)
    picture.save(file, quality=86, optimize=True)


if __name__ == "__main__":
    main()
