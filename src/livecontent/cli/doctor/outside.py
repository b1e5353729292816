"""Checks of what is asked over the network: weather, feeds, images, tiles."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.config import Settings
from livecontent.errors import SourceError
from livecontent.net.http import Headers, Http
from livecontent.sources.feed.source import FeedSource
from livecontent.sources.images.remote import make_images
from livecontent.sources.weather.provider import GridCell, utc_now
from livecontent.sources.weather.source import make_provider

PARIS = GridCell(48.9, 2.3)
WRONG = 60  # seconds that the clock may be off


class _Dated(Http):
    """Notes what time it is elsewhere."""

    off: float | None = None  # seconds that our clock is ahead

    async def save(
        self, url: str, out: BinaryIO, limit: int, params: Headers | None = None, headers: Headers | None = None
    ) -> tuple[int, Headers]:
        status, fields = await super().save(url, out, limit, params, headers)
        try:
            self.off = (datetime.now(UTC) - parsedate_to_datetime(fields["date"])).total_seconds()
        except (KeyError, ValueError, TypeError):
            self.off = None
        return status, fields


def check_weather(settings: Settings) -> Iterator[Finding]:
    """That of Paris, from the provider; and the clock, beside the provider's."""
    provider, http = settings.weather.provider, _Dated()

    async def ask() -> Finding:
        try:
            fetched = await make_provider(settings.weather, http).fetch(PARIS, None)
        finally:
            await http.aclose()
        if not fetched.value:
            return Finding("weather", "warning", f"none from {provider}", fetched.note)
        now = fetched.value.nearest(utc_now())
        left_out = f"; left out, as they can't be read: {', '.join(sorted(set(fetched.skipped)))}"
        seen = f"Paris {now.temperature:g} °C, {now.condition or 'unknown'}{left_out if fetched.skipped else ''}"
        return Finding("weather", "ok", f"{provider}: {seen}")

    try:
        yield asyncio.run(ask())
    except SourceError as error:
        remedy = "check weather.provider, weather.contact and weather.key"
        yield Finding("weather", "error", f"{provider}: {error}", remedy)
    if http.off is not None:
        seen = f"{abs(http.off):.0f} s {'ahead of' if http.off > 0 else 'behind'} {provider}'s"
        remedy = "countdowns and opening hours are wrong by as much: sudo timedatectl set-ntp true"
        yield judged("clock", abs(http.off) <= WRONG, seen, remedy)


def check_feeds(settings: Settings) -> Iterator[Finding]:
    """What each has, when it is asked now."""
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
        yield judged(f"feed {name}", not reader.problem, seen, f"check feeds.{name} in the settings")


def check_images(settings: Settings) -> Iterator[Finding]:
    """Those by address that could not be had."""
    remote = make_images(settings)
    if remote is None:
        return
    kept = remote.kept()
    failed = {image.address: image.problem for image in kept if image.problem}
    seen = f"{len(kept):,} by address, {len(failed):,} failed the last time"
    more = "".join(f"; {address}: {failed[address]}" for address in sorted(failed)[:3])
    remedy = "put the right address into the file or feed that it comes from"
    yield judged("images", not failed, seen + more, remedy, "warning")


def check_tiles(settings: Settings) -> Iterator[Finding]:
    """Those of a folder of one's own."""
    folder = settings.map.folder
    if folder is not None:
        count = sum(1 for _ in folder.glob("*/*/*.png"))
        yield judged("map", count > 0, f"{count:,} tiles in {folder}", "put tiles there as {z}/{x}/{y}.png")
