"""A cache that threads share: nobody finds what belongs to another key, and nobody stumbles over what goes."""

from __future__ import annotations

import random
import threading
import time

import pytest
from cachetools import LRUCache

from livecontent.draw.shared import SharedCache


class Key(int):
    """Lets others go on wherever it is looked at."""

    def __hash__(self) -> int:
        time.sleep(0)
        return int(self)

    def __eq__(self, other: object) -> bool:
        time.sleep(0)
        return isinstance(other, int) and int(self) == int(other)


def test_threads_that_get_and_set_at_once_find_what_belongs_to_a_key() -> None:
    cache: SharedCache[Key, str] = SharedCache(40, getsizeof=len)
    failures: list[object] = []

    def work(seed: int) -> None:
        draw = random.Random(seed)
        try:
            for _ in range(500):
                key = Key(draw.randrange(30))
                if cache.get(key) not in (None, f"{int(key):03}"):
                    failures.append(key)
                cache[key] = f"{int(key):03}"
        except Exception as error:  # noqa: BLE001
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert cache.currsize == sum(map(len, cache.values())) <= 40


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache: SharedCache[str, int] = SharedCache(2)
    cache["a"], cache["b"] = 1, 2
    assert cache.get("a") == 1
    cache["c"] = 3
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_a_look_while_the_oldest_is_sought_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    oldest, sought = LRUCache.popitem, []

    def disturbed(self: LRUCache[str, int]) -> tuple[str, int]:
        sought.append(1)
        if len(sought) == 1:  # as an ordered dictionary does
            raise RuntimeError("OrderedDict mutated during iteration")
        return oldest(self)

    monkeypatch.setattr(LRUCache, "popitem", disturbed)
    cache: SharedCache[str, int] = SharedCache(1)
    cache["a"] = 1
    cache["b"] = 2
    assert (cache.get("a"), cache.get("b"), len(sought)) == (None, 2, 2)
