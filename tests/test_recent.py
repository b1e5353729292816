"""What was used last stays, and there is never more of it than there may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livecontent.recent import Recent


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 2000)), max_size=60))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    recent: Recent[int, bytes] = Recent(8000, len)
    for key, size in asked:
        if recent.get(key) is None:
            recent.keep(key, bytes(size))
        assert recent.size <= recent.capacity
    assert recent.hits + recent.misses == len(asked)
    recent.clear()
    assert (len(recent), recent.size) == (0, 0)


def test_what_was_not_used_for_longest_goes_first() -> None:
    recent: Recent[int, str] = Recent(8)
    for key in range(8):
        recent.keep(key, f"value {key}")
    assert recent.get(0) == "value 0"
    recent.keep(8, "new")
    assert recent.evictions == 1
    assert recent.get(1) is None
    assert recent.get(0) == "value 0"


def test_what_would_take_the_place_of_many_others_is_told_and_not_kept() -> None:
    recent: Recent[str, bytes] = Recent(8000, len)
    assert recent.keep("large", bytes(1001)) == bytes(1001)
    assert (len(recent), recent.size) == (0, 0)


def test_what_is_kept_twice_counts_once() -> None:
    recent: Recent[str, bytes] = Recent(8000, len)
    for _ in range(2):
        recent.keep("a", bytes(900))
    assert (len(recent), recent.size) == (1, 900)
