"""What follows of somebody's messages in the order of their time: sums that the next message is added to.

They are a function of the messages alone: added one by one or all anew, in whatever order they came, they are the same.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from livecontent.history.event_types import event_named
from livecontent.history.messages import OPEN, PART, VISITOR, Message

HALF_LIFE = 180.0  # days after which what somebody did counts half
KNOWN = "_known"  # the name under which an order has what the catalogue knew of its products

_DAY = 86_400.0
_EPOCH = 1_767_225_600.0  # weights are relative to 2026: only their shares count
_MOST_VIEWED, _MOST_ORDERS, _MOST_TICKETS, _MOST_TRAITS, _MOST_OPTIONS = 50, 200, 50, 100, 30
_MOST_OWN, _MOST_NAMES = 20, 20  # other events of somebody, values of each
_MOST_TEXT, _MOST_NAME, _LARGEST = 200, 60, 2**63  # characters of a value and of its name; a number
_PARTS = ("night",) * 6 + ("morning",) * 6 + ("afternoon",) * 6 + ("evening",) * 4 + ("night",) * 2  # by the hour

Sums = dict[str, Any]  # plain JSON
_Values = Mapping[str, Any]


def no_sums() -> Sums:
    """Of somebody who has done nothing yet."""
    return {
        "n": 0,
        "last": [0.0, ""],  # when the last message was, and its id: what is later can just be added
        "heard": 0.0,  # when they last did or told something: an open is neither
        "seen": {},  # by SKU: when it was looked at last, and how often in the days before
        "basket": {},  # by SKU: since when, how many
        "orders": {},  # by id: when, total
        "tickets": {},  # open ones: since when
        "visit": None,  # the last to a store: which, when
        "traits": {},  # by name: the newest, the newest told by name (or None), how often each
        "weights": {},  # by habit: the weights of each option, and their squares, each summed up
        "counts": {},  # by habit: how many it was learned of
        "own": {},  # by the name of any other event: when it was last, how often it was, what the last one told
    }


def is_whole(sums: Sums) -> bool:
    """Whether all is in them that is summed up by now; those that were written before lack what is newer."""
    return sums.keys() == _ALL


def event_of(message: Message) -> str:
    """The event of a track as it is understood; "" of any other message."""
    return event_named(message.name) if message.kind == "track" else ""


def is_understood(event: str) -> bool:
    """Whether such an event, as `event_named`, tells more than that it was."""
    return event in _TRACKED


def comes_after(message: Message, sums: Sums) -> bool:
    """Whether a message is later than all in the sums."""
    at, mid = sums["last"]
    return (message.at, message.mid.hex()) > (at, mid)


def add_message(sums: Sums, message: Message) -> None:
    """Adds the next message; one that only links or parts tells nothing of what they did."""
    if message.kind in ("alias", PART):
        return
    sums["n"] += 1
    sums["last"] = [message.at, message.mid.hex()]
    if message.kind == OPEN:
        _read(sums, message)
        return
    sums["heard"] = message.at
    event = event_of(message)
    if learn := _TRACKED.get(event):
        learn(sums, message)
    elif event:
        _keep_own(sums, message, event)
    elif message.kind == "identify":
        _tell_traits(sums, message, message.values)
    elif message.kind == "group":  # its traits are not theirs
        _tell_traits(sums, message, {"groupId": message.values["groupId"]} if message.values.get("groupId") else {})


def products_of(values: _Values) -> Iterator[_Values]:
    """The products of a message: those listed, else the one that it is about."""
    listed = values.get("products")
    for item in listed if isinstance(listed, list) else (values,):
        if isinstance(item, Mapping):
            yield item


def sku_of(item: _Values) -> str:
    """The SKU of a product of a message, "" where it has none."""
    return _text(item.get("sku")) or _text(item.get("product_id"))


def _viewed(sums: Sums, message: Message) -> None:
    for item in products_of(message.values):
        if sku := sku_of(item):
            before, times = sums["seen"].pop(sku, (0.0, 0))
            sums["seen"][sku] = [message.at, times + 1 if message.at - before < 7 * _DAY else 1]
    _keep_last(sums["seen"], _MOST_VIEWED)


def _added(sums: Sums, message: Message) -> None:
    for item in products_of(message.values):
        if sku := sku_of(item):
            _, quantity = sums["basket"].pop(sku, (0.0, 0))
            sums["basket"][sku] = [message.at, quantity + (_whole(item.get("quantity")) or 1)]
    _keep_last(sums["basket"], _MOST_VIEWED)


def _removed(sums: Sums, message: Message) -> None:
    for item in products_of(message.values):
        sums["basket"].pop(sku_of(item), None)


def _ordered(sums: Sums, message: Message) -> None:
    """An order that is told twice, by the shop and by the page, counts once."""
    values = message.values
    order = _text(values.get("order_id")) or message.mid.hex()
    total = next((n for name in ("total", "revenue", "value") if (n := _number(values.get(name))) is not None), None)
    sums["basket"] = {}
    if order in sums["orders"]:
        sums["orders"][order][1] = total if total is not None else sums["orders"][order][1]
        return
    sums["orders"][order] = [message.at, total]
    _keep_last(sums["orders"], _MOST_ORDERS)
    known = values.get(KNOWN)
    for item in products_of(values):
        _learn_taste(sums, message, item, known.get(sku_of(item), {}) if isinstance(known, Mapping) else {})
    store = _store(values)
    _learn(sums, message, "channel", _text(values.get("channel")) or ("store" if store else "web"))
    _learn_when(sums, message, store)


def _updated(sums: Sums, message: Message) -> None:
    order, total = sums["orders"].get(_text(message.values.get("order_id"))), _number(message.values.get("total"))
    if order and total is not None:
        order[1] = total


def _cancelled(sums: Sums, message: Message) -> None:
    """A refund of some products leaves the order."""
    total = _number(message.values.get("total"))
    name = _text(message.values.get("order_id"))
    if message.values.get("products") is None or total == 0 or "cancel" in message.name.casefold():
        sums["orders"].pop(name, None)


def _visited(sums: Sums, message: Message) -> None:
    store = _store(message.values)
    sums["visit"] = [store, message.at]
    _learn_when(sums, message, store)


def _opened_ticket(sums: Sums, message: Message) -> None:
    sums["tickets"][_ticket(message)] = message.at
    _keep_last(sums["tickets"], _MOST_TICKETS)


def _closed_ticket(sums: Sums, message: Message) -> None:
    sums["tickets"].pop(_ticket(message), None)


def _read(sums: Sums, message: Message) -> None:
    _learn(sums, message, "best_hour", str(_hour(message)))


def _replied(sums: Sums, message: Message) -> None:
    _learn(sums, message, "contact", _text(message.values.get("channel")))
    _read(sums, message)


def _keep_own(sums: Sums, message: Message, event: str) -> None:
    """Of what the last one told, plain values."""
    _, times, _ = sums["own"].pop(event, (0.0, 0, {}))
    plain = {name: value for name, value in message.values.items() if len(name) <= _MOST_NAME and _is_plain(value)}
    sums["own"][event] = [message.at, times + 1, dict(list(plain.items())[:_MOST_NAMES])]
    _keep_last(sums["own"], _MOST_OWN)


def _is_plain(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) < _LARGEST
    return isinstance(value, float) or (isinstance(value, str) and len(value) <= _MOST_TEXT)


def _tell_traits(sums: Sums, message: Message, traits: _Values) -> None:
    by_name = not message.who.startswith(VISITOR)
    for name, value in traits.items():
        _, told, counts = sums["traits"].pop(name, (None, None, {}))
        text = str(value)[:200]
        counts[text] = [counts.get(text, (0,))[0] + 1, value]
        _keep_last(counts, _MOST_OPTIONS)
        sums["traits"][name] = [value, value if by_name else told, counts]
    _keep_last(sums["traits"], _MOST_TRAITS)


def _learn_taste(sums: Sums, message: Message, item: _Values, known: _Values) -> None:
    """`known` is what the catalogue knew where the message says nothing."""
    told = {**known, **{name: value for name, value in item.items() if value not in (None, "")}}
    for habit, names in _TASTES.items():
        _learn(sums, message, habit, next((t for name in names if (t := _text(told.get(name)).casefold())), ""))
    price = _number(told.get("price"))
    if price is not None and price > 0:
        _learn(sums, message, "price_band", str(sum(price >= edge for edge in BANDS)))


def _learn_when(sums: Sums, message: Message, store: str) -> None:
    day = int((message.at + message.offset) // _DAY + 3) % 7  # 1970 began on a Thursday
    _learn(sums, message, "week", "weekend" if day >= 5 else "weekday")
    _learn(sums, message, "part_of_day", _PARTS[_hour(message)])
    _learn(sums, message, "stores", store)


def _learn(sums: Sums, message: Message, habit: str, option: str) -> None:
    if not option:
        return
    weights = sums["weights"].setdefault(habit, {})
    weight, (sum_, squares) = weight_at(message.at), weights.get(option, (0.0, 0.0))
    weights[option] = [sum_ + weight, squares + weight * weight]
    sums["counts"][habit] = sums["counts"].get(habit, 0) + 1
    if len(weights) > _MOST_OPTIONS:
        del weights[min(weights, key=lambda one: (weights[one][0], one))]


def weight_at(at: float) -> float:
    """How much something counts that was at a time, in comparison with other times: it doubles in a half-life."""
    return float(2.0 ** ((at - _EPOCH) / (HALF_LIFE * _DAY)))


def _hour(message: Message) -> int:
    return int((message.at + message.offset) % _DAY // 3600)


def _ticket(message: Message) -> str:
    values = message.values
    return _text(values.get("ticket_id")) or _text(values.get("id")) or "one without an id"


def _store(values: _Values) -> str:
    return _text(values.get("store_id")) or _text(values.get("store"))


def _keep_last(found: dict[str, Any], most: int) -> None:
    """Lets go of the first ones."""
    while len(found) > most:
        del found[next(iter(found))]


def _text(value: object) -> str:
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip()[:100] if known else ""


def _number(value: object) -> float | None:
    """Also of a text, as some senders write prices."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < 1e15 else None


def _whole(value: object) -> int:
    number = _number(value)
    return int(number) if number is not None and 0 < number < 10_000 else 0


_ALL = frozenset(no_sums())
BANDS = (10, 25, 50, 100, 250, 500, 1000)  # where bands of prices end
_TASTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"colour": ("color", "colour"), "category": ("category",), "brand": ("brand",)}
)
_TRACKED: Mapping[str, Callable[[Sums, Message], None]] = MappingProxyType(
    {
        "product viewed": _viewed,
        "product clicked": _viewed,
        "product added": _added,
        "product removed": _removed,
        "order completed": _ordered,
        "order updated": _updated,
        "order cancelled": _cancelled,
        "order refunded": _cancelled,
        "store visited": _visited,
        "ticket opened": _opened_ticket,
        "ticket answered": _closed_ticket,
        "ticket closed": _closed_ticket,
        "ticket solved": _closed_ticket,
        "email opened": _read,
        "message opened": _read,
        "message replied": _replied,
        "chat started": _replied,
    }
)
