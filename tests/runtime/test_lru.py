"""What was used last stays, and there is never more of it than there may be."""

from __future__ import annotations

import random
import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from livecontent.runtime.lru import LruCache


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 2000)), max_size=60))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    recent: LruCache[int, bytes] = LruCache(8000, len)
    for key, size in asked:
        if recent.get(key) is None:
            recent.keep(key, bytes(size))
        assert recent.size <= recent.capacity
    assert recent.hits + recent.misses == len(asked)
    recent.clear()
    assert (len(recent), recent.size) == (0, 0)


def test_what_was_not_used_for_longest_goes_first() -> None:
    recent: LruCache[int, str] = LruCache(8)
    for key in range(8):
        recent.keep(key, f"value {key}")
    assert recent.get(0) == "value 0"
    recent.keep(8, "new")
    assert recent.evictions == 1
    assert recent.get(1) is None
    assert recent.get(0) == "value 0"


def test_what_would_take_the_place_of_many_others_is_told_and_not_kept() -> None:
    recent: LruCache[str, bytes] = LruCache(8000, len)
    assert recent.keep("large", bytes(1001)) == bytes(1001)
    assert (len(recent), recent.size) == (0, 0)


def test_what_is_kept_twice_counts_once() -> None:
    recent: LruCache[str, bytes] = LruCache(8000, len)
    for _ in range(2):
        recent.keep("a", bytes(900))
    assert (len(recent), recent.size) == (1, 900)


def test_a_value_that_has_grown_is_counted_anew() -> None:
    recent: LruCache[str, list[int]] = LruCache(100, len, share=2)
    grown = recent.keep("a", [1])
    recent.keep("b", [2] * 40)
    grown += range(40)
    recent.keep("a", grown)
    assert (len(recent), recent.size) == (2, 81)
    recent.keep("c", [3] * 50)
    assert (recent.get("a"), recent.size, recent.evictions) == (None, 90, 1)


class Key(int):
    """Lets others go on wherever it is looked at."""

    def __hash__(self) -> int:
        time.sleep(0)
        return int(self)

    def __eq__(self, other: object) -> bool:
        time.sleep(0)
        return isinstance(other, int) and int(self) == int(other)


def test_threads_that_get_and_keep_at_once_find_what_belongs_to_a_key() -> None:
    recent: LruCache[Key, str] = LruCache(40, len)
    failures: list[object] = []

    def work(seed: int) -> None:
        draw = random.Random(seed)
        try:
            for _ in range(500):
                key = Key(draw.randrange(30))
                if recent.get(key) not in (None, f"{int(key):03}"):
                    failures.append(key)
                recent.keep(key, f"{int(key):03}")
        except Exception as error:  # noqa: BLE001
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert recent.size == 3 * len(recent) <= 40
