"""The page of experiments: what creatives try on whom, what came of it, and whether that is more than chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from livecontent.creative.model import Creative
from livecontent.decide.statistics import Difference
from livecontent.learning.results import ArmResult, CreativeResults, results_since
from livecontent.studio.reviewing.counting import RecentCounts
from livecontent.studio.site import Site, StudioRoute

PATH = "/studio/experiments"
DAYS = 90  # that are looked at
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """A difference as it is drawn, on a scale from 0 to 100 with none in the middle."""

    left: float
    width: float
    dot: float


@dataclass(frozen=True, slots=True)
class Experiment:
    """A creative that tries something."""

    name: str
    creative: Creative
    found: CreativeResults

    @property
    def kinds(self) -> Sequence[str]:
        """What it tries, by the key of the creative."""
        keys = ("split", "explore", "silence", "holdout")
        return [key for key in keys if getattr(self.creative, key) and not (key == "split" and self.creative.explore)]

    @property
    def since(self) -> datetime | None:
        """Its first open of the time that is looked at."""
        return datetime.fromtimestamp(self.found.since, UTC) if self.found.since else None

    @property
    def tables(self) -> Mapping[str, Sequence[ArmResult]]:
        """Arms of all opens, under no name, then those of each context."""
        return {"": self.found.arms, **self.found.contexts} if self.found.arms else {}

    @property
    def missing(self) -> int | None:
        """How many more it takes, roughly."""
        found = self.found.missing
        return None if found is None else round(found, 2 - len(str(found)))


def experiments_routes(site: Site) -> list[StudioRoute]:
    """The page."""
    counts = RecentCounts[CreativeResults](site.clock)

    async def page(request: Request) -> Response:
        since = site.clock() - DAYS * _DAY
        storage = site.parts.storage
        found = [
            Experiment(
                name,
                creative,
                await counts.get(name, lambda name=name, of=creative: results_since(storage, name, of, since)),  # type: ignore[misc]
            )
            for name, creative in trying(site)
        ]
        found.sort(key=lambda one: one.since is None)  # what nobody has opened yet comes last
        told: dict[str, Any] = {"experiments": found, "days": DAYS, "made_up": site.parts.settings.demo}
        return site.render(request, "experiments.html", bar=interval_bar, scale=scale_of, **told)

    return [StudioRoute(PATH, page, "view")]


def trying(site: Site) -> Iterator[tuple[str, Creative]]:
    """Creatives that try something, by name."""
    for name, compiled in sorted(site.parts.kit.creatives.items()):
        one = compiled.loaded.creative
        if one.split or one.explore or one.silence or one.holdout:
            yield name, one


def scale_of(arms: Sequence[ArmResult]) -> float:
    """The end of the scale on which all differences of arms are drawn."""
    ends = [abs(end) for arm in arms if arm.above for end in (arm.above.low, arm.above.high) if isfinite(end)]
    return max(ends, default=0.0)


def interval_bar(found: Difference | None, scale: float) -> IntervalBar | None:
    """A difference on a scale; None where nothing is known of it yet."""
    if found is None or not scale or not isfinite(found.low) or not isfinite(found.high):
        return None
    low, high, dot = (50 + 50 * max(-1.0, min(1.0, value / scale)) for value in (found.low, found.high, found.value))
    return IntervalBar(round(low, 2), round(max(high - low, 0.5), 2), round(dot, 2))
