"""`doctor`: checks everything that livecontent needs, and suggests fixes."""

import asyncio
import os
import platform
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import PIL
import typer
from PIL import features
from rich.console import Console

from livecontent import __version__
from livecontent.cli.findings import Finding, check_codes, check_recommended
from livecontent.cli.storage import SHIPPED, is_demo, settings_or_demo, with_storage
from livecontent.config import DEMO_FILE, UNIX, Settings, config_file
from livecontent.errors import LivecontentError
from livecontent.net.http import Http
from livecontent.net.mmdb import AsnDatabase, MmdbInfo
from livecontent.publish import Publisher
from livecontent.runtime.private_files import load_secret
from livecontent.services import make_fonts, make_tables, make_workshop
from livecontent.sources.feed.source import FeedSource
from livecontent.sources.images.remote import make_images
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.unknown_cities import CityCounts
from livecontent.sources.store.stores import load_stores
from livecontent.sources.weather.provider import GridCell, utc_now
from livecontent.sources.weather.source import make_provider

OLD = 45  # days after which a GeoIP file is out of date
OLD_CATALOGUE = 8  # days after which a catalogue is out of date
OLD_TABLE = 30  # and a table of networks; Apple's changes every day
TOLERATED = 0.02  # of recipients, whose city is in no list
PARIS = GridCell(48.9, 2.3)

# Below these, known bugs lose data or open holes: SQLite's lost commits in WAL, FreeType's CVE-2026-23865.
SQLITE_FLOOR = (3, 51, 3)
FREETYPE_FLOOR = (2, 14, 2)


def examine() -> None:
    """Prints the results of all checks; exit code 1 where something needs a fix."""
    settings = settings_or_demo()
    console = Console(highlight=False)
    well = True
    for check in CHECKS:
        for finding in _safely(check, settings):
            well = well and finding.well
            mark = "[green]ok  [/]" if finding.well else "[red]fix [/]"
            console.print(f"{mark} {finding.what:<12} {finding.seen}")
            if not finding.well:
                console.print(f"                  {finding.remedy}", style="yellow")
    raise typer.Exit(0 if well else 1)


