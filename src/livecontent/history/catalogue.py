"""What the catalogue knows of products in messages, noted when they come: later, it may have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from livecontent.history.messages import Message, to_body
from livecontent.history.sums import products_of, sku_of

KNOWN = "_known"  # the name under which it is noted
_NAMES = ("category", "brand", "color", "colour", "price")


def skus_bought(messages: Iterable[Message]) -> Iterator[str]:
    """The SKUs of orders."""
    for message in messages:
        if _is_order(message):
            yield from filter(None, map(sku_of, products_of(message.values)))


def with_known(messages: Iterable[Message], products: Mapping[str, Mapping[str, Any]]) -> list[Message]:
    """Messages of orders with what is known of their products, by SKU, and what they do not say themselves."""
    return [_with_known(message, products) if _is_order(message) else message for message in messages]


def _with_known(message: Message, products: Mapping[str, Mapping[str, Any]]) -> Message:
    known: dict[str, dict[str, Any]] = {}
    for item in products_of(message.values):
        sku = sku_of(item)
        told = products.get(sku, {})
        if missing := {name: told[name] for name in _NAMES if told.get(name) and not _says(item, name)}:
            known[sku] = missing
    values = {name: value for name, value in message.values.items() if name != KNOWN}
    values |= {KNOWN: known} if known else {}
    return message._replace(values=values, body=to_body(values)) if known or KNOWN in message.values else message


def _says(item: Mapping[str, Any], name: str) -> bool:
    same: Sequence[str] = ("color", "colour") if name in ("color", "colour") else (name,)
    return any(item.get(one) not in (None, "") for one in same)


def _is_order(message: Message) -> bool:
    return message.kind == "track" and message.name.casefold() == "order completed"
