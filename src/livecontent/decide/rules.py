"""The first variant whose rule is true; unknown is not true, and the last variant always is."""

from __future__ import annotations

from dataclasses import dataclass

from livecontent.creative.conditions import Facts
from livecontent.creative.model import Creative, Variant
from livecontent.facts import Moment


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule of the trace: its value is None where a fact it names is not known; the note says which."""

    variant: str
    rule: str  # "" for always
    value: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The variant that won, and every rule that was tried, in order."""

    variant: Variant
    trace: tuple[Tried, ...]


def decide(creative: Creative, moment: Moment) -> Decision:
    """Tries the variants from the top; those below the winner are not tried."""
    facts = Facts(moment.words)
    trace: list[Tried] = []
    for variant in creative.variants:
        if variant.when is None:
            trace.append(Tried(variant.name, "", value=True))
            return Decision(variant, tuple(trace))
        value, note = variant.when.test(facts)
        trace.append(Tried(variant.name, variant.when.source, value, note))
        if value:
            return Decision(variant, tuple(trace))
    raise AssertionError("the last variant of a creative is always true")
