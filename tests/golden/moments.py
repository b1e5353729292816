"""Moments that never change: who opens, where, in what weather, when, with what stores around."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from livecontent.facts import Client, Fact, Moment, Place, Reason, Sky, Store, Weather
from livecontent.sources.now import now_at

PARIS = ZoneInfo("Europe/Paris")
LONDON = ZoneInfo("Europe/London")

CAMILLE = {"id": "r-0001", "first_name": "Camille", "last_name": "Vasseur", "language": "fr", "points": 1240}
ZOE = {"id": "r-0003", "first_name": "Zoé", "last_name": "Lefèvre", "language": "fr", "points": 0}
OLIVER = {"id": "r-0002", "first_name": "Oliver", "last_name": "Bennett", "language": "en", "points": 860}
AMELIE = {"id": "r-0042", "first_name": "Amélie", "last_name": "Thévenot-Lachapelle", "language": "fr", "points": 12480}


def moment(
    recipient: Mapping[str, object] | None = None,
    *,
    at: str = "2026-11-21T08:05",
    zone: ZoneInfo = PARIS,
    city: str | None = None,
    sky: Sky | None = None,
    degrees: float = 9,
    is_day: bool = True,
    stores: tuple[Store, ...] = (),
    client: Client | None = None,
    **params: object,
) -> Moment:
    """A moment of plain values: what is None is not known."""
    facts: dict[str, Any] = {
        "recipient": recipient,
        "now": now_at(datetime.fromisoformat(at).replace(tzinfo=zone)),
        "client": client or Client("browser", proxy=False, time="live", place_trust="ip"),
        "place": Place(city=city, timezone=str(zone)) if city else None,
        "weather": Weather(temperature=degrees, condition=sky, is_day=is_day) if sky else None,
        "store": stores[0] if stores else None,
        "stores": stores or None,
        "param": params,
    }
    return Moment({root: Fact(value, Reason.FRESH) for root, value in facts.items() if value is not None})


def store(number: int, name: str, city: str, distance: float, zone: ZoneInfo = PARIS, **hours: str) -> Store:
    """A store, open until `closes` or closed until `opens`."""
    times = {key: datetime.fromisoformat(value).replace(tzinfo=zone) for key, value in hours.items()}
    return Store(
        id=f"s-{number:02}",
        name=f"Averse {name}",
        street=f"{number} rue des Francs-Bourgeois",
        postcode="75004",
        city=city,
        country="FR",
        latitude=48.86,
        longitude=2.34,
        timezone=str(zone),
        distance=distance,
        open="closes" in times,
        closes_at=times.get("closes"),
        opens_at=times.get("opens"),
    )


AROUND_PARIS = (
    store(31, "Marais", "Paris", 0.84, closes="2026-11-21T20:00"),
    store(12, "Saint-Germain", "Paris", 1.46, closes="2026-11-21T19:30"),
    store(18, "Gare du Nord", "Paris", 2.31, closes="2026-11-21T20:30"),
    store(4, "Versailles", "Versailles", 17.2, closes="2026-11-21T19:00"),
    store(7, "Rouen Cathédrale", "Rouen", 111.9, closes="2026-11-21T19:00"),
)
NIGHT_IN_LONDON = (
    store(9, "Covent Garden", "London", 1.2, LONDON, opens="2026-11-23T10:00"),
    store(10, "Marylebone", "London", 2.9, LONDON, opens="2026-11-23T10:00"),
)
