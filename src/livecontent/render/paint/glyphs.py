"""Words put together of letters that were drawn before: the same pixels as the word at once, in a fraction of the time.

Names are new all the time, their letters are not. Two letters that stand side by side are drawn once as a pair: where
they join, as in a ligature, or heed each other in any other way, words with them are left to the shaping engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, _imaging

from livecontent.runtime.cache import Cache
from livecontent.scene import Face

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

_TABLES = 64  # faces at a size
_PAIRS = 20_000  # of a table
_LESSONS = 2  # pairs that are learned for a word
_LONGEST = 40  # letters
# Of the Latin blocks of Unicode, as other scripts join more than two; and signs.
_ALONE = frozenset([letter for letter in map(chr, range(0x250)) if letter.isalpha()]) | frozenset(",.!?;’'-")
# Prices, which are as new as names. Not beside letters: fonts write 3x4 otherwise than x, a context of three.
_NUMBERS = frozenset("0123456789.,%€$£ \u00a0\u202f")


class SizedFace(NamedTuple):
    """A face at a size in device pixels; optical size in CSS pixels, 0 where its letters do not differ by it."""

    face: Face
    size: float
    optical: float


class Mask(NamedTuple):
    """Coverage ('L'), or colours ('RGBA'), and where its top left stands from the pen.

    Its pixels are Pillow's core image: reading the size or mode of an `Image` is a call of Python, and words have many.
    """

    ink: ImagingCore
    dx: int
    dy: int

    @property
    def image(self) -> Image.Image:
        """Its pixels as an image."""
        return Image.Image()._new(self.ink)  # noqa: SLF001


AdvanceTable = dict[str, float | None]  # by letter, and by pair of letters
Draw = Callable[[str, SizedFace], Mask]
InkWidth = Callable[[str, SizedFace], float]


class _Letters(NamedTuple):
    """What is known of the letters of a face at a size."""

    steps: AdvanceTable
    masks: dict[str, Mask]


class GlyphCache:
    """Knows how far letters stand apart, by face and size."""

    def __init__(self, draw: Draw, measure: InkWidth) -> None:
        self._draw = draw
        self._measure = measure
        self.tables: Cache[SizedFace, _Letters] = Cache("letters", _TABLES)

    def places(self, text: str, face: SizedFace) -> list[float] | None:
        """Where each letter's pen stands, and the one behind the last; None where letters can't be taken apart."""
        alone = _ALONE.issuperset(text) or (_NUMBERS.issuperset(text) and text == text.strip())
        if not alone or not 1 < len(text) <= _LONGEST:
            return None
        table = self._of(face).steps
        pairs = [*map(add, text, text[1:]), text[-1]]
        try:
            steps = [table[pair] for pair in pairs]
        except KeyError:
            if not self._learn_some(table, pairs, face):
                return None
            steps = [table[pair] for pair in pairs]
        return None if None in steps else [0.0, *accumulate(steps)]  # type: ignore[list-item]

    def mask(self, text: str, places: list[float], face: SizedFace) -> Mask:
        """The ink of letters at their places, with nothing empty around it."""
        masks: list[tuple[ImagingCore, int, int]] = []
        letters = self._of(face).masks
        for letter, place in zip(text, places, strict=False):
            if letter.isspace():
                continue
            mask = letters.get(letter)
            if mask is None:
                mask = letters[letter] = tight(self._draw(letter, face))
            ink, dx, dy = mask
            masks.append((ink, math.floor(place + 0.5) + dx, dy))
        return join(masks) if masks else Mask(solid("L", (1, 1), 0), 0, 0)

    def _of(self, face: SizedFace) -> _Letters:
        found = self.tables.get(face)
        if found is None or len(found.steps) > _PAIRS:
            found = self.tables.put(face, _Letters({}, {}))
        return found

    def _learn_some(self, table: AdvanceTable, pairs: Sequence[str], face: SizedFace) -> bool:
        """Whether all pairs are known now: whoever opens first does not wait until they are."""
        unknown = [pair for pair in pairs if pair not in table]
        for pair in unknown[:_LESSONS]:
            self._learn(table, pair, face)
        return len(unknown) <= _LESSONS

    def _learn(self, table: AdvanceTable, pair: str, face: SizedFace) -> float | None:
        """How far the first letter moves the pen before the second; None where they are more than two letters."""
        step = self._measure(pair, face)
        if len(pair) > 1:
            second = table.get(pair[1]) or self._learn(table, pair[1], face) or 0.0
            step -= second
            together = self._draw(pair, face)
            if not same_ink(self.mask(pair, [0.0, step], face), together):
                table[pair] = None
                return None
        table[pair] = step
        return step


def solid(mode: str, size: tuple[int, int], colour: int | tuple[int, ...]) -> ImagingCore:
    """A core image in one colour."""
    found: ImagingCore = _imaging.fill(mode, size, colour)
    return found


def size_of_mask(mask: Mask) -> int:
    """Bytes, with what Python takes for it."""
    width: int
    height: int
    width, height = mask.ink.size
    return width * height * (1 if mask.ink.mode == "L" else 4) + 200


def join(masks: Sequence[tuple[ImagingCore, int, int]]) -> Mask:
    """Masks as one. What stands to the right of all before it is copied, which takes less than to lay it over."""
    if len(masks) == 1:
        return Mask(*masks[0])
    boxes: list[tuple[int, int, int, int]] = []
    for ink, dx, dy in masks:
        wide, high = ink.size
        boxes.append((dx, dy, dx + wide, dy + high))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = min(lefts), min(tops)
    whole = solid("L", (max(rights) - left, max(bottoms) - top), 0)
    free = left
    for (ink, _, _), (x, y, right, bottom) in zip(masks, boxes, strict=True):
        place = (x - left, y - top, right - left, bottom - top)
        if x >= free:
            whole.paste(ink, place)
        else:
            whole.paste(255, place, ink)
        free = max(free, right)
    return Mask(whole, left, top)


def tight(mask: Mask) -> Mask:
    """A mask without empty rows and columns around the ink, which the shaping engine may leave."""
    box = mask.ink.getbbox()
    if box is None:
        return Mask(solid("L", (1, 1), 0), 0, 0)
    return Mask(mask.ink.crop(box), mask.dx + box[0], mask.dy + box[1])


def same_ink(one: Mask, other: Mask) -> bool:
    """Whether two masks are the same, but for what is empty around the ink."""
    one, other = tight(one), tight(other)
    return one[1:] == other[1:] and one.ink.size == other.ink.size and one.image.tobytes() == other.image.tobytes()
