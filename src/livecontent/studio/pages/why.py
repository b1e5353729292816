"""The images of the email, for one person and one client, and why each looks as it does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.types import Scope

from livecontent.creative.context import language_of
from livecontent.decide.explained import as_data
from livecontent.decide.sentences import LANGUAGES, told_why
from livecontent.facts import Client, Fact, Moment, NamedValue, Now, Opening, Place, Store, Weather, spell_out
from livecontent.links import click_path, image_path
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackLevel
from livecontent.sources.habit import Habits
from livecontent.studio.pages.catalogue import Catalogue


class PreviewParser(Protocol):
    """Reads opens from requests."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time, with its zone."""

    async def opening(self, scope: Scope) -> Opening:
        """The open that a request asks for, as somebody who previews wants it."""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """An image as it stands in the email."""

    compiled: CompiledCreative
    opening: Opening
    answer: Answer
    image: str  # its public address
    dark: str  # that of the dark one, where the reader's screen chooses
    click: str  # that of the link around it
    why: str  # that of its explanation

    @property
    def name(self) -> str:
        """Of the creative."""
        return self.compiled.loaded.name

    @property
    def recorded(self) -> bool:
        """Whether the open is recorded with its recipient; else it is only counted."""
        return self.opening.person.consent == "full" and self.opening.person.known

    @property
    def silent(self) -> bool:
        """Whether nothing is shown: a pixel, and the email closes the gap."""
        return self.answer.level is FallbackLevel.SILENT

    @property
    def language(self) -> str:
        """The language that it speaks."""
        return language_of(self.compiled.loaded.creative, self.answer.moment)


@dataclass(frozen=True, slots=True)
class Window:
    """Looks at images as whoever asks for the page would be shown them: same headers, same address."""

    kit: Engine
    reader: PreviewParser
    scope: Scope

    async def look(
        self, compiled: CompiledCreative, ref: str, params: Mapping[str, str], lang: str = ""
    ) -> PreviewImage:
        """The image of a creative for a recipient; the parameters are those of its address.

        One with a dark variant is shown in the theme that they name, else in that of the reader's screen. The page of
        a click speaks a language.
        """
        creative = compiled.loaded.creative
        name = compiled.loaded.name
        themed = compiled.dark is not None
        dark = _query({**params, "theme": "dark"}) if themed and "theme" not in params else ""
        query = _query({"theme": "light", **params} if themed else params)
        image = image_path(name, ref, creative.format)
        opening = await self.reader.opening({**self.scope, "path": image, "query_string": query[1:].encode()})
        found = await answer(opening, self.kit)
        return PreviewImage(
            compiled,
            opening,
            found,
            image=f"{image}{query}",
            dark=dark and f"{image}{dark}",
            click=click_path(name, ref) + _query({**params, "lang": lang} if lang else params),
            why=f"/studio/explain/{name}/{ref}{query}",
        )


def _query(params: Mapping[str, str]) -> str:
    return f"?{urlencode(params)}" if params else ""


def all_facts(pictures: Sequence[PreviewImage]) -> dict[str, Fact[Any]]:
    """What is known for any of the images."""
    return {name: fact for picture in pictures for name, fact in picture.answer.moment.facts.items()}


def explain_image(found: Answer, compiled: CompiledCreative) -> dict[str, Any]:
    """Everything that led to an image, as plain data; times are ISO 8601, `micros` microseconds by station."""
    size = compiled.loaded.creative.size
    return {
        "creative": found.creative,
        "version": found.version,
        "variant": found.variant,
        "step": found.level.value,
        "format": found.format,
        "size": [size.width, size.height],
        "bytes": len(found.data),
        "link": found.link,
        "alt": found.alt,
        "left_out": list(found.left_out),
        "substitutions": [str(substitutions) for substitutions in found.substitutions],
        "micros": dict(found.micros),
        "why": {one: told_why(found.explanation, one) for one in LANGUAGES} if found.explanation else {},
        "decision": as_data(found.explanation) if found.explanation else None,
        "rules": [_plain(rule) for rule in rules(found, compiled)],
        "facts": [_plain(fact) for fact in _facts(found)],
    }


def rules(found: Answer, compiled: CompiledCreative) -> Iterator[dict[str, Any]]:
    """Every rule of the creative from the top, with the facts it names; not all are tried."""
    for variant in compiled.loaded.creative.variants:
        tried = found.decision.step_of(variant) if found.decision else None
        names = variant.when.names if variant.when else ()
        yield {
            "variant": variant.name,
            "when": variant.when.source if variant.when else "",
            "tried": tried is not None,
            "value": tried.value if tried else None,
            "note": tried.note if tried else "",
            "names": {str(name): _look_up(found.moment, name.path) for name in names},
        }


def _facts(found: Answer) -> Iterator[dict[str, Any]]:
    """Every fact that was gathered."""
    for name, fact in found.moment.named():
        yield {
            "name": name,
            "reason": fact.reason.value,
            "source": fact.source,
            "age": round(fact.age, 3),
            "note": fact.note,
            "value": None if fact.value is None else spell_out(fact.value),
        }


def gist(value: object, words: Catalogue) -> str:
    """The value of a fact in a line, "" where there is none."""
    texts = words.texts
    match value:
        case Weather():
            light = texts["by_day" if value.is_day else "by_night"]
            return f"{texts['sky'][value.condition]}, {words.number(value.temperature, '0')}°, {light}"
        case Place():
            return ", ".join(filter(None, (value.city, value.region, value.country))) or _coordinates(value)
        case Now():
            return words.moment(value.at)
        case Client():
            return f"{texts['client_name'].get(value.name, value.name)}, {traits(value, words)}"
        case Store():
            away = f"{words.number(value.distance, '#,##0.0')}\N{NO-BREAK SPACE}km"
            return f"{value.name}, {away}, {texts['open' if value.open else 'closed']}"
        case list():
            return "; ".join(gist(item, words) for item in value[:3])
        case Mapping() if "id" in value:
            name = " ".join(str(value[part]) for part in ("first_name", "last_name") if part in value)
            return f"{name}, {value['id']}" if name else str(value["id"])
        case Habits():
            return " ".join(value.said(words.language))
        case Mapping() | NamedValue():
            spelled: Any = spell_out(value)
            return ", ".join(f"{name} {words.value(as_time(item))}" for name, item in spelled.items())
    return ""


def traits(client: Client, words: Catalogue) -> str:
    """What a mail client does to images."""
    seen = {"proxy": client.proxy, "coarse": client.place_trust == "coarse", "still": not client.animates}
    names = [client.time, *(name for name, said in seen.items() if said)]
    return ", ".join(words.texts["client_trait"][name] for name in names)


def sentence(text: str) -> str:
    """With a capital letter and a full stop; names in it stay as they are."""
    return f"{text[:1].upper()}{text[1:]}."


def _coordinates(place: Place) -> str:
    return f"{place.latitude:g}, {place.longitude:g}" if place.latitude is not None else place.timezone or ""


def _look_up(moment: Moment, path: tuple[str, ...]) -> object:
    value: object = moment.words
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return as_time(value)


def as_time(value: object) -> object:
    """A time of a parameter or a profile is a text; it is read as what it is."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else value
    except ValueError:
        return value


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
    return value
