"""The timeline of a person in words: what each entry was, and of what was shown why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

from livecontent.history.messages import Message
from livecontent.history.sums import event_of, products_of, sku_of
from livecontent.showings import Decided, Worth
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.events import Event
from livecontent.storage.timeline import TimelineEntry
from livecontent.studio.pages.catalogue import Catalogue

LONGEST = 160  # characters of what a message tells
LONGEST_NAME = 60  # of each of several
_FEW = 4  # products or traits that one entry names
# What messages mean that everybody understands: the key of the words, and the sign.
_DEEDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "product viewed": ("viewed", "eye"),
        "product clicked": ("viewed", "eye"),
        "product added": ("added", "basket"),
        "product removed": ("removed", "basket"),
        "order completed": ("ordered", "receipt"),
        "order updated": ("order_updated", "receipt"),
        "order cancelled": ("order_cancelled", "arrow-u-up-left"),
        "order refunded": ("order_refunded", "arrow-u-up-left"),
        "store visited": ("visited", "storefront"),
        "ticket opened": ("ticket_opened", "ticket"),
        "ticket answered": ("ticket_answered", "ticket"),
        "ticket closed": ("ticket_closed", "ticket"),
        "message opened": ("read", "envelope-simple"),
        "email opened": ("read", "envelope-simple"),
        "message replied": ("replied", "chat-circle"),
        "chat started": ("chat", "chat-circle"),
    }
)
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "track": ("other", "lightning"),
        "page": ("page", "columns"),
        "screen": ("page", "columns"),
        "identify": ("told", "user"),
        "group": ("told", "user"),
        "alias": ("linked", "link"),
        "part": ("parted", "link"),
    }
)


class TimelineLine(NamedTuple):
    """An entry as it is read: its sign, what happened, more about it, and where it is explained."""

    at: datetime
    sign: str
    text: str
    more: str = ""
    why: str = ""  # an address
    tone: str = ""  # quiet: nothing was said; early: no person was there


def days_of(
    entries: Sequence[TimelineEntry], words: Catalogue, zone: tzinfo, person: str, names: Mapping[str, str]
) -> list[tuple[date, list[TimelineLine]]]:
    """Entries by day, on a clock; `names` are those of products by SKU, `person` is who they are asked for by."""
    teller = _Teller(words, zone, person, names)
    lines = map(teller.line, entries)
    return [(day, list(found)) for day, found in groupby(lines, key=lambda line: line.at.date())]


def skus_told(entries: Iterable[TimelineEntry]) -> set[str]:
    """The products that messages are about."""
    told = (one.what for one in entries)
    return {
        sku for one in told if isinstance(one, Message) for item in products_of(one.values) if (sku := sku_of(item))
    }


class _Teller:
    def __init__(self, words: Catalogue, zone: tzinfo, person: str, names: Mapping[str, str]) -> None:
        self._words, self._zone, self._person, self._names = words, zone, person, names
        self._said: Mapping[str, Any] = words.texts["person"]["said"]

    def line(self, entry: TimelineEntry) -> TimelineLine:
        at = datetime.fromtimestamp(entry.mark.at, self._zone)
        match entry.what:
            case Message() as message:
                return self._message(at, message)
            case Event() as event:
                return self._event(at, event, entry.mark.number)
            case Send() as send:
                return TimelineLine(
                    at, "envelope-simple", self._say("sent", send.name or send.id), self._said["sent_means"]
                )
            case ConsentDecision() as decision:
                return TimelineLine(
                    at, "handshake", self._say("consent", self._words.texts["consents"][decision.state])
                )

    def _say(self, key: str, *values: object) -> str:
        return str(self._said[key]).format(*values)

    def _message(self, at: datetime, message: Message) -> TimelineLine:
        key, sign = _DEEDS.get(event_of(message), _KINDS[message.kind])
        values = message.values
        what = self._products(message) or _text(values, "channel")
        if key in ("other", "page"):
            what = message.name[:LONGEST]
        if key == "told":
            what = _listed(f"{name}: {value}" for name, value in values.items() if isinstance(value, str | int | float))
        if key == "visited":
            what = _text(values, "store_id")
        text = self._say(key, what) if what else str(self._said.get(f"{key}_", self._said[key])).format("")
        return TimelineLine(at, sign, text.strip(), self._more(key, values))

    def _products(self, message: Message) -> str:
        found = (
            _text(item, "name") or self._names.get(sku_of(item), sku_of(item)) for item in products_of(message.values)
        )
        return _listed(name for name in found if name)

    def _more(self, key: str, values: Mapping[str, Any]) -> str:
        total = values.get("total")
        if key.startswith("order") and isinstance(total, int | float):
            number = self._words.number(total) if abs(total) < 1e15 else ""
            return f"{number} {_text(values, 'currency')}".strip()
        return _text(values, "subject") if key.startswith("ticket") else ""

    def _event(self, at: datetime, event: Event, number: int) -> TimelineLine:
        client = str(self._words.texts["client_name"].get(event.client, event.client))
        why = f"/studio/why?{urlencode({'creative': event.creative, 'f.person': self._person, 'open': number})}"
        if event.kind == "clicked":
            return TimelineLine(
                at, "cursor-click", self._say("clicked", event.creative, event.variant), event.link or ""
            )
        if event.who != "human":
            key = "fetched" if event.who == "machine" else "perhaps"
            return TimelineLine(at, "robot", self._say(key, event.creative, event.variant), client, why, "early")
        quiet = event.step == "silent"
        more = " ".join(filter(None, (choice_told(event.choice, self._words), client)))
        if quiet:
            return TimelineLine(at, "moon", self._say("silent", event.creative), more, why, "quiet")
        return TimelineLine(at, "image", self._say("shown", event.creative, event.variant), more, why)


def choice_told(choice: Decided | None, words: Catalogue) -> str:
    """Why something was shown or not, as far as it was counted then, in a sentence or two."""
    if choice is None:
        return ""
    said = words.texts["person"]["chosen"]
    worth = worth_told(choice.worth, words)
    found = [str(said[choice.silence or "spoke"]).format(worth)] if worth or choice.silence else []
    if choice.arm:
        found.append(str(said["drawn"]).format(choice.arm, words.number(100 * choice.share, "0")))
    return " ".join(found)


def worth_told(worth: Worth | None, words: Catalogue) -> str:
    """A level, such as `rank 1, score 0.21`."""
    if worth is None:
        return ""
    score = words.number(worth.score) if abs(worth.score) < 1e15 else "–"
    return str(words.texts["person"]["chosen"]["worth"]).format(worth.rank, score)


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return str(found)[:LONGEST] if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _listed(texts: Iterable[str]) -> str:
    """The first few."""
    found: Iterator[str] = (text[:LONGEST_NAME] for text in texts)
    some = [text for text, _ in zip(found, range(_FEW + 1), strict=False)]
    return ", ".join(some[:_FEW]) + (" …" if len(some) > _FEW else "")
