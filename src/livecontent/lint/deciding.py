"""What can't be decided: limits of the last variant, unknown variants and groups, variants that can never win."""

from collections.abc import Iterator
from typing import Any

from cel_expr_python import cel

from livecontent.creative.limits import OVER
from livecontent.creative.model import Creative, Variant
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem, did_you_mean
from livecontent.expressions.contexts import Context
from livecontent.facts import Need
from livecontent.vocabulary import Vocabulary, dotted


def check_deciding(source: YamlSource, creative: Creative, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Every problem of what decides besides rules."""
    yield from _last(source, creative)
    yield from _arms(source, creative)
    if creative.explore and creative.explore.context:
        yield from _context(source, creative.explore.context, vocabulary)
    yield from _groups(source, creative)
    yield from _offers(source, creative)
    yield from _tried_no_more(source, creative)
    if creative.ranked:
        yield from _never(source, creative)


def _last(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """It is shown where no other may be, and in silence: nothing can keep it back."""
    last = creative.variants[-1]
    keys: dict[str, object] = {
        "rank": last.rank,
        "score": last.score,
        "cap": last.cap,
        "rest": last.rest,
        "vary": last.vary,
        "offers": last.offers,
    }
    for key, value in keys.items():
        if value:
            message = f"the last variant must have no `{key}`: it is shown if no other may be"
            place = ("variants", len(creative.variants) - 1, key)
            yield source.problem(place, message, help_="add a last variant, such as collapse: true")
    for key, share in (("silence", creative.silence), ("holdout", creative.holdout)):
        if share and len(creative.variants) < 2:
            yield source.problem((key,), f"`{key}` needs a variant besides the last one, which is what it shows")


def _arms(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    names = [one.name for one in creative.variants]
    last = names[-1]
    for name in creative.split:
        if name not in names:
            yield source.problem(("split", name), f"unknown variant '{name}'", help_=did_you_mean(name, names))
        elif name == last and (creative.silence or creative.holdout):
            yield source.problem(("split", name), f"'{name}' is what silence shows, and can't be tried against others")
    if 0 < len(creative.split) < 2:
        yield source.problem(("split",), "a split has two variants or more")
    if creative.explore and len(creative.arms) < 2:
        yield source.problem(("explore",), "explore needs two variants besides the last one, or a `split` of two")
    for index, one in enumerate(creative.variants):
        if creative.explore and one.name in creative.arms and one.score:
            message = "a variant that is explored has no `score`: clicks tell how good it is"
            yield source.problem(("variants", index, "score"), message)


def _context(source: YamlSource, context: Context, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A text that may name a person is none. Where the data does not tell what it is, that is a warning."""
    for path in context.free:
        sample = vocabulary.sample_at(path) if path else None
        if isinstance(sample, bool):
            continue
        named = dotted(path) if path else "what is worked out here"
        surely = isinstance(sample, str) or context.type == cel.Type.STRING
        message = f"{named} is any text, which may name a person: a context has few values, each of many people"
        if not surely:
            message = f"{named} counts as a context where it is true or false: a text may name a person"
        help_ = 'compare it, such as recipient.level == "gold", or take a segment, a habit or place.country'
        yield source.problem(("explore", "context"), message, help_=help_, warning=not surely)


def _groups(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """A cap over a group that no variant here is in counts what others show, which may be a slip."""
    groups = {one.group for one in creative.variants if one.group}
    places: list[tuple[YamlPath, Any]] = [(("cap",), cap) for cap in creative.cap]
    places += [(("variants", i, "cap"), cap) for i, one in enumerate(creative.variants) for cap in one.cap]
    for path, cap in places:
        if cap.over not in OVER and cap.over not in groups:
            known = [*OVER, *sorted(groups)]
            help_ = did_you_mean(cap.over, known) or f"there are: {', '.join(known)}"
            yield source.problem(path, f"no variant here is in the group '{cap.over}'", help_=help_, warning=True)


def _offers(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """Whatever would let images of one email choose offers by something else than the others do."""
    if creative.pool and creative.explore:
        message = "`explore` can't be used with offers: all images of an email choose them by the same ranks and scores"
        yield source.problem(("explore",), message, help_="a `split` tries offers against each other")
    for index, one in enumerate(creative.variants):
        for key, rule in (("when", one.when), ("score", one.score)) if one.offers else ():
            for root in sorted({_root(need) for need in rule.needs} & {"let", "param"} if rule else ()):
                message = f"an offer can't go by {root}.: images of the same email may have others"
                yield source.problem(("variants", index, key), message)
        for cap in one.cap if one.offers else ():
            if cap.over == "creative":
                message = "the cap of an offer counts it wherever it was shown: leave out `over: creative`"
                yield source.problem(("variants", index, "cap"), message)


def _root(need: Need) -> str:
    return need if isinstance(need, str) else str(need[0])


def _never(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """Variants behind one that may always be shown, and comes first whatever the facts."""
    for index, variant in enumerate(creative.variants[:-1]):
        for other in creative.variants[:-1]:
            if other is not variant and _always(other, creative) and _first(other, variant, creative):
                message = f"'{variant.name}' is never shown: '{other.name}' may always be, and comes first"
                help_ = "give it a higher rank or score, or the other a rule or a limit"
                yield source.problem(("variants", index), message, help_=help_)
                break


def _tried_no_more(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """A chance of a click is learned where a variant is shown: one that may always win leaves the others unseen."""
    for variant in creative.by_chance:
        others = [one for one in creative.by_chance if one.rank == variant.rank and one is not variant]
        if others and _always(variant, creative):
            message = f"while '{variant.name}' has the highest score, nothing is learned of the others"
            help_ = "`vary: true`, `rest` or a `cap` lets others be shown, too; or `explore` in place of `click_chance`"
            place = ("variants", creative.variants.index(variant), "score")
            yield source.problem(place, message, help_=help_, warning=True)
            return


def _always(one: Variant, creative: Creative) -> bool:
    rules = one.when or one.from_ or one.until
    return not (rules or one.limited or creative.cap or one.name in creative.arms or one.offers)


def _first(one: Variant, other: Variant, creative: Creative) -> bool:
    """Whether one is ranked before another at every open."""
    if other.name in creative.arms or one.rank != other.rank:
        return one.rank > other.rank
    score, behind = _fixed(one), _fixed(other)
    if score is None or behind is None:
        return False
    return (score, -creative.variants.index(one)) > (behind, -creative.variants.index(other))


def _fixed(one: Variant) -> float | None:
    """A score that is a number as it is written."""
    try:
        return float(one.score.source) if one.score else 0.0
    except ValueError:
        return None
