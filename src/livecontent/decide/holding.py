"""Whether a variant's rule and moments hold."""

from datetime import datetime

from livecontent.creative.model import Creative, Variant
from livecontent.decide.decision import Tried
from livecontent.expressions.rule import RuleFacts, Tested
from livecontent.expressions.template import Template
from livecontent.expressions.window import both, read_moment, window_test
from livecontent.facts import Moment


def hold(creative: Creative, variant: Variant, moment: Moment, facts: RuleFacts) -> Tried:
    """What the rule and the moments of a variant are together."""
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
