"""What is known where a rule or text stands."""

from dataclasses import dataclass

from livecontent.compose.listed import Listed
from livecontent.expressions.rule import Rule
from livecontent.lint.guards import known_where
from livecontent.lint.names import NUMBER, of_item
from livecontent.vocabulary import EACH, OF_AN_ITEM, FactPath, Vocabulary


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a text stands: which names are known there for sure, and what `item` is."""

    sure: frozenset[FactPath] = frozenset({("now",), ("client",)})
    item: FactPath | None = None  # the path to each item of a repeat

    def inside(self, condition: Rule | None, vocabulary: Vocabulary) -> "Scope":
        """Inside what a condition holds for, the facts that it guards are known."""
        if condition is None:
            return self
        known = known_where(condition.source, vocabulary)
        known |= {(path[0],) for path in known if path[0] in ("weather", "store")}
        known |= {("recipient", "id") for path in known if path[0] == "recipient"}  # all who are known have one
        return Scope(self.sure | known, self.item)

    def of_items(self, listed: Listed, vocabulary: Vocabulary) -> "Scope":
        """Inside of a repeat the list is known, and so is what its rule guards."""
        if listed.range:
            return Scope(self.sure | frozenset(listed.paths), NUMBER).inside(listed.where, vocabulary)
        whole = of_item(listed.paths[0], self.item)
        inside = Scope(self.sure | {("item",), listed.paths[0]}, (*whole, EACH))
        return inside.inside(listed.where, vocabulary)

    def may_be_single(self, path: FactPath, vocabulary: Vocabulary) -> bool:
        """Whether what is of an item may be one value: of lists in profiles nobody knows beforehand."""
        if path[0] not in OF_AN_ITEM:
            return False
        found = vocabulary.locate(of_item(path, self.item))
        return found is None or not found[0].names

    def item_samples(self, vocabulary: Vocabulary) -> dict[str, object]:
        """What an item may be, and what stands beside it."""
        if self.item is None:
            return {}
        sample = 1 if self.item == NUMBER else vocabulary.sample_at(self.item)
        return {"item": sample, "index": 1, "first": True, "last": False}
