"""A cache whose clock and provider are in the hands of a test."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from livecontent.errors import SourceError
from livecontent.facts import Fact
from livecontent.sources.cached import Cached, Fetched

KEEP = 1000.0
LIFETIME = 100.0


@dataclass
class Clock:
    now: float = 5000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Provider:
    """Answers when the test says so."""

    clock: Clock
    asked: list[tuple[str, Fetched[str] | None]] = field(default_factory=list)
    pending: dict[str, list[asyncio.Future[Fetched[str]]]] = field(default_factory=dict)

    async def fetch(self, key: str, previous: Fetched[str] | None) -> Fetched[str]:
        self.asked.append((key, previous))
        answer: asyncio.Future[Fetched[str]] = asyncio.get_running_loop().create_future()
        self.pending.setdefault(key, []).append(answer)
        try:
            return await answer
        finally:
            self.pending[key].remove(answer)

    async def tell(self, key: str, answer: Fetched[str] | Exception) -> None:
        future = self.pending[key][0]
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@dataclass
class Bench:
    clock: Clock = field(default_factory=Clock)
    local: bool = False
    provider: Provider = field(init=False)
    cached: Cached[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.provider = Provider(self.clock)
        self.cached = Cached("shop", self.provider.fetch, KEEP, capacity=8, clock=self.clock, local=self.local)

    def at_once(self, key: str = "a") -> Fact[str]:
        found = self.cached.get(key)
        assert isinstance(found, Fact)
        return found

    def promise(self, key: str = "a") -> asyncio.Future[Fact[str]]:
        found = self.cached.get(key)
        assert not isinstance(found, Fact)
        return asyncio.ensure_future(found)

    async def filled(self, key: str = "a", value: str = "one", validator: str = "") -> Fact[str]:
        promise = self.promise(key)
        await settle()
        await self.provider.tell(key, Fetched(value, LIFETIME, validator))
        return await promise

    async def failed(self, key: str, words: str = "no") -> Fact[str]:
        promise = self.promise(key)
        await settle()
        await self.provider.tell(key, SourceError(words))
        return await promise
