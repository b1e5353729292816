"""What is asked for often stays, and there is never more than there may be."""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.runtime.cache import Cache


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9000)), max_size=60))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    cache: Cache[int, bytes] = Cache("test", 8000, len)
    for key, size in asked:
        if cache.get(key) is None:
            cache.put(key, bytes(size))
        assert cache.size <= cache.capacity
        assert cache.size == sum(len(found) for key in range(21) if (found := peek(cache, key)))
    assert cache.hits + cache.misses == len(asked)
    cache.clear()
    assert (len(cache), cache.size) == (0, 0)


def peek(cache: Cache[int, bytes], key: int) -> bytes | None:
    """A value, without counting that anybody looked."""
    entry = cache._entries.get(key)
    return entry[-1] if entry else None


def test_what_is_larger_than_the_whole_is_told_and_not_kept() -> None:
    cache: Cache[str, bytes] = Cache("test", 8000, len)
    assert cache.put("large", bytes(8001)) == bytes(8001)
    assert (len(cache), cache.size) == (0, 0)


def test_a_value_takes_the_place_of_the_one_before() -> None:
    cache: Cache[str, bytes] = Cache("test", 100, len)
    cache.put("a", bytes(10))
    cache.put("b", bytes(40))
    cache.put("a", bytes(41))
    assert (len(cache), cache.size, cache.get("a")) == (2, 81, bytes(41))
    cache.put("b", bytes(70))
    assert cache.size <= 100


def hits(trace: Sequence[Hashable], capacity: int) -> int:
    """How often a trace finds what it asks for."""
    cache: Cache[Hashable, bool] = Cache("test", capacity)
    for key in trace:
        cache.get(key) or cache.put(key, True)
    return cache.hits


def lru_hits(trace: Sequence[Hashable], capacity: int) -> int:
    """The same of a cache that drops what was not used for longest."""
    kept: OrderedDict[Hashable, None] = OrderedDict()
    found = 0
    for key in trace:
        found += key in kept
        kept[key] = None
        kept.move_to_end(key)
        if len(kept) > capacity:
            kept.popitem(last=False)
    return found


def zipf(count: int, keys: int, seed: int) -> list[int]:
    weights = list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(keys)))
    return random.Random(seed).choices(range(keys), cum_weights=weights, k=count)


@pytest.mark.parametrize("capacity", [50, 500, 1500])
def test_it_finds_more_than_a_cache_by_recency_where_some_are_asked_for_more(capacity: int) -> None:
    trace = zipf(40_000, 5000, 3)
    assert hits(trace, capacity) > lru_hits(trace, capacity) * 1.03


def test_what_becomes_popular_takes_the_place_of_what_was() -> None:
    trace = [key + 1000 * (place // 10_000) for place, key in enumerate(zipf(60_000, 5000, 3))]
    assert hits(trace, 500) > lru_hits(trace, 500)
    new = [key + 10**6 for key in zipf(10_000, 400, 4)]
    assert hits(trace + new, 500) - hits(trace, 500) > 8000


@pytest.mark.parametrize(("capacity", "share"), [(380, 0.7), (300, 0.2)])
def test_a_cycle_that_is_somewhat_too_long_finds_a_part(capacity: int, share: float) -> None:
    trace = list(range(400)) * 6
    assert lru_hits(trace, capacity) == 0
    assert hits(trace, capacity) > share * len(trace) * 5 / 6 * capacity / 400


def test_one_who_comes_once_does_not_drive_out_what_is_used() -> None:
    popular = [f"p{number}" for number in range(90)]
    turns = [key for turn in range(200) for key in (*popular, *(f"{turn} {once}" for once in range(200)))]
    trace = [*popular, *turns]  # asked for twice before the crowd comes: that tells them from it
    assert hits(trace, 100) > 0.9 * 90 * 200
    assert lru_hits(trace, 100) == 90


def test_counts_of_keys_that_are_not_kept_stay_few() -> None:
    cache: Cache[int, bool] = Cache("test", 100)
    for key in range(20_000):
        cache.put(key, True)
        assert len(cache._asked) < 500


class Key(int):
    """Lets others go on wherever it is looked at."""

    def __hash__(self) -> int:
        time.sleep(0)
        return int(self)

    def __eq__(self, other: object) -> bool:
        time.sleep(0)
        return isinstance(other, int) and int(self) == int(other)


def test_threads_that_get_and_put_at_once_find_what_belongs_to_a_key() -> None:
    cache: Cache[Key, str] = Cache("test", 40, len)
    failures: list[object] = []

    def work(seed: int) -> None:
        draw = random.Random(seed)
        try:
            for _ in range(500):
                key = Key(draw.randrange(30))
                if cache.get(key) not in (None, f"{int(key):03}"):
                    failures.append(key)
                cache.put(key, f"{int(key):03}")
        except Exception as error:  # noqa: BLE001
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert cache.size == 3 * len(cache) <= 40


def test_a_crowd_that_has_gone_makes_room_for_those_who_come_again() -> None:
    crowd = [f"once {number}" for number in range(1000)]
    again = list(range(300)) * 4
    assert hits([*crowd, *again], 400) > 0.6 * len(again)
