"""What a store of products keeps: the catalogue as it was imported, and live values, each with its time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from livecontent.history.catalogue import is_order, skus_bought, with_known
from livecontent.history.messages import Message
from livecontent.imports.table_file import ImportOutcome

AVAILABILITIES = frozenset({"in_stock", "out_of_stock", "preorder", "backorder"})
ONE_LANGUAGE = frozenset({"sku", "group", "brand", "gtin", "availability", "currency", "language"})  # texts


class LiveValue(NamedTuple):
    """What a shop has told of a product just now: a value, and when it came, in seconds since 1970."""

    value: object
    at: float


class StoredProduct(NamedTuple):
    """A product as it was imported, under its SKU, and what the shop has told of it since."""

    sku: str
    values: Mapping[str, object]  # texts in other languages, prices in other currencies: under "[fr]", "[CHF]"
    live: Mapping[str, LiveValue] = MappingProxyType({})


SelectedBy = Literal["category", "brand", "group", ""]


class Selection(NamedTuple):
    """Some products: those of a category (and of those in it), a brand or a group; or the first of all."""

    by: SelectedBy = ""
    value: str = ""


class ProductCounts(NamedTuple):
    """About all products: how many, when they were imported, and live values: how many, the oldest and the newest.

    Times are in seconds since 1970, None where there was none. Of each name of a product the last live value counts.
    """

    products: int
    imported_at: float | None
    live: int
    oldest: float | None
    newest: float | None


class ProductBatch(Protocol):
    """Products on their way into a store."""

    async def put(self, sku: str, values: Mapping[str, object], language: str = "") -> ImportOutcome:
        """Takes a product in, in place of the one there was; one that was put in this batch before is "repeated".

        With a language it is one of several rows or files of the same product: the first tells all values, the others
        add theirs under "[fr]", and a price in another currency under "[CHF]"; only the same language is "repeated".
        Raises `DataError` for a product that is too large.
        """

    async def count_others(self) -> int:
        """How many products were not put in this batch."""

    async def delete_others(self) -> None:
        """Deletes all that were not put in this batch."""


class ProductStore(Protocol):
    """Keeps products and their live values. Each method raises `StorageError` where it can't be read or written."""

    def look_up(self, skus: Iterable[str]) -> Mapping[str, StoredProduct] | Awaitable[Mapping[str, StoredProduct]]:
        """The products there are of these, at once where they are at hand."""

    async def values_of(self, skus: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """What was imported of these, as many as there are, in the way of nobody who looks up a few."""

    def select(self, selection: Selection, limit: int) -> list[StoredProduct] | Awaitable[list[StoredProduct]]:
        """Some products in the order of their import."""

    def batch(self) -> AbstractAsyncContextManager[ProductBatch]:
        """Takes many in and out, all at its end or, after an exception, none; readers see what was before."""

    async def put_live(self, values: Mapping[str, Mapping[str, object]], at: float) -> list[str]:
        """Keeps live values by SKU, beside those of other names; durable when it answers.

        Answers the SKUs of which there is no product; nothing is kept of these.
        """

    def attributes(self) -> Mapping[str, str]:
        """The names that products have, each with the kind of its values: text, number, boolean, list, mapping.

        Looks now.
        """

    async def about(self) -> ProductCounts:
        """About all of them."""

    async def count_older(self, than: float) -> int:
        """How many live values are of before a time in seconds since 1970."""

    def iterate(self) -> AsyncIterator[StoredProduct]:
        """All products, in the order of their import."""


def with_language(old: Mapping[str, object] | None, new: Mapping[str, object], language: str) -> dict[str, object]:
    """A product of which each language has a row: the first tells all, others add their texts under "[fr]".

    A price in another currency than the first's goes under "[CHF]".
    """
    first = old.get("language") if old else None
    if old is None or first in (None, language):
        others = {name: value for name, value in (old or {}).items() if name.startswith("[")} if first else {}
        return {**others, **new, "language": language}
    texts = {
        name: value
        for name, value in new.items()
        if isinstance(value, str) and name not in ONE_LANGUAGE and value != old.get(name)
    }
    prices = {name: new[name] for name in ("price", "sale_price", "currency") if name in new}
    currency = prices.get("currency")
    merged = {**old, f"[{language}]": texts}
    return {**merged, f"[{currency}]": prices} if currency and currency != old.get("currency") else merged


async def complete_orders(messages: Sequence[Message], products: ProductStore) -> Sequence[Message]:
    """In threads: a batch may name many products, while images are asked for. Raises `StorageError`."""
    if not any(map(is_order, messages)):
        return messages
    skus = await asyncio.to_thread(lambda: set(skus_bought(messages)))
    return await asyncio.to_thread(with_known, messages, await products.values_of(skus))
