"""What composing works with: the words of the moment, the language, the fonts' measures, the creative's files."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from cachetools import LRUCache

from livecontent.compose.text.sanitize import sanitize
from livecontent.compose.text.wrap import Known, WidthOf
from livecontent.creative.layers import Layer, kind_of
from livecontent.creative.model import Creative
from livecontent.creative.values import GradientValue, Rect, ShadowValue, StrokeValue
from livecontent.expressions.rule import Rule, RuleFacts, Tested
from livecontent.expressions.template import MAX_WORDS, LocalizedTemplate, MissingValueError, Template
from livecontent.facts import Moment
from livecontent.runtime.lru import LruCache
from livecontent.scene import Box, Colour, Face, Gradient, Paint, Shadow, Stroke, Text, Ticker
from livecontent.vocabulary import Vocabulary

_KNOWN = 500  # words
_RUNS = 10_000  # of texts


def _runs_of(kept: tuple[Layer, tuple[Text, ...]]) -> int:
    return 1 + sum([len(line.runs) for line in kept[1]])


@dataclass(frozen=True, slots=True)
class ComposeResources:
    """What stays from opening to opening: measures, icons by name, the creative's pictures by file name, clocks."""

    measure: WidthOf
    icons: Mapping[str, tuple[str, Face]]
    pictures: Mapping[str, str]
    vocabulary: Vocabulary
    clocks: MutableMapping[object, tuple[Layer, Ticker]] = field(
        default_factory=lambda: LRUCache(200)
    )  # as they were composed last
    known: Known = field(default_factory=lambda: LruCache(_KNOWN))  # words as they were shaped last
    texts: LruCache[object, tuple[Layer, tuple[Text, ...]]] = field(
        default_factory=lambda: LruCache(_RUNS, _runs_of)
    )  # as they were laid out last


class Substitution(NamedTuple):
    """What was done with a layer as the picture may be read later, and why or how."""

    layer: Layer
    done: Literal["left out", "replaced", "dated"]
    note: str

    def __str__(self) -> str:
        return f"{kind_of(self.layer)} {self.done}: {self.note}"


