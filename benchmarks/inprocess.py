"""R1 and R2 in process against Pillow: filling in words, laying them out, drawing and encoding.

livecontent does whole openings, and so looks up the recipient, the place and the weather, and decides, too: both are
told, the picture alone and with all that. Pillow is given name, city, icon and temperature. No opening comes twice: of
what livecontent keeps, icons, temperatures and digits are found again, as on any day, but no headline and no countdown.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.design import write_design
from benchmarks.figures import percentiles, ratios, rounds
from benchmarks.options import Options
from benchmarks.pillow import CountdownPillow, HeroPillow
from benchmarks.processes import SERVER_CORE, pinned
from benchmarks.shop import Shop, make_shop
from benchmarks.traffic import Hit, unique_r1, unique_r2
from livecontent.facts import Opening
from livecontent.pipeline import Answer, answer
from livecontent.services import Services, make_services

PICTURE = ("content", "layout", "render")  # the stations that do what Pillow is asked for
BATCH = 50  # openings; then it is the other's turn
WARM = 300  # openings: every city's weather, the common words, Pillow's memory

ICONS = {
    "clear": "sun",
    "clouds": "cloud",
    "fog": "cloud-fog",
    "drizzle": "drop-half-bottom",
    "rain": "cloud-rain",
    "snow": "cloud-snow",
    "storm": "cloud-lightning",
}
Draw = Callable[[Hit], bytes]


def measure(options: Options) -> dict[str, object]:
    """Milliseconds for each picture, and how many times faster."""
    with make_shop() as shop, pinned(SERVER_CORE):
        parts = make_services(shop.settings())
        return asyncio.run(_measure(shop, parts, options))


async def _measure(shop: Shop, parts: Services, options: Options) -> dict[str, object]:
    try:
        folder = shop.folder / "design"
        hero = HeroPillow(await write_design(parts, folder), folder)
        clock = CountdownPillow(folder / "Inter-Bold.ttf")
        at = datetime.now(UTC)

        def draw_hero(hit: Hit) -> bytes:
            city = hit.person.city
            return hero.draw(hit.person.name, city.name, ICONS[city.condition], city.temperature)

        def draw_clock(hit: Hit) -> bytes:
            return clock.draw(int((hit.person.deadline - at).total_seconds()))

        _keep(draw_hero(next(unique_r1(shop))), draw_clock(next(unique_r2(shop))))
        return {
            "core": SERVER_CORE,
            "r1_jpeg": await _compare(shop, parts, unique_r1(shop), draw_hero, at, options),
            "r2_gif": await _compare(shop, parts, unique_r2(shop), draw_clock, at, options),
        }
    finally:
        await parts.aclose()


def _keep(hero: bytes, clock: bytes) -> None:
    """One of each in `benchmarks/out`, to be looked at."""
    out = Path(__file__).parent / "out"
    out.mkdir(exist_ok=True)
    (out / "r1-pillow.jpg").write_bytes(hero)
    (out / "r2-pillow.gif").write_bytes(clock)


async def _compare(
    shop: Shop, parts: Services, hits: Iterator[Hit], draw: Draw, at: datetime, options: Options
) -> dict[str, object]:
    """Turn and turn about, in batches."""
    for _ in range(WARM):
        draw(hit := next(hits))
        found = await answer(await hit.opening(shop, parts.storage.people, at), parts.kit)
        assert not found.left_out, found.left_out
    ours: list[list[float]] = []
    built: list[list[float]] = []
    theirs: list[list[float]] = []
    stations: dict[str, list[float]] = defaultdict(list)
    sizes: list[tuple[int, int]] = []
    for _ in range(options.rounds):
        ours.append([])
        built.append([])
        theirs.append([])
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            batch = [next(hits) for _ in range(BATCH)]
            openings = [await hit.opening(shop, parts.storage.people, at) for hit in batch]
            answers = [await _open(opening, parts, ours[-1]) for opening in openings]
            assert all(found.level.value == "live" for found in answers), {found.level for found in answers}
            built[-1] += [sum(found.micros[name] for name in PICTURE) / 1000 for found in answers]
            for found in answers:
                for station, micros in found.micros.items():
                    stations[station].append(micros)
            pictures = [_draw(draw, hit, theirs[-1]) for hit in batch]
            sizes += [(len(a.data), len(picture)) for a, picture in zip(answers, pictures, strict=True)]
    return {
        "livecontent_ms": _times(ours),
        "livecontent_picture_ms": _times(built),
        "pillow_ms": _times(theirs),
        "livecontent_station_micros": {name: percentiles(samples, 0) for name, samples in stations.items()},
        "livecontent_bytes": round(median(size for size, _ in sizes)),
        "pillow_bytes": round(median(size for _, size in sizes)),
        "times_faster": ratios([median(batch) for batch in theirs], [median(batch) for batch in built]),
        "times_faster_with_facts_and_rules": ratios(
            [median(batch) for batch in theirs], [median(batch) for batch in ours]
        ),
    }


async def _open(opening: Opening, parts: Services, times: list[float]) -> Answer:
    began = time.perf_counter()
    found = await answer(opening, parts.kit)
    times.append((time.perf_counter() - began) * 1000)
    return found


def _draw(draw: Draw, hit: Hit, times: list[float]) -> bytes:
    began = time.perf_counter()
    data = draw(hit)
    times.append((time.perf_counter() - began) * 1000)
    return data


def _times(samples: list[list[float]]) -> dict[str, object]:
    """Medians of rounds, and percentiles of all."""
    every = [sample for batch in samples for sample in batch]
    return {**rounds([median(batch) for batch in samples]), **percentiles(every), "samples": len(every)}
