"""The fact `history`: what the recipient has done last, of who consents to be recorded."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
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
    orders = [(at, total) for at, total in kept["orders"] if now - at < 365 * DAY]
    seen, basket, visit = kept["seen"], kept["basket"], kept["visit"]
    return PersonHistory(
        orders_in_a_year=len(orders),
        spent_in_a_year=round(sum(total or 0 for _, total in orders), 2),
        days_since_purchase=units_since(kept["orders"][-1][0], now, DAY) if kept["orders"] else None,
        last_viewed=seen[-1][0] if seen else None,
        last_viewed_times=seen[-1][2] if seen else None,
        hours_since_viewed=units_since(seen[-1][1], now, HOUR) if seen else None,
        viewed=[sku for sku, _, _ in reversed(seen)],
        basket=[{"sku": sku, "quantity": quantity} for sku, _, quantity in reversed(basket)],
        hours_since_basket=units_since(basket[-1][1], now, HOUR) if basket else None,
        open_tickets=len(kept["tickets"]),
        last_store=visit[0] or None if visit else None,
        hours_since_visit=units_since(visit[1], now, HOUR) if visit else None,
        days_since_visit=units_since(visit[1], now, DAY) if visit else None,
        days_since_active=units_since(kept["at"], now, DAY),
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
