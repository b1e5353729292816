"""The rows that `links` writes: image URL, click URL and alt text of each recipient."""

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TextIO

from livecontent.app import Services
from livecontent.facts import Client, Opening
from livecontent.links import click_path, image_path
from livecontent.pipeline import alt_text
from livecontent.storage.recipients import Profile

COLUMNS = ("id", "ref", "image", "click", "alt")
PATIENCE = 10.0  # seconds to gather facts; nobody waits for an image

_AT_ONCE = 32  # recipients whose facts are gathered side by side
_STEADY = Client(time="early")  # what stands in the email is read later


class ExportRow(NamedTuple):
    """A recipient, with the profile where it is not in the store."""

    id: str
    ref: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class LinkExport:
    """A creative in an email that goes out at a time; `send` is the id of the send, "" if it has none."""

    parts: Services
    creative: str
    send: str
    at: datetime

    async def write(self, rows: AsyncIterator[ExportRow], out: TextIO) -> None:
        """Writes a row for each; who consents to nothing gets the alt text of an unknown recipient."""
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        while batch := await _some(rows):
            alts = await asyncio.gather(*map(self._alt, batch))
            writer.writerows(self._row(one, alt) for one, alt in zip(batch, alts, strict=True))

    def _row(self, one: ExportRow, alt: str) -> tuple[str, ...]:
        url = self.parts.settings.url
        format_ = self.parts.kit.creatives[self.creative].published.creative.format
        image = image_path(self.creative, one.ref, format_, self.send)
        return one.id, one.ref, url + image, url + click_path(self.creative, one.ref, self.send), alt

    async def _alt(self, one: ExportRow) -> str:
        person = await self.parts.storage.people.look_up(one.ref)
        if one.profile and person.ref:
            person = person._replace(profile=one.profile, problem="")
        opening = Opening(self.creative, person.ref, self.at, client=_STEADY, person=person, send=self.send)
        return await alt_text(opening, self.parts.kit)


async def _some(rows: AsyncIterator[ExportRow]) -> list[ExportRow]:
    """The next of them, none at the end."""
    found: list[ExportRow] = []
    async for one in rows:
        found.append(one)
        if len(found) == _AT_ONCE:
            break
    return found
