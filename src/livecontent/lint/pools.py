"""What can't be right between creatives that share a pool of offers: their places, and what they choose by."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from livecontent.creative.load import LoadedCreative
from livecontent.creative.shared import OFFERS
from livecontent.errors import Problem

_SAME = "both choose alike only where it is the same"
_ALIKE = ("timezone", "horizon", "split")  # they change which offers may be shown


def check_pools(creatives: Sequence[LoadedCreative], folder: Path, offers: Sequence[str]) -> Iterator[Problem]:
    """Every problem; `offers` are all that there are in the folder of creatives."""
    sharing = [one for one in creatives if one.creative.pool]
    pools: dict[str, list[LoadedCreative]] = defaultdict(list)
    for one in sharing:
        pools[one.creative.pool].append(one)
    for same in pools.values():
        yield from _places(same)
        yield from _alike(same)
        yield from _caps(same)
    for one, other in combinations(sharing, 2):
        both = offers_of(one) & offers_of(other)
        if both and one.creative.pool != other.creative.pool:
            message = f"'{one.name}' chooses from {one.creative.pool}, this from {other.creative.pool}"
            help_ = f"an email with both can say the same twice ({min(both)}): choose from the same offers"
            yield _at_variants(other, message, help_)
    used = frozenset[str]().union(*map(offers_of, sharing))
    for name in offers:
        if name not in used:
            yield Problem(str(folder / OFFERS / f"{name}.yaml"), 1, 1, "no creative shows this offer", warning=True)


def offers_of(loaded: LoadedCreative) -> frozenset[str]:
    """The names of the offers that a creative may show."""
    return frozenset(one.name for one in loaded.creative.variants if one.offers)


def _places(creatives: Sequence[LoadedCreative]) -> Iterator[Problem]:
    holders: Mapping[int, LoadedCreative] = {one.creative.place: one for one in reversed(creatives)}
    for one in creatives:
        place = one.creative.place
        first = holders[place]
        if first is not one:
            message = f"'{first.name}' has place {place}, too: in one email both say the same"
            yield one.source.problem(("place",), message, help_=f"give it place {max(holders) + 1}", warning=True)
        missing = next((number for number in range(1, place) if number not in holders), 0)
        if missing:
            message = f"no creative that shares these offers has place {missing}: what it would take is not shown"
            yield one.source.problem(("place",), message, warning=True)
        count = len(offers_of(one))
        if count < place:
            message = f"of {count} offers, none is ever left for place {place}"
            yield one.source.problem(("place",), message, warning=True)


def _alike(creatives: Sequence[LoadedCreative]) -> Iterator[Problem]:
    first, *others = creatives
    for one in others:
        for key in _ALIKE:
            if getattr(one.creative, key) != getattr(first.creative, key):
                message = f"`{key}` is another than that of '{first.name}', which shares these offers"
                yield one.source.problem((key,), message, help_=_SAME, warning=True)


def _caps(creatives: Sequence[LoadedCreative]) -> Iterator[Problem]:
    """A limit that one image alone has reached: what it would take is in no image of the email."""
    for one in creatives:
        behind = next((other for other in creatives if other.creative.place > one.creative.place), None)
        if behind and one.creative.cap and behind.creative.cap != one.creative.cap:
            message = f"once this limit is reached, no image of the email shows the offer of place {one.creative.place}"
            help_ = f"'{behind.name}' leaves it to this one: give both the same, or set limits in the offers' files"
            yield one.source.problem(("cap",), message, help_=help_, warning=True)


def _at_variants(loaded: LoadedCreative, message: str, help_: str) -> Problem:
    index = next(index for index, one in enumerate(loaded.creative.variants) if one.offers)
    return loaded.source.problem(("variants", index, "offers"), message, help_=help_, warning=True)
