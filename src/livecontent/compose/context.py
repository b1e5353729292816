"""What layers work with: facts, language and files for their content; fonts and the scale for their layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol, overload

from babel import Locale

from livecontent.compose.flow.item import FlowItem
from livecontent.compose.resources import ContentResources, is_address
from livecontent.compose.text.breaks import Breaks
from livecontent.compose.text.look import Look
from livecontent.compose.text.said import PLAIN, RIGHT_TO_LEFT, Said
from livecontent.compose.text.sanitize import mark_alone, sanitize
from livecontent.compose.text.tags import RichTemplate
from livecontent.compose.text.words import FontMetrics, ShapedWords
from livecontent.compose.values import GradientValue, PaintValue, Rect, ShadowValue, StrokeValue
from livecontent.expressions.marks import END, START, read_looks
from livecontent.expressions.rounding import written
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MAX_WORDS, LocalizedTemplate, MissingValueError, Template
from livecontent.expressions.window import lasts, read_moment
from livecontent.facts import Moment
from livecontent.looks import WRITTEN_AS, Corners, Radial, Radius
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Colour, Gradient, Paint, Run, Shadow, Stroke, Ticker

_SHAPED = 500  # words
_SET = 10_000  # runs of texts
_TICKERS = 200
_ITEMS = 8000  # of rows and columns


def number_from(text: str) -> float:
    """A number from a text. Raises `MissingValueError`."""
    said = text.strip().replace("\u202f", "").replace(" ", "")
    try:
        number = float(said)
    except ValueError:
        raise MissingValueError(f"{said[:40]!r} is not a number") from None
    if not abs(number) < 1e15:
        raise MissingValueError(f"{said[:40]!r} is out of range")
    return number


class Named(Protocol):
    """A layer, as notes tell of it."""

    @property
    def kind(self) -> str:
        """The key that tells it in creative.yaml."""


class Substitution(NamedTuple):
    """What was done with a layer on a prefetch, and why or how."""

    layer: Named
    done: Literal["left out", "replaced", "dated"]
    note: str

    def __str__(self) -> str:
        return f"{self.layer.kind} {self.done}: {self.note}"


class Language(NamedTuple):
    """How facts are written: a language tag, and the clock of texts (an IANA time zone).

    And whose shapes Chinese letters have for who reads them: a name does not change in a text in English.
    """

    tag: str
    timezone: str
    shapes: str = ""


@dataclass(slots=True)
class ContentContext:
    """One filling in: the facts of an open, and notes of what had to be left out or replaced."""

    tongue: str  # the creative's language, in which texts are that name none
    horizon: timedelta  # how long after its fetch a prefetched image may be read
    moment: Moment
    resources: ContentResources
    language: Language
    locale: Locale
    rtl: bool  # whether rows begin at the right
    words: Mapping[str, object]  # the facts as rules and texts see them; on a prefetch, what time changes is redacted
    facts: RuleFacts
    live: ContentContext | None = None  # on a prefetch: the same with nothing redacted
    left_out: list[str] = field(default_factory=list)
    substitutions: list[Substitution] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)  # letters and signs of facts that no font has
    wanted: list[str] = field(default_factory=list)  # addresses of images that are not there

    def say(self, text: LocalizedTemplate) -> Said:
        """A text for people, in the recipient's language, else its own. Raises `MissingValueError`."""
        drawable = (self.resources.drawable[0], self.lacking)
        spoken = text.spoken(self.language.tag)
        template = text.by_language[spoken]
        marked = template.fill(self.words, drawable)
        language = spoken or self.tongue
        rtl = RIGHT_TO_LEFT.match(language) is not None
        if isinstance(template, RichTemplate) and template.looks:
            return self._dressed(sanitize(marked), template.looks, language, rtl)
        if START not in marked or (not rtl and PLAIN.fullmatch(marked)):
            return Said(sanitize(marked).replace(START, "").replace(END, ""), language, rtl)
        marked = sanitize(marked)
        shapes = "" if language.partition("-")[0] in WRITTEN_AS else self.language.shapes
        return Said(marked.replace(START, "").replace(END, ""), language, rtl, marked, shapes)

    def _dressed(self, marked: str, looks: tuple[Look, ...], language: str, rtl: bool) -> Said:
        """A text whose letters do not all look alike."""
        marked, look_of = read_looks(marked)
        words = marked.replace(START, "").replace(END, "")
        shapes = "" if language.partition("-")[0] in WRITTEN_AS else self.language.shapes
        plain = START not in marked or (not rtl and PLAIN.fullmatch(words))
        return Said(words, language, rtl, "" if plain else marked, "" if plain else shapes, looks, look_of)

    def lacking(self, value: str) -> str:
        """What of a value no font has, "" where all of it is drawn; noted."""
        clean = sanitize(value)
        found = self.resources.drawable[1](clean) or ("" if clean.strip() else mark_alone(value))
        if found and found not in self.undrawn:
            self.undrawn.append(found)
        return found

    def name(self, text: Template) -> str:
        """A text that names an image, a number or a moment. Raises `MissingValueError`."""
        return sanitize(text.fill(self.words))

    def image(self, name: str) -> str:
        """The digest of an image of the creative's folder, or at an address. Raises `MissingValueError`."""
        digest = self.resources.images.get(name)
        if digest is None and is_address(name):
            digest = self.resources.remote.find(name)
            if digest is None:
                self.wanted.append(name)
                raise MissingValueError(f"no image from {name[:60]!r}: {self.resources.remote.why_not(name)}")
        if digest is None:
            raise MissingValueError(f"there is no file {name[:60]!r}")
        return digest

    def write(self, text: Template) -> str:
        """A text for machines, such as a link, letter by letter. Raises `MissingValueError`, also if too long."""
        written = text.fill(self.words)
        if len(written) >= MAX_WORDS:
            raise MissingValueError(f"{written[:40]!r}... has {MAX_WORDS} characters or more")
        return written.strip()

    def number(self, text: Template) -> float:
        """A text that is a number. Raises `MissingValueError`."""
        return number_from(self.name(text))

    def written(self, number: Decimal) -> str:
        """A number as the recipient's language writes it."""
        return written(number, self.locale.decimal_formats[None], self.locale)

    def share(self, part: Template, whole: Template) -> float:
        """How much of a whole a part is, 0 to 1; 0 of a whole that is not above 0. Raises `MissingValueError`."""
        most = self.number(whole)
        found = self.number(part)
        return min(max(found / most, 0.0), 1.0) if most > 0 else 0.0

    def moment_of(self, text: Template) -> datetime:
        """A moment; without an offset on the creative's clock, else the reader's. Raises `MissingValueError`."""
        return read_moment(self.name(text), self.facts.zone)

    def with_item(self, words: Mapping[str, object], live_words: Mapping[str, object]) -> ContentContext:
        """The same for one item of a list, which is in these words, with the same notes."""
        live = self.live and self.live.with_item(live_words, live_words)
        return replace(self, words={**self.words, **words}, facts=self.facts.with_words(words), live=live)

    def with_own_notes(self) -> ContentContext:
        """The same, with empty notes; `replace` takes three times as long."""
        shared = (self.tongue, self.horizon, self.moment, self.resources, self.language, self.locale)
        return ContentContext(*shared, self.rtl, self.words, self.facts, self.live)

    def valid(self, valid_for: timedelta | None) -> ContentContext:
        """The same with the live facts, for what is said to stay true until it is read."""
        if self.live is None or not lasts(valid_for, self.horizon):
            return self
        notes = {"left_out": self.left_out, "substitutions": self.substitutions, "undrawn": self.undrawn}
        return replace(self.live, **notes, wanted=self.wanted)  # type: ignore[arg-type]