def _safely(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except (LivecontentError, OSError) as error:
        yield Finding(check.__name__.strip("_"), well=False, seen=str(error), remedy="see the message above")


def _versions(_: Settings) -> Iterator[Finding]:
    yield Finding("livecontent", well=True, seen=f"{__version__}, Python {platform.python_version()}")
    sqlite = apsw.sqlite_lib_version()
    yield Finding(
        "SQLite", _numbers(sqlite) >= SQLITE_FLOOR, sqlite, "commits can be lost before 3.51.3: pip install -U apsw"
    )
    freetype = features.version("freetype2") or "0"
    seen = f"Pillow {PIL.__version__}, FreeType {freetype}"
    yield Finding("drawing", _numbers(freetype) >= FREETYPE_FLOOR, seen, "pip install -U pillow")


def _settings(settings: Settings) -> Iterator[Finding]:
    demo = is_demo(settings)
    file = settings.data / DEMO_FILE.name if demo else config_file()
    yield Finding("settings", well=True, seen=str(file or "none, all settings have their defaults"))
    for name in ("preview", "demo"):
        if getattr(settings, name) and not demo:
            yield Finding(name, well=False, seen="is on, for everyone who knows the URL", remedy=f"set {name} = false")
    if any(proxy != UNIX and proxy.prefixlen == 0 for proxy in settings.trusted_proxies):
        seen, remedy = "trusted_proxies includes every address: clients can forge theirs", "list only your own proxies"
        yield Finding("proxies", well=False, seen=seen, remedy=remedy)


def _text(settings: Settings) -> Iterator[Finding]:
    fonts = make_fonts(settings)
    well = fonts.shapes and fonts.bidi.available
    seen = "FriBiDi is installed" if well else "without FriBiDi, Arabic, Hebrew and Devanagari come out wrong"
    yield Finding("shaping", well, seen, f"install FriBiDi: {_install('libfribidi0')}")
    seen = f"{', '.join(sorted(fonts.families))}; {len(fonts.icons):,} icons"
    yield Finding("fonts", bool(fonts.families), seen, "the folder fonts/ is missing")


def _install(package: str) -> str:
    if shutil.which("apt-get"):
        return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {package}"
    return "dnf install fribidi, apk add fribidi, or brew install fribidi"


def _data(settings: Settings) -> Iterator[Finding]:
    yield _private("data", settings.data, 0o700)


def _key(settings: Settings) -> Iterator[Finding]:
    if settings.key_path.exists():
        load_secret(settings.key_path)
    yield _private("key", settings.key_path, 0o600)


def _private(what: str, path: Path, wanted: int) -> Finding:
    if not path.exists():
        return Finding(what, well=True, seen=f"{path}, made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"other users can read it: chmod {wanted:o} {path}"
    return Finding(what, not mode & 0o077, f"{path}, mode {mode:04o}", remedy)


def _recipients(settings: Settings) -> Iterator[Finding]:
    count = with_storage(settings, lambda storage: storage.recipients.count()) if settings.data.is_dir() else 0
    remedy = "livecontent import recipients FILE, or livecontent demo to try"
    yield Finding("recipients", count > 0, f"{count:,} in {settings.data}", remedy)


def _creatives(settings: Settings) -> Iterator[Finding]:
    publisher = Publisher(settings.templates, make_workshop(settings))
    compiled, problems = publisher.library, publisher.problems
    seen = f"{', '.join(compiled) or 'none'} in {settings.templates}"
    first = f"; {problems[0].file}: {problems[0].message}" if problems else ""
    remedy = "run livecontent check"
    yield Finding("creatives", bool(compiled) and not problems, seen + first, remedy)


def _places(settings: Settings) -> Iterator[Finding]:
    shipped = PackedPlaces()
    load_gazetteer(settings.places, shipped)
    own = f"{settings.places}, then " if settings.places else ""
    yield Finding("places", well=True, seen=f"{own}{shipped.count:,} of GeoNames (geonames.org, CC BY 4.0)")


def _cities(settings: Settings) -> Iterator[Finding]:
    counts = CityCounts(load_gazetteer(settings.places, PackedPlaces()))
    for place, recipients in (
        with_storage(settings, lambda store: store.recipients.cities()) if settings.data.is_dir() else ()
    ):
        counts.see(place, recipients)
    seen = ". ".join(counts.findings()) or "all of recipients are known"
    remedy = "put those that matter into a CSV, and name it in the setting places"
    yield Finding("cities", counts.unknown <= TOLERATED * counts.seen, seen, remedy)


def _products(settings: Settings) -> Iterator[Finding]:
    if not (settings.data / "products.db").is_file():
        return
    about = with_storage(settings, lambda storage: storage.products.about())
    if about.imported_at is None:
        return
    days = (time.time() - about.imported_at) / 86_400
    seen = f"{about.products:,}, imported {f'{days:.0f} days' if days >= 1 else f'{days * 24:.0f} hours'} ago"
    yield Finding("products", days <= OLD_CATALOGUE, seen, "import them again: livecontent import products FILE")
    if about.oldest is not None and about.newest is not None:
        age = (time.time() - about.newest) / 60
        most = settings.products.max_age / 60
        remedy = f"live values are told for {most:g} minutes: send them more often, or set products.max_age"
        late = with_storage(settings, lambda storage: storage.products.count_older(time.time() - most * 60))
        seen = f"{about.live:,}, the newest {age:.0f} min old, {late:,} too old to be told"
        yield Finding("live values", not late, seen, remedy)


def _stores(settings: Settings) -> Iterator[Finding]:
    seen = f"{len(load_stores(settings.stores)):,} in {settings.stores}" if settings.stores else "none"
    yield Finding("stores", well=True, seen=seen)


def _geoip(settings: Settings) -> Iterator[Finding]:
    shipped = settings.geoip is not None and settings.geoip.resolve().parent == SHIPPED.resolve()  # never too old
    yield _mmdb("GeoIP", GeoIp(settings.geoip).info(), "set geoip to a recent .mmdb file of cities", ageless=shipped)


def _asn(settings: Settings) -> Iterator[Finding]:
    if settings.asn is not None:
        remedy = "set asn to a recent .mmdb file of autonomous systems"
        yield _mmdb("ASN", AsnDatabase(settings.asn).info(), remedy, ageless=False)


def _mmdb(what: str, info: MmdbInfo, remedy: str, *, ageless: bool) -> Finding:
    if info.age is None:
        return Finding(what, well=False, seen=info.problem, remedy=remedy)
    return Finding(what, ageless or info.age <= OLD, f"{info.type}, {info.age:.0f} days old", remedy)


def _tables(settings: Settings) -> Iterator[Finding]:
    relay, networks = make_tables(settings).info()
    for what, info, needed in (("relay", relay, True), ("networks", networks, False)):
        age = "only what ships with livecontent" if info.age is None else f"{info.age:.0f} days old"
        well = not needed if info.age is None else info.age <= OLD_TABLE
        remedy = "run livecontent data refresh once a day"
        yield Finding(what, well or is_demo(settings), f"{info.rows:,} rows, {age}", remedy)


def _weather(settings: Settings) -> Iterator[Finding]:
    async def ask() -> str:
        http = Http()
        try:
            fetched = await make_provider(settings.weather, http).fetch(PARIS, None)
        finally:
            await http.aclose()
        if not fetched.value:
            return f"nothing: {fetched.note}"
        now = fetched.value.nearest(utc_now())
        left_out = f"; left out, as they can't be read: {', '.join(sorted(set(fetched.skipped)))}"
        return f"Paris {now.temperature:g} °C, {now.condition or 'unknown'}{left_out if fetched.skipped else ''}"

    seen = asyncio.run(ask())
    remedy = "check weather.provider, weather.contact and weather.key"
    yield Finding("weather", not seen.startswith("nothing"), f"{settings.weather.provider}: {seen}", remedy)


def _feeds(settings: Settings) -> Iterator[Finding]:
    http = Http()
    source = FeedSource(settings.feeds, settings.data / "feeds", http)

    async def ask_all() -> None:
        try:
            await asyncio.gather(*(reader.refresh() for reader in source.readers.values()))
        finally:
            await http.aclose()

    asyncio.run(ask_all())
    for name, reader in source.readers.items():
        held = f"{len(reader.copy.value):,} items, {reader.age:.0f} s old" if reader.copy else "nothing"
        seen = f"{held}; {reader.problem}" if reader.problem else held
        yield Finding(f"feed {name}", not reader.problem, seen, f"check feeds.{name} in the settings")


def _images(settings: Settings) -> Iterator[Finding]:
    images = make_images(settings)
    if images is None:
        return
    kept = images.kept()
    failed = sorted(image.address for image in kept if image.problem)
    why = {image.address: image.problem for image in kept}
    seen = f"{len(kept):,} by address, {len(failed):,} failed the last time"
    more = "".join(f"; {address}: {why[address]}" for address in failed[:3])
    yield Finding("images", not failed, seen + more, "put the right address into the file or feed that it comes from")


def _tiles(settings: Settings) -> Iterator[Finding]:
    folder = settings.map.folder
    if folder is not None:
        count = sum(1 for _ in folder.glob("*/*/*.png"))
        yield Finding("map", count > 0, f"{count:,} tiles in {folder}", "put tiles there as {z}/{x}/{y}.png")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


CHECKS = (
    _versions,
    _settings,
    _text,
    _data,
    _key,
    _recipients,
    _creatives,
    _places,
    _cities,
    _products,
    _stores,
    check_codes,
    check_recommended,
    _geoip,
    _asn,
    _tables,
    _weather,
    _feeds,
    _images,
    _tiles,
)
