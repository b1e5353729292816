"""What every store of codes must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store, `again` opens the same one a second time; `silent` is a set of refs of people who
consent to nothing.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking, wait_for
from livecontent.storage.codes import GivenCode, PoolCount

ANN, BOB = "a" * 26, "b" * 26


def give(store: Blocking, pool: str, ref: str, at: float = 1.0) -> str | None:
    found = store.give(pool, ref, at)
    return found if found is None or isinstance(found, str) else wait_for(found)


def give_all(store: Blocking, pool: str, refs: list[str]) -> list[str | None]:
    """Codes that are asked for at the same time."""

    async def one(ref: str) -> str | None:
        found: Any = store.give(pool, ref, 1.0)
        return found if found is None or isinstance(found, str) else await found

    async def run() -> list[str | None]:
        return await asyncio.gather(*map(one, refs))

    return wait_for(run())


class CodeStoreContract:
    def test_an_empty_store_gives_nothing(self, store: Blocking) -> None:
        assert give(store, "summer", ANN) is None
        assert store.find("summer", ANN) is None
        assert store.pools() == store.of_person(ANN) == []

    def test_each_gets_a_code_in_the_order_of_the_file_and_keeps_it(self, store: Blocking, again: Blocking) -> None:
        assert store.add("summer", ["B1", "A2"]) == ["added", "added"]
        assert give(store, "summer", ANN, 5.0) == "B1"
        assert give(again, "summer", BOB) == "A2"
        for one in (store, again):
            assert give(one, "summer", ANN, 9.0) == "B1"
            assert one.find("summer", BOB) == "A2"
            assert give(one, "summer", "c" * 26) is None, "the pool is empty"
            assert one.pools() == [PoolCount("summer", 2, 0)]
        assert store.of_person(ANN) == [GivenCode("summer", "B1", 5.0)]

    def test_what_becomes_of_each_code_is_told(self, store: Blocking) -> None:
        store.add("winter", ["W"])
        store.add("summer", ["A", "B"])
        give(store, "summer", ANN)
        assert store.add("summer", ["A", "B", "C", "W"]) == ["given", "known", "added", "elsewhere"]
        assert store.pools() == [PoolCount("summer", 3, 2), PoolCount("winter", 1, 1)]

    def test_somebody_has_one_code_of_each_pool(self, store: Blocking) -> None:
        store.add("summer", ["A"])
        store.add("winter", ["W"])
        assert (give(store, "summer", ANN), give(store, "winter", ANN)) == ("A", "W")
        assert [one.code for one in store.of_person(ANN)] == ["A", "W"]

    def test_those_who_ask_at_once_get_different_codes_and_who_asks_twice_the_same(self, store: Blocking) -> None:
        store.add("summer", [f"C{number}" for number in range(60)])
        refs = [f"{number:026}" for number in range(50)]
        found = give_all(store, "summer", [*refs, *refs])
        assert found[:50] == found[50:]
        assert len(set(found)) == 50
        assert store.pools() == [PoolCount("summer", 60, 10)]

    def test_who_consents_to_nothing_by_then_gets_none(self, store: Blocking, silent: set[str]) -> None:
        store.add("summer", ["A"])
        silent.add(ANN)
        assert give(store, "summer", ANN) is None
        assert store.pools() == [PoolCount("summer", 1, 1)]

    def test_a_code_of_somebody_who_is_forgotten_stays_given(self, store: Blocking, silent: set[str]) -> None:
        store.add("summer", ["A", "B"])
        give(store, "summer", ANN)
        silent.add(ANN)
        store.forget([ANN, BOB])
        assert store.of_person(ANN) == []
        assert give(store, "summer", ANN) is None
        assert give(store, "summer", BOB) == "B"
        assert store.add("summer", ["A"]) == ["given"]
        assert store.pools() == [PoolCount("summer", 2, 0)]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    @given(code=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100))
    def test_a_code_comes_back_as_it_went_in(self, store: Blocking, code: str) -> None:
        pool = f"p{abs(hash(code))}"
        if store.add(pool, [code]) == ["added"]:
            assert give(store, pool, ANN) == code
