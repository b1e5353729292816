"""The line, from an open to an answer: prepare, layout, render, fallback. Nobody else knows the order."""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter, perf_counter_ns

from livecontent.compose.context import Substitution
from livecontent.compose.link import compose_link
from livecontent.compose.memo import Content
from livecontent.creative.context import make_context
from livecontent.creative.lets import with_lets
from livecontent.creative.load import needs_of_links
from livecontent.creative.model import Variant
from livecontent.decide import ANYBODY, Circumstances, Deciding, Decision, decide
from livecontent.decide.explained import Explanation, explain_decision
from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import READY, FallbackChain, FallbackLevel, level_of
from livecontent.render.film import played
from livecontent.render.renderer import Renderer
from livecontent.runtime.turns import NotDrawnError, stays
from livecontent.sources.gather import Gatherer
from livecontent.sources.images.remote import RemoteImages
from livecontent.sources.request import read_params

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """What an open comes to: facts, the variant chosen, and the variant's content, filled in when first asked for."""

    compiled: CompiledCreative
    moment: Moment
    decision: Decision
    known: Circumstances = ANYBODY
    micros: Mapping[str, int] = field(default_factory=dict)  # spent at each station

    @cached_property
    def content(self) -> Content:
        """Words, images, link and notes."""
        return self.compiled.variants[self.decision.variant.name].content(self.moment)

    async def fetch_images(self, images: RemoteImages, seconds: float) -> Content:
        """The content, once more where images are there by now that were not; it waits so long for them."""
        await images.fetch(self.content.wanted, seconds)
        del self.__dict__["content"]
        return self.content

    @cached_property
    def alt(self) -> str:
        """The image in words; worked out when asked, as the email has its own."""
        variant = self.decision.variant
        return "" if variant.collapse else self.compiled.alt(variant, self.moment, self.content.words)


_BY_RULES = Deciding()


