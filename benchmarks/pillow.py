"""R1 and R2 as somebody would write them who knows Pillow well: assets decoded once, the base flattened, sprites."""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from benchmarks.design import Design

FRAMES = 60
_UNITS = ((86_400, 1000, "jours"), (3600, 24, "heures"), (60, 60, "minutes"), (1, 60, "secondes"))


class HeroPillow:
    """R1: copies the base, draws texts and an icon, saves."""

    def __init__(self, design: Design, folder: Path) -> None:
        self._design = design
        self._base = Image.open(folder / "base.png").convert("RGB")
        self._icons = {path.stem: Image.open(path).convert("RGBA") for path in (folder / "icons").glob("*.png")}
        font = str(folder / "Inter-Bold.ttf")
        self._headline = ImageFont.truetype(font, design.headline_size)
        self._temperature = ImageFont.truetype(font, design.temperature_size)

    def draw(self, name: str, city: str, icon: str, temperature: int) -> bytes:
        """The JPEG."""
        design = self._design
        picture = self._base.copy()
        draw = ImageDraw.Draw(picture)
        left, top, width, height = design.headline
        lines = _wrap(f"Bonjour {name}, il pleut à {city}", self._headline, width)
        y = top + (height - design.line_height * len(lines)) // 2
        for number, line in enumerate(lines):
            middle = y + design.line_height * number + design.line_height // 2
            draw.text((left, middle), line, "white", self._headline, anchor="lm")
        sign = self._icons[icon]
        picture.paste(sign, design.icon[:2], sign)
        left, top, width, height = design.temperature
        spot = (left + width // 2, top + height // 2)
        draw.text(spot, f"{temperature}°", "white", self._temperature, anchor="mm")
        out = BytesIO()
        picture.save(out, "JPEG", quality=design.quality, subsampling="4:2:0")
        return out.getvalue()


def _wrap(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Lines filled one after the other."""
    lines = [""]
    room = float(width)
    for word in text.split():
        needed = _width(word, font) + (_width(" ", font) if lines[-1] else 0)
        if lines[-1] and needed > room:
            lines.append(word)
            room = width - _width(word, font)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
            room -= needed
    return lines


@lru_cache(maxsize=1000)
def _width(word: str, font: FreeTypeFont) -> float:
    """Measuring costs a tenth of a millisecond, and most words come again."""
    return font.getlength(word)


class CountdownPillow:
    """R2: 60 frames in one palette, digits pasted as sprites, saved by Pillow's own writer."""

    def __init__(self, font: Path) -> None:
        ground, card, ink = (28, 67, 80), (18, 48, 59), (246, 241, 231)
        label, sub = (238, 177, 74), (156, 195, 207)
        steps = [_mix(card, ink, step / 15) for step in range(16)]
        extra = [_mix(under, over, step / 7) for under, over in ((ground, label), (card, sub)) for step in range(8)]
        self._palette = Image.new("P", (1, 1))
        self._palette.putpalette([value for colour in (*steps, *extra, ground) for value in colour])
        face = ImageFont.truetype(str(font), 40)
        base = Image.new("RGB", (600, 150), card)
        draw = ImageDraw.Draw(base)
        draw.rounded_rectangle((12, 12, 587, 137), 12, fill=ground)
        draw.text((36, 76), "Votre offre finit dans", label, ImageFont.truetype(str(font), 17), anchor="lm")
        self._columns = [240 + 86 * number for number in range(4)]
        for left, (_, _, unit) in zip(self._columns, _UNITS, strict=True):
            draw.rounded_rectangle((left, 24, left + 77, 125), 10, fill=card)
            draw.text((left + 39, 106), unit, sub, ImageFont.truetype(str(font), 12), anchor="mm")
        self._base = base.quantize(palette=self._palette, dither=Image.Dither.NONE)
        self._digits = [self._sprite(str(digit), face, card, ink) for digit in range(10)]

    def _sprite(self, digit: str, face: FreeTypeFont, card: tuple[int, ...], ink: tuple[int, ...]) -> Image.Image:
        sprite = Image.new("RGB", (26, 40), tuple(card))
        ImageDraw.Draw(sprite).text((13, 20), digit, tuple(ink), face, anchor="mm")
        return sprite.quantize(palette=self._palette, dither=Image.Dither.NONE)

    def draw(self, left: int) -> bytes:
        """The GIF, from so many seconds that are left."""
        first, *others = self._frames(left)
        out = BytesIO()
        first.save(out, "GIF", save_all=True, append_images=others, duration=1000, disposal=1, optimize=False)
        return out.getvalue()

    def _frames(self, left: int) -> Iterator[Image.Image]:
        for frame in range(FRAMES):
            picture = self._base.copy()
            for column, (divisor, modulus, _) in zip(self._columns, _UNITS, strict=True):
                for place, digit in enumerate(f"{max(left - frame, 0) // divisor % modulus:02d}"[-2:]):
                    picture.paste(self._digits[int(digit)], (column + 13 + 26 * place, 46))
            yield picture


def _mix(one: tuple[int, ...], other: tuple[int, ...], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
