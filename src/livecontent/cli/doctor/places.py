"""Checks of what tells where recipients and stores are."""

from collections.abc import Iterator
from typing import Any

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import SHIPPED, is_demo, with_storage
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.net.mmdb import ASNS, LoadedMmdb, load
from livecontent.services import make_tables
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.geoip import PLACES, knows_cities
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.unknown_cities import CityCounts
from livecontent.sources.store.stores import load_stores

OLD = 45  # days after which a GeoIP file is out of date
OLD_TABLE = 30  # and a table of networks; Apple's changes every day
TOLERATED = 0.02  # of recipients, whose city is in no list


def check_places(settings: Settings) -> Iterator[Finding]:
    """Those that ship, and your own."""
    shipped = PackedPlaces()
    load_gazetteer(settings.places, shipped)
    own = f"{settings.places}, then " if settings.places else ""
    yield Finding("places", "ok", f"{own}{shipped.count:,} of GeoNames (geonames.org, CC BY 4.0)")


def check_cities(settings: Settings) -> Iterator[Finding]:
    """Those of recipients that are in no list."""
    counts = CityCounts(load_gazetteer(settings.places, PackedPlaces()))
    for place, recipients in (
        with_storage(settings, lambda store: store.recipients.cities()) if settings.data.is_dir() else ()
    ):
        counts.see(place, recipients)
    seen = ". ".join(counts.findings()) or "all of recipients are known"
    remedy = "put those that matter into a CSV, and name it in the setting places"
    yield judged("cities", counts.unknown <= TOLERATED * counts.seen, seen, remedy, "warning")


def check_stores(settings: Settings) -> Iterator[Finding]:
    """Whether their file can be read."""
    seen = f"{len(load_stores(settings.stores)):,} in {settings.stores}" if settings.stores else "none"
    yield Finding("stores", "ok", seen)


def check_geoip(settings: Settings) -> Iterator[Finding]:
    """Whether addresses have cities, and how old that is."""
    remedy = "set geoip to a recent .mmdb file of cities"
    if settings.geoip is None:
        yield Finding("GeoIP", "warning", "none: the place of a reader is known from profiles only", remedy)
        return
    try:
        loaded = load(settings.geoip, PLACES)
    except DataError as error:
        yield Finding("GeoIP", "error", str(error), remedy)
        return
    if not knows_cities(loaded):
        seen = f"{loaded.type}, of countries without cities: their readers have no weather and no nearest store"
        yield Finding("GeoIP", "warning", seen, remedy)
        return
    shipped = settings.geoip.resolve().parent == SHIPPED.resolve()  # never too old
    yield _aged("GeoIP", loaded, remedy, ageless=shipped)


def check_asn(settings: Settings) -> Iterator[Finding]:
    """The same for networks, where a file is named."""
    if settings.asn is None:
        return
    remedy = "set asn to a recent .mmdb file of autonomous systems"
    try:
        yield _aged("ASN", load(settings.asn, ASNS), remedy, ageless=False)
    except DataError as error:
        yield Finding("ASN", "error", str(error), remedy)


def _aged(what: str, loaded: LoadedMmdb[Any], remedy: str, *, ageless: bool) -> Finding:
    seen = f"{loaded.type}, {loaded.age:.0f} days old"
    return judged(what, ageless or loaded.age <= OLD, seen, remedy, "warning")


def check_tables(settings: Settings) -> Iterator[Finding]:
    """How old the lists of networks are."""
    relay, networks = make_tables(settings).info()
    for what, info, needed in (("relay", relay, True), ("networks", networks, False)):
        age = "only what ships with livecontent" if info.age is None else f"{info.age:.0f} days old"
        well = not needed if info.age is None else info.age <= OLD_TABLE
        remedy = "run livecontent data refresh once a day"
        yield judged(what, well or is_demo(settings), f"{info.rows:,} rows, {age}", remedy, "warning")
