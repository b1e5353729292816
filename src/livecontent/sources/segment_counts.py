"""How many recipients are in each segment, by what is known of them now; and of how many that is not known, and why.

Recipients are looked at by ref, in spans: a span is read at once, so that nobody who writes or erases waits long.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
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
from livecontent.sources.segment import segment_needs, segment_vocabulary
from livecontent.sources.store.stores import Stores, load_stores
from livecontent.storage.audience import AudienceRow
from livecontent.storage.base import Storage

EXAMPLES = 5  # refs of people who are in a segment
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # of refs, in the order of the store
_TOGETHER = 300  # people of whom a rule is asked at once
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

    def add_people(self, outcomes: Mapping[str, RuleOutcome], number: int = 1) -> None:
        """Adds people of whom the rules tell the same, by segment."""
        self.looked += number
        inside = [name for name, outcome in outcomes.items() if outcome.value]
        for pair in combinations_with_replacement(inside, 2):
            self.together[pair] += number
        for name, outcome in outcomes.items():
            if outcome.value is None:
                self.unknown[name] += number
                for lack in outcome.lacks:
                    self.lacks[name, lack] += number

    def lacks_examples(self, name: str) -> bool:
        """Whether more could be shown of those who are in a segment."""
        return len(self.examples.get(name, ())) < EXAMPLES

    def add_examples(self, names: Iterable[str], refs: Sequence[str]) -> None:
        """Adds some who are in these segments."""
        for name in names:
            self.examples[name] = [*self.examples.get(name, ()), *refs][:EXAMPLES]

    def add(self, other: "SegmentCounts") -> None:
        """Adds those of another span."""
        self.looked += other.looked
        self.together += other.together
        self.unknown += other.unknown
        self.lacks += other.lacks
        for name, refs in other.examples.items():
            self.add_examples((name,), refs)


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
        vocabulary = segment_vocabulary(settings.templates)
        rules = {name: Rule(written, vocabulary) for name, written in job.rules.items()}
        self._tests = {name: remembered(rule, vocabulary) for name, rule in rules.items()}
        needs = segment_needs(rules.values())
        events = {need[1] for need in needs if not isinstance(need, str)}
        roots = needs | ({"place"} if "now" in needs else set()) | ({"history"} if events else set())
        self._roots = {root for root in roots if isinstance(root, str)}
        self._storage = job.open_storage()
        stores = load_stores(settings.stores) if settings.stores else Stores()
        self._words = PeopleWords(settings, stores, self._storage.history, job.at, events)
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

    def _counted(self, people: Iterator[AudienceRow]) -> SegmentCounts:
        """Rule by rule; then by what all rules tell, which is the same of many."""
        counts, alike = SegmentCounts(), Counter[tuple[RuleOutcome, ...]]()
        while some := [*islice(people, _TOGETHER)]:
            words = [self._words.of(row) for row in some]
            told = [*zip(*(test(words) for test in self._tests.values()), strict=True)]
            alike.update(told)
            for outcomes in dict.fromkeys(told):
                inside = [name for name, outcome in zip(self._tests, outcomes, strict=True) if outcome.value]
                if any(map(counts.lacks_examples, inside)):
                    refs = (row.ref for row, one in zip(some, told, strict=True) if one == outcomes)
                    counts.add_examples(inside, [*islice(refs, EXAMPLES)])
        for outcomes, number in alike.items():
            counts.add_people(dict(zip(self._tests, outcomes, strict=True)), number)
        return counts
