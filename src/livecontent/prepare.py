"""The upper half of the line: from an open to its facts, the variant, and its content. No pixel.

Images, alt texts, exports of links and explanations all begin here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter_ns

from livecontent.compose.memo import Content
from livecontent.decide import Decision, decide
from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.render.compile import CompiledCreative
from livecontent.sources.gather import Gatherer
from livecontent.sources.request import read_params


@dataclass(frozen=True)
class Prepared:
    """What an open comes to: facts, the variant chosen, and the variant's content, filled in when first asked for."""

    compiled: CompiledCreative
    moment: Moment
    decision: Decision
    micros: Mapping[str, int] = field(default_factory=dict)  # spent at each station

    @cached_property
    def content(self) -> Content:
        """Words, images, link and notes."""
        return self.compiled.variants[self.decision.variant.name].content(self.moment)

    @cached_property
    def alt(self) -> str:
        """The image in words; worked out when asked, as the email has its own."""
        return self.compiled.alt(self.decision.variant, self.moment, self.content.words)


async def prepare(opening: Opening, compiled: CompiledCreative, gatherer: Gatherer) -> Prepared:
    """Gathers the facts that the rules name, decides, and gathers those that the winner shows."""
    loaded = compiled.loaded
    begun = perf_counter_ns()
    moment = await gatherer.gather(loaded.rule_needs, opening, _facts_of_request(opening, compiled))
    gathered = perf_counter_ns()
    decision = decide(loaded.creative, moment, compiled.resources.vocabulary)
    decided = perf_counter_ns()
    needs = loaded.needs_of(decision.variant, moment)
    moment = await gatherer.gather(needs, opening, moment, (gathered - begun) / 1e9)
    spent = gathered - begun + perf_counter_ns() - decided
    return Prepared(compiled, moment, decision, {"gather": spent // 1000, "decide": (decided - gathered) // 1000})


def _facts_of_request(opening: Opening, compiled: CompiledCreative) -> Moment:
    given = opening.preview is not None and opening.preview.client is not None
    client = Fact(opening.client, Reason.GIVEN if given else Reason.FRESH, "request", note=opening.client.why)
    creative = compiled.loaded.creative
    params = read_params(creative.params, opening.params, creative.timezone)
    return Moment({"client": client, "param": params})
