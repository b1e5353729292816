"""What words are to layout: shaped letters of a style, with their width."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from livecontent.compose.text.paragraphs import Directions
from livecontent.runtime.cache import Cache
from livecontent.scene import Face


class FontMetrics(Directions, Protocol):
    """What layout asks of fonts."""

    shapes: bool  # whether letters stand at fractions of pixels, so that widths are in proportion to sizes

    def split(self, text: str, family: str, weight: int, italic: bool, language: str = "") -> list[tuple[str, Face]]:
        """A text cut where the face changes."""

    def advance(self, text: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a run moves the pen, in CSS pixels at a size in CSS pixels: the same at every scale."""

    def metrics(self, family: str, weight: int, italic: bool, size: float) -> tuple[float, float]:
        """Ascent and descent of a style, likewise."""


class Style(NamedTuple):
    """A font at a size in CSS pixels; the language where letters have other shapes by it, as Chinese ones do."""

    family: str
    weight: int
    italic: bool
    size: float
    language: str = ""


class Piece(NamedTuple):
    """Letters of one face and level, with their width."""

    text: str
    face: Face
    level: int
    width: float


class Word(NamedTuple):
    """What is never parted, and the width of the space that follows it within a line."""

    text: str
    pieces: tuple[Piece, ...]
    width: float
    space: float
    space_level: int
    levels: tuple[int, ...] = ()  # of its letters; empty in a paragraph that runs left to right
    tied: bool = False  # to the next: no line ends between them if it can be helped
    parted: bool = False  # from the rest of a word that was too wide for any line
    cut: bool = False  # between letters, and where no line may break


class TextLine(NamedTuple):
    """Words that stand in one line."""

    words: tuple[Word, ...]
    rtl: bool

    @property
    def width(self) -> float:
        """From the first word to the last, without the space behind it."""
        width = 0.0
        for word in self.words:
            width += word.width + word.space
        return width - (self.words[-1].space if self.words else 0)


Words = tuple[list[Word], bool]  # of a paragraph, and whether it runs right to left
ShapedWords = Cache[
    tuple[str, bool, bool, tuple[int, ...], Style], Word
]  # by text, whether a space follows, whether it is tied, levels and style
Parts = Callable[[str], Sequence[int]]  # where a word that is too wide may be parted
