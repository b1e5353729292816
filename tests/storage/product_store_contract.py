"""What every store of products must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store, `again` opens the same one a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.errors import DataError
from livecontent.imports.table_file import ImportOutcome
from livecontent.storage.base import MAX_PROFILE
from livecontent.storage.products import LiveValue, Selection, StoredProduct

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    values | texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


def put(store: Blocking, *products: Mapping[str, Any], language: str = "") -> list[ImportOutcome]:
    with store.batch() as batch:
        return [batch.put(product["sku"], product, language) for product in products]


def look_up(store: Blocking, sku: str) -> StoredProduct | None:
    found: StoredProduct | None = store.look_up([sku]).get(sku)
    return found


def values_of(store: Blocking, sku: str) -> Mapping[str, object]:
    found = look_up(store, sku)
    assert found
    return found.values


class ProductStoreContract:
    def test_an_empty_store_has_nothing(self, store: Blocking) -> None:
        assert store.look_up(["a"]) == {}
        assert store.about() == (0, None, 0, None, None)
        assert store.attributes() == {}
        assert store.select(Selection(), 10) == list(store.iterate()) == []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(known=st.dictionaries(texts, plain, max_size=5))
    def test_a_product_comes_back_as_it_went_in(self, store: Blocking, known: dict[str, object]) -> None:
        put(store, {**known, "sku": "a"})
        assert look_up(store, "a") == StoredProduct("a", {**known, "sku": "a"})

    def test_the_outcomes(self, store: Blocking) -> None:
        assert put(store, {"sku": "a", "price": 1}, {"sku": "a", "price": 2}) == ["added", "repeated"]
        assert put(store, {"sku": "a", "price": 1}) == ["unchanged"]
        assert put(store, {"sku": "a", "price": 3}) == ["changed"]
        assert values_of(store, "a")["price"] == 3

    def test_what_was_looked_up_before_is_what_is_written_since(self, store: Blocking) -> None:
        put(store, {"sku": "a", "price": 1}, {"sku": "b", "price": 1})
        assert [values_of(store, sku)["price"] for sku in "aab"] == [1, 1, 1]
        put(store, {"sku": "a", "price": 2})
        assert values_of(store, "a")["price"] == 2
        store.put_live({"a": {"stock": 3}}, 1.0)
        assert store.look_up(["a"])["a"].live["stock"].value == 3
        with store.batch() as batch:
            batch.put("b", {"sku": "b"})
            batch.delete_others()
        assert set(store.look_up(["a", "b"])) == {"b"}

    def test_a_batch_that_fails_leaves_all_as_it_was(self, store: Blocking) -> None:
        put(store, {"sku": "a", "price": 1})
        with suppress(RuntimeError), store.batch() as batch:
            batch.put("a", {"sku": "a", "price": 2})
            batch.delete_others()
            raise RuntimeError
        assert values_of(store, "a")["price"] == 1

    def test_the_others_are_counted_and_deleted(self, store: Blocking) -> None:
        put(store, *({"sku": str(number), "old": True} for number in range(5)))
        with store.batch() as batch:
            batch.put("3", {"sku": "3", "new": 1})
            assert batch.count_others() == 4
            batch.delete_others()
        assert [product.sku for product in store.iterate()] == ["3"]
        assert store.attributes() == {"sku": "text", "new": "number"}

    def test_a_product_that_is_too_large_is_refused(self, store: Blocking) -> None:
        with pytest.raises(DataError, match="the product has"):
            put(store, {"sku": "a", "note": "x" * MAX_PROFILE})

    def test_each_language_adds_its_texts(self, store: Blocking) -> None:
        bag = {"sku": "a", "name": "Bag", "price": 5, "currency": "EUR", "brand": "Bo"}
        with store.batch() as batch:
            assert batch.put("a", bag, "en") == "added"
            assert batch.put("a", {**bag, "name": "Sac"}, "fr") == "changed"
            assert batch.put("a", {**bag, "name": "Sac"}, "fr") == "repeated"
        put(store, {**bag, "name": "Tasche", "price": 6, "currency": "CHF"}, language="de")
        assert values_of(store, "a") == {
            **bag,
            "language": "en",
            "[fr]": {"name": "Sac"},
            "[de]": {"name": "Tasche"},
            "[CHF]": {"price": 6, "currency": "CHF"},
        }
        put(store, {**bag, "name": "Handbag"}, language="en")
        assert values_of(store, "a")["name"] == "Handbag"
        assert values_of(store, "a")["[fr]"] == {"name": "Sac"}
        put(store, bag)
        assert values_of(store, "a") == bag, "without a language, a row says all"

    def test_products_are_selected_in_the_order_of_their_import(self, store: Blocking) -> None:
        rows = [("c", "Rain > Umbrellas"), ("b", "Rain"), ("a", "Rainbows"), ("d", "Rain > Umbrellas > Long")]
        put(store, *({"sku": sku, "category": category, "brand": f"{sku}&Co", "group": "g"} for sku, category in rows))
        found = {
            selection: "".join(product.sku for product in store.select(selection, 10))
            for selection in (
                Selection(),
                Selection("category", "Rain"),
                Selection("category", "Rain > Umbrellas"),
                Selection("category", "rain"),
                Selection("brand", "b&Co"),
                Selection("group", "g"),
            )
        }
        assert list(found.values()) == ["cbad", "cbd", "cd", "", "b", "cbad"]
        assert [product.sku for product in store.select(Selection(), 2)] == ["c", "b"]

    def test_a_product_keeps_its_place(self, store: Blocking) -> None:
        put(store, {"sku": "b"}, {"sku": "a"})
        put(store, {"sku": "a", "price": 1}, {"sku": "b", "price": 1})
        assert [product.sku for product in store.iterate()] == ["b", "a"]

    def test_live_values_are_kept_by_name_with_their_time(self, store: Blocking, again: Blocking) -> None:
        put(store, {"sku": "a", "stock": 9}, {"sku": "b"})
        assert store.put_live({"a": {"stock": 3, "price": 1.5}, "x": {"stock": 1}}, 100.0) == ["x"]
        assert again.put_live({"a": {"stock": 2}, "b": {"note": None, "store[lille].stock": 0}}, 200.0) == []
        assert look_up(store, "a") == StoredProduct(
            "a", {"sku": "a", "stock": 9}, {"stock": LiveValue(2, 200.0), "price": LiveValue(1.5, 100.0)}
        )
        told = look_up(store, "b")
        assert told
        assert told.live == {"note": LiveValue(None, 200.0), "store[lille].stock": LiveValue(0, 200.0)}
        assert store.about()[2:] == again.about()[2:] == (4, 100.0, 200.0)
        assert [store.count_older(second) for second in (100.0, 150.0, 300.0)] == [0, 1, 4]

    def test_an_import_keeps_live_values(self, store: Blocking) -> None:
        put(store, {"sku": "a"})
        store.put_live({"a": {"stock": 3}}, 100.0)
        put(store, {"sku": "a", "price": 2})
        found = look_up(store, "a")
        assert found
        assert found.live == {"stock": LiveValue(3, 100.0)}

    def test_live_values_are_taken_while_products_are_imported(self, store: Blocking, again: Blocking) -> None:
        put(store, {"sku": "a"})
        with store.batch() as batch:
            batch.put("a", {"sku": "a", "price": 1})
            again.put_live({"a": {"stock": 1}}, 1.0)
            found = look_up(again, "a")
            assert found == StoredProduct("a", {"sku": "a"}, {"stock": LiveValue(1, 1.0)})

    def test_when_and_what_was_imported(self, store: Blocking) -> None:
        put(store, {"sku": "a", "price": 1.5, "new": True, "images": ["a"], "[fr]": {"name": "Sac"}})
        assert store.attributes() == {"sku": "text", "price": "number", "new": "boolean", "images": "list"}
        assert store.about()[0] == 1
        assert store.about()[1] is not None
