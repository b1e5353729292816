"""A product as it is told: language, currency, the price of the moment, and live values with their age."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.sources.product.source import ProductSource
from livecontent.sources.product.told import NAMES, SAMPLE, Viewing, tell, volatile_names
from livecontent.storage.products import LiveValue, StoredProduct
from livecontent.storage.sqlite.products import SqliteProducts

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 12, tzinfo=PARIS)
BAG: dict[str, Any] = {"sku": "a", "name": "Bag", "price": 20.0, "currency": "EUR", "availability": "in_stock"}


def viewing(at: datetime = NOW, **more: Any) -> Viewing:
    return Viewing(at, PARIS, 900, **more)


def words(kept: dict[str, Any], at: datetime = NOW, live: dict[str, Any] | None = None, **more: Any) -> Any:
    told = {name: LiveValue(*pair) for name, pair in (live or {}).items()}
    return tell(StoredProduct("a", kept, told), viewing(at, **more)).words


def test_a_product_is_told_as_it_was_imported() -> None:
    assert words({**BAG, "material": "nylon", "store": {"lille": {"stock": 3}}}) == {
        **BAG,
        "material": "nylon",
        "store": {"lille": {"stock": 3}},
        "on_sale": False,
        "in_stock": True,
    }


@pytest.mark.parametrize(
    ("language", "name"),
    [("fr", "Sac"), ("fr-CA", "Sac"), ("pt-BR", "Bolsa"), ("pt", "Bag"), ("en", "Bag"), ("", "Bag"), ("xx", "Bag")],
)
def test_texts_are_in_the_language_of_the_reader(language: str, name: str) -> None:
    bag = {**BAG, "language": "en", "[fr]": {"name": "Sac"}, "[pt-BR]": {"name": "Bolsa"}}
    found = words(bag, language=language)
    assert found["name"] == name
    assert not [one for one in found if one.startswith("[")]


@pytest.mark.parametrize(
    ("currency", "country", "price"),
    [("CHF", "", 22.0), ("", "CH", 22.0), ("EUR", "CH", 15.0), ("", "FR", 15.0), ("USD", "", 15.0), ("", "ZZ", 15.0)],
)
def test_prices_are_in_the_currency_of_the_reader(currency: str, country: str, price: float, tmp_path: Path) -> None:
    store = SqliteProducts(tmp_path / "products.db", tmp_path / "live.db")
    paid = ProductSource(store, 900, None)._currencies(currency, country, date(2026, 12, 1))
    store.close()
    bag = {**BAG, "sale_price": 15.0, "[CHF]": {"price": 22.0, "currency": "CHF"}}
    found = words(bag, currencies=paid)
    assert (found["price"], found["currency"]) == (price, "CHF" if price == 22 else "EUR")
    assert found.get("list_price") == (None if price == 22 else 20.0)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (None, None, True),
        ("2026-12-01T13:00", None, False),
        ("2026-12-01T11:59:59+01:00", "2026-12-01T12:00:01+01:00", True),
        ("2026-12-01", "2026-12-01", True),
        (None, "2026-11-30", False),
        ("2026-12-02", None, False),
        ("nonsense", "nonsense", True),
    ],
)
def test_a_sale_price_holds_between_its_dates(starts: str | None, ends: str | None, holds: bool) -> None:
    found = words({**BAG, "sale_price": 15.0, "sale_starts": starts, "sale_ends": ends})
    expected = (15.0, 20.0, True) if holds else (20.0, None, False)
    assert (found["price"], found.get("list_price"), found["on_sale"]) == expected
    assert "sale_price" not in found


def test_the_end_of_a_sale_is_a_moment() -> None:
    found = words({**BAG, "sale_price": 15.0, "sale_ends": "2026-12-24"})
    assert found["sale_ends"] == "2026-12-25T00:00:00+01:00"


def test_a_price_that_changes_before_it_may_be_read_is_unknown() -> None:
    bag = {**BAG, "sale_price": 15.0, "sale_ends": "2026-12-24"}
    assert not words(bag, later=True).keys() & {"price", "list_price", "on_sale", "sale_ends"}
    assert words(BAG, later=True)["price"] == 20.0
    assert words({**bag, "sale_ends": "2026-11-30"}, later=True)["price"] == 20.0


@pytest.mark.parametrize(
    ("availability", "stock", "in_stock"),
    [
        ("in_stock", None, True),
        ("in_stock", 0, False),
        ("out_of_stock", 3, False),
        ("preorder", None, False),
        (None, 3, True),
        (None, 0, False),
        (None, None, None),
    ],
)
def test_what_is_in_stock(availability: str | None, stock: int | None, in_stock: bool | None) -> None:
    given = {"availability": availability, "stock": stock}
    kept = {"sku": "a", **{name: value for name, value in given.items() if value is not None}}
    assert words(kept).get("in_stock") is in_stock


def test_live_values_take_the_place_of_those_of_the_catalogue() -> None:
    second = NOW.timestamp()
    told = tell(
        StoredProduct(
            "a",
            {**BAG, "sale_price": 15.0, "stock": 9},
            {"price": LiveValue(9.5, second - 60), "stock": LiveValue(0, second)},
        ),
        viewing(),
    )
    assert told.words == {**BAG, "price": 9.5, "on_sale": False, "stock": 0, "in_stock": False}
    assert (told.age, told.late) == (60.0, "")


def test_a_live_value_that_is_too_old_is_unknown_and_says_so() -> None:
    second = NOW.timestamp()
    live = {"stock": LiveValue(3, second - 901), "price": LiveValue(9.5, second - 900)}
    told = tell(StoredProduct("a", {**BAG, "stock": 9}, live), viewing())
    assert "stock" not in told.words
    assert told.words["price"] == 9.5
    assert (told.age, told.late) == (900.0, "stock is late: 15 min old")


def test_stock_of_stores() -> None:
    kept = {**BAG, "store": {"lille": {"stock": 3, "shelf": "A"}, "lyon": {"stock": 1}}}
    live = {"store[lille].stock": (0, NOW.timestamp()), "store[paris].stock": (5, NOW.timestamp())}
    assert words(kept, live=live)["store"] == {
        "lille": {"stock": 0, "shelf": "A"},
        "lyon": {"stock": 1},
        "paris": {"stock": 5},
    }
    assert words(kept, at=NOW + timedelta(hours=1), live=live)["store"]["lille"] == {"shelf": "A"}
    assert kept["store"]["lille"]["stock"] == 3, "what is stored stays as it is"


def test_what_follows_from_a_column_changes_with_it() -> None:
    assert volatile_names(["stock"]) == {"stock", "in_stock", "store"}
    assert volatile_names(["sale_price"]) == {"price", "list_price", "on_sale", "sale_ends"}
    assert volatile_names(["delivery"]) == {"delivery"}
    assert volatile_names([]) == frozenset()
    assert SAMPLE.keys() == NAMES.keys()


NUMBERS = st.integers() | st.floats(allow_nan=False)
VALUES = st.sampled_from([None, True, 0, -1, 5, 1e308, "", "x", "2026-12-24", [], {}, ["a"], {"a": {"stock": 1}}])


@given(
    kept=st.dictionaries(st.sampled_from(["name", "sale_starts", "sale_ends", "language", "own"]), VALUES),
    prices=st.dictionaries(st.sampled_from(["price", "sale_price", "stock"]), NUMBERS),
    others=st.dictionaries(st.sampled_from(["[fr]", "[EUR]"]), st.dictionaries(st.sampled_from(["name"]), VALUES)),
    live=st.dictionaries(
        st.sampled_from(["stock", "price", "sale_price", "store[lille].stock"]),
        st.tuples(NUMBERS, st.floats(0, 4e9)),
        max_size=3,
    ),
    at=st.datetimes(timezones=st.just(UTC)),
    later=st.booleans(),
)
def test_whatever_is_kept_something_is_told(
    kept: dict[str, Any],
    prices: dict[str, Any],
    others: dict[str, Any],
    live: dict[str, Any],
    at: datetime,
    later: bool,
) -> None:
    product = {"sku": "a", **kept, **prices, **others}
    assert isinstance(words(product, at, live, language="fr", currencies=("EUR",), later=later), dict)
