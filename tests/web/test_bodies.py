"""Bodies are read up to a size, and not one byte further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from livecontent.net.bodies import read_at_most


@given(parts=st.lists(st.binary(max_size=4), max_size=6), most=st.integers(0, 12))
def test_a_body_is_whole_or_none_and_no_part_is_asked_for_after_too_many_bytes(parts: list[bytes], most: int) -> None:
    asked = []

    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            asked.append(part)
            yield part

    whole = b"".join(parts)
    assert asyncio.run(read_at_most(sent(), most)) == (whole if len(whole) <= most else None)
    assert len(b"".join(asked[:-1])) <= most
