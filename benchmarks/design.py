"""What others need to draw R1 as livecontent does: its parts in; a flat background, icons, a font, measures out."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from PIL import Image, ImageFont
from ruamel.yaml import YAML

from benchmarks.shop import CREATIVES
from livecontent.config import shipped
from livecontent.facts import Opening
from livecontent.pipeline import answer
from livecontent.services import Services

SCALE = 2
ICONS = ("sun", "cloud", "cloud-fog", "drop-half-bottom", "cloud-rain", "cloud-snow", "cloud-lightning")

Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the picture


@dataclass(frozen=True, slots=True)
class Design:
    """Where the moving parts of R1 stand, in pixels of the picture, and the quality of its JPEG."""

    width: int
    height: int
    headline: Box
    headline_size: int
    line_height: int
    icon: Box
    temperature: Box
    temperature_size: int
    quality: int


async def write_design(parts: Services, folder: Path) -> Design:
    """Writes `base.png`, `base.jpg`, `icons/*.png`, `Inter-Bold.ttf` and `design.json`."""
    (folder / "icons").mkdir(parents=True)
    at = datetime.now(UTC)
    picture = await answer(Opening("r1-base", "", at, format="png"), parts.kit)
    (folder / "base.png").write_bytes(picture.data)
    jpeg = await answer(Opening("r1-base", "", at), parts.kit)
    base = Image.open(BytesIO(picture.data))
    design = _design(base.size, quality_of(jpeg.data))
    base.save(folder / "base.jpg", quality=95, subsampling="4:4:4")
    _write_icons(folder / "icons", design.icon[2])
    with TTFont(shipped("fonts") / "Inter" / "Inter.ttf") as font:
        bold = instantiateVariableFont(font, {"wght": 700, "opsz": 32}, updateFontNames=False)
        bold.save(folder / "Inter-Bold.ttf")
    (folder / "design.json").write_text(json.dumps(asdict(design), indent=2), encoding="utf-8")
    return design


def quality_of(data: bytes) -> int:
    """The quality of a JPEG, by its quantisation tables, so that all encode alike."""
    tables = Image.open(BytesIO(data)).quantization  # type: ignore[attr-defined]
    for quality in range(1, 101):
        out = BytesIO()
        Image.new("RGB", (16, 16)).save(out, "JPEG", quality=quality, subsampling="4:2:0")
        if Image.open(out).quantization == tables:  # type: ignore[attr-defined]
            return quality
    raise ValueError("the tables are none of the standard's")


def _design(size: tuple[int, int], quality: int) -> Design:
    text = (CREATIVES / "r1" / "creative.yaml").read_text(encoding="utf-8")
    headline, icon, temperature = YAML(typ="safe").load(text)["variants"][0]["layers"][-3:]
    return Design(
        *size,
        headline=_box(headline["box"]),
        headline_size=headline["font"]["size"] * SCALE,
        line_height=round(headline["font"]["size"] * SCALE * headline["line_height"]),
        icon=_box(icon["box"]),
        temperature=_box(temperature["box"]),
        temperature_size=temperature["font"]["size"] * SCALE,
        quality=quality,
    )


def _box(box: list[int]) -> Box:
    left, top, width, height = (part * SCALE for part in box)
    return left, top, width, height


def _write_icons(folder: Path, size: int) -> None:
    for name in ICONS:
        write_icon(folder / f"{name}.png", name, size, "white")


def write_icon(file: Path, name: str, size: int, colour: str) -> None:
    """A Phosphor icon of so many pixels, on nothing."""
    filled = "-Fill" if name.endswith("-fill") else ""
    path = shipped("fonts") / "Phosphor" / f"Phosphor{filled}.ttf"
    with TTFont(path) as font:
        signs = {name: chr(code) for code, name in font.getBestCmap().items()}
    mask = Image.new("L", (size, size))
    core, (left, top) = ImageFont.truetype(str(path), size).getmask2(signs[name], "L", anchor="ls")
    ink = Image.frombytes("L", core.size, bytes(core))
    mask.paste(ink, (left, top + round(size * 15 / 16)))
    icon = Image.new("RGBA", (size, size), colour)
    icon.putalpha(mask)
    icon.save(file)
