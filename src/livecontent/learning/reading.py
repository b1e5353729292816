"""Reads what came of a creative: opens of people who consent, under whichever of their identities, and their orders."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from livecontent.creative.model import Creative
from livecontent.errors import StorageError
from livecontent.learning.results import CreativeResults, of_people, results_of
from livecontent.showings import Chosen, Learned
from livecontent.storage.base import Storage
from livecontent.storage.showings import drawn_under


async def results_since(storage: Storage, name: str, creative: Creative, since: float) -> CreativeResults:
    """Of all opens since a time (seconds since 1970), worked out in a thread. Raises `StorageError`."""
    chosen = await chosen_by_person(name, since, storage)
    learned = (await storage.showings.learned()).get(name, Learned())
    return await asyncio.to_thread(results_of, creative, chosen, learned, _bought(storage))


async def chosen_by_person(name: str, since: float, storage: Storage) -> list[Chosen]:
    """What was decided in a creative since a time (seconds since 1970), by what each person draws under."""
    chosen = await storage.showings.chosen(name, since)
    return await asyncio.to_thread(of_people, chosen, _person_of(storage))


def _person_of(storage: Storage) -> Callable[[str], str]:
    def person_of(ref: str) -> str:
        identities = storage.history.identities(ref)
        return drawn_under(ref, storage.showings.first_shown(identities)) if len(identities) > 1 else ref

    return person_of


def _bought(storage: Storage) -> Callable[[str, float], bool]:
    def bought(person: str, after: float) -> bool:
        kept = None
        with suppress(StorageError):  # damaged: of one person, nothing is learnt
            kept = storage.history.history(person)
        return any(order[0] > after for order in kept["orders"]) if kept else False

    return bought
