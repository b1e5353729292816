"""What every store of recommendations must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store, `again` opens the same one a second time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from blocking import Blocking
from livecontent.storage.picks import Pick

ANN, BOB = "a" * 26, "b" * 26
PICKS = [Pick("s1", "seen"), Pick("s2", "together", "s9")]


def replace(store: Blocking, at: float, **picks: Sequence[Pick]) -> int:
    async def all_of_them() -> AsyncIterator[tuple[str, Sequence[Pick]]]:
        for letter, found in picks.items():
            assert list(store.of_person("b" * 26)) == before, "readers see what was"
            yield letter * 26, found

    before = list(store.of_person("b" * 26))
    count: int = store.replace(all_of_them(), at)
    return count


class PickStoreContract:
    def test_an_empty_store_has_nothing(self, store: Blocking) -> None:
        assert list(store.of_person(ANN)) == []
        assert store.made_at() is None

    def test_the_last_picks_take_the_place_of_all_before(self, store: Blocking, again: Blocking) -> None:
        assert replace(store, 1.0, a=PICKS, b=PICKS[:1]) == 2
        assert list(again.of_person(ANN)) == PICKS
        assert list(again.of_person(BOB)) == PICKS[:1]
        assert replace(again, 2.0, a=PICKS[1:]) == 1
        assert list(store.of_person(ANN)) == PICKS[1:]
        assert list(store.of_person(BOB)) == []
        assert store.made_at() == 2.0

    def test_of_who_is_forgotten_there_are_none(self, store: Blocking) -> None:
        replace(store, 1.0, a=PICKS, b=PICKS)
        store.forget([ANN])
        assert list(store.of_person(ANN)) == []
        assert list(store.of_person(BOB)) == PICKS
