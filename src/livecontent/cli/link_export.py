"""The rows that `links` writes: image URL, click URL and alt text of each recipient."""

import asyncio
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TextIO

from livecontent.app import Services
from livecontent.facts import Client, Opening
from livecontent.links import click_path, image_path
from livecontent.pipeline import Engine, alt_text
from livecontent.sources.recipient import RecipientSource
from livecontent.storage.recipients import Profile, Profiles

COLUMNS = ("id", "ref", "image", "click", "alt")
PATIENCE = 10.0  # seconds to gather facts; nobody waits for an image

_AT_ONCE = 32  # recipients whose facts are gathered side by side
_STEADY = Client(time="early")  # the alt text is read after it was written


class ExportRow(NamedTuple):
    """A recipient, with the profile where it is not in the store."""

    id: str
    ref: str
    profile: Profile | None = None


@dataclass(slots=True)
class _Given:
    """Profiles of a file, else of the store."""

    store: Profiles
    profiles: dict[str, Profile] = field(default_factory=dict)

    def get(self, ref: str, /) -> Profile | None:
        return self.profiles.get(ref) or self.store.get(ref)


@dataclass(frozen=True, slots=True)
class LinkExport:
    """A creative in an email that goes out at a time; `send` is the id of the send, "" if it has none."""

    parts: Services
    creative: str
    send: str
    at: datetime

    async def write(self, rows: Iterator[ExportRow], out: TextIO) -> None:
        """Writes a row for each; who consents to nothing gets the alt text of an unknown recipient."""
        given = _Given(self.parts.recipients)
        kit = replace(self.parts.kit, gatherer=self.parts.kit.gatherer.told_by(RecipientSource(given)))
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        while batch := list(islice(rows, _AT_ONCE)):
            given.profiles = {one.ref: one.profile for one in batch if one.profile}
            alts = await asyncio.gather(*(self._alt(one.ref, kit) for one in batch))
            writer.writerows(self._row(one, alt) for one, alt in zip(batch, alts, strict=True))

    def _row(self, one: ExportRow, alt: str) -> tuple[str, ...]:
        url = self.parts.settings.url
        format_ = self.parts.kit.creatives[self.creative].published.creative.format
        image = image_path(self.creative, one.ref, format_, self.send)
        return one.id, one.ref, url + image, url + click_path(self.creative, one.ref, self.send), alt

    async def _alt(self, ref: str, kit: Engine) -> str:
        consent = self.parts.consents.of(ref)
        known = ref if consent != "none" else ""
        return await alt_text(
            Opening(self.creative, known, self.at, client=_STEADY, consent=consent, send=self.send), kit
        )
