"""More is asked for than can be drawn: each request is answered, as many as there is time for are drawn."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.runtime.pool import RenderPool
from livecontent.runtime.turns import AT_ONCE, NotDrawnError, Turns, stays
from opened_pictures import compiled_of, kit_of, opening_of, picture_of, telling

TEXT = """title: T
size: 60x30
format: FORMAT
link: https://shop.example/
variants:
  - name: only
    layers: [{text: "{{ param.n }}", box: [0, 0, 60, 30], font: {size: 12}}]
params: {n: {type: integer, min: 0, max: 9999, default: 0}}
"""
TAKES, PATIENCE = 0.02, 0.2  # seconds


class Slow(Painter):
    """Takes its time, and counts."""

    def __init__(self, fonts: Fonts, seconds: float = TAKES) -> None:
        super().__init__(fonts)
        self.seconds = seconds
        self.drawn = 0

    def over(self, *args: Any) -> Any:
        self.drawn += 1
        time.sleep(self.seconds)
        return super().over(*args)


@pytest.fixture(params=["jpg", "png"])
def compiled(
    tmp_path: Path, available: AvailableAssets, painter: Painter, request: pytest.FixtureRequest
) -> CompiledCreative:
    found = compiled_of(tmp_path / "a", TEXT.replace("FORMAT", request.param), available, painter)
    found.variants["only"].images()  # as nobody is the first to open it
    return found


def kit_with(painter: Painter, compiled: CompiledCreative, patience: float = PATIENCE) -> Engine:
    kit = kit_of(painter, telling("recipient", {}), a=compiled)
    kit.renderer.turns = Turns(patience)
    return kit


async def flood(kit: Engine, count: int, first: int = 0, gone: frozenset[int] = frozenset()) -> list[Answer]:
    """As many requests at once, each for an image of its own; the clients of some are gone at once."""

    async def one(number: int) -> Answer:
        return await answer(opening_of("a", params={"n": str(number)}), kit, lambda: number in gone)

    return await asyncio.gather(*(one(number) for number in range(first, first + count)))


def levels(found: list[Answer]) -> Counter[str]:
    return Counter(one.level.value for one in found)


def test_each_request_of_a_flood_is_answered_and_no_more_are_drawn_than_there_is_time_for(
    fonts: Fonts, compiled: CompiledCreative
) -> None:
    slow = Slow(fonts)
    kit = kit_with(slow, compiled)
    came: list[float] = []
    come = kit.renderer.turns.come

    def seen(*, reader: bool) -> None:
        came.append(time.perf_counter())
        come(reader=reader)

    kit.renderer.turns.come = seen  # type: ignore[method-assign]
    found = asyncio.run(flood(kit, 200))
    for one in found:
        assert picture_of(one.data, one.format).size == (120, 60)
        assert one.link == "https://shop.example/"
    assert levels(found).keys() == {"live", "load"}
    assert levels(found)["live"] == slow.drawn <= (came[-1] - came[0] + PATIENCE) / TAKES + 2
    refused = next(one for one in found if one.level is FallbackLevel.LOAD)
    assert refused.data == compiled.variants["only"].ready_fallback


def test_it_is_over_when_it_is_over(fonts: Fonts, compiled: CompiledCreative) -> None:
    slow = Slow(fonts)
    kit = kit_with(slow, compiled)

    async def run() -> list[Answer]:
        await flood(kit, 200)
        return [*await flood(kit, 1, 200), *await flood(kit, 1, 201)]

    assert levels(asyncio.run(run())) == {"live": 2}


def test_nothing_is_drawn_for_who_has_gone(fonts: Fonts, compiled: CompiledCreative) -> None:
    slow = Slow(fonts, 0.006)
    gone = frozenset(range(10, 40))
    found = asyncio.run(flood(kit_with(slow, compiled, patience=60), 50, gone=gone))
    assert slow.drawn == 20
    assert {number for number, one in enumerate(found) if one.level is FallbackLevel.LEFT} == gone


def test_who_looks_on_purpose_waits_for_every_image(fonts: Fonts, compiled: CompiledCreative) -> None:
    slow = Slow(fonts)
    found = asyncio.run(flood(kit_with(slow, compiled).patient(60), 40))
    assert levels(found) == {"live": 40}


def test_long_drawings_that_would_end_too_late_are_not_begun() -> None:
    begun: list[int] = []

    async def run() -> list[object]:
        pool = RenderPool(threads=2, deadline=PATIENCE)

        def work() -> None:
            begun.append(1)
            time.sleep(TAKES)

        return await asyncio.gather(*(pool.run(work) for _ in range(200)), return_exceptions=True)

    done = asyncio.run(run()).count(None)
    assert 0 < done <= len(begun) < 100


def test_machines_are_sent_away_before_readers() -> None:
    """With as many before them, at the same pace."""
    turns = Turns(PATIENCE)

    async def run() -> None:
        await turns.take(0, stays)
        await asyncio.sleep(TAKES)
        turns.done()  # the pace is a tenth of it, or more
        waiting = [asyncio.create_task(turns.take(0, stays)) for _ in range(3)]
        await asyncio.sleep(0)
        turns._pace = PATIENCE / 6
        turns.come(reader=True)
        with pytest.raises(NotDrawnError, match="load"):
            turns.come(reader=False)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())


def test_the_loop_turns_until_no_more_requests_come_in(fonts: Fonts, compiled: CompiledCreative) -> None:
    """As uvloop accepts one connection in each turn."""
    slow = Slow(fonts)
    kit = kit_with(slow, compiled)

    async def run() -> tuple[int, list[Answer]]:
        loop = asyncio.get_running_loop()
        began: list[asyncio.Task[list[Answer]]] = []
        all_in = asyncio.Event()

        def accept() -> None:
            began.append(loop.create_task(flood(kit, 1, len(began))))
            if len(began) < 60:
                loop.call_soon(accept)
            else:
                all_in.set()

        accept()
        await all_in.wait()
        return slow.drawn, [one for task in began for one in await task]

    drawn, found = asyncio.run(run())
    assert drawn <= AT_ONCE + 1, "all are accepted before more are drawn"
    assert len(found) == 60


def test_a_cancelled_request_leaves_its_turn_to_others(fonts: Fonts, compiled: CompiledCreative) -> None:
    kit = kit_with(Slow(fonts), compiled, patience=60)

    async def run() -> list[Answer]:
        flooding = [asyncio.create_task(flood(kit, 1, number)) for number in range(20)]
        for turn in range(1, 20):  # whatever it waits for
            await asyncio.sleep(0)
            flooding[turn].cancel()
        await asyncio.wait(flooding, timeout=20)
        return await asyncio.wait_for(flood(kit, 1, 20), 20)

    assert levels(asyncio.run(run())) == {"live": 1}


def test_a_flood_is_told_at_once_and_then_once_a_minute(
    fonts: Fonts, compiled: CompiledCreative, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = asyncio.run(flood(kit_with(Slow(fonts), compiled), 100))
    told = [record.getMessage() for record in caplog.records]
    assert told == ["more images are asked for than this worker can draw in time: 1 not drawn"]
    assert levels(found)["load"] > 1
