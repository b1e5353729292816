"""The first images, before anybody waits: what is loaded at first use is there, and it shows whether drawing works."""

import asyncio
import gc
from datetime import UTC, datetime

from livecontent.errors import DrawingError
from livecontent.facts import NOBODY, Opening
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.fallback import FallbackLevel
from livecontent.runtime.lifecycle import Background
from livecontent.sources.place.source import load_zone_map
from livecontent.storage.base import Storage

PAUSE = 0.5  # seconds after the start of a demo, so that it is not held up
WAITED = 5.0  # seconds that a server waits for its first images before it answers: the one it replaces still does
WARMED, WARMERS = 20, 3  # creatives and recipients whose images are drawn at the start

_STOOD_IN = (FallbackLevel.VARIANT, FallbackLevel.STATIC, FallbackLevel.NEUTRAL)


class Warming:
    """Images of a few for some creatives, those that were opened before; of a demo for all. None is recorded."""

    def __init__(self, storage: Storage, kit: Engine, *, everything: bool) -> None:
        self.strict = False  # whether nothing may start where none of them can be drawn
        self.failed = ""  # why none was
        self._storage = storage
        self._kit = kit
        self._everything = everything
        self._work = Background(self._draw, 0 if everything else WAITED)

    async def start(self) -> None:
        """Draws, and waits for it, but not for long. Raises `DrawingError` where it is strict."""
        await self._work.start()
        if self.strict and self.failed:
            raise DrawingError(self.failed)

    async def close(self) -> None:
        """Draws no more."""
        await self._work.close()

    async def _draw(self) -> None:
        storage, kit = self._storage, self._kit
        await asyncio.sleep(PAUSE if self._everything else 0)
        if "latitude" in await storage.recipients.attributes():
            await asyncio.to_thread(load_zone_map)
        opened = [name for name, compiled in kit.creatives.items() if self._everything or compiled.was_opened]
        answers: list[Answer] = []
        for ref in ("", *(recipient.ref for recipient in await storage.recipients.sample(WARMERS))):
            person = await storage.people.look_up(ref) if ref else NOBODY
            for name in opened[:WARMED]:
                answers.append(await answer(Opening(name, person.ref, datetime.now(UTC), person=person), kit))
                await asyncio.sleep(0)
        if answers and all(_broken(found) for found in answers):
            self.failed = f"none of {len(answers)} images could be drawn: {answers[0].left_out[0]}"
        for name in opened:
            await kit.fallbacks.pick(kit.creatives[name], None, kit.creatives[name].loaded.creative.format)
        gc.freeze()  # what is there by now stays: no open waits until all of it is looked through


def _broken(found: Answer) -> bool:
    """Whether another image stands in, for an error; a busy machine is none."""
    return found.level in _STOOD_IN and not any(
        problem.startswith("DrawingError: not drawn within") for problem in found.left_out
    )
