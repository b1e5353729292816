"""The line, from an opening to an answer: the only place that knows the order of the stations."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from livecontent.compose.context import Substitution
from livecontent.decide.rules import Decision, decide
from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackChain, FallbackLevel, level_of
from livecontent.render.renderer import Renderer
from livecontent.runtime.pool import RenderPool
from livecontent.sources.gather import Gatherer
from livecontent.sources.request import read_params

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts the line works with, chosen in `app`."""

    creatives: Mapping[str, CompiledCreative]
    gatherer: Gatherer
    press: Renderer
    ladder: FallbackChain
    apart: RenderPool = field(default_factory=RenderPool)


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture, how far down the ladder it comes from, and how it came about."""

    data: bytes
    format: Format
    step: FallbackLevel
    creative: str
    version: str = ""
    decision: Decision | None = None
    moment: Moment = field(default_factory=lambda: Moment({}))
    link: str | None = None
    said: tuple[str, ...] = ()  # what is written in the picture
    compiled: CompiledCreative | None = field(default=None, repr=False)
    left_out: tuple[str, ...] = ()
    micros: Mapping[str, int] = field(default_factory=dict)
    substitutions: tuple[Substitution, ...] = ()  # what was done as the picture may be read later

    @property
    def alt(self) -> str:
        """The picture in words; worked out when asked, as the email has its own."""
        if self.compiled is None or self.decision is None or self.step == FallbackLevel.VARIANT:
            return ""
        return self.compiled.alt(self.decision.variant, self.moment, self.said)

    @property
    def same_for_all(self) -> bool:
        """Whether it depends on nothing but its address: not on who opens it, where, when or with what."""
        if self.compiled is None or self.decision is None:
            return False
        published = self.compiled.published
        return published.rule_needs | published.variant_needs[self.decision.variant.name] <= {"param"}

    @property
    def variant(self) -> str:
        """The name of the variant shown, "" where none was chosen."""
        return self.decision.variant.name if self.decision else ""


async def answer(opening: Opening, kit: Engine) -> Answer:
    """Builds the picture of an opening. Never raises: whatever is wrong, there is a picture."""
    watch = _Watch()
    compiled = kit.creatives.get(opening.creative)
    format_ = _format_for(opening, compiled)
    if compiled is None:
        data, step = kit.ladder.lower(None, None, format_)
        return Answer(data, format_, step, opening.creative)
    published = compiled.published
    decision: Decision | None = None
    link: str | None = None
    moment = _first_facts(opening, compiled)
    try:
        moment = await kit.gatherer.gather(published.rule_needs, opening, moment)
        watch.lap("gather")
        decision = decide(published.creative, moment)
        watch.lap("decide")
        needs = published.needs_of(decision.variant, moment)
        moment = await kit.gatherer.gather(needs, opening, moment, watch.laps["gather"] / 1e6)
        watch.lap("gather")
        scene, link, said, left_out, substitutions = compiled.compose(decision.variant, moment)
        watch.lap("compose")
        plan = kit.press.plan(scene, compiled.casts[decision.variant.name].plate, format_)
        if plan.long:
            data = await kit.apart.run(partial(kit.press.print, plan), watch.spent)
            watch.lap("draw")  # and encode
        else:
            sheet = plan.draw()
            watch.lap("draw")
            data = sheet.encode() if sheet.quick else await asyncio.to_thread(sheet.encode)
            kit.press.keep(sheet)
        watch.lap("encode")
        step = level_of(moment, published.rule_needs | needs, left_out)
    except Exception as error:  # noqa: BLE001  a recipient waits
        problem = " ".join(f"{type(error).__name__}: {error}".split())  # on one line
        log.warning("%s: %s", opening.creative, _where(error))
        data, step = kit.ladder.lower(compiled, decision.variant.name if decision else None, format_)
        link = (
            link or compiled.casts[(decision.variant if decision else published.creative.variants[-1]).name].bare_link
        )
        said, left_out, substitutions = (), (problem,), ()
    return Answer(
        data,
        format_,
        step,
        published.name,
        published.version,
        decision,
        moment,
        link,
        said,
        compiled,
        left_out,
        watch.laps,
        substitutions,
    )


def _format_for(opening: Opening, compiled: CompiledCreative | None) -> Format:
    """The format asked for, or the creative's own; WebP only for clients that show it."""
    own: Format = compiled.published.creative.format if compiled else "jpg"
    asked = cast("Format", opening.format or own)
    if asked != "webp" or opening.client.webp or compiled is None:
        return asked
    return own if own != "webp" else "jpg"


async def alt_text(opening: Opening, kit: Engine) -> str:
    """What the picture of an opening would say in words, without drawing it; "" where it can't be told."""
    compiled = kit.creatives[opening.creative]
    published = compiled.published
    moment = await kit.gatherer.gather(published.rule_needs, opening, _first_facts(opening, compiled))
    try:
        variant = decide(published.creative, moment).variant
        moment = await kit.gatherer.gather(published.needs_of(variant, moment), opening, moment)
        return compiled.alt(variant, moment, compiled.compose(variant, moment).said)
    except Exception as error:  # noqa: BLE001  one of many
        log.warning("%s: no alt text: %s", opening.creative, _where(error))
        return ""


def _where(error: Exception) -> str:
    """An error by its kind and place: its words may quote what is known of a person."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{type(error).__name__} in {frame.f_globals.get('__name__')}:{line}"


def _first_facts(opening: Opening, compiled: CompiledCreative) -> Moment:
    """What the request itself says."""
    given = opening.preview is not None and opening.preview.client is not None
    client = Fact(opening.client, Reason.GIVEN if given else Reason.FRESH, "request", note=opening.client.why)
    creative = compiled.published.creative
    params = read_params(creative.params, opening.params, creative.timezone)
    return Moment({"client": client, "param": params})


class _Watch:
    """Microseconds spent at each station."""

    def __init__(self) -> None:
        self.laps: dict[str, int] = {}
        self._start = self._last = time.perf_counter_ns()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return (time.perf_counter_ns() - self._start) / 1e9

    def lap(self, station: str) -> None:
        now = time.perf_counter_ns()
        self.laps[station] = self.laps.get(station, 0) + (now - self._last) // 1000
        self._last = now
