"""What the controls of the page are set to, the addresses that follow, and the people who may open the email."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, get_args
from urllib.parse import urlencode

from livecontent.errors import LivecontentError
from livecontent.facts import Consent, Sky
from livecontent.storage.base import Recipient, RecipientStore
from livecontent.studio.pages.catalogue import LANGUAGES
from livecontent.studio.pages.choices import CLIENTS

SKIES: tuple[str, ...] = get_args(Sky)
THEMES = ("light", "dark")
MAILS = ("", "story")
CONSENTS: tuple[str, ...] = get_args(Consent)
COLDEST, HOTTEST = -20, 40  # degrees Celsius
# Degrees Celsius that go with a condition, until somebody chooses others.
TYPICAL: Mapping[str, int] = MappingProxyType(
    {"": 12, "clear": 19, "clouds": 13, "fog": 6, "drizzle": 9, "rain": 11, "snow": -2, "storm": 17}
)
WARMEST_SNOW = 5  # degrees Celsius: above, snow is shown with a word of doubt
YEARS = range(2000, 2100)
TOOL = "mailchimp"  # whose merge tag is in the HTML to paste, to begin with
# Who opens the email, to begin with: somebody who speaks the visitor's language.
FIRST: Mapping[str, str] = MappingProxyType({"en": "r-0002", "fr": "r-0001"})
MAX_TEXT = 100  # characters

UNKNOWN = "unknown"  # what stands in place of an id for somebody whom the store does not know

_NOBODY = "a" * 26  # a ref like any other, of nobody
_PERSONAS = "r-00"  # how the ids of those begin who are offered without a search
_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Wish:
    """All controls; what is "" is as it really is."""

    person: str = ""  # the first of the language
    city: str = ""
    weather: str = ""  # a condition
    degrees: int = TYPICAL[""]  # Celsius; counts only together with a condition
    at: str = ""  # 2026-11-21T08:05, in the reader's time zone
    client: str = ""
    ip: str = ""
    consent: str = ""
    lang: str = ""
    theme: str = ""
    tool: str = TOOL  # an email tool, or web
    compare: str = ""  # 1: mail clients side by side
    mail: str = ""  # which email: story, or the letter

    def image_query(self) -> dict[str, str]:
        """What the public address of an image takes."""
        weather = f"{self.weather}:{self.degrees}" if self.weather else ""
        wanted = {"city": self.city, "weather": weather, "at": self.at, "client": self.client, "ip": self.ip}
        wanted["consent"] = self.consent
        return {name: value for name, value in wanted.items() if value}

    def query(self) -> dict[str, Any]:
        """Those that are not as they are to begin with, by name."""
        usual = asdict(Wish(degrees=TYPICAL[self.weather]))
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    def page(self, **changes: Any) -> str:
        """The address of the page with some controls changed."""
        query = replace(self, **changes).query()
        return f"/?{urlencode(query)}" if query else "/"

    @property
    def doubtful(self) -> bool:
        """Whether there is no such weather on earth."""
        return self.weather == "snow" and self.degrees > WARMEST_SNOW

    def anew(self) -> str:
        """The address of the page as it is to begin with, in this language and appearance."""
        return Wish(lang=self.lang, theme=self.theme, tool=self.tool).page()


def read_wish(query: Mapping[str, str]) -> Wish:
    """The wish of a query; what can't be read is as if it were not there."""
    weather = _one_of(SKIES, query.get("weather", ""))
    return Wish(
        person=query.get("person", "").strip()[:MAX_TEXT],
        city=query.get("city", "").strip()[:MAX_TEXT],
        weather=weather,
        degrees=_degrees(query.get("degrees", ""), TYPICAL[weather]) if weather else TYPICAL[""],
        at=_moment(query.get("at", "")),
        client=_one_of(CLIENTS, query.get("client", "")),
        ip=read_address(query.get("ip", "")),
        consent=_one_of(CONSENTS, query.get("consent", "")),
        lang=_one_of(LANGUAGES, query.get("lang", "")),
        theme=_one_of(THEMES, query.get("theme", "")),
        tool=tool if re.fullmatch("[a-z0-9-]{1,40}", tool := query.get("tool", "")) else TOOL,
        compare=_one_of(("1",), query.get("compare", "")),
        mail=_one_of(MAILS, query.get("mail", "")),
    )


def wish_of_image(query: Mapping[str, str], person: str, lang: str) -> Wish:
    """The wish that led to the address of an image: the way back from `Wish.image_query`."""
    weather, _, degrees = query.get("weather", "").partition(":")
    return read_wish({**query, "weather": weather, "degrees": degrees, "person": person, "lang": lang})


def _one_of(known: Any, text: str) -> str:
    return text if text in known else ""


def _degrees(text: str, usual: int) -> int:
    try:
        return min(max(round(float(text)), COLDEST), HOTTEST)
    except (ValueError, OverflowError):
        return usual


def read_address(text: str) -> str:
    """An IP address as it is usually written; "" for a text that is none."""
    try:
        return str(ip_address(text.partition("%")[0].strip()))
    except ValueError:
        return ""


def _moment(text: str) -> str:
    """As the control for a date and time takes it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return at.replace(tzinfo=None).isoformat(timespec="minutes") if at.year in YEARS else ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who may open the email; what is not known is ""."""

    id: str = UNKNOWN
    ref: str = _NOBODY
    first_name: str = ""
    last_name: str = ""
    city: str = ""
    language: str = ""

    @property
    def name(self) -> str:
        """The whole name, else the id."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


async def preview_people(store: RecipientStore) -> list[FoundPerson]:
    """A dozen to begin with: those made for it, else any."""
    try:
        return await search(store, _PERSONAS, _OFFERED) or list(map(person_of, await store.sample(_OFFERED)))
    except LivecontentError:
        return []


async def find(store: RecipientStore, person_id: str) -> FoundPerson:
    """The person with an id; nobody has one that the store does not know."""
    try:
        found = await store.find(person_id)
    except LivecontentError:
        found = None
    return person_of(found) if found else FoundPerson()


async def search(store: RecipientStore, text: str, limit: int) -> list[FoundPerson]:
    """Those whose id begins so, and those with it in their name; none where the store can't be read."""
    try:
        return [person_of(found) for found in await store.search(text[:MAX_TEXT], limit)]
    except LivecontentError:
        return []


def person_of(recipient: Recipient) -> FoundPerson:
    """A recipient as who opens."""
    names = ("first_name", "last_name", "city", "language")
    return FoundPerson(recipient.id, recipient.ref, *(_text(recipient.profile, name) for name in names))


def _text(profile: Mapping[str, object], name: str) -> str:
    value = profile.get(name)
    return value if isinstance(value, str) else ""
