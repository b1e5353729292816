"""The first variant whose rule is true; unknown is not true, and the last variant always is."""

from __future__ import annotations

from typing import NamedTuple

from livecontent.creative.model import Creative, Variant
from livecontent.expressions.prefetch import lasts, read_later, without_clock, without_measured
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.expressions.timed import holds_later
from livecontent.expressions.unknown import UNSTEADY
from livecontent.facts import Moment


class Tried(NamedTuple):
    """One rule of the trace: its value is None where a fact it names is not known; the note says which."""

    variant: str
    rule: str  # "" for always
    value: bool | None
    note: str = ""


class Decision(NamedTuple):
    """The variant that won, and every rule that was tried, in order."""

    variant: Variant
    trace: tuple[Tried, ...]


def decide(creative: Creative, moment: Moment) -> Decision:
    """Tries the variants from the top; those below the winner are not tried.

    Where the picture may be read later, a rule is what it is now and stays; it is unknown where it names what could
    become false, unless its variant is good for as long.
    """
    facts = RuleFacts(moment.words)
    prefetched = RuleFacts(without_measured(without_clock(moment.words))) if read_later(moment) else None
    trace: list[Tried] = []
    for variant in creative.variants:
        if variant.when is None:
            trace.append(Tried(variant.name, "", value=True))
            return Decision(variant, tuple(trace))
        if prefetched is None or lasts(variant.valid_for):
            value, note = variant.when.test(facts)
        else:
            value, note = _test_steadily(variant.when, prefetched, facts)
        trace.append(Tried(variant.name, variant.when.source, value, note))
        if value:
            return Decision(variant, tuple(trace))
    raise AssertionError("the last variant of a creative is always true")


def _test_steadily(condition: Rule, prefetched: RuleFacts, facts: RuleFacts) -> tuple[bool | None, str]:
    """A rule by what stays true; what is known now, and not for later, says so."""
    value, note = holds_later(condition, prefetched)
    if value is None and condition.test(facts)[0] is not None:
        note = UNSTEADY
    return value, note
