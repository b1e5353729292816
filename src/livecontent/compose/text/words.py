"""What words are to layout: shaped letters of a style, with their width."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from livecontent.compose.text.look import Look, bolder
from livecontent.compose.text.paragraphs import Directions
from livecontent.runtime.cache import Cache
from livecontent.scene import Face

_LEAST, _MOST = 1.0, 1000.0  # CSS pixels of letters, whatever tags and shrinking make of them


class Stripe(NamedTuple):
    """A line along letters: its upper edge above the baseline, and its thickness."""

    top: float
    height: float


class FontMetrics(Directions, Protocol):
    """What layout asks of fonts."""

    shapes: bool  # whether letters stand at fractions of pixels, so that widths are in proportion to sizes

    def split(self, text: str, family: str, weight: int, italic: bool, language: str = "") -> list[tuple[str, Face]]:
        """A text cut where the face changes."""

    def advance(self, text: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a run moves the pen, in CSS pixels at a size in CSS pixels: the same at every scale."""

    def step(self, letter: str, after: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a letter moves the pen before another ("": none) that it is kerned, but not joined with, likewise."""

    def metrics(self, family: str, weight: int, italic: bool, size: float) -> tuple[float, float]:
        """Ascent and descent of a style, likewise."""

    def rules(self, family: str, weight: int, italic: bool, size: float) -> tuple[Stripe, Stripe]:
        """The lines under and through letters of a style, likewise."""


class Style(NamedTuple):
    """A font at a size in CSS pixels; the language where letters have other shapes by it, as Chinese ones do.

    And how many CSS pixels further apart than usual letters stand.
    """

    family: str
    weight: int
    italic: bool
    size: float
    language: str = ""
    spacing: float = 0.0


def dressed(style: Style, look: Look, shrunk: float) -> Style:
    """The style of letters of a look in a text of a style, which is so many times as large as it was meant to be."""
    size = look.size * shrunk or style.size * look.part
    return style._replace(
        family=look.family or style.family,
        weight=look.weight or (bolder(style.weight) if look.bold else style.weight),
        italic=look.italic or style.italic,
        size=min(max(size, _LEAST), _MOST),
    )


class Piece(NamedTuple):
    """Letters of one face, level and look, with their width; without a face, a gap between letters."""

    text: str
    face: Face | None
    level: int
    width: float
    look: int = 0


class Word(NamedTuple):
    """What is never parted, and the width of the space that follows it within a line."""

    text: str
    pieces: tuple[Piece, ...]
    width: float
    space: float
    space_level: int
    levels: tuple[int, ...] = ()  # of its letters; empty in a paragraph that runs left to right
    looks: tuple[int, ...] = ()  # of its letters; empty in a text that has but one
    space_look: int = 0
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
    tuple[str, bool, bool, tuple[int, ...], Style, tuple[int, ...], tuple[Style, ...]], Word
]  # by text, whether a space follows, whether it is tied, levels, style, and looks with their styles
Parts = Callable[[str], Sequence[int]]  # where a word that is too wide may be parted
