"""The pictures of docs/gallery.md: who sees which creative, when, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.gallery.shop import EVENING


@dataclass(frozen=True, slots=True)
class Sight:
    """A creative as somebody sees it."""

    creative: str
    person: str = ""
    client: str = "browser"
    at: str = EVENING
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its picture."""
        more = [self.client] if self.client != "browser" else []
        more += ["later"] if self.at != EVENING else []
        return "-".join([self.creative, self.person or "nobody", *more, *self.params.values()])


MAIL = "apple-mpp"  # fetches images before they are read

# Each creative of the gallery in its order: what it is about, and how it is seen.
CHAPTERS: Mapping[str, tuple[str, tuple[Sight, ...]]] = {
    "flash-sale": (
        "A countdown on the reader's own clock. Fetched early it is a date; afterwards it is over.",
        (
            Sight("flash-sale", "camille"),
            Sight("flash-sale", "oliver", MAIL),
            Sight("flash-sale", "camille", at="2026-11-29T20:30+01:00"),
        ),
    ),
    "forecast": (
        "The weather and five days. Who fetches early sees neither: both would be out of date.",
        (Sight("forecast", "camille"), Sight("forecast", "maximiliane"), Sight("forecast", "camille", MAIL)),
    ),
    "ring": (
        "Points as a ring. Nobody's points are unknown here: who is new has 0.",
        (Sight("ring", "camille"),),
    ),
    "boarding-pass": (
        "A pass with an Aztec code, letters further apart, a dotted line and four corners.",
        (Sight("boarding-pass", "camille"), Sight("boarding-pass", "maximiliane")),
    ),
    "birthday": (
        "What is given depends on the age; without a birthday, on asking for it.",
        (Sight("birthday", "camille"),),
    ),
    "your-store": (
        "The nearest store, lit while it is open. Fetched early it promises no hours.",
        (Sight("your-store", "camille"), Sight("your-store", "oliver", at="2026-11-29T22:00+00:00")),
    ),
    "cards": (
        "Products of the catalogue, as many as there are, with the price of this moment and what it was before.",
        (Sight("cards", "camille"), Sight("cards", "maryam"), Sight("cards", "oliver", MAIL)),
    ),
    "basket": (
        "What was left behind, with prices and stock as they are now; who fetches early sees neither.",
        (Sight("basket", "camille"), Sight("basket", "nobody")),
    ),
    "deal-of-the-hour": (
        "One of four products by the reader's own hour.",
        (Sight("deal-of-the-hour", "camille"),),
    ),
    "name-on-it": (
        "A name on an arc, printed into the cloth; long ones shrink.",
        (Sight("name-on-it", "camille"), Sight("name-on-it", "maryam")),
    ),
    "five-languages": (
        "One block: the button is as wide as its words, and Arabic runs the other way.",
        (Sight("five-languages", "camille"), Sight("five-languages", "maryam"), Sight("five-languages", "haruka")),
    ),
    "light-dark": (
        "One creative for both themes.",
        (
            Sight("light-dark", "camille", params={"theme": "light"}),
            Sight("light-dark", "camille", params={"theme": "dark"}),
        ),
    ),
    "thermometer": (
        "Gifts as a thermometer, exact to the pixel.",
        (Sight("thermometer", "camille"),),
    ),
    "live-score": (
        "A score and its news from two feeds; who fetches early sees when it begins.",
        (Sight("live-score", "oliver"), Sight("live-score", "camille", MAIL)),
    ),
    "poll": (
        "What others voted, as bars of exact length: a component three times. Fetched early it only asks.",
        (Sight("poll", "camille"), Sight("poll", "oliver", MAIL)),
    ),
    "quiet": (
        "Where no rain is near it is 1 x 1 pixel, and the email closes the gap.",
        (Sight("quiet", "camille"),),
    ),
    "tracking": (
        "Four steps, written once.",
        (Sight("tracking", "camille"), Sight("tracking", "maryam"), Sight("tracking", "haruka")),
    ),
}

SIGHTS = tuple(sight for _, sights in CHAPTERS.values() for sight in sights)