Lines = tuple[tuple[Run, ...], ...]  # a text, set: its runs line by line
SetTexts = Cache[object, Lines]

Ruled = tuple[Colour | None, Box]  # a line along letters; None: in the colour of the text


class RichLine(NamedTuple):
    """A line of a text whose letters do not all look alike: runs by colour, and the lines under and through them."""

    letters: tuple[tuple[Colour | None, tuple[Run, ...]], ...]
    under: tuple[Ruled, ...]
    through: tuple[Ruled, ...]


RichLines = tuple[RichLine, ...]
RichTexts = Cache[object, RichLines]


def _runs_in(lines: RichLines) -> int:
    return 1 + sum([len(runs) for line in lines for _, runs in line.letters])


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """Fonts, the scale, and words and texts that were set before."""

    fonts: FontMetrics
    scale: int = 1  # device pixels for a CSS pixel
    shaped: ShapedWords = field(default_factory=lambda: Cache("words", _SHAPED))
    texts: SetTexts = field(default_factory=lambda: Cache("texts", _SET, lambda lines: 1 + sum(map(len, lines))))
    rich_texts: RichTexts = field(default_factory=lambda: Cache("rich texts", _SET, _runs_in))
    breaks: Breaks = field(default_factory=Breaks)
    pictures: Callable[[str], tuple[int, int] | None] = lambda _: None  # their sizes in pixels, by digest
    items: Cache[object, FlowItem] = field(default_factory=lambda: Cache("flow", _ITEMS))
    tickers: Cache[object, Ticker] = field(default_factory=lambda: Cache("countdowns", _TICKERS))

    @property
    def caches(self) -> tuple[ShapedWords, SetTexts, RichTexts, Cache[object, FlowItem], Cache[object, Ticker]]:
        """All of them: their keys hold words of people."""
        return self.shaped, self.texts, self.rich_texts, self.items, self.tickers

    def at_scale(self, scale: int) -> LayoutContext:
        """The same at another scale, with the same memory."""
        return replace(self, scale=scale)

    def px(self, length: float) -> int:
        """A length in device pixels."""
        return round(length * self.scale)

    def box(self, rect: Rect) -> Box:
        """A box in device pixels, at least one of them wide and high."""
        x, y, width, height = rect
        scale = self.scale
        return Box(round(x * scale), round(y * scale), max(round(width * scale), 1), max(round(height * scale), 1))

    @overload
    def paint(self, value: PaintValue) -> Paint: ...
    @overload
    def paint(self, value: PaintValue | None) -> Paint | None: ...
    def paint(self, value: PaintValue | None) -> Paint | None:
        """A paint of a scene."""
        if not isinstance(value, GradientValue):
            return value
        radial = Radial(*value.center, value.radial == "circle") if value.radial else None
        return Gradient(value.colours, 0.0 if radial else value.angle, value.places, radial)

    def shadow(self, value: ShadowValue | None) -> Shadow | None:
        """A shadow in device pixels."""
        return Shadow(self.px(value.x), self.px(value.y), self.px(value.blur), value.color) if value else None

    def stroke(self, value: StrokeValue | None) -> Stroke | None:
        """An outline in device pixels."""
        if value is None:
            return None
        dash = (max(self.px(value.dash[0]), 1), max(self.px(value.dash[1]), 1)) if value.dash else None
        return Stroke(max(self.px(value.width), 1), value.color, dash)

    def radius(self, value: float | tuple[float, float, float, float]) -> Radius:
        """How round corners are, in device pixels."""
        return Corners(*map(self.px, value)) if isinstance(value, tuple) else self.px(value)


def placed(rect: Rect | None, within: Rect) -> Rect:
    """A box in CSS pixels, placed from the corner of what it stands in."""
    return Rect(within.x + rect.x, within.y + rect.y, rect.width, rect.height) if rect else within
