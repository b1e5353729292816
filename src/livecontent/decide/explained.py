"""A decision taken again, with all that led to it: as data. Nobody pays for it who does not ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import NOTHING_LEARNED, Circumstances, Hit
from livecontent.decide.decision import Decision, Silence, Tried, worth_of
from livecontent.decide.holding import hold
from livecontent.decide.ranking import FactsFor
from livecontent.expressions.chance import CLICK_CHANCE
from livecontent.expressions.parts import RulePart, failing_parts, parts_of_score
from livecontent.facts import Moment
from livecontent.showings import Learned, Worth
from livecontent.vocabulary import Vocabulary

Outcome = Literal[
    "shown",
    "quiet",
    "rule",
    "unknown",
    "time",
    "time unknown",
    "cap",
    "rest",
    "vary",
    "uncounted",
    "elsewhere",
    "place",
    "keeps",
    "drawn",
    "rank",
    "score",
    "order",
    "name",
    "later",
    "last",
]


_HITS: Mapping[str, Outcome] = MappingProxyType({"cap": "cap", "rest": "rest", "vary": "vary"})


class VariantStep(NamedTuple):
    """A variant, what became of it, and why."""

    variant: str
    outcome: Outcome
    rank: int = 0
    score: float | None = None
    note: str = ""  # why its rule, its moments or its score are not known
    parts: tuple[RulePart, ...] = ()  # of its rule: those that fail
    score_parts: tuple[RulePart, ...] = ()
    chance: float | None = None  # of a click, where its score names that
    hit: Hit | None = None
    behind: str = ""  # the variant that came before it


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to a decision."""

    creative: str
    variant: str
    steps: tuple[VariantStep, ...]  # as declared
    facts: Mapping[str, str]  # the reason of each that was asked for
    silence: Silence = ""
    best: str = ""
    worth: Worth | None = None  # of the best
    quota: float = 0.0  # the silence or the holdout that was asked for
    learned: Learned = NOTHING_LEARNED
    arm: str = ""
    share: float = 0.0  # how likely that was
    weights: Mapping[str, float] = field(default_factory=dict)
    context: str = ""  # in which it was drawn
    context_note: str = ""  # why that is not known
    kept: bool = False  # whether a person keeps what was drawn in all sends
    share_of_email: Literal["", "keeps", "place"] = ""  # why an offer is shown that is not the best there is
    at: datetime | None = None
    prefetched: bool = False


def explain_decision(
    creative: Creative, moment: Moment, vocabulary: Vocabulary, decision: Decision, known: Circumstances
) -> Explanation:
    """Why a decision is as it is; with the same moment and circumstances."""
    quota = creative.holdout if decision.silence == "holdout" else creative.silence
    now = moment.value("now")
    return Explanation(
        known.creative,
        decision.variant.name,
        tuple(_steps(creative, moment, vocabulary, decision)),
        {name: fact.reason.value for name, fact in moment.named()},
        decision.silence,
        decision.best.variant if decision.best else "",
        decision.best.worth if decision.best else None,
        quota or 0.0,
        known.learned,
        decision.arm,
        decision.share,
        decision.weights,
        decision.context,
        decision.context_note,
        bool(creative.split and not creative.explore),
        _share_of_email(decision),
        now.at if now else None,
        moment.prefetched,
    )


def _share_of_email(decision: Decision) -> Literal["", "keeps", "place"]:
    if not decision.offer or decision.variant.name != decision.offer:
        return ""
    if decision.kept:
        return "keeps"
    return "place" if any(tried.left or tried.taken for tried in decision.trace) else ""


def _steps(creative: Creative, moment: Moment, vocabulary: Vocabulary, decision: Decision) -> Iterator[VariantStep]:
    facts = FactsFor.of(creative, moment, vocabulary)
    first = decision.best.variant if decision.best else decision.variant.name
    winner = next(one for one in creative.variants if one.name == first)
    scored = any(one.score for one in creative.variants)
    for variant in creative.variants:
        tried = decision.step_of(variant)
        own = facts.variant(creative, variant)
        step = _step(creative, variant, winner, decision, tried or hold(creative, variant, moment, own))
        if variant.when and step.outcome in ("rule", "unknown"):
            step = step._replace(parts=failing_parts(variant.when.source, own, vocabulary))
        if variant.score and step.outcome in ("shown", "quiet", "score", "order", "name"):
            with_chance = own.with_words({CLICK_CHANCE: step.chance}) if variant.score.chances else own
            step = step._replace(score_parts=parts_of_score(variant.score.source, with_chance, vocabulary))
        yield step._replace(score=step.score if scored else None)


def _step(creative: Creative, variant: Variant, winner: Variant, decision: Decision, tried: Tried) -> VariantStep:
    last = creative.variants[-1]
    score = tried.score if variant.score else 0.0
    step = VariantStep(
        *(variant.name, "shown", variant.rank, score, tried.score_note),
        hit=tried.hit,
        behind=winner.name,
        chance=tried.chance,
    )
    if variant is decision.variant:
        return step
    if variant is last:
        return step._replace(outcome="last")
    if variant is winner:
        return step._replace(outcome="quiet")
    if not tried.value:
        return step._replace(outcome=_failed(tried), note=tried.note)
    if not tried.eligible:
        return _kept_back(step, tried, decision)
    if not creative.ranked:
        return step._replace(outcome="later")
    ahead = winner
    if variant.offers and decision.offer and variant.name != decision.offer:  # an image takes one of the offers
        ahead = next(one for one in creative.variants if one.name == decision.offer)
    return step._replace(behind=ahead.name, outcome=_after(variant, tried, ahead, decision.step_of(ahead)))


def _after(variant: Variant, tried: Tried, ahead: Variant, first: Tried | None) -> Outcome:
    """Why a variant that may be shown comes after another one."""
    if variant.rank < ahead.rank:
        return "rank"
    if first and worth_of(variant, tried) < worth_of(ahead, first):
        return "score"
    return "name" if variant.offers and ahead.offers else "order"


def _kept_back(step: VariantStep, tried: Tried, decision: Decision) -> VariantStep:
    """Its rule holds, and yet it may not be shown."""
    if tried.hit:
        return step._replace(outcome=_HITS[tried.hit.kind])
    if tried.uncounted:
        return step._replace(outcome="uncounted", note=tried.uncounted)
    if tried.passed_over:
        return step._replace(outcome="drawn", behind=tried.passed_over)
    if tried.taken:
        return step._replace(outcome="elsewhere", note=tried.taken)
    return step._replace(outcome=tried.left or "place", behind=decision.offer)


def _failed(tried: Tried) -> Outcome:
    if tried.window is not True:
        return "time" if tried.window is False else "time unknown"
    return "rule" if tried.value is False else "unknown"


def as_data(found: Explanation) -> dict[str, Any]:
    """An explanation as plain data, for JSON: spans and times in seconds, what is not known as null."""
    return {
        "variant": found.variant,
        "silence": found.silence,
        "best": found.best,
        "worth": _plain(found.worth),
        "threshold": _plain(found.learned.threshold),
        "quota": found.quota,
        "learned": found.learned.version,
        "arm": found.arm,
        "share": found.share,
        "weights": dict(found.weights),
        "context": found.context,
        "steps": [_plain(step) for step in found.steps],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, tuple):
        named = getattr(value, "_asdict", None)
        return {name: _plain(item) for name, item in named().items()} if named else [_plain(item) for item in value]
    return value
