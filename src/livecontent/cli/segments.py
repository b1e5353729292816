"""How many recipients are in each segment, by what is known of them now."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from livecontent.config import Settings
from livecontent.facts import Fact, Opening, Person, Reason, spell_out
from livecontent.sources.base import Source
from livecontent.sources.habit import HabitSource
from livecontent.sources.history import HistorySource
from livecontent.sources.now import now_at
from livecontent.sources.segment import Segments, segments_in
from livecontent.sources.store.stores import Stores, load_stores
from livecontent.sources.trait import TraitSource
from livecontent.storage.base import Profile, Recipient, Storage

_PLACE = ("city", "region", "country", "latitude", "longitude", "timezone")


class SegmentCount:
    """Counts recipients by segment."""

    def __init__(self, segments: Segments, storage: Storage, settings: Settings) -> None:
        self._segments = segments
        self._people = storage.people
        stores = load_stores(settings.stores) if settings.stores else Stores()
        sources = (
            HistorySource(storage.history),
            HabitSource(storage.history, stores),
            TraitSource(storage.history, settings.traits),
        )
        self._roots = {str(need) for rule in segments.values() for need in rule.needs}
        self._sources: tuple[Source, ...] = tuple(one for one in sources if one.fact.root in self._roots)
        self._zone = settings.timezone or "UTC"
        self.inside: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    async def see(self, recipient: Recipient) -> None:
        """Counts a recipient, by what they consent to."""
        person = await self._people.look_up(recipient.ref)
        words = self._words(person)
        known = dict(segments_in(self._segments, words))
        self.inside.update(name for name, inside in known.items() if inside)
        self.unknown.update(self._segments.keys() - known.keys())

    def _words(self, person: Person) -> dict[str, object]:
        profile = person.profile or {}
        now = datetime.now(UTC)
        words: dict[str, object] = {"recipient": profile, "place": {k: profile[k] for k in _PLACE if k in profile}}
        if "now" in self._roots:
            words["now"] = spell_out(now_at(now.astimezone(self._clock(profile))))
        opening = Opening("", person.ref, now, person=person)
        facts = {"recipient": Fact(profile, Reason.FRESH)}
        for source in self._sources:
            found = source.ask(opening, facts)
            if isinstance(found, Fact) and found.value is not None:
                words[source.fact.root] = spell_out(found.value)
        return words

    def _clock(self, profile: Profile) -> ZoneInfo:
        try:
            return ZoneInfo(str(profile.get("timezone") or self._zone))
        except (OSError, ValueError, KeyError):
            return ZoneInfo(self._zone)
