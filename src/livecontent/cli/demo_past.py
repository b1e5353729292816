"""The made-up past of the demo: an experiment with a winner, silence, and people held out, who are nobody.

The page of experiments has something to show from each start on. The same comes out each time, but for the dates.
Nobody of the demo's people is in it, but what was learned of it holds for them: `invite` is drawn by its weights.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import chain, product

from livecontent.history.messages import Message, MessageReader
from livecontent.showings import Decided, Worth
from livecontent.storage.base import Storage
from livecontent.storage.events import Event

TRIED, QUIET = "invite", "today"
_SEED = 1932
_OPENS = 1000  # of the one that is tried
_READERS = 400  # of the quiet one: fewer than a threshold takes, so that none is learned of them
_RATES = {"saving": (0.2, 0.05), "repairing": (0.08, 0.3)}  # of clicks, by the loyal and by others
_OF_CLICKS = 0.3  # of those who clicked, who buy
_SILENT, _HELD, _BUYERS, _LESS = 0.9, 0.05, 0.12, 0.04  # shares; of those held out as many less buy
_DAY = 86_400.0
_TOLD = 90 * _DAY  # seconds that the page of experiments and `results` look back
_MADE_UP = "made-up-"


async def write_past(storage: Storage, now: float) -> None:
    """Where not all of it is still told, in the place of what is left; `now` in seconds since 1970.

    Raises `StorageError`.
    """
    if await _opens_told(storage, now) == _OPENS:
        return
    people = [_person(*one) for one in chain(product([TRIED], range(_OPENS)), product([QUIET], range(_READERS)))]
    await storage.history.forget(people)
    await storage.showings.forget(people)
    chance = random.Random(_SEED)  # noqa: S311  no secret
    tried, quiet = _tried(chance, now), _quiet(chance, now)
    told = list(chain.from_iterable(chain(tried, quiet)))
    storage.showings.count([one for one in told if isinstance(one, Event)])
    await storage.history.put([one for one in told if isinstance(one, Message)])


async def _opens_told(storage: Storage, now: float) -> int:
    """Those of the past alone: whoever tries the demo opens the same creative."""
    return sum(one.person.startswith(_MADE_UP) for one in await storage.showings.chosen(TRIED, now - _TOLD))


def _person(creative: str, number: int) -> str:
    return f"{_MADE_UP}{creative}-{number}"


def _shown(creative: str, number: int, at: float, variant: str, choice: Decided) -> Event:
    return Event(
        "shown", at, creative, _person(creative, number), variant=variant, who="human", send="made-up", choice=choice
    )


def _order(shown: Event) -> Message:
    """On the day after."""
    raw = {"event": "Order Completed", "userId": shown.ref, "messageId": shown.ref, "properties": {"total": 49}}
    return MessageReader().read(raw, shown.at + _DAY, {shown.ref: shown.ref})


def _tried(chance: random.Random, now: float) -> Iterator[Sequence[Event | Message]]:
    """Opens of two wordings: others like another one than the loyal do."""
    for number in range(_OPENS):
        at, loyal = now - chance.uniform(2, 30) * _DAY, chance.random() < 0.4
        arm = chance.choice(sorted(_RATES))
        context = f"segment.loyal = {'true' if loyal else 'false'}"
        shown = _shown(TRIED, number, at, arm, Decided("made-up", arm=arm, share=0.5, context=context))
        clicked = chance.random() < _RATES[arm][not loyal]
        bought = clicked and chance.random() < _OF_CLICKS
        yield [shown, *[shown._replace(kind="clicked", at=at + 60, choice=None)] * clicked, *[_order(shown)] * bought]


def _quiet(chance: random.Random, now: float) -> Iterator[Sequence[Event | Message]]:
    """Opens that mostly stay silent, of people who buy something later, or do not; some of them are held out."""
    for number in range(_READERS):
        at, held = now - chance.uniform(2, 30) * _DAY, chance.random() < _HELD
        silence = "holdout" if held else "threshold" if chance.random() < _SILENT else ""
        worth = Worth(0, round(chance.random(), 3), chance.random())
        variant = chance.choice(("repair", "for-two", "new-colours"))
        shown = _shown(QUIET, number, at, variant, Decided("made-up", silence=silence, worth=worth))
        yield [shown, *[_order(shown)] * (chance.random() < _BUYERS - _LESS * held)]
