"""Countdowns: the time left until a moment, or since one, in cells that stay while their digits change."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from pydantic import Field, field_validator, model_validator

from livecontent.compose.context import ContentContext, LayoutContext, Substitution
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.text.layout import TextStyle, set_text
from livecontent.compose.text.said import RIGHT_TO_LEFT, Said
from livecontent.compose.values import ColourValue, Font, Length, PaintValue, Pixels, Rect, Spacing
from livecontent.expressions.calendar import written_date
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, Template
from livecontent.facts import Need, Reason
from livecontent.scene import Colour, CountdownClock, DigitGroup, Node, Shape, Text, Ticker

Unit = Literal["days", "hours", "minutes", "seconds"]

_SECONDS: Mapping[Unit, int] = MappingProxyType({"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1})
_MODULUS: Mapping[Unit, int] = MappingProxyType({"days": 0, "hours": 24, "minutes": 60, "seconds": 60})
_NOTHING = Said("")
_LONGEST = 60  # seconds of a frame: a GIF can't hold one for an hour
_LABEL_HEIGHT = 1.25  # of the label's size
_SMALLEST = 6.0  # CSS pixels of a line that is too long


class TimeLeft(NamedTuple):
    """Whole seconds left, or passed, what is shown at the end, and the names of the units."""

    seconds: int
    ended: Said
    labels: tuple[str, ...]
    language: str


class CountdownLayer(Layer):
    """The time left until a moment, or `up` since one, on the creative's clock if it has no offset.

    In a GIF it ticks for so many frames: seconds, or minutes where these are the smallest unit; others stand still.
    """

    kind: ClassVar[str] = "countdown"
    most_cut: ClassVar[float] = 0.02
    replaceable: ClassVar[bool] = True
    timed: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"countdown": "moment"}
    inks: ClassVar[frozenset[str]] = Layer.inks | {"label_color"}

    countdown: Template
    units: Annotated[tuple[Unit, ...], Field(min_length=1)] = ("days", "hours", "minutes", "seconds")
    font: Font = Font(weight=700, size=40)
    color: ColourValue = Colour(0, 0, 0)
    labels: Font | None = Font(size=12)
    label_color: ColourValue | None = None
    letter_spacing: Spacing = 0  # of the labels
    gap: Pixels = 12
    card: PaintValue | None = None
    radius: Pixels = 0
    ended: LocalizedTemplate | None = None
    frames: Annotated[int, Field(ge=1, le=1440)] = 60
    up: bool = False

    @field_validator("units")
    @classmethod
    def _descending(cls, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        order = tuple(_SECONDS)
        start = order.index(units[0])
        if units != order[start : start + len(units)]:
            raise ValueError("units follow each other from large to small, such as [hours, minutes, seconds]")
        return units

    @model_validator(mode="after")
    def _endless(self) -> "CountdownLayer":
        if self.up and self.ended:
            raise ValueError("the time since a moment has no end: leave out ended, or up")
        return self

    def needs(self) -> frozenset[Need]:
        """The time, and the language of its labels."""
        return frozenset({"now", "recipient", "client"})

    @property
    def natural(self) -> tuple[Length, Length]:
        """All the width, and the height of the digits with their names, on a card with some room."""
        height = self.font.size * 1.25 + (self.labels.size * _LABEL_HEIGHT if self.labels else 0)
        return "fill", height + (self.font.size / 2 if self.card else 0)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The time left; or words: at the end, or where the image may be read later."""
        return self._content(None, box, context)

    def stand_in(self, words: LocalizedTemplate, box: Rect, context: ContentContext) -> Iterable[Block]:
        """Other words than the date, on the card; what is shown at the end stays."""
        return self._content(words, box, context)

    def _content(self, words: LocalizedTemplate | None, box: Rect, context: ContentContext) -> Iterable[Block]:
        now = context.moment.value("now")
        if now is None:
            raise MissingValueError("now is not known")
        end = context.moment_of(self.countdown)
        left = int((now.at - end if self.up else end - now.at).total_seconds())
        if self.up and left < 0:
            raise MissingValueError(f"{end.isoformat()} is still to come: nothing has passed since")
        ended = context.say(self.ended) if self.ended and not (context.live and left > 0) else _NOTHING
        if left <= 0 and ended.words.strip():
            return (Block(self, box, ended, ended.words),)
        if context.live:
            said = self._date(end, now.at, context) if words is None else context.say(words)
            return (Block(self, box, said, said.words),)
        labels = _names(self.units, context.locale) if self.labels else ()
        return (Block(self, box, TimeLeft(max(left, 0), ended, labels, context.language.tag)),)

    def _date(self, end: datetime, now: datetime, context: ContentContext) -> Said:
        """What stays true of it: the date and time that it runs to, or from."""
        named = context.moment.facts["now"].reason == Reason.EMBEDDED
        date = date_of(end, context.language.timezone, context.locale, named=named, year=is_far(end, now))
        context.substitutions.append(Substitution(self, "dated", date))
        return _said(date, context.language.tag)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """A ticker of all the cells, or words."""
        if isinstance(block.value, TimeLeft):
            return (self._ticker(block.value, block.box, context),)
        return self.together(self._card(block.value, block.box, context), block.box, context)

    def _card(self, words: Said, rect: Rect, context: LayoutContext) -> tuple[Node, ...]:
        """Words in the place of all cells, on one card where cells stand on cards."""
        if self.card is None:
            return _line(words, self.font, self.color, rect, context)
        margin = min(max(self.radius, self.font.size / 3), rect.width / 8)
        inside = rect._replace(x=rect.x + margin, width=rect.width - 2 * margin)
        return (self._plate(rect, context), *_line(words, self.font, self.color, inside, context))

    def _plate(self, rect: Rect, context: LayoutContext) -> Shape:
        return Shape(box=context.box(rect), paint=context.paint(self.card), radius=context.px(self.radius))

    def _ticker(self, left: TimeLeft, box: Rect, context: LayoutContext) -> Ticker:
        """Only the time that is left differs from open to open."""
        last = left.seconds + self.seconds if self.up else left.seconds
        count = max(2, len(str(last // _SECONDS[self.units[0]])))
        key = (self.fingerprint, context.scale, box, left.ended, left.labels, left.language, count)
        ticker = context.tickers.get(key)
        if ticker is None:
            ticker = context.tickers.put(key, self._new_ticker(left, box, count, context))
        return ticker._replace(left=left.seconds)

    def _new_ticker(self, left: TimeLeft, box: Rect, count: int, context: LayoutContext) -> Ticker:
        digits = _Digits(self.font, context)
        label_height = self.labels.size * _LABEL_HEIGHT if self.labels else 0.0
        static: list[Node] = []
        groups: list[DigitGroup] = []
        for place, (unit, column) in enumerate(zip(self.units, self._columns(box), strict=True)):
            top = column.y + (column.height - digits.height - label_height) / 2
            if self.card is not None:
                static.append(self._plate(column, context))
            if self.labels:
                below = Rect(column.x, top + digits.height, column.width, label_height)
                label = _said(left.labels[place], left.language)
                colour = self.label_color or self.color
                static += _line(label, self.labels, colour, below, context, self.letter_spacing)
            modulus, places = (0, count) if place == 0 else (_MODULUS[unit], 2)
            groups.append(digits.group(_SECONDS[unit], modulus, column, top, places))
        clock = CountdownClock(
            groups=tuple(groups),
            face=digits.face,
            size=self.font.size * context.scale,
            colour=self.color,
            static=tuple(static),
            ended=self._card(left.ended, box, context) if left.ended.words.strip() else (),
            seconds=self.seconds,
            optical=self.font.size,
            up=self.up,
        )
        return Ticker(context.box(box), clock, 0, self.opacity, context.shadow(self.shadow))

    @cached_property
    def seconds(self) -> int:
        """How long it runs in a GIF."""
        tick = _SECONDS[self.units[-1]]
        return self.frames * tick if tick <= _LONGEST else 1

    def _columns(self, box: Rect) -> list[Rect]:
        """Boxes of one width, side by side."""
        count = len(self.units)
        width = max((box.width - self.gap * (count - 1)) / count, 1)
        return [Rect(box.x + index * (width + self.gap), box.y, width, box.height) for index in range(count)]


class _Digits:
    """How the digits of a font run: tabular figures would do, but not every font has them."""

    def __init__(self, font: Font, context: LayoutContext) -> None:
        fonts = context.fonts
        ((_, self.face),) = fonts.split("0123456789", *font.face)
        self._scale = context.scale
        self._ascent, descent = fonts.metrics(*font.face, font.size)
        self.height = self._ascent + descent  # CSS pixels
        self._advances = tuple(context.px(fonts.advance(digit, self.face, font.size)) for digit in "0123456789")

    def group(self, seconds: int, modulus: int, column: Rect, top: float, count: int) -> DigitGroup:
        """The digits of a unit, in the middle of its column."""
        slot = max(self._advances)
        x = round(column.x * self._scale) + (round(column.width * self._scale) - slot * count) // 2
        y = round((top + self._ascent) * self._scale)
        return DigitGroup(seconds, modulus, count, x, y, slot, self._advances)


def _line(
    words: Said, font: Font, colour: Colour, rect: Rect, context: LayoutContext, spacing: float = 0
) -> tuple[Text, ...]:
    """Words in the middle of a box, in one line."""
    style = TextStyle(font.face, font.size, "center", "middle", 1.2, lines=1, shrink_to=_SMALLEST, spacing=spacing)
    box = context.box(rect)
    return tuple([Text(box=box, runs=runs, colour=colour) for runs in set_text(words, style, rect, context)])


def _said(words: str, language: str) -> Said:
    """Words that CLDR has for a language."""
    return Said(words, language, RIGHT_TO_LEFT.match(language) is not None)


def _names(units: Iterable[Unit], locale: Locale) -> tuple[str, ...]:
    """The names of units in the recipient's language, in the plural, as CLDR gives them for a heading."""
    known = locale.unit_display_names
    names = [known.get(f"duration-{unit[:-1]}", {}) for unit in units]
    return tuple([str(one.get("long") or one.get("short") or unit) for one, unit in zip(names, units, strict=True)])


_HALF_A_YEAR = timedelta(days=183)
_TWO_MONTHS = timedelta(days=61)


def is_far(moment: datetime, now: datetime) -> bool:
    """Whether a date needs its year: half a year away, or two months and in another year."""
    apart = abs(moment - now)
    return apart > _HALF_A_YEAR or (apart > _TWO_MONTHS and moment.year != now.year)


def date_of(moment: datetime, zone: str, locale: Locale, *, named: bool, year: bool = False) -> str:
    """A moment on a clock, `Thursday 24 December, 18:00`, or `Thursday 24 December 2026, 18:00` with its `year`.

    `named` with the clock's name. English as Europe writes it; else as CLDR has it for the language.
    Raises `MissingValueError`.
    """
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise MissingValueError(f"{moment.isoformat()} is at the end of the calendar") from None
    form = locale.date_formats["long"] if year else locale.datetime_skeletons.get("MMMMd")
    day = form.pattern if form and locale.language != "en" else "d MMMM y" if year else "d MMMM"
    words = written_date(local, f"EEEE {day}, HH:mm", locale)
    return f"{words} {_clock(local, locale)}" if named else words


def _clock(moment: datetime, locale: Locale) -> str:
    """`CET`, or `heure de Paris`, as French has few short names of clocks."""
    french = locale.language == "fr"
    name = moment.tzname() or ""
    if name == "UTC" or (name.isalpha() and not french):
        return name
    city = get_timezone_location(moment.tzinfo, locale=locale, return_city=True)
    if french:
        return f"heure d’{city}" if city[0] in "AEIOUYÉÎ" else f"heure de {city}"
    return f"({city})"
