"""Long drawings run off the event loop's thread, under a deadline; short ones stay on it."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, get_args

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import DrawingError
from livecontent.links import Format
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative
from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.jpeg import JpegEncoder
from livecontent.render.encode.png import PngEncoder
from livecontent.render.encode.webp import WebpEncoder
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.runtime.pool import DEADLINE, RenderPool
from livecontent.scene import Ticker
from livecontent.sources.now import now_at
from made_creatives import RAIN
from opened_pictures import AT, compiled_of, file_of, kit_of, opened, opening_of, picture_of, telling

PATIENCE = 20  # seconds: far more than any deadline here, for the machine may be busy
RAINS = """weather.condition == 'rain'"""
LARGE = f"""title: T
size: 900x700
format: png
variants:
  - name: only
    alt: x
    layers:
      - {{fill: {{gradient: ['#0000ff', '#000080'], angle: 120}}, when: "{RAINS}"}}
      - {{shape: rectangle, fill: '#ffffff40', radius: 60, box: [20, 20, 860, 660], opacity: 0.5, when: "{RAINS}"}}
      - {{image: a.png, box: [500, 300, 200, 200], radius: 20, shadow: {{y: 4, blur: 9}}, when: "{RAINS}"}}
      - {{text: "{{{{ recipient.name }}}} été", color: white, box: [32, 40, 500, 120], font: {{size: 40}}}}
"""
CLOCK = (
    "      - {countdown: 2026-11-21T09:00Z, units: [minutes, seconds], box: [32, 200, 400, 120], font: {size: 30}}\n"
)
SMALL = LARGE.replace("900x700", "90x60").replace("60, box: [20, 20, 860, 660]", "9, box: [2, 2, 50, 30]")
SMALL = SMALL.replace("[500, 300, 200, 200]", "[5, 3, 60, 40]").replace("[32, 40, 500, 120]", "[3, 4, 80, 50]")


@pytest.fixture(scope="module")
def creatives(
    tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter
) -> dict[str, CompiledCreative]:
    folder = tmp_path_factory.mktemp("creatives")
    texts = {"jpg": LARGE, "png": LARGE, "webp": LARGE, "gif": LARGE + CLOCK, "small": SMALL}
    texts = {format_: LARGE.replace("png", format_, 1) for format_ in ("jpg", "png", "webp")}
    texts |= {"gif": LARGE.replace("png", "gif", 1) + CLOCK, "small": SMALL}
    files = {"a.png": file_of("red")}
    return {name: compiled_of(folder / name, text, available, painter, files) for name, text in texts.items()}


def kit_with(
    painter: Painter, creatives: dict[str, CompiledCreative], name: str = "Ann", deadline: float = 60
) -> Engine:
    told = (telling("weather", RAIN), telling("recipient", {"name": name}), telling("now", now_at(AT)))
    kit = kit_of(painter, *told, **creatives)
    kit.renderer.pool = RenderPool(deadline=deadline)
    return kit


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The threads in which anything was painted or joined."""
    found: set[str] = set()
    paint = Painter.paint

    def told(method: Any) -> Any:
        def joined(*args: Any) -> Any:
            found.add(threading.current_thread().name)
            return method(*args)

        return joined

    def painted(self: Painter, *args: Any) -> None:
        found.add(threading.current_thread().name)
        paint(self, *args)

    monkeypatch.setattr(Painter, "paint", painted)
    for encoder in (JpegEncoder, PngEncoder, WebpEncoder, GifEncoder):
        monkeypatch.setattr(encoder, "join", told(encoder.join))
    monkeypatch.setattr(GifEncoder, "join_film", told(GifEncoder.join_film))
    return found


@pytest.mark.parametrize("format_", get_args(Format))
@pytest.mark.parametrize("own", [True, False])
def test_a_long_drawing_runs_off_the_thread_of_the_loop(
    painter: Painter, creatives: dict[str, CompiledCreative], threads: set[str], format_: Format, own: bool
) -> None:
    kit = kit_with(painter, creatives)
    threads.clear()
    plain = "png" if format_ == "jpg" else "jpg"
    found = opened(kit, opening_of(format_ if own else plain, format=format_))
    assert found.level == FallbackLevel.LIVE
    assert picture_of(found.data, format_).size == (1800, 1400)
    assert threads
    assert all(name.startswith("apart") for name in threads)


def test_a_short_drawing_stays_on_the_thread_of_the_loop(
    painter: Painter, creatives: dict[str, CompiledCreative], threads: set[str]
) -> None:
    kit = kit_with(painter, creatives)
    for variant in creatives["small"].variants.values():
        variant.images()  # made off the thread of the loop, if not now
    threads.clear()
    for format_ in ("jpg", "gif"):
        assert opened(kit, opening_of("small", format=format_)).level == FallbackLevel.LIVE
    assert threads == {threading.main_thread().name}


