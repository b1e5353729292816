"""What would have to be different for other variants to be shown than in an answer."""

from collections.abc import Sequence

from livecontent.decide.different import Situation, Way, ways_to_show
from livecontent.pipeline import Answer
from livecontent.sources.now import clock_at


def ways_of(found: Answer) -> Sequence[Way]:
    """The nearest way for each variant that is not shown, if any was found; each was tried."""
    if found.prepared is None:
        return ()
    prepared = found.prepared
    creative, vocabulary = prepared.compiled.loaded.creative, prepared.compiled.resources.vocabulary
    return ways_to_show(Situation(creative, prepared.moment, vocabulary, prepared.known, clock_at(prepared.moment)))
