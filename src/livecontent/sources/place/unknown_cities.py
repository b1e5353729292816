"""Which cities of recipients nobody knows, so that they have no weather; and which are the largest of several."""

from collections import Counter
from collections.abc import Mapping

from livecontent.sources.place import place_of
from livecontent.sources.place.gazetteer import Gazetteer

SHOWN = 5  # cities in a sentence


class CityCounts:
    """Counts recipients by what is known of their city, for people who import them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._look_up = gazetteer.look_up
        self.seen = 0  # recipients with a city and no coordinates
        self._unknown: Counter[str] = Counter()
        self._doubtful: Counter[str] = Counter()

    def see(self, profile: Mapping[str, object], recipients: int = 1) -> None:
        """Counts so many recipients with this city, country and region; coordinates need no city."""
        if "latitude" in profile or not profile.get("city"):
            return
        own = place_of(profile.get("city"), profile.get("region"), profile.get("country"))
        if own.city:
            self.seen += recipients
            place, doubt = self._look_up(own.city, own.country, own.region)
            if doubt:
                counts = self._doubtful if place else self._unknown
                counts[doubt.removeprefix("unknown city: ")] += recipients

    @property
    def unknown(self) -> int:
        """How many recipients have a city that nobody knows."""
        return self._unknown.total()

    def findings(self) -> list[str]:
        """A sentence for each kind of doubt, with the most frequent cities; none where all is well."""
        found = []
        if self._unknown:
            who = _recipients(self.unknown)
            found.append(f"{who} a city that is not known, so no weather: {_examples(self._unknown)}")
        if self._doubtful:
            who = _recipients(self._doubtful.total())
            found.append(f"{who} a city that exists several times: {_examples(self._doubtful)}")
        return found


def _recipients(count: int) -> str:
    return "1 recipient has" if count == 1 else f"{count:,} recipients have"


def _examples(counts: Counter[str]) -> str:
    """The most frequent."""
    more = f", and {len(counts) - SHOWN} more" if len(counts) > SHOWN else ""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.most_common(SHOWN)) + more