def test_what_was_drawn_apart_is_found_at_the_next_opening(
    painter: Painter, creatives: dict[str, CompiledCreative], threads: set[str]
) -> None:
    kit = kit_with(painter, creatives)
    for format_ in ("jpg", "gif"):
        first = opened(kit, opening_of(format_))
        assert threads
        threads.clear()
        assert opened(kit, opening_of(format_)).data == first.data
        assert threads == {threading.main_thread().name}  # that joins the parts
        threads.clear()


def test_a_countdown_that_is_known_takes_no_thread_whatever_it_tells(
    painter: Painter, creatives: dict[str, CompiledCreative], threads: set[str]
) -> None:
    kit, variant = kit_with(painter, creatives), creatives["gif"].variants["only"]
    scene, base = variant.scene(variant.content(opened(kit, opening_of("gif")).moment)), variant.images().base
    later = tuple([n._replace(left=n.left - 90) if isinstance(n, Ticker) and n.left else n for n in scene.nodes])
    threads.clear()
    asyncio.run(kit.renderer.render(scene._replace(nodes=later), base, "gif"))
    assert threads == {threading.main_thread().name}
    kit.renderer.cache.clear()
    threads.clear()
    asyncio.run(kit.renderer.render(scene, base, "gif"))
    assert all(name.startswith("apart") for name in threads)


async def openings(kit: Engine, count: int, name: str = "jpg") -> list[tuple[Answer, float]]:
    """Answers of as many at once, each with the seconds that it took."""

    async def one() -> tuple[Answer, float]:
        start = time.perf_counter()
        return await answer(opening_of(name), kit), time.perf_counter() - start

    return await asyncio.gather(*(one() for _ in range(count)))


class Slow(Painter):
    """Draws when it is let."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__(fonts)
        self.let = threading.Event()
        self.began = 0

    def over(self, *args: Any) -> Any:
        self.began += 1
        self.let.wait(PATIENCE)
        return super().over(*args)


def test_whoever_waits_too_long_gets_what_is_ready_and_the_thread_finishes_for_others(
    fonts: Fonts, painter: Painter, creatives: dict[str, CompiledCreative]
) -> None:
    slow = Slow(fonts)
    slow.images = painter.images
    kit = kit_with(slow, creatives, deadline=DEADLINE)
    try:
        found = asyncio.run(openings(kit, 6))
        assert all(took < PATIENCE for _, took in found)
        assert slow.began == 2  # the others were dropped before they began
        for late, _ in found:
            assert (late.level, late.data) == (FallbackLevel.VARIANT, creatives["jpg"].variants["only"].ready_fallback)
            assert late.left_out == ("DrawingError: not drawn within 0.9 s of the open",)
    finally:
        slow.let.set()
    kit.renderer.pool._threads.shutdown()
    begun = slow.began
    assert opened(kit, opening_of("jpg")).level == FallbackLevel.LIVE  # found ready: nothing is drawn
    assert slow.began == begun


def test_the_time_spent_before_counts() -> None:
    async def run() -> None:
        apart, let = RenderPool(deadline=30), threading.Event()
        start = time.perf_counter()
        try:
            with pytest.raises(DrawingError, match="not drawn within 30 s"):
                await apart.run(lambda: let.wait(PATIENCE), spent=29.9)
        finally:
            let.set()
        assert time.perf_counter() - start < PATIENCE
        assert await apart.run(lambda: 7) == 7
        apart.close()

    asyncio.run(run())


def test_an_error_of_a_long_drawing_is_answered_from_the_ladder(
    painter: Painter, creatives: dict[str, CompiledCreative], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = kit_with(painter, creatives)
    monkeypatch.setattr(JpegEncoder, "rows", lambda *_: 1 // 0)
    found = opened(kit, opening_of("jpg"))
    assert found.level == FallbackLevel.VARIANT
    assert found.left_out[0].startswith("ZeroDivisionError")


def test_many_threads_draw_the_same_pictures_as_one(
    fonts: Fonts, painter: Painter, creatives: dict[str, CompiledCreative]
) -> None:
    """With caches so small that something is dropped all the time."""
    names = [f"{first}{second}nn {first}" for first in "ABCDEFGH" for second in "aeiou"]
    alone = {name: opened(kit_with(painter, creatives, name), opening_of("small")).data for name in names}
    shared = Painter(fonts)
    shared.images = painter.images
    for cache in (fonts._masks, fonts._advances, fonts._letters.tables, shared.shapes._masks):
        cache.clear()
    errors: list[str] = []

    def draw(turn: int) -> None:
        for name in names[turn * 7 :] + names[: turn * 7]:
            data = opened(kit_with(shared, creatives, name), opening_of("small")).data
            errors.extend([name] * (data != alone[name]))

    workers = [threading.Thread(target=draw, args=(turn,)) for turn in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
