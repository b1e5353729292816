"""Many people open at once, with everything cached that can be: each gets the picture that is drawn for them alone."""

import asyncio
import gc
from collections import Counter
from random import Random

from livecontent.runtime.cache import Cache
from tools.torture.client import AGENT, Judge
from tools.torture.inside import Inside, inside
from tools.torture.result import Found, Options, Row, none_of
from tools.torture.servers import aside
from tools.torture.shop import FORMATS, NOBODY, Shop, make_shop

AT_ONCE = 40
PAUSE = 0.1  # seconds

Asked = tuple[str, str]  # who, creative


def measure(options: Options) -> Found:
    """All of it in one process."""
    return asyncio.run(_measure(options))


async def _measure(options: Options) -> Found:
    times = options.many(50_000, 5_000)
    async with aside(make_shop()) as shop:
        alone = await _drawn_alone(shop)
        async with inside(shop) as server:
            faults = await _together(server, shop, alone, times, Random(options.seed))
            dropped, tracebacks = server.parts.recorder.dropped, server.said.tracebacks
        distinct = len(set(alone.values()))
        judge = Judge()
        told = sum(judge.look(data)[2] == who for (who, _), data in alone.items())
    return Found(
        [
            Row(
                "pictures drawn alone, each with empty caches",
                len(alone),
                "all differ",
                f"{distinct}",
                distinct == len(alone),
            ),
            Row("of these, whose code says whose they are", len(alone), "all", f"{told}", told == len(alone)),
            none_of("opens, 40 at once, with another person's picture", times, faults["another person's"]),
            none_of("opens with other bytes than the picture drawn alone", times, faults["other bytes"]),
            none_of("answers that a shared cache may keep", times, faults["public"]),
            none_of("events dropped", times, dropped),
            none_of("tracebacks", times, tracebacks),
        ],
        {"people": len(shop.refs), "besides, with default words": faults["default words"]},
    )


async def _drawn_alone(shop: Shop) -> dict[Asked, bytes]:
    """By a server that knows nothing of those it drew before."""
    async with inside(shop) as server:
        caches = [found for found in gc.get_objects() if isinstance(found, Cache)]
        drawn = {}
        for asked in [(who, creative) for who in shop.refs for creative in FORMATS]:
            for cache in caches:
                cache.clear()
            _, _, drawn[asked] = await _open(server, shop, asked)
        return drawn


async def _together(server: Inside, shop: Shop, alone: dict[Asked, bytes], times: int, chance: Random) -> Counter[str]:
    faults: Counter[str] = Counter()
    judge, people, creatives = Judge(), list(shop.refs), list(FORMATS)

    async def read() -> None:
        while faults["compared"] < times:
            asked = chance.choice(people), chance.choice(creatives)
            _, headers, data = await _open(server, shop, asked)
            faults["public"] += "private" not in headers.get("cache-control", "")
            if data != alone[asked]:
                shown = judge.look(data)[2]
                other = shown not in (asked[0], NOBODY, "")
                if shown == NOBODY:  # the one that is ready, as the machine is busy: it does not count
                    faults["default words"] += 1
                    await asyncio.sleep(PAUSE)
                    continue
                faults["another person's" if other else "other bytes"] += 1
            faults["compared"] += 1

    await asyncio.gather(*(read() for _ in range(AT_ONCE)))
    return faults


async def _open(server: Inside, shop: Shop, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Somebody opens, always from the same place."""
    who, creative = asked
    address = b"192.0.2.%d" % (int(who[2:]) % 250)
    headers = ((b"host", b"live.example"), (b"user-agent", AGENT.encode()), (b"x-forwarded-for", address))
    return await server.ask("GET", f"/i/{creative}/{shop.refs[who]}.{FORMATS[creative]}".encode(), headers)
