"""The first variant whose rule and moments are true; unknown is not true, and the last variant always is."""

from collections.abc import Iterator

from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import ANYBODY, Circumstances
from livecontent.decide.decision import Decision, Tried
from livecontent.decide.holding import hold
from livecontent.decide.ranking import FactsFor, Ranking
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.facts import Client, Moment, spell_out
from livecontent.vocabulary import Vocabulary


def decide(creative: Creative, moment: Moment, vocabulary: Vocabulary, known: Circumstances = ANYBODY) -> Decision:
    """Tries the variants from the top; those below the winner are not tried. Where more than rules decides, the best.

    On a prefetch, all that time changes is redacted, unless the variant is good for as long.
    """
    if creative.ranked:
        return Ranking(creative, moment, FactsFor.of(creative, moment, vocabulary), known).decide()
    facts = live = RuleFacts(moment.words, timezone=creative.timezone)
    if moment.prefetched:
        redacted, now = vocabulary.redact(moment.words), moment.words.get("now")
        facts = RuleFacts(redacted, prefetched=True, timezone=creative.timezone, now=now)
    trace: list[Tried] = []
    for variant in creative.variants:
        trusted = facts is not live and creative.trusts(variant)
        tried = hold(creative, variant, moment, live if trusted else facts)
        trace.append(tried)
        if tried.value:
            return Decision(variant, tuple(trace))
    return Decision(creative.variants[-1], tuple(trace))  # of a checked creative it always holds


def possible(creative: Creative, client: Client) -> Iterator[Variant]:
    """The variants that may win for such a client, as far as the client alone tells."""
    prefetched = client.time != "live"
    facts = RuleFacts({"client": spell_out(client)}, prefetched=prefetched)
    for variant in creative.variants:
        trusted = prefetched and creative.trusts(variant)
        uncounted = prefetched and not trusted and variant is not creative.variants[-1]
        if uncounted and (variant.limited or creative.cap):
            continue
        if trusted or may_hold(variant.when, facts):
            yield variant
        always = variant.when is None or variant.when.test(facts).value
        if always and variant.from_ is None and variant.until is None and not creative.ranked:
            return


def may_hold(rule: Rule | None, facts: RuleFacts) -> bool:
    """Whether a rule may be true, once more is known; on a prefetch, what time changes never is."""
    if rule is None:
        return True
    tested = rule.test(facts)
    return not (tested.value is False or tested.by_time)