@dataclass(slots=True)
class ComposeContext:
    """One composing: inputs, and notes of what was written and what had to be left out."""

    creative: Creative
    moment: Moment
    materials: ComposeResources
    language: str
    words: Mapping[str, object]  # for texts that people read
    strict: Mapping[str, object]  # for pictures, numbers and links: the same, but for what can't tell as of when it is
    facts: RuleFacts  # the strict ones and the time of now, for conditions
    tongue: tuple[str, str, str]  # language, locale and time zone: how facts are written, whatever they are
    live: ComposeContext | None = None  # the desk of what is read at once, where this one is of what may be read later
    said: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    substitutions: list[Substitution] = field(default_factory=list)  # what was done as the picture may be read later

    @property
    def scale(self) -> int:
        """Device pixels for a CSS pixel."""
        return self.creative.scale

    def px(self, length: float) -> int:
        """A length in device pixels."""
        return round(length * self.scale)

    def box(self, rect: Rect | None, within: Box) -> Box:
        """A box in device pixels, placed from the corner of what it stands in."""
        if rect is None:
            return within
        x, y, width, height = map(self.px, (rect.x, rect.y, rect.width, rect.height))
        return Box(within.x + x, within.y + y, max(width, 1), max(height, 1))

    def paint(self, value: Colour | GradientValue) -> Paint:
        """A paint of a scene."""
        return Gradient(value.gradient, value.angle) if isinstance(value, GradientValue) else value

    def shadow(self, value: ShadowValue | None) -> Shadow | None:
        """A shadow in device pixels."""
        return Shadow(self.px(value.x), self.px(value.y), self.px(value.blur), value.color) if value else None

    def stroke(self, value: StrokeValue | None) -> Stroke | None:
        """An outline in device pixels."""
        return Stroke(max(self.px(value.width), 1), value.color) if value else None

    def say(self, text: LocalizedTemplate) -> str:
        """A text in the recipient's language with its facts filled in. Raises `MissingValueError`."""
        return sanitize(text.speak(self.language).fill(self.words))

    def name(self, text: Template) -> str:
        """A text that names a picture, a number or a moment. Raises `MissingValueError`."""
        return sanitize(text.fill(self.strict))

    def direction(self, text: Template | LocalizedTemplate) -> bool | None:
        """Whether a text runs right to left, by its language; None where that is for its letters to say."""
        if isinstance(text, Template) or not text.by_language.keys() - {""}:
            return None
        locale = self.words["locale"]
        return isinstance(locale, Locale) and locale.text_direction == "rtl"

    def write(self, text: Template) -> str:
        """A text for machines, such as a link, letter by letter. Raises `MissingValueError`, also if too long."""
        written = text.fill(self.strict)
        if len(written) >= MAX_WORDS:
            raise MissingValueError(f"{written[:40]!r}... has {MAX_WORDS} characters or more")
        return written.strip()

    def number(self, text: Template) -> float:
        """A text that is a number. Raises `MissingValueError`."""
        said = self.name(text).strip().replace("\u202f", "").replace(" ", "")
        try:
            number = float(said)
        except ValueError:
            raise MissingValueError(f"{said[:40]!r} is not a number") from None
        if not abs(number) < 1e15:
            raise MissingValueError(f"{said[:40]!r} is out of range")
        return number

    def holds(self, condition: Rule | None) -> bool:
        """Whether a layer's condition is true; unknown is not."""
        if condition is None:
            return True
        return condition.test(self.facts)[0] is True

    def holds_later(self, condition: Rule | None) -> Tested:
        """The same on a prefetch."""
        return Tested(value=True) if condition is None else condition.test(self.facts)

    def with_item(self, root: str, index: int) -> ComposeContext:
        """The same desk for one item of a list."""
        words, strict = ({**all_, "item": all_[root][index]} for all_ in (self.words, self.strict))  # type: ignore[index]
        live = self.live and self.live.with_item(root, index)
        return replace(self, words=words, strict=strict, facts=self.facts.with_item(strict["item"]), live=live)

    def apart(self) -> ComposeContext:
        """The same desk, with notes of its own; `replace` takes three times as long."""
        inputs = (self.creative, self.moment, self.materials, self.language, self.words, self.strict, self.facts)
        return ComposeContext(*inputs, self.tongue, self.live)

    def as_live(self) -> ComposeContext:
        """The desk of what is read at once, with the same notes."""
        return replace(self.live or self, said=self.said, left_out=self.left_out, substitutions=self.substitutions)


def language_of(creative: Creative, moment: Moment) -> str:
    """The recipient's language, from the profile, else from the client, where the creative speaks it; else its own."""
    recipient = moment.value("recipient") or {}
    client = moment.value("client")
    for named in (recipient.get("language"), client.language if client else None):
        language = named.replace("_", "-") if isinstance(named, str) else ""
        if language and creative.speaks(language):
            return language
    return (*creative.languages, creative.language)[0]


def zone_of(creative: Creative, moment: Moment) -> tzinfo:
    """The clock of a text: the recipient's place, else the creative's, else UTC."""
    now = moment.value("now")
    zone: tzinfo | None = now.at.tzinfo if now and now.hour is not None else None
    return zone or ZoneInfo(creative.timezone or "UTC")


def make_context(creative: Creative, moment: Moment, materials: ComposeResources) -> ComposeContext:
    """Makes ready to compose."""
    language = language_of(creative, moment)
    locale, zone = _locale(language, creative.language), zone_of(creative, moment)
    words = {**moment.words, "locale": locale, "timezone": zone, "currency": creative.currency}
    tongue = (language, str(locale), str(zone))
    live = ComposeContext(creative, moment, materials, language, words, words, RuleFacts(words), tongue)
    if not moment.prefetched:
        return live
    words = materials.vocabulary.redact(words)
    facts = RuleFacts(words, prefetched=True)
    return ComposeContext(creative, moment, materials, language, words, words, facts, tongue, live)


@lru_cache(maxsize=256)
def _locale(language: str, default: str) -> Locale:
    """The CLDR locale of a language."""
    for name in (language, language.partition("-")[0], default):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(name[:20], sep="-")
    return Locale("en")
