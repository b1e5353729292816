"""What holds of what people have said: an approval is of a version, and of what was looked at.

Of a newer version it holds for the variants whose pictures are still the same: nobody approves twice what did not
change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from livecontent.storage.reviews import Verdict

LookedAt = Mapping[str, Mapping[str, str]]  # of pictures, by variant and facts


@dataclass(frozen=True, slots=True)
class Approval:
    """Where a version stands: who has approved each variant, who of them an earlier version, who wants changes."""

    variants: Mapping[str, tuple[str, ...]]  # by variant, the names of those who approved it
    carried: frozenset[str]  # variants approved in an earlier version, and the same since
    changes: tuple[Verdict, ...]  # of those who want changes in this version
    votes: tuple[Verdict, ...]  # of guests, who have a link: they say what they think, and decide nothing

    def approved(self, needed: int) -> bool:
        """Whether so many have approved every variant, and nobody wants changes."""
        return not self.changes and all(len(names) >= needed for names in self.variants.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """Variants that nobody has approved."""
        return tuple(variant for variant, names in self.variants.items() if not names)


def standing(verdicts: Sequence[Verdict], version: str, digests: LookedAt) -> Approval:
    """Where a version stands whose pictures have these digests; `verdicts` from the oldest to the newest."""
    last = {verdict.by: verdict for verdict in verdicts if not verdict.guest}
    approvals = [verdict for verdict in last.values() if verdict.judgement == "approved"]
    found: dict[str, tuple[str, ...]] = {}
    carried = set()
    for variant, pictures in digests.items():
        here = [one.by for one in approvals if one.version == version and variant in one.looked]
        before = [one.by for one in approvals if one.version != version and _same(one.looked.get(variant), pictures)]
        found[variant] = (*here, *before)
        if before and not here:
            carried.add(variant)
    changes = tuple(one for one in last.values() if one.judgement == "changes" and one.version == version)
    votes = tuple(one for one in verdicts if one.guest and one.version == version)
    return Approval(found, frozenset(carried), changes, votes)


def _same(looked: Mapping[str, str] | None, pictures: Mapping[str, str]) -> bool:
    """Whether all that was looked at is as it was, and nothing is there that was not looked at."""
    return bool(looked) and looked == pictures
