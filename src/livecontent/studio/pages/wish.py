"""What the controls say: a query in, who looks from where and when out, and the addresses that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, get_args
from urllib.parse import urlencode

from livecontent.facts import Sky
from livecontent.studio.pages.catalogue import LANGUAGES
from livecontent.web.address import parse_address
from livecontent.web.client import BY_NAME

SKIES: tuple[str, ...] = get_args(Sky)
THEMES = ("light", "dark")
COLDEST, MILD, HOTTEST = -20, 12, 40  # degrees Celsius
FIRST = "r-0001"  # who opens the email, to begin with
MAX_TEXT = 100  # characters


@dataclass(frozen=True, slots=True)
class Wish:
    """All controls; what is "" is as it really is."""

    person: str = FIRST
    city: str = ""
    weather: str = ""  # a condition
    degrees: int = MILD  # Celsius; counts only together with a condition
    at: str = ""  # 2026-11-21T08:05, on the clock of whoever opens
    client: str = ""
    ip: str = ""
    lang: str = ""
    theme: str = ""

    def image_query(self) -> dict[str, str]:
        """What the public address of an image takes."""
        weather = f"{self.weather}:{self.degrees}" if self.weather else ""
        wanted = {"city": self.city, "weather": weather, "at": self.at, "client": self.client, "ip": self.ip}
        return {name: value for name, value in wanted.items() if value}

    def page(self, **changes: Any) -> str:
        """The address of the page with some controls changed."""
        wanted = asdict(replace(self, **changes))
        shown = {
            field.name: wanted[field.name]
            for field in fields(self)
            if wanted[field.name] != field.default and (field.name != "degrees" or wanted["weather"])
        }
        return f"/?{urlencode(shown)}" if shown else "/"


def read_wish(query: Mapping[str, str]) -> Wish:
    """The wish of a query; what can't be read is as if it were not there."""
    return Wish(
        person=query.get("person", "").strip()[:MAX_TEXT] or FIRST,
        city=query.get("city", "").strip()[:MAX_TEXT],
        weather=_one_of(SKIES, query.get("weather", "")),
        degrees=_degrees(query.get("degrees", "")),
        at=_moment(query.get("at", "")),
        client=_one_of(BY_NAME, query.get("client", "")),
        ip=str(parse_address(query.get("ip", "")) or ""),
        lang=_one_of(LANGUAGES, query.get("lang", "")),
        theme=_one_of(THEMES, query.get("theme", "")),
    )


def _one_of(known: Any, text: str) -> str:
    return text if text in known else ""


def _degrees(text: str) -> int:
    try:
        return min(max(round(float(text)), COLDEST), HOTTEST)
    except (ValueError, OverflowError):
        return MILD


def _moment(text: str) -> str:
    """As the control for a date and time takes it."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        return ""
