"""The recipient's place: of the preview, of the profile, of the address, of Apple's relay, of an earlier visit."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from ipaddress import ip_address
from typing import Self

import tzfpy

from livecontent.facts import Fact, Moment, Opening, Place, Reason, names_of
from livecontent.net.mmdb import PROBES
from livecontent.runtime.names import fold
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.place import place_of
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.packed import FILE, ZONES_FILE
from livecontent.vocabulary import FactType

_BY_ADDRESS = "GeoIP file"
OWN_PLACE = ("city", "region", "country", "latitude", "longitude", "timezone")
_NOWHERE = Place()

PLACE = FactType(
    "place",
    names_of(Place),
    sample=Place("Lille", "Hauts-de-France", "FR", 50.63, 3.06, "Europe/Paris"),
    countries=frozenset({"country"}),
)


# Of countries with one clock, or one for nine of ten inhabitants.
_ZONES: Mapping[str, str] = json.loads((FILE.parent / ZONES_FILE).read_text("utf-8"))


class PlaceSource(Source):
    """Tells `place`. The profile's time zone wins over any other; coordinates alone tell one, too."""

    fact = PLACE
    needs = frozenset({"recipient"})

    def __init__(self, gazetteer: Gazetteer, geoip: GeoIp) -> None:
        self._gazetteer = gazetteer
        self._geoip = geoip
        # Where the file knows no time zones, the map of zones is read now, not at an open.
        for found in filter(None, map(geoip.find, map(ip_address, PROBES))):
            _with_zone(found)

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the files of the settings."""
        return cls(dependencies.gazetteer, dependencies.geoip)

    def ask(self, opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Place]:
        """At once: everything is in memory."""
        if opening.preview and opening.preview.city:
            return self._by_name(opening, Place(opening.preview.city), Reason.GIVEN, "preview")
        profile = facts["recipient"].value
        own = _own_place(profile) if type(profile) is dict or isinstance(profile, Mapping) else _NOWHERE
        if own.latitude is not None:
            return Fact(_with_zone(own), Reason.FRESH, "profile")
        if own.city:
            return self._by_name(opening, own, Reason.FRESH, "profile")
        return self._by_address(opening, own)

    def _by_name(self, opening: Opening, named: Place, reason: Reason, source: str) -> Fact[Place]:
        found, doubt = self._gazetteer.look_up(named.city or "", named.country, named.region)
        if found is None:
            return self._by_country(opening, named, reason, source, doubt)
        region = found.region or named.region
        place = found if region == found.region else replace(found, region=region)
        return Fact(_with_zone(place, named.timezone), reason, f"{source}; coordinates from places", note=doubt)

    def _by_country(self, opening: Opening, named: Place, reason: Reason, source: str, doubt: str) -> Fact[Place]:
        """A city that nobody knows: where the address is in it, it tells the rest; where in its country, the clock."""
        near = None if self._why_not(opening) or not opening.address else self._geoip.find(opening.address)
        if near is None or named.country not in (None, near.country):
            return Fact(_with_zone(named, named.timezone), reason, source, note=doubt)
        if near.latitude is not None and fold(near.city or "") == fold(named.city or ""):
            place = replace(near, city=named.city)
            return Fact(_with_zone(place, named.timezone), reason, f"{source}; coordinates from the {_BY_ADDRESS}")
        zone = named.timezone or (near.timezone if named.country else None)
        return Fact(_with_zone(named, zone), reason, source, note=doubt)

    def _by_address(self, opening: Opening, own: Place) -> Fact[Place]:
        """Where the address is of no help, what little the profile knows: a country, a time zone."""
        if opening.relay is not None and opening.relay.country:
            return self._by_relay(opening.relay, own)
        note = self._why_not(opening)
        found = self._geoip.find(opening.address) if opening.address and not note else None
        if found:
            source = f"{_BY_ADDRESS}; time zone from the profile" if own.timezone else _BY_ADDRESS
            return Fact(_with_zone(found, own.timezone), Reason.FRESH, source)
        if last := opening.person.last_place:
            return Fact(_with_zone(last, own.timezone), Reason.CACHED, "an earlier visit", _age(opening))
        note = note or "the IP address is not in the GeoIP file"
        if own == _NOWHERE:
            return Fact(None, Reason.MISSING, PLACE.root, note=note)
        return Fact(_with_zone(own), Reason.FRESH, "profile", note=note)

    def _by_relay(self, place: Place, own: Place) -> Fact[Place]:
        """About where the reader is: approximate city, in the same country and time zone."""
        found = self._gazetteer.find(place.city, place.country) if place.city else None
        zoned = _with_zone(found or replace(place, region=None), own.timezone)  # its regions are codes
        return Fact(zoned, Reason.FRESH, "Apple's relay", note="approximate city" if place.city else "country only")

    def _why_not(self, opening: Opening) -> str:
        """Why there is no use in looking up the address, "" if there is."""
        if opening.client.place_trust == "none":
            return (
                "the IP address is not the reader's own" if opening.client.proxy else "the IP address can't be trusted"
            )
        if opening.client.place_trust == "coarse":
            return "Apple's list has no place for this IP address"
        return self._geoip.absent if opening.address else "no IP address"


def load_zone_map() -> None:
    """Reads the map of time zones, which coordinates without a time zone need, before the first open does."""
    _with_zone(Place(latitude=0.0, longitude=0.0))


def _age(opening: Opening) -> float:
    """Seconds since the start of the day of the last visit (UTC); in a preview without a time zone, about."""
    at = opening.at if opening.at.tzinfo else opening.at.replace(tzinfo=UTC)
    return (at - datetime.combine(date.fromisoformat(opening.person.last_seen), time(), UTC)).total_seconds()


def found_by_address(moment: Moment) -> bool:
    """Whether the place of a moment was looked for, and found, by the address."""
    fact = moment.facts.get("place")
    return fact is not None and fact.value is not None and fact.source.startswith(_BY_ADDRESS)


def _own_place(profile: Mapping[str, object]) -> Place:
    """What the profile says."""
    return _NOWHERE if profile.keys().isdisjoint(OWN_PLACE) else place_of(*map(profile.get, OWN_PLACE))


def _with_zone(place: Place, own: str | None = None) -> Place:
    """The place with the recipient's own time zone, else its own, else that of its coordinates or of its country."""
    zone = own or place.timezone
    if zone is None and place.latitude is not None and place.longitude is not None:
        zone = place_of(timezone=tzfpy.get_tz(place.longitude, place.latitude)).timezone
    if zone is None and place.country:
        zone = _ZONES.get(place.country)
    return place if zone == place.timezone else replace(place, timezone=zone)