async def prepare(
    opening: Opening, compiled: CompiledCreative, gatherer: Gatherer, deciding: Deciding = _BY_RULES
) -> Prepared:
    """Gathers the facts that the rules name, decides, and gathers those that the winner shows."""
    loaded = compiled.loaded
    begun = perf_counter_ns()
    moment = await gatherer.gather(loaded.rule_needs, opening, _facts_of_request(opening, compiled))
    if loaded.creative.let:
        moment = with_lets(loaded.creative, moment)
    gathered = perf_counter_ns()
    known = deciding.circumstances(opening) if loaded.creative.ranked else ANYBODY
    decision = decide(loaded.creative, moment, compiled.resources.vocabulary, known)
    decided = perf_counter_ns()
    needs = loaded.needs_of(decision.variant, moment)
    moment = await gatherer.gather(needs, opening, moment, (gathered - begun) / 1e9)
    if loaded.creative.let:
        moment = with_lets(loaded.creative, moment)
    spent = gathered - begun + perf_counter_ns() - decided
    return Prepared(
        compiled, moment, decision, known, {"gather": spent // 1000, "decide": (decided - gathered) // 1000}
    )


def _facts_of_request(opening: Opening, compiled: CompiledCreative) -> Moment:
    given = opening.preview is not None and opening.preview.client is not None
    client = Fact(opening.client, Reason.GIVEN if given else Reason.FRESH, "request", note=opening.client.why)
    creative = compiled.loaded.creative
    params = read_params(creative.params, opening.params, creative.timezone)
    return Moment({"client": client, "param": params})


@dataclass(frozen=True, slots=True)
class Engine:
    """What the line works with, chosen in `app`."""

    creatives: Mapping[str, CompiledCreative]
    gatherer: Gatherer
    renderer: Renderer
    fallbacks: FallbackChain
    images: RemoteImages | None = None
    deciding: Deciding = _BY_RULES

    def patient(self, seconds: float) -> "Engine":
        """The same for who looks on purpose, and waits rather than see a fallback."""
        return replace(self, gatherer=self.gatherer.patient(seconds), renderer=self.renderer.patient(seconds))


@dataclass(frozen=True, slots=True)
class Answer:
    """An image, its fallback level, and how it came about."""

    data: bytes
    format: Format
    level: FallbackLevel
    creative: str
    compiled: CompiledCreative | None = field(default=None, repr=False)
    prepared: Prepared | None = field(default=None, repr=False)
    link: str | None = None
    left_out: tuple[str, ...] = ()
    micros: Mapping[str, int] = field(default_factory=dict)  # spent at each station
    undrawn: tuple[str, ...] = ()  # letters and signs of facts that no font has

    @property
    def decision(self) -> Decision | None:
        """The variant chosen, and why."""
        return self.prepared.decision if self.prepared else None

    @property
    def explanation(self) -> Explanation | None:
        """All that led to the variant; the decision is taken again for it."""
        if self.prepared is None:
            return None
        compiled, known = self.prepared.compiled, self.prepared.known
        creative, vocabulary = compiled.loaded.creative, compiled.resources.vocabulary
        return explain_decision(creative, self.prepared.moment, vocabulary, self.prepared.decision, known)

    @property
    def moment(self) -> Moment:
        """The facts."""
        return self.prepared.moment if self.prepared else Moment({})

    @property
    def variant(self) -> str:
        """The name of the variant shown, "" where none was chosen."""
        return self.prepared.decision.variant.name if self.prepared else ""

    @property
    def version(self) -> str:
        """The version of the creative."""
        return self.compiled.loaded.version if self.compiled else ""

    @property
    def _drawn(self) -> Prepared | None:
        """What the image was drawn from; None for one that was ready."""
        return None if self.level in READY else self.prepared

    @property
    def substitutions(self) -> tuple[Substitution, ...]:
        """What was done with layers on a prefetch."""
        return self._drawn.content.substitutions if self._drawn else ()

    @property
    def film(self) -> str:
        """How it moves, in words; "" where it does not. Decodes it."""
        prepared = self._drawn
        if prepared is None or self.format not in ("gif", "webp"):
            return ""
        film = prepared.compiled.variants[self.variant].scene(prepared.content).film
        if film is None:
            return ""
        frames, seconds = played(self.data)
        lost = film.end - seconds > 0.05
        cut = f", as all {film.end:g} seconds have more than max_bytes ({film.most:,})" if lost else ""
        return f"{frames} frames in {seconds:g} seconds{cut}" if frames > 1 else f"only the first frame{cut}"

    @property
    def alt(self) -> str:
        """The image in words."""
        return self._drawn.alt if self._drawn else ""

    @property
    def same_for_all(self) -> bool:
        """Whether it depends on nothing but its address: not on who opens it, where, when or with what."""
        if self.prepared is None:
            return False
        loaded = self.prepared.compiled.loaded
        return loaded.rule_needs | loaded.needs_of(self.prepared.decision.variant, self.moment) <= {"param"}


async def answer(opening: Opening, engine: Engine, left: Callable[[], bool] = stays) -> Answer:
    """Builds the image of an open. Never raises: whatever is wrong, there is an image.

    `left` says whether the client has gone: nothing is drawn for it then.
    """
    started = perf_counter()
    compiled = engine.creatives.get(opening.creative)
    if compiled is not None and compiled.dark is not None:
        compiled = compiled.in_theme(opening.params)
    if compiled is None:
        data, format_ = engine.fallbacks.unknown(opening.creative, opening.format)
        return Answer(data, format_, FallbackLevel.NEUTRAL, opening.creative)
    format_ = _format_for(opening, compiled)
    prepared: Prepared | None = None
    content: Content | None = None
    try:
        engine.renderer.turns.come(reader=opening.client.time == "live")
        prepared = await prepare(opening, compiled, engine.gatherer, engine.deciding)
        begun = perf_counter()
        content = prepared.content
        if engine.images and content.wanted:
            still = engine.gatherer.deadline - (perf_counter() - started)
            content = await prepared.fetch_images(engine.images, still)
        filled = perf_counter()
        if prepared.decision.variant.collapse:
            data = engine.fallbacks.silent[format_]
            return Answer(data, format_, FallbackLevel.SILENT, opening.creative, compiled, prepared, content.link)
        variant = compiled.variants[prepared.decision.variant.name]
        scene = variant.scene(content)
        laid = perf_counter()
        images = variant.ready
        if images is None:
            images = await engine.renderer.pool.run(variant.images, perf_counter() - started)
        data = await engine.renderer.render(scene, images.base, format_, perf_counter() - started, left)
        spent = {"content": filled - begun, "layout": laid - filled, "render": perf_counter() - laid}
        needs = compiled.loaded.all_needs(prepared.decision.variant, prepared.moment)
        level = level_of(prepared.moment, needs, content.left_out)
        micros = {**prepared.micros, **{station: int(seconds * 1e6) for station, seconds in spent.items()}}
        notes = content.link, content.left_out, micros, content.undrawn
        return Answer(data, format_, level, opening.creative, compiled, prepared, *notes)
    except NotDrawnError as refused:
        engine.renderer.turns.refuse()
        level, problem = FallbackLevel(str(refused)), "more images are asked for than can be drawn in time"
    except Exception as error:  # noqa: BLE001  a recipient waits
        log.warning("%s: %s", opening.creative, _where(error))
        level, problem = None, " ".join(f"{type(error).__name__}: {error}".split())  # on one line
    name = prepared.decision.variant.name if prepared else None
    data, found = await engine.fallbacks.pick(compiled, name, format_, perf_counter() - started)
    last = compiled.loaded.creative.variants[-1].name
    link = content.link if content and content.link else compiled.variants[name or last].default.link
    return Answer(data, format_, level or found, opening.creative, compiled, prepared, link, (problem,))


async def undrawn_answer(opening: Opening, engine: Engine) -> Answer:
    """What the image of an open would say, and where a click on it leads: nothing is drawn. Never raises."""
    compiled = engine.creatives.get(opening.creative)
    if compiled is None:
        return Answer(b"", "jpg", FallbackLevel.NEUTRAL, opening.creative)
    compiled = compiled.in_theme(opening.params)
    format_ = _format_for(opening, compiled)
    prepared: Prepared | None = None
    try:
        prepared = await prepare(opening, compiled, engine.gatherer, engine.deciding)
        content, variant = prepared.content, prepared.decision.variant
        needs = compiled.loaded.all_needs(variant, prepared.moment)
        level = FallbackLevel.SILENT if variant.collapse else level_of(prepared.moment, needs, content.left_out)
        return Answer(b"", format_, level, opening.creative, compiled, prepared, content.link, content.left_out)
    except Exception as error:  # noqa: BLE001  a recipient waits
        log.warning("%s: %s", opening.creative, _where(error))
        name = prepared.decision.variant.name if prepared else compiled.loaded.creative.variants[-1].name
        link = compiled.variants[name].default.link
        return Answer(b"", format_, FallbackLevel.STATIC, opening.creative, compiled, prepared, link)


def _format_for(opening: Opening, compiled: CompiledCreative) -> Format:
    """The format asked for, or the creative's own; WebP only for clients that show it."""
    own: Format = compiled.loaded.creative.format
    asked: Format = opening.format or own  # type: ignore[assignment]  # addresses have no other
    if asked != "webp" or opening.client.webp:
        return asked
    return own if own != "webp" else "jpg"


async def link_now(
    opening: Opening, compiled: CompiledCreative, variant: Variant, gatherer: Gatherer
) -> tuple[str | None, Moment]:
    """Where a variant that was shown leads with the facts of this moment, and these."""
    creative = compiled.loaded.creative
    links = creative.links_of(variant)
    needs = needs_of_links(creative, variant)
    moment = with_lets(creative, await gatherer.gather(needs, opening, _facts_of_request(opening, compiled)))
    return compose_link(links, make_context(creative, moment, compiled.resources)), moment


async def alt_text(opening: Opening, engine: Engine) -> str:
    """What the image of an open would say in words, without drawing it; "" where it can't be told."""
    try:
        compiled = engine.creatives[opening.creative].in_theme(opening.params)
        return (await prepare(opening, compiled, engine.gatherer, engine.deciding)).alt
    except Exception as error:  # noqa: BLE001  one of many
        log.warning("%s: no alt text: %s", opening.creative, _where(error))
        return ""


def _where(error: Exception) -> str:
    """An error by its kind and place: its words may quote what is known of a person."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{type(error).__name__} in {frame.f_globals.get('__name__')}:{line}"
