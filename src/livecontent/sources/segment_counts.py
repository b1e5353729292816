"""How many recipients are in each segment, by what is known of them now; and of how many that is not known, and why.

Recipients are looked at by ref, in spans: a span is read at once, so that nobody who writes or erases waits long.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import combinations_with_replacement, islice, pairwise

from livecontent.config import Settings
from livecontent.expressions.remembered import Lack, RuleOutcome, remembered
from livecontent.expressions.rule import Rule
from livecontent.imports.table_file import Progress
from livecontent.runtime.processes import Processes
from livecontent.sources.audience import PeopleWords
from livecontent.sources.segment import segment_vocabulary
from livecontent.sources.store.stores import Stores, load_stores
from livecontent.storage.audience import AudienceRow
from livecontent.storage.base import Storage

EXAMPLES = 5  # refs of people who are in a segment
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # of refs, in the order of the store
_SPANS = tuple(pairwise(("", *_LETTERS[1:], "")))

RefSpan = tuple[str, str]


@dataclass(slots=True)
class SegmentCounts:
    """Of those looked at: how many are in two segments (of one: in it), of how many it is not known, and why."""

    looked: int = 0
    together: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    lacks: Counter[tuple[str, Lack]] = field(default_factory=Counter)  # people by segment and what is not known
    examples: dict[str, list[str]] = field(default_factory=dict)  # refs

    def inside(self, name: str) -> int:
        """How many are in a segment."""
        return self.together[name, name]

    def lacks_of(self, name: str) -> list[tuple[Lack, int]]:
        """What is not known where a segment is not, and of how many, the most frequent first."""
        found = [(lack, count) for (segment, lack), count in self.lacks.items() if segment == name]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def fold(self, groups: Mapping[tuple[str, ...], int], unknown: Mapping[str, Mapping[RuleOutcome, int]]) -> None:
        """Adds people by the segments that they are in, and those of whom it is not known, by segment."""
        for names, count in groups.items():
            for pair in combinations_with_replacement(names, 2):
                self.together[pair] += count
        for name, outcomes in unknown.items():
            for outcome, count in outcomes.items():
                self.unknown[name] += count
                for lack in outcome.lacks:
                    self.lacks[name, lack] += count

    def add_example(self, names: Iterable[str], ref: str) -> None:
        """Adds somebody who is in these segments."""
        for name in names:
            if len(refs := self.examples.setdefault(name, [])) < EXAMPLES:
                refs.append(ref)

    def add(self, other: "SegmentCounts") -> None:
        """Adds those of another span."""
        self.looked += other.looked
        self.together += other.together
        self.unknown += other.unknown
        self.lacks += other.lacks
        for name, refs in other.examples.items():
            self.examples[name] = [*self.examples.get(name, ()), *refs][:EXAMPLES]


@dataclass(frozen=True, slots=True)
class CountJob:
    """Rules by name, as they are written, for who is known at a time. `open_storage` is pickled."""

    settings: Settings
    open_storage: Callable[[], Storage]
    rules: Mapping[str, str]
    at: datetime
    most: int | None = None  # recipients to look at; None: all


async def count_segments(job: CountJob, processes: int, progress: Progress, nice: int = 0) -> SegmentCounts:
    """Counts over all, by as many processes, in this one where that is 0. Raises `LivecontentError`."""
    counts = SegmentCounts()
    whole = await _count(job)

    def add(found: SegmentCounts) -> None:
        counts.add(found)
        progress(counts.looked, whole)

    if processes:
        with Processes(partial(SpanCounter, job), processes, "counts segments", nice) as several:
            async for found in several.results(_spans()):
                add(found)
        return counts
    counter = SpanCounter(job)
    try:
        async for span in _spans():
            add(await counter.of(span))
    finally:
        await counter.close()
    return counts


async def _count(job: CountJob) -> int:
    storage = job.open_storage()
    try:
        whole = await storage.recipients.count()
    finally:
        await storage.close()
    return whole if job.most is None else min(whole, job.most)


async def _spans() -> AsyncIterator[RefSpan]:
    for span in _SPANS:
        yield span


class SpanCounter:
    """Counts one span after the other."""

    def __init__(self, job: CountJob) -> None:
        """Raises `LivecontentError`."""
        settings = job.settings
        vocabulary = segment_vocabulary()
        rules = {name: Rule(written, vocabulary) for name, written in job.rules.items()}
        self._tests = {name: remembered(rule, vocabulary) for name, rule in rules.items()}
        roots = {str(need) for rule in rules.values() for need in rule.needs}
        self._roots = roots | ({"place"} if "now" in roots else set())
        self._storage = job.open_storage()
        stores = load_stores(settings.stores) if settings.stores else Stores()
        self._words = PeopleWords(settings, stores, self._storage.history, job.at)
        self._left = job.most

    async def of(self, span: RefSpan) -> SegmentCounts:
        """Those of one."""
        found = self._counted(islice(self._storage.audience.people(self._roots, *span), self._left))
        if self._left is not None:
            self._left -= found.looked
        return found

    async def close(self) -> None:
        """Closes the stores."""
        await self._storage.close()

    def _counted(self, people: Iterable[AudienceRow]) -> SegmentCounts:
        counts = SegmentCounts()
        groups = Counter[tuple[str, ...]]()  # people by the segments that they are in
        unknown = {name: Counter[RuleOutcome]() for name in self._tests}
        tests = [(name, test, unknown[name]) for name, test in self._tests.items()]
        for row in people:
            counts.looked += 1
            words, inside = self._words.of(row), []
            for name, test, others in tests:
                found = test(words)
                if found.value:
                    inside.append(name)
                elif found.value is None:
                    others[found] += 1
            group = tuple(inside)
            groups[group] += 1
            if inside and groups[group] <= EXAMPLES:
                counts.add_example(group, row.ref)
        counts.fold(groups, unknown)
        return counts
