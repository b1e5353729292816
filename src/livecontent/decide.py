"""The first variant whose rule and moments are true; unknown is not true, and the last variant always is."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from livecontent.creative.model import Creative, Variant
from livecontent.expressions.rule import Rule, RuleFacts, Tested
from livecontent.expressions.template import Template
from livecontent.expressions.window import both, lasts, read_moment, window_test
from livecontent.facts import Client, Moment, spell_out
from livecontent.vocabulary import Vocabulary


class Tried(NamedTuple):
    """A variant that was tried, in the trace: what its rule and its moments are together, and why.

    `value` is None where that is not known; the note says which fact is not.
    """

    variant: str
    rule: str  # "" for always
    value: bool | None
    note: str = ""
    window: bool | None = True  # whether it is between `from` and `until`


class Decision(NamedTuple):
    """The variant that won, and all that were tried for it."""

    variant: Variant
    trace: tuple[Tried, ...]

    def step_of(self, variant: Variant) -> Tried | None:
        """What was found of a variant; None where it was not tried."""
        return next((tried for tried in self.trace if tried.variant == variant.name), None)


def decide(creative: Creative, moment: Moment, vocabulary: Vocabulary) -> Decision:
    """Tries the variants from the top; those below the winner are not tried.

    On a prefetch, all that time changes is redacted, unless the variant is good for as long.
    """
    facts = live = RuleFacts(moment.words, timezone=creative.timezone)
    if moment.prefetched:
        redacted, now = vocabulary.redact(moment.words), moment.words.get("now")
        facts = RuleFacts(redacted, prefetched=True, timezone=creative.timezone, now=now)
    trace: list[Tried] = []
    for variant in creative.variants:
        trusted = variant.valid_for is not None and lasts(variant.valid_for, creative.horizon)
        tried = _try(creative, variant, moment, live if trusted else facts)
        trace.append(tried)
        if tried.value:
            return Decision(variant, tuple(trace))
    return Decision(creative.variants[-1], tuple(trace))  # of a checked creative it always holds


def possible(creative: Creative, client: Client) -> Iterator[Variant]:
    """The variants that may win for such a client, as far as the client alone tells."""
    prefetched = client.time != "live"
    facts = RuleFacts({"client": spell_out(client)}, prefetched=prefetched)
    for variant in creative.variants:
        trusted = prefetched and lasts(variant.valid_for, creative.horizon)
        if trusted or may_hold(variant.when, facts):
            yield variant
        always = variant.when is None or variant.when.test(facts).value
        if always and variant.from_ is None and variant.until is None:
            return


def may_hold(rule: Rule | None, facts: RuleFacts) -> bool:
    """Whether a rule may be true, once more is known; on a prefetch, what time changes never is."""
    if rule is None:
        return True
    tested = rule.test(facts)
    return not (tested.value is False or tested.by_time)


def _try(creative: Creative, variant: Variant, moment: Moment, facts: RuleFacts) -> Tried:
    tested = variant.when.test(facts) if variant.when else Tested(value=True)
    rule = variant.when.source if variant.when else ""
    if variant.from_ is None and variant.until is None:
        return Tried(variant.name, rule, tested.value, tested.note)
    now = moment.value("now")

    def read(text: Template) -> datetime:
        return read_moment(text.fill(facts.words), facts.zone)

    at = now.at if now else None
    window = window_test(variant.from_, variant.until, read, at, prefetched=facts.prefetched, horizon=creative.horizon)
    found = both(tested, window)
    return Tried(variant.name, rule, found.value, found.note, window.value)
