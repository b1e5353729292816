"""Countdown layers: the time left until a moment, in cells that stay where they are while their digits change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale

from livecontent.compose.context import ComposeContext, Substitution
from livecontent.compose.dates import date_of, is_far
from livecontent.compose.text.layout import Setting, set_words, style_of
from livecontent.creative.layers import CountdownLayer, Unit
from livecontent.creative.values import Fit, Font
from livecontent.expressions.template import LocalizedTemplate, MissingValueError
from livecontent.facts import Reason
from livecontent.scene import Box, Colour, DigitGroup, Face, Group, Node, Shape, Text, Ticker

_SECONDS: dict[Unit, int] = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
_MODULUS: dict[Unit, int] = {"days": 0, "hours": 24, "minutes": 60, "seconds": 60}
_LONGEST = 60  # seconds of a frame: a GIF can't hold one for an hour
_LABEL_HEIGHT = 1.25  # of the label's size


def compose_countdown(layer: CountdownLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A ticker of all the cells, or what stands there at the end."""
    now = desk.moment.value("now")
    if now is None:
        raise MissingValueError("now is not known")
    end = _end(layer, desk)
    left = int((end - now.at).total_seconds())
    if desk.live and left > 0:
        return _date(layer, end, now.at, box, desk)
    last_words = desk.say(layer.ended) if layer.ended else ""
    if left <= 0 and last_words.strip():
        desk.said.append(last_words)
        shadow = desk.shadow(layer.shadow)
        ended = _line(last_words, layer.font, layer.color, box, desk)
        return tuple(replace(node, opacity=layer.opacity, shadow=shadow) for node in ended)
    if desk.live:
        return _date(layer, end, now.at, box, desk)
    count = max(2, len(str(max(left, 0) // _SECONDS[layer.units[0]])))
    key = (id(layer), box, str(desk.words["locale"]), count, last_words)
    kept = desk.materials.clocks.get(key)
    if kept is None:  # with its layer, so that no other has the same identity meanwhile
        kept = desk.materials.clocks[key] = (layer, _clock(layer, box, desk, count, last_words))
    return (replace(kept[1], left=max(left, 0)),)


def _date(layer: CountdownLayer, end: datetime, now: datetime, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """What stays true of it: its prefetched words, else the date and time that it runs to, on one card."""
    if isinstance(layer.prefetched, LocalizedTemplate):
        words = desk.say(layer.prefetched)
    else:
        named = desk.moment.facts["now"].reason == Reason.EMBEDDED
        year = is_far(end, now)
        words = date_of(end, str(desk.words["timezone"]), str(desk.words["locale"]), named=named, year=year)
        desk.substitutions.append(Substitution(layer, "dated", words))
    desk.said.append(words)
    margin = min(max(desk.px(layer.radius), desk.px(layer.font.size) // 3), box.width // 8) if layer.card else 0
    inside = box._replace(x=box.x + margin, width=box.width - 2 * margin)
    nodes = _line(words, layer.font, layer.color, inside, desk)
    if layer.card is not None:
        nodes = (Shape(box=box, paint=desk.paint(layer.card), radius=desk.px(layer.radius)), *nodes)
    if layer.opacity == 1 and layer.shadow is None:
        return nodes
    return (Group(box=box, opacity=layer.opacity, shadow=desk.shadow(layer.shadow), nodes=nodes),)


def _clock(layer: CountdownLayer, box: Box, desk: ComposeContext, count: int, last_words: str) -> Ticker:
    """All but the time that is left; `count` is how many digits the largest unit has."""
    digits = _digits(layer.font, desk)
    label_height = round(desk.px(layer.labels.size) * _LABEL_HEIGHT) if layer.labels else 0
    still: list[Node] = []
    cells: list[DigitGroup] = []
    for unit, column in zip(layer.units, _columns(layer, box, desk), strict=True):
        top = column.y + (column.height - digits.height - label_height) // 2
        if layer.card is not None:
            still.append(Shape(box=column, paint=desk.paint(layer.card), radius=desk.px(layer.radius)))
        if layer.labels:
            below = Box(column.x, top + digits.height, column.width, label_height)
            still += _line(_name(unit, desk), layer.labels, layer.label_color or layer.color, below, desk)
        largest = unit == layer.units[0]
        cells.append(digits.cell(unit, 0 if largest else _MODULUS[unit], column, top, count if largest else 2))
    return Ticker(
        box=box,
        opacity=layer.opacity,
        shadow=desk.shadow(layer.shadow),
        left=0,
        cells=tuple(cells),
        face=digits.face,
        size=digits.size,
        colour=layer.color,
        still=tuple(still),
        ended=_line(last_words, layer.font, layer.color, box, desk),
        seconds=layer.frames * tick if (tick := _SECONDS[layer.units[-1]]) <= _LONGEST else 1,
    )


@dataclass(frozen=True, slots=True)
class _Digits:
    """How the digits of a font run: tabular figures would do, but not every font has them."""

    face: Face
    size: int
    advances: tuple[int, ...]
    ascent: int
    height: int

    def cell(self, unit: Unit, modulus: int, column: Box, top: int, count: int) -> DigitGroup:
        """The cell of a unit, in the middle of its column, with so many digits."""
        slot = max(self.advances)
        x = column.x + (column.width - slot * count) // 2
        return DigitGroup(_SECONDS[unit], modulus, count, x, top + self.ascent, slot, self.advances)


def _digits(font: Font, desk: ComposeContext) -> _Digits:
    measure = desk.materials.measure
    size = desk.px(font.size)
    ((_, face),) = measure.split("0123456789", *style_of(font))
    ascent, descent = measure.metrics(*style_of(font), size)
    advances = tuple(round(measure.advance(digit, face, size)) for digit in "0123456789")
    return _Digits(face, size, advances, ascent, ascent + descent)


def _end(layer: CountdownLayer, desk: ComposeContext) -> datetime:
    """The moment it runs to; without an offset it is on the creative's clock, else on the recipient's."""
    said = desk.name(layer.countdown).strip()
    try:
        end = datetime.fromisoformat(said)
        if end.tzinfo is None:
            end = end.replace(tzinfo=ZoneInfo(desk.creative.timezone or str(desk.words["timezone"])))
        return end.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MissingValueError(f"{said[:40]!r} is not a moment such as 2026-12-24T18:00") from None


def _columns(layer: CountdownLayer, box: Box, desk: ComposeContext) -> list[Box]:
    """Boxes of one width, side by side."""
    gap = desk.px(layer.gap)
    count = len(layer.units)
    width = max((box.width - gap * (count - 1)) // count, 1)
    return [Box(box.x + index * (width + gap), box.y, width, box.height) for index in range(count)]


def _name(unit: Unit, desk: ComposeContext) -> str:
    """A unit's name in the recipient's language, in the plural, as CLDR gives it for a heading."""
    names = Locale.parse(str(desk.words["locale"])).unit_display_names.get(f"duration-{unit[:-1]}", {})
    return str(names.get("long") or names.get("short") or unit)


def _line(words: str, font: Font, colour: Colour, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    setting = Setting(font, "center", "middle", 1.2, Fit(lines=1, shrink_to=6))
    runs = set_words(words, setting, box, desk)
    return (Text(box=box, runs=runs, colour=colour),) if runs else ()
