"""The stock of parts: never more bytes than it may hold, and what was used last stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livecontent.encode.mosaic import Rows
from livecontent.encode.stock import Stock


def rows(size: int) -> Rows:
    return [b"x" * size, b""]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2000)), max_size=60))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    stock = Stock(8000)
    for key, size in asked:
        if stock.find(key) is None:
            stock.keep(key, rows(size))
        assert stock.size <= stock.capacity
    assert stock.hits + stock.misses == len(asked)
    stock.clear()
    assert (len(stock), stock.size) == (0, 0)


def test_what_was_not_used_for_longest_goes_first() -> None:
    stock = Stock(8000)
    for key in range(7):
        stock.keep(key, rows(800))
    assert stock.find(0) == rows(800)
    stock.keep("new", rows(800))
    stock.keep("newer", rows(800))
    assert stock.evictions == 1
    assert stock.find(1) is None
    assert stock.find(0) == rows(800)


def test_what_would_take_the_place_of_many_others_is_not_kept() -> None:
    stock = Stock(8000)
    stock.keep("large", rows(1000))
    assert (len(stock), stock.size) == (0, 0)
