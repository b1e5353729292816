"""Fonts: which face draws which characters, how wide they run, and their masks."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, features

from livecontent.compose.text.words import Stripe
from livecontent.errors import DrawingError
from livecontent.render.paint.bidi import Bidi
from livecontent.render.paint.choice import FontChoice, varies
from livecontent.render.paint.font_index import read_index
from livecontent.render.paint.fontfile import EMOJI_STRIKE, shipped_fonts, system_fonts
from livecontent.render.paint.glyphs import GlyphCache, Mask, SizedFace, size_of_mask, solid, tight
from livecontent.runtime.cache import Cache
from livecontent.scene import Face

MASK_BYTES = 4 * 1024 * 1024
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))

_MEASURED = 128  # pixels of the letters that are measured, whatever size they are wanted in
_LARGE = 12  # sizes of fonts with all of Chinese that are open at a time: each is a megabyte


class Fonts:
    """The fonts of `fonts/` folders, each sub-folder a family, and the system's as a last resort."""

    def __init__(
        self, folders: Sequence[Path], system: Sequence[Path] = SYSTEM_FOLDERS, store: Path | None = None
    ) -> None:
        """Packed fonts (.woff2) are unpacked into the store; without one they are not read."""
        shipped = [font for folder in folders for font in shipped_fonts(folder, read_index(folder), store)]
        found = [*shipped, *system_fonts(system, shipped)]
        self._by_key = {font.key: font for font in reversed(found)}  # the first of a name counts
        self.files = [font for font in found if self._by_key[font.key] is font]
        self.families = frozenset(font.family for font in shipped if not font.icons)
        self.upright = self.families - {font.family for font in shipped if font.italic}  # those without italics
        self.icons: Mapping[str, tuple[str, Face]] = {
            name: (character, Face(font.key, font.weight)) for font in shipped for name, character in font.icons.items()
        }
        self._choice = FontChoice(self.files)
        self._optical = frozenset(font.key for font in self.files if varies(font, "opsz"))
        self._large = frozenset(font.key for font in self.files if font.large)
        self._loaded: Cache[SizedFace, ImageFont.FreeTypeFont] = Cache("fonts", 256)
        self._loaded_large: Cache[SizedFace, ImageFont.FreeTypeFont] = Cache("large fonts", _LARGE)
        self._pieces: Cache[tuple[str, str, int, bool, str], list[tuple[str, Face]]] = Cache("pieces of text", 4000)
        self._advances: Cache[tuple[str, Face, float, bool], float] = Cache("advances", 6000)
        self._masks: Cache[tuple[object, ...], Mask] = Cache("masks of words", MASK_BYTES, size_of_mask)
        self._letters = GlyphCache(self._draw, self._measure)
        self._faces = threading.RLock()  # https://freetype.org/freetype2/docs/reference/ft2-face_creation.html
        self.bidi = Bidi()
        self.shapes = bool(features.check("raqm"))
        self._engine = ImageFont.Layout.RAQM if self.shapes else ImageFont.Layout.BASIC

    def levels(self, text: str, rtl: bool) -> tuple[int, ...]:
        """Embedding levels of a paragraph of a direction; empty where all of it runs left to right."""
        return self.bidi.levels(text, rtl)

    def split(self, text: str, family: str, weight: int, italic: bool, language: str = "") -> list[tuple[str, Face]]:
        """A text cut where the face changes. What no font has is left out."""
        choice = self._choice
        chain = choice.chains.get((family, weight, italic, language)) or choice.chain(family, weight, italic, language)
        if chain.plain.issuperset(text):
            return [(text, chain.face)]
        key = (text, family, weight, italic, language)
        return self._pieces.get(key) or self._pieces.put(key, choice.pieces(text, chain))

    @property
    def drawable(self) -> tuple[frozenset[str], Callable[[str], str]]:
        """Characters that are drawn wherever they stand, and what tells of any other text what of it no font draws."""
        choice = self._choice
        return choice.chain("Inter", 400, False, "").plain if self.files else frozenset(), choice.undrawn

    def advance(self, text: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a run at a size moves the pen, both in CSS pixels: the same at every scale, and not rounded."""
        optical = size if face.file in self._optical else 0.0
        key = (text, face, optical, rtl)
        width = self._advances.get(key)
        if width is None:
            sized = SizedFace(face, _MEASURED, optical)
            places = None if rtl else self._places(text, sized)
            width = places[-1] if places else self._advances.put(key, self._measure(text, sized, rtl))
        return width * size / _MEASURED

    def step(self, letter: str, after: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a letter moves the pen before another ("": none) that it is kerned, but not joined with, likewise."""
        sized = SizedFace(face, _MEASURED, size if face.file in self._optical else 0.0)
        places = self._places(letter + after, sized) if after and not rtl else None
        return places[1] * size / _MEASURED if places else self.advance(letter, face, size, rtl)

    def metrics(self, family: str, weight: int, italic: bool, size: float) -> tuple[float, float]:
        """Ascent and descent of a family's face at a size, all in CSS pixels."""
        font = self._choice.chain(family, weight, italic, "").first
        return font.ascent * size, font.descent * size

    def rules(self, family: str, weight: int, italic: bool, size: float) -> tuple[Stripe, Stripe]:
        """The lines under and through letters of a family's face at a size, likewise."""
        font = self._choice.chain(family, weight, italic, "").first
        under, through = font.under, font.through
        return Stripe(under.top * size, under.height * size), Stripe(through.top * size, through.height * size)

    def mask(
        self, text: str, face: Face, size: float, rtl: bool = False, stroke: int = 0, optical: float = 0.0
    ) -> Mask:
        """The ink of a run at a size in device pixels, and an optical size in CSS pixels (0: the size)."""
        key = (text, face, size, rtl, stroke, optical)
        entry = self._masks.get(key)
        if entry is None:
            sized = SizedFace(face, size, optical or size if face.file in self._optical else 0.0)
            places = None if rtl or stroke else self._places(text, sized)
            if places:
                entry = self._letters.mask(text, places, sized)
            elif self._by_key[face.file].emoji:
                entry = self._emoji(text, sized)
            else:
                entry = tight(self._draw(text, sized, rtl, stroke))
            self._masks.put(key, entry)
        return entry

    @property
    def caches(self) -> Sequence[Cache[Any, Any]]:
        """What is kept, to be counted."""
        return self._loaded, self._loaded_large, self._pieces, self._advances, self._masks, self._letters.tables

    def _places(self, text: str, face: SizedFace) -> list[float] | None:
        """Where the pens of letters stand that can be drawn one by one."""
        one_by_one = self.shapes and not self._by_key[face.face.file].emoji
        return self._letters.places(text, face) if one_by_one else None

    def _measure(self, text: str, face: SizedFace, rtl: bool = False) -> float:
        with self._faces:
            return self._load(face).getlength(text, **self._shaping(face, rtl)) * self._ratio(face)

    def _draw(self, text: str, face: SizedFace, rtl: bool = False, stroke: int = 0) -> Mask:
        with self._faces:
            core, (dx, dy) = self._load(face).getmask2(
                text, "L", anchor="ls", stroke_width=stroke, start=(0, 0), **self._shaping(face, rtl)
            )
        if not core.size[0] or not core.size[1]:
            return Mask(solid("L", (1, 1), 0), 0, 0)
        mask = solid("L", core.size, 0)
        mask.paste(core, (0, 0, *core.size))
        return Mask(mask, dx, dy)

    def _emoji(self, text: str, face: SizedFace) -> Mask:
        with self._faces:
            font = self._load(face)
            left, top, right, bottom = font.getbbox(text, anchor="ls")
            big = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))))
            ImageDraw.Draw(big).text((-left, -top), text, font=font, anchor="ls", embedded_color=True)
        ratio = self._ratio(face)
        small = big.resize((max(1, round(big.width * ratio)), max(1, round(big.height * ratio))), Image.Resampling.BOX)
        return Mask(small.im, round(left * ratio), round(top * ratio))

    def _shaping(self, face: SizedFace, rtl: bool) -> dict[str, Any]:
        """What the shaping engine is told besides the text."""
        return {"direction": "rtl" if rtl else "ltr", "language": face.face.language or None} if self.shapes else {}

    def _ratio(self, face: SizedFace) -> float:
        return face.size / EMOJI_STRIKE if self._by_key[face.face.file].emoji else 1.0

    def _load(self, face: SizedFace) -> ImageFont.FreeTypeFont:
        file = self._by_key[face.face.file]
        real = face._replace(size=EMOJI_STRIKE) if file.emoji else face
        if face.face.language:
            real = real._replace(face=real.face._replace(language=""))  # one is open for all languages
        loaded = self._loaded_large if file.key in self._large else self._loaded
        font = loaded.get(real)
        if font is None:
            try:
                with self._faces:
                    font = ImageFont.truetype(str(file.path), real.size, layout_engine=self._engine)
                    if file.axes:
                        font.set_variation_by_axes([_axis(tag, low, high, face) for tag, low, high in file.axes])
            except OSError as error:
                raise DrawingError(f"the font {file.key} can't be used at {real.size:g} px: {error}") from None
            loaded.put(real, font)
        return font


def _axis(tag: str, low: float, high: float, face: SizedFace) -> float:
    """Where a font stands on an axis: its weight, its optical size, else the smallest."""
    wanted = {"wght": face.face.weight, "opsz": face.optical, "wdth": 100}.get(tag, low)
    return min(max(wanted, low), high)
