"""What the catalogue knows of products in messages, noted when they come: later, it may have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from livecontent.errors import DataError
from livecontent.history.messages import Message, to_body
from livecontent.history.sums import KNOWN, event_of, products_of, sku_of

MOST = 100  # products of an order that are looked up
_NAMES = ("category", "brand", "color", "colour", "price")


def is_order(message: Message) -> bool:
    """Whether it is one that is looked up."""
    return event_of(message) == "order completed"


def skus_bought(messages: Iterable[Message]) -> Iterator[str]:
    """The SKUs of orders, those of the first products of each."""
    for message in messages:
        if is_order(message):
            yield from filter(None, map(sku_of, islice(products_of(message.values), MOST)))


def with_known(messages: Iterable[Message], products: Mapping[str, Mapping[str, Any]]) -> list[Message]:
    """Messages of orders with what is known of their products, by SKU, and what they do not say themselves."""
    return [_with_known(message, products) if is_order(message) else message for message in messages]


def _with_known(message: Message, products: Mapping[str, Mapping[str, Any]]) -> Message:
    known: dict[str, dict[str, Any]] = {}
    for item in islice(products_of(message.values), MOST):
        sku = sku_of(item)
        told = products.get(sku, {})
        if missing := {name: told[name] for name in _NAMES if told.get(name) and not _says(item, name)}:
            known[sku] = missing
    if not known and KNOWN not in message.values:
        return message
    values = {name: value for name, value in message.values.items() if name != KNOWN}
    try:
        full = values | {KNOWN: known} if known else values
        return message._replace(values=full, body=to_body(full))
    except DataError:  # too large together: the order itself is what counts
        return message._replace(values=values, body=to_body(values))


def _says(item: Mapping[str, Any], name: str) -> bool:
    same: Sequence[str] = ("color", "colour") if name in ("color", "colour") else (name,)
    return any(item.get(one) not in (None, "") for one in same)
