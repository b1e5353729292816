"""What may be said of facts in a picture that is read later than it is fetched: facts in, those that stay true out.

Apple's proxy and scanners fetch minutes to days before the person looks: `client.time` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from livecontent.creative.conditions import Condition, Facts
from livecontent.creative.liquid import UNSTEADY, Withheld
from livecontent.creative.words import Texts, Words
from livecontent.facts import TIME_BOUND, VOCABULARY, Bound, Moment

HORIZON = timedelta(days=7)  # content that is good for as long needs no care
_AT = ("now", "at")
# Moments that differ in hour, minute, weekday, day and month, and one far away: what is the same at all of them stays.
_LATER = (*(timedelta(days=31 * step, hours=5 * step, minutes=7 * step) for step in range(1, 25)), timedelta(days=3652))

Withholding = Mapping[str, Mapping[str, object]]  # by root and name


def bound_of(path: tuple[str, ...]) -> Bound | None:
    """How time changes a fact, by its path; None where it does not."""
    root, *rest = path
    if root == "stores":
        rest = rest[1:]
    if root in ("stores", "item"):
        root = "store"
    return TIME_BOUND.get(root) or (TIME_BOUND.get(f"{root}.{rest[0]}") if rest else None)


def _withholding(bound: Bound) -> Withholding:
    held = {
        root: {name: Withheld(f"{root}.{name}") for name in names if bound_of((root, name)) == bound}
        for root, names in VOCABULARY.items()
    }
    return MappingProxyType({root: names for root, names in held.items() if names})


_CLOCK = _withholding("clock")
_MEASURED = _withholding("measured")


def read_later(moment: Moment) -> bool:
    """Whether the picture may be read later than now; where nobody asks for it, as at publish, it is not."""
    client = moment.value("client")
    return client is not None and client.time != "live"


def lasts(good_for: timedelta | None) -> bool:
    """Whether the author's word is good until the picture is read."""
    return good_for is not None and good_for >= HORIZON


def without_clock(words: Mapping[str, object]) -> dict[str, object]:
    """The words with what the clock changes withheld: for texts, which tell as of when the rest was measured."""
    found = _withhold(words, _CLOCK)
    if isinstance(stores := words.get("stores"), list):
        found["stores"] = [{**store, **_CLOCK["store"]} for store in stores]
    return found


def without_measured(words: Mapping[str, object]) -> dict[str, object]:
    """The words with what was measured withheld, too: for rules, pictures and links."""
    return _withhold(words, _MEASURED)


def _withhold(words: Mapping[str, object], names: Withholding) -> dict[str, object]:
    found = dict(words)
    for root, held in names.items():
        if isinstance(value := words.get(root), Mapping):
            found[root] = {**value, **held}
    return found


def holds_later(condition: Condition, facts: Facts) -> tuple[bool | None, str]:
    """What a condition is now and stays; None with a reason where it could become another, or is not known."""
    value, note = condition.test(facts)
    if value is not None and _AT in condition.names:
        try:
            if any(condition.test(facts.after(span))[0] is not value for span in _LATER):
                return None, UNSTEADY
        except OverflowError:
            return None, UNSTEADY
    return value, note


def bounds_of_words(words: Words) -> frozenset[Bound]:
    """How time changes what a text names."""
    paths = [name.path for name in words.names]
    paths += [("item", *name.path[1:]) for name in words.reading.items]
    return _bounds(paths)


def bounds_of_text(text: Words | Texts) -> frozenset[Bound]:
    """The same, in any of its languages."""
    return frozenset[Bound]().union(*map(bounds_of_words, each(text)))


def bounds_of_rule(condition: Condition | None) -> frozenset[Bound]:
    """How time changes what a rule names, `now.at` as well."""
    if condition is None:
        return frozenset()
    paths = list(condition.names)
    if "stores" in condition.needs:  # what it asks of each stands behind a name of its own
        paths += [("item", name) for name in re.findall(r"\.\s*(\w+)", condition.source)]
    return _bounds(paths) | (frozenset({"clock"}) if _AT in paths else frozenset())


def _bounds(paths: Iterable[tuple[str, ...]]) -> frozenset[Bound]:
    return frozenset(bound for path in paths if (bound := bound_of(path)))


def each(text: Words | Texts) -> Iterator[Words]:
    """A text in all its languages."""
    yield from text.by_language.values() if isinstance(text, Texts) else (text,)
