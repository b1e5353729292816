"""What a preview is of: who opens the image, where, when and with what. Its address holds all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from livecontent.creative.model import Creative, has_themes
from livecontent.errors import ConfigError
from livecontent.sources.request import read_param
from livecontent.sources.weather.source import read_given
from livecontent.studio.pages.choices import CLIENTS
from livecontent.studio.pages.wish import CONSENTS, MAX_TEXT, THEMES, TYPICAL, YEARS, read_address

PREFIX = "f."  # of what the page sets; the parameters of the creative stand beside, under their own names
BROWSER = "browser"  # who opens, where nobody is named
DEGREES = "degrees"  # of a control of its own, which is read together with the weather


@dataclass(frozen=True, slots=True)
class PreviewState:
    """What is set; what is "" is as it is: nobody who is known, now, a browser, the rules."""

    person: str = ""  # an id
    at: str = ""  # 2026-11-30T08:05, on the recipient's own clock, or with an offset
    city: str = ""
    weather: str = ""  # a condition and degrees Celsius, such as rain:12
    client: str = ""
    ip: str = ""
    lang: str = ""  # of the recipient, such as pt-BR
    consent: str = ""
    theme: str = ""
    variant: str = ""  # shown whatever its rule says
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # those that the creative declares

    def query(self) -> dict[str, str]:
        """Names and values, as they stand in an address of the studio."""
        return {f"{PREFIX}{name}": value for name, value in self.given().items()} | dict(self.params)

    def given(self) -> dict[str, str]:
        """What is set besides parameters, by name."""
        values = ((name, getattr(self, name)) for name in NAMES)
        return {name: value for name, value in values if value}

    def image_query(self) -> dict[str, str]:
        """What the public address of an image takes on a server that lets it be previewed."""
        named = ("city", "weather", "at", "client", "ip", "consent")
        found = {name: value for name, value in self.given().items() if name in named}
        theme = {"theme": self.theme} if self.theme else {}
        return {**self.params, **theme, **found}


NAMES = tuple(one.name for one in fields(PreviewState) if one.name != "params")


def page_address(page: str, creative: str, query: Mapping[str, str]) -> str:
    """The address of a page about a creative, such as `/studio/preview/umbrella?f.city=Brest`."""
    path = f"/studio/{page}/{quote(creative)}"
    return f"{path}?{urlencode(query, safe=':')}" if query else path


def read_preview_state(query: Mapping[str, str], creative: Creative) -> tuple[PreviewState, list[str]]:
    """The state of a query, and the names in it whose values can't be used: those are as if they were not there."""
    wanted = {name: query.get(f"{PREFIX}{name}", "").strip() for name in NAMES}
    if wanted["weather"] in TYPICAL and wanted["weather"]:
        wanted["weather"] += f":{query.get(PREFIX + DEGREES, '').strip() or TYPICAL[wanted['weather']]}"
    read = {name: _READ[name](value, creative) if value else "" for name, value in wanted.items()}
    themed = has_themes(creative)
    if themed and not wanted["theme"]:
        wanted["theme"] = query.get("theme", "")
    params = {name: query[name] for name in creative.params if query.get(name) and not (themed and name == "theme")}
    taken = {name: text for name, text in params.items() if read_param(creative.params[name], text) is not None}
    wrong = [*(PREFIX + name for name, value in wanted.items() if value and not read[name]), *(params.keys() - taken)]
    return PreviewState(**read, params=MappingProxyType(taken)), sorted(wrong)


def _text(value: str, _: Creative) -> str:
    return value[:MAX_TEXT] if value.isprintable() else ""


def _moment(value: str, _: Creative) -> str:
    try:
        at = datetime.fromisoformat(value.replace(" ", "+") if value.count(" ") == 1 and "T" in value else value)
    except ValueError:
        return ""
    if at.year not in YEARS:
        return ""
    return at.isoformat(timespec="seconds" if at.tzinfo else "minutes")


def _weather(value: str, _: Creative) -> str:
    try:
        condition, degrees = read_given(value)
    except ConfigError:
        return ""
    return f"{condition}:{degrees:g}"


def _one_of(values: tuple[str, ...], value: str) -> str:
    return value if value in values else ""


def _language(value: str, _: Creative) -> str:
    parts = value.replace("_", "-").split("-")
    return "-".join(parts) if len(value) <= 20 and parts[0].isalpha() and all(map(str.isalnum, parts)) else ""


_READ: Mapping[str, Any] = MappingProxyType(
    {
        "person": _text,
        "at": _moment,
        "city": _text,
        "weather": _weather,
        "client": lambda value, _: _one_of((BROWSER, *CLIENTS), value),
        "ip": lambda value, _: read_address(value),
        "lang": _language,
        "consent": lambda value, _: _one_of(CONSENTS, value),
        "theme": lambda value, _: _one_of(THEMES, value),
        "variant": lambda value, creative: _one_of(tuple(one.name for one in creative.variants), value),
    }
)
