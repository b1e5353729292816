"""Which cities of recipients nobody knows, so that they have no weather; and which are the largest of several."""

from collections import Counter
from collections.abc import Mapping

from livecontent.sources.place import place_of
from livecontent.sources.place.gazetteer import Gazetteer

SHOWN = 5  # cities in a sentence
KEPT = 100_000  # cities of a file, each looked up once


class CityCounts:
    """Counts recipients by what is known of their city, for people who import them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._look_up = gazetteer.look_up
        self._found: dict[tuple[object, ...], str] = {}  # what to tell of a city, "" for nothing
        self.seen = 0  # recipients with a city and no coordinates
        self._unknown: Counter[str] = Counter()
        self._doubtful: Counter[str] = Counter()

    def see(self, profile: Mapping[str, object], recipients: int = 1) -> None:
        """Counts so many recipients with this city, country and region; coordinates need no city."""
        city = profile.get("city")
        if not isinstance(city, str) or profile.get("latitude") is not None:
            return
        self.seen += recipients
        key = (city, str(profile.get("country", "")), str(profile.get("region", "")))
        found = self._found.get(key)
        if found is None:
            found = self._told(profile)
            if len(self._found) < KEPT:
                self._found[key] = found
        if found:
            kind, _, what = found.partition(" ")
            (self._unknown if kind == "unknown" else self._doubtful)[what] += recipients

    def _told(self, profile: Mapping[str, object]) -> str:
        own = place_of(profile.get("city"), profile.get("region"), profile.get("country"))
        if own.city is None:
            return ""
        place, doubt = self._look_up(own.city, own.country, own.region)
        if place is None:
            return f"unknown {doubt.removeprefix('unknown city: ')}"
        return f"doubtful {own.city} in {place.country}" if doubt else ""

    @property
    def unknown(self) -> int:
        """How many recipients have a city that nobody knows."""
        return self._unknown.total()

    def findings(self) -> list[str]:
        """A sentence for each kind of doubt, with the most frequent cities; none where all is well."""
        found = []
        for counts, what in (
            (self._unknown, "that is not known, so no weather"),
            (self._doubtful, "that exists several times, so the largest is taken"),
        ):
            if counts:
                found.append(f"{_recipients(counts.total())} a city {what}: {_examples(counts)}")
        return found


def _recipients(count: int) -> str:
    return "1 recipient has" if count == 1 else f"{count:,} recipients have"


def _examples(counts: Counter[str]) -> str:
    """The most frequent."""
    more = f", and {len(counts) - SHOWN} more" if len(counts) > SHOWN else ""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.most_common(SHOWN)) + more
