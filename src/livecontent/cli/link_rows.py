"""Rows of `links`: a recipient's URLs and alt text, as lines of a CSV."""

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from livecontent.config import Settings
from livecontent.errors import CreativeError
from livecontent.facts import Client, Fact, Opening, Reason
from livecontent.links import Format, click_path, image_path
from livecontent.pipeline import alt_text
from livecontent.services import Services, make_services
from livecontent.sources.habit import HabitSource
from livecontent.sources.store.stores import Stores
from livecontent.storage.base import Profile

PATIENCE = 10.0  # seconds to gather facts; nobody waits for an image

_AT_ONCE = 32  # recipients whose facts are gathered side by side
_STEADY = Client(time="early")  # what stands in the email is read later


class ExportRow(NamedTuple):
    """A recipient, with the profile where it is not in the store."""

    id: str
    ref: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class LinkJob:
    """A creative in an email that goes out at a time; `send` is the id of the send, "" if it has none.

    The parameters stand in the URLs.
    """

    settings: Settings
    creative: str
    format: Format
    send: str
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)

    def lines(self, rows: Sequence[ExportRow], personal: Sequence["PersonalCells"] | None = None) -> str:
        """A line of the CSV for each, with what was worked out for them if that was."""
        text = io.StringIO()
        writer = csv.writer(text)
        url = self.settings.url
        more = f"{'&' if self.send else '?'}{urlencode(self.params, safe=':,')}" if self.params else ""
        urls = (
            (
                one.id,
                one.ref,
                url + image_path(self.creative, one.ref, self.format, self.send) + more,
                url + click + more,
            )
            for one in rows
            for click in (click_path(self.creative, one.ref, self.send),)
        )
        writer.writerows(
            urls if personal is None else ((*row, *cells) for row, cells in zip(urls, personal, strict=True))
        )
        return text.getvalue()


class PersonalCells(NamedTuple):
    """The alt text, the hour at which they read on their own clock, and of how many messages that was learned."""

    alt: str = ""
    best_hour: int | None = None
    best_hour_of: int | None = None


class LinkLines:
    """Works out lines with alt texts and best hours, in this process."""

    def __init__(self, job: LinkJob) -> None:
        """Raises `LivecontentError`."""
        self._job = job
        self._parts: Services = make_services(job.settings.model_copy(update={"deadline": PATIENCE}), job.creative)
        if self._parts.problems:
            raise CreativeError(list(self._parts.problems))
        self.close = self._parts.aclose
        self._habits = HabitSource(self._parts.storage.history, Stores())

    async def of(self, rows: Sequence[ExportRow]) -> str:
        """A line for each; who consents to nothing gets the alt text of an unknown recipient.

        Where nothing has to be waited for, the first of those that work takes all, and no time is lost on the others.
        """
        cells = [PersonalCells()] * len(rows)
        left = iter(range(len(rows)))

        async def work() -> None:
            for index in left:
                cells[index] = await self._cells(rows[index])

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        return self._job.lines(rows, cells)

    async def _cells(self, one: ExportRow) -> PersonalCells:
        person = await self._parts.storage.people.look_up(one.ref)
        if one.profile and person.ref:
            person = person._replace(profile=one.profile, problem="")
        job = self._job
        opening = Opening(
            job.creative, person.ref, job.at, client=_STEADY, person=person, send=job.send, params=job.params
        )
        return PersonalCells(await alt_text(opening, self._parts.kit), *self._best_hour(opening))

    def _best_hour(self, opening: Opening) -> tuple[int, int] | tuple[()]:
        """Of those who consent to be recorded, where there is enough data."""
        found = self._habits.ask(opening, {"recipient": Fact(None, Reason.MISSING)})
        habits = found.value if isinstance(found, Fact) else None
        if habits is None or habits.best_hour is None:
            return ()
        return habits.best_hour, habits.more["best_hour"][2]
