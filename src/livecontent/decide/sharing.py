"""Which offer is whose: images of one email that share a pool show different ones, by their places.

All of them rank the same offers by the same rules, and see the same records; so each knows what the others take
without asking them:
- What was shown stays with the image that showed it, as long as it may be shown. Where two have shown the same, as
  facts changed in between, it stays with the one of the lower place.
- Of all else, the images that keep nothing take the best, the next, and so on, in the order of their places.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple, Self

from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import Circumstances
from livecontent.decide.decision import Tried, worth_of
from livecontent.showings import SeenVariant

Found = tuple[Variant, Tried]


class Turn(NamedTuple):
    """Of one image: what others keep, what it keeps itself ("" for nothing), and how many choose before it."""

    taken: dict[str, str]  # offers by name: the creative of the image that has shown it
    kept: str
    before: int

    @classmethod
    def of(cls, creative: Creative, known: Circumstances, may: Callable[[str], bool]) -> Self:
        """`may` tells whether an offer may be shown now."""
        owners: dict[str, SeenVariant] = {}
        for one in known.seen:
            if one.pool and one.slot == known.slot:
                owners[one.variant] = min(owners.get(one.variant, one), one, key=_place)
        own = [one for one in owners.values() if one.creative == known.creative]
        kept = (one.variant for one in sorted(own, key=_newest) if may(one.variant))
        settled = {
            one.place
            for one in owners.values()
            if one.pool == creative.pool and one.place < creative.place and may(one.variant)
        }
        others = {one.variant: one.creative for one in owners.values() if one.creative != known.creative}
        return cls(others, next(kept, ""), creative.place - 1 - len(settled))

    def is_found(self, found: Sequence[Found], rank: int) -> bool:
        """Whether no offer of this rank or of a lower one can be the one."""
        if self.kept:
            return any(one.name == self.kept and one.rank > rank for one, _ in found)
        offers = [one for one, _ in found if one.offers]
        return len(offers) > self.before and offers[self.before].rank > rank

    def share(self, found: Sequence[Found]) -> tuple[list[Found], str, frozenset[str]]:
        """What is left of these: one offer ("" for none), and all that are none; and the offers that go before it.

        Of equals, the first by name comes first.
        """
        offers: list[tuple[float, float, str, Found]] = []
        for one in found:
            if one[0].offers:
                rank, score = worth_of(*one)
                offers.append((-rank, -score, one[0].name, one))
        offers.sort(key=itemgetter(0, 1, 2))
        names = [name for _, _, name, _ in offers]
        at = names.index(self.kept) if self.kept in names else self.before
        mine = offers[at][-1] if at < len(offers) else None
        left = [one for one in found if one is mine or not one[0].offers]
        return left, mine[0].name if mine else "", frozenset(names[:at])


def _place(one: SeenVariant) -> tuple[int, str, float]:
    return one.place, one.creative, one.at


def _newest(one: SeenVariant) -> tuple[float, str]:
    return -one.at, one.variant
