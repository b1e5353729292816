"""A product as it is told at an open: in a language and currency, with the price of the moment and live values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from livecontent.storage.products import StoredProduct

NAMES: Mapping[str, Any] = {
    "sku": str,
    "name": str,
    "description": str | None,
    "price": float | None,  # to be paid now
    "list_price": float | None,  # to be struck through, while a sale price holds
    "on_sale": bool | None,
    "sale_ends": str | None,  # a moment
    "currency": str | None,
    "availability": str | None,
    "in_stock": bool | None,
    "stock": int | None,
    "store": Mapping[str, Mapping[str, object]] | None,  # by the id of the store
    "link": str | None,
    "image": str | None,
    "images": list[str] | None,
    "category": str | None,
    "brand": str | None,
    "gtin": str | None,
    "group": str | None,
    "color": str | None,
    "size": str | None,
}
_PRICES = ("price", "sale_price", "list_price")
_FOLLOWING = {
    **dict.fromkeys(_PRICES, frozenset({"price", "list_price", "on_sale", "sale_ends"})),
    "availability": frozenset({"in_stock"}),
    "stock": frozenset({"in_stock", "store"}),
}
INTERNAL = ("sale_price", "sale_starts", "language")


def volatile_names(columns: Iterable[str]) -> frozenset[str]:
    """The names that time changes where it changes these columns: what follows from one does, too."""
    named = frozenset(columns)
    return named.union(*(_FOLLOWING.get(name, frozenset()) for name in named)) - {"sale_price"}


@dataclass(frozen=True, slots=True)
class Viewing:
    """For whom and when a product is told. `later`: whether it may be read later than now."""

    at: datetime  # aware
    zone: tzinfo  # of the shop
    max_age: float  # seconds that live values are told
    language: str = ""
    currencies: Sequence[str] = ()  # in which they pay, the first that there is
    later: bool = False
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", self.at.timestamp())


class Told(NamedTuple):
    """The words of a product, the age in seconds of the oldest live value in them, and what is too old to be told."""

    words: Mapping[str, object]
    age: float = 0.0
    late: str = ""


def tell(stored: StoredProduct, viewing: Viewing) -> Told:
    """The product, without what nobody knows of it."""
    kept = stored.values
    words: dict[str, Any] = {name: value for name, value in kept.items() if name[0] != "["}
    if len(words) < len(kept):
        _localise(words, kept, viewing)
    age, late = _add_live(words, stored, viewing) if stored.live else (0.0, "")
    _settle_price(words, viewing)
    availability, stock = words.get("availability"), words.get("stock")
    if stock is not None or availability is not None:
        words["in_stock"] = availability in (None, "in_stock") and (stock is None or stock > 0)
    for name in INTERNAL:
        words.pop(name, None)
    return Told(words, age, late)


def _localise(words: dict[str, Any], kept: Mapping[str, Any], viewing: Viewing) -> None:
    """Texts in the reader's language, else those that come first; prices in the reader's currency, where there are."""
    language = viewing.language
    if language and language != words.get("language"):
        words.update(kept.get(f"[{language}]") or kept.get(f"[{language.partition('-')[0]}]") or {})
    for currency in viewing.currencies:
        if currency == words.get("currency"):
            return
        if prices := kept.get(f"[{currency}]"):
            words.pop("sale_price", None)
            words.update(prices)
            return


def _add_live(words: dict[str, Any], stored: StoredProduct, viewing: Viewing) -> tuple[float, str]:
    """Live values in place of those of the catalogue; what is too old is not known at all."""
    ages = {name: viewing.seconds - value.at for name, value in stored.live.items()}
    late = [(name, age) for name, age in ages.items() if age > viewing.max_age]
    oldest = max([0.0, *(age for age in ages.values() if age <= viewing.max_age)])
    told = {name: value.value if ages[name] <= viewing.max_age else None for name, value in stored.live.items()}
    if "price" in told and "sale_price" not in told:
        words.pop("sale_price", None)  # the live price is the one to pay
    for name, value in told.items():
        if name.startswith("store["):
            _put_in_store(words, name, value)
        elif value is None:
            words.pop(name, None)
        else:
            words[name] = value
    return oldest, ", ".join(f"{name} is late: {age / 60:.0f} min old" for name, age in late)


def _put_in_store(words: dict[str, Any], name: str, value: object) -> None:
    """`store[lille].stock`."""
    store, _, inner = name.removeprefix("store[").partition("].")
    stores = words["store"] = {**words.get("store", {})}
    stores[store] = {**stores.get(store, {}), inner: value}
    if value is None:
        del stores[store][inner]


def _settle_price(words: dict[str, Any], viewing: Viewing) -> None:
    """The price to pay, and, while a sale price holds, the one before; unknown where it ends before it may be read."""
    price, sale = words.get("price"), words.get("sale_price")
    if sale is None or price is None:
        if price is not None:
            words["on_sale"] = False
        words.pop("sale_ends", None)
        return
    starts = _moment(words.get("sale_starts"), viewing.zone)
    ends = _moment(words.get("sale_ends"), viewing.zone, end=True)
    holds = (starts is None or starts <= viewing.at) and (ends is None or viewing.at < ends)
    if viewing.later and any(bound and bound > viewing.at for bound in (starts, ends)):
        del words["price"]
        words.pop("sale_ends", None)
        return
    words["on_sale"] = holds
    if holds:
        words["list_price"], words["price"] = price, sale
    if holds and ends:
        words["sale_ends"] = ends.isoformat()
    else:
        words.pop("sale_ends", None)


def _moment(text: object, zone: tzinfo, *, end: bool = False) -> datetime | None:
    """A moment; a day at the end is within. None where nothing, or no time, is said."""
    if not isinstance(text, str):
        return None
    try:
        if len(text) == len("2026-12-24"):
            day = date.fromisoformat(text) + timedelta(days=end)
            return datetime(day.year, day.month, day.day, tzinfo=zone)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


SAMPLE: Mapping[str, object] = {
    "sku": "sku-7",
    "name": "Umbrella",
    "description": "An umbrella with a wooden handle.",
    "price": 15.0,
    "list_price": 19.9,
    "on_sale": True,
    "sale_ends": datetime(2026, 12, 24, 18, tzinfo=UTC).isoformat(),
    "currency": "EUR",
    "availability": "in_stock",
    "in_stock": True,
    "stock": 12,
    "store": {"lille": {"stock": 3}},
    "link": "https://shop.example/umbrella",
    "image": "https://shop.example/umbrella.jpg",
    "images": ["https://shop.example/umbrella-2.jpg"],
    "category": "Rain > Umbrellas",
    "brand": "Brolly",
    "gtin": "4006381333931",
    "group": "umbrella",
    "color": "red",
    "size": "M",
}
