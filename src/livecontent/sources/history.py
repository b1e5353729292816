"""The fact `history`: what the recipient has done last, of who consents to be recorded."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from typing import Any, Self, TypedDict

from livecontent.errors import StorageError
from livecontent.facts import Fact, NamedValue, Opening, Reason, names_of
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.storage.history import HistoryStore
from livecontent.vocabulary import FactType

SOURCE = "events"

HOUR, DAY = 3600.0, 86_400.0


class BasketItem(TypedDict):
    """A product in the basket."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PersonHistory(NamedValue):
    """What somebody has done: what is None never happened."""

    orders_in_a_year: int = 0
    spent_in_a_year: float = 0.0
    days_since_purchase: int | None = None
    last_viewed: str | None = None  # a SKU
    last_viewed_times: int | None = None  # each time within a week of the one before
    hours_since_viewed: int | None = None
    viewed: Sequence[str] = ()  # SKUs, the last first
    basket: Sequence[BasketItem] = ()  # since the last order, the last first
    hours_since_basket: int | None = None
    open_tickets: int = 0
    last_store: str | None = None
    hours_since_visit: int | None = None
    days_since_visit: int | None = None
    days_since_active: int | None = None


def history_at(kept: Mapping[str, Any], now: float) -> PersonHistory:
    """What follows at a time, in seconds since 1970, of what is kept."""
    return PersonHistory(**{name: tell(kept, now) for name, tell in HISTORY_TELLS.items()})


def _orders(kept: Mapping[str, Any], now: float) -> list[float]:
    """The totals of a year."""
    return [total or 0 for at, total in kept["orders"] if now - at < 365 * DAY]


def _since_order(kept: Mapping[str, Any], now: float) -> int | None:
    return units_since(kept["orders"][-1][0], now, DAY) if kept["orders"] else None


def _since_visit(kept: Mapping[str, Any], now: float, unit: float) -> int | None:
    return units_since(kept["visit"][1], now, unit) if kept["visit"] else None


def _since_last(kept: Sequence[Sequence[Any]], now: float) -> int | None:
    return units_since(kept[-1][1], now, HOUR) if kept else None


def _basket(kept: Mapping[str, Any]) -> list[BasketItem]:
    return [{"sku": sku, "quantity": quantity} for sku, _, quantity in reversed(kept["basket"])]


# Each name on its own: a count over many people asks for few of them.
HISTORY_TELLS: Mapping[str, Callable[[Mapping[str, Any], float], Any]] = MappingProxyType(
    {
        "orders_in_a_year": lambda kept, now: len(_orders(kept, now)),
        "spent_in_a_year": lambda kept, now: round(sum(_orders(kept, now)), 2),
        "days_since_purchase": _since_order,
        "last_viewed": lambda kept, _: kept["seen"][-1][0] if kept["seen"] else None,
        "last_viewed_times": lambda kept, _: kept["seen"][-1][2] if kept["seen"] else None,
        "hours_since_viewed": lambda kept, now: _since_last(kept["seen"], now),
        "viewed": lambda kept, _: [sku for sku, _, _ in reversed(kept["seen"])],
        "basket": lambda kept, _: _basket(kept),
        "hours_since_basket": lambda kept, now: _since_last(kept["basket"], now),
        "open_tickets": lambda kept, _: len(kept["tickets"]),
        "last_store": lambda kept, _: kept["visit"][0] or None if kept["visit"] else None,
        "hours_since_visit": lambda kept, now: _since_visit(kept, now, HOUR),
        "days_since_visit": lambda kept, now: _since_visit(kept, now, DAY),
        "days_since_active": lambda kept, now: units_since(kept["at"], now, DAY),
    }
)


def units_since(at: float, now: float, unit: float) -> int:
    """How many whole units, in seconds, have passed."""
    return max(int((now - at) // unit), 0)


HISTORY = FactType(
    "history",
    {**names_of(PersonHistory), "viewed": list[str], "basket": list[BasketItem]},
    sample=PersonHistory(
        orders_in_a_year=3,
        spent_in_a_year=249.5,
        days_since_purchase=41,
        last_viewed="u-7",
        last_viewed_times=2,
        hours_since_viewed=20,
        viewed=["u-7", "u-2"],
        basket=[{"sku": "u-7", "quantity": 1}],
        hours_since_basket=20,
        open_tickets=0,
        last_store="lille",
        hours_since_visit=3,
        days_since_visit=0,
        days_since_active=0,
    ),
    volatile="all",
)


class HistorySource(Source):
    """Tells `history`, at once."""

    fact = HISTORY

    def __init__(self, store: HistoryStore) -> None:
        self._store = store

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of events."""
        return cls(dependencies.history)

    def ask(self, opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """What they did up to now, under whatever name."""
        kept = kept_of(opening, self._store.history)
        if isinstance(kept, Fact):
            return kept
        now = seconds_of(opening)
        return Fact(history_at(kept, now), Reason.FRESH, SOURCE, max(now - kept["at"], 0.0))


def seconds_of(opening: Opening) -> float:
    """When it is, since 1970."""
    return (opening.at if opening.at.tzinfo else opening.at.replace(tzinfo=UTC)).timestamp()


def kept_of(opening: Opening, read: Callable[[str], Mapping[str, Any] | None]) -> Mapping[str, Any] | Fact[Any]:
    """What is kept of what somebody did, by their ref; else the fact that tells why nothing is."""
    if not opening.ref:
        return Fact(None, Reason.MISSING, SOURCE, note="the recipient is not known")
    if opening.person.consent != "full":
        return Fact(None, Reason.MISSING, SOURCE, note="the recipient does not consent to be recorded")
    try:
        kept = read(opening.ref)
    except StorageError as error:
        return Fact(None, Reason.BROKEN, SOURCE, note=str(error))
    if kept is None:
        return Fact(None, Reason.MISSING, SOURCE, note="nothing is kept of what they did; see POST /v1/events")
    return kept
