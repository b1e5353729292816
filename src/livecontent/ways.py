"""What would have to be different for other variants to be shown than in an answer."""

import asyncio

from livecontent.decide.different import Ways, search_ways, ways_to_show
from livecontent.decide.situation import Situation
from livecontent.pipeline import Answer
from livecontent.sources.now import clock_at


def ways_of(found: Answer) -> Ways:
    """The nearest way for each variant that is not shown, if any was found; each was tried."""
    situation = _situation(found)
    return ways_to_show(situation) if situation else Ways()


async def ways_between(found: Answer) -> Ways:
    """The same where others are served, too: they come between all tries.

    The clock of rules is one for a process: that keeps the search out of other threads.
    """
    situation, ways = _situation(found), Ways()
    for so_far in search_ways(situation) if situation else ():
        ways = so_far
        await asyncio.sleep(0)
    return ways


def _situation(found: Answer) -> Situation | None:
    if found.prepared is None:
        return None
    prepared = found.prepared
    creative, vocabulary = prepared.compiled.loaded.creative, prepared.compiled.resources.vocabulary
    return Situation(creative, prepared.moment, vocabulary, prepared.known, clock_at(prepared.moment))
