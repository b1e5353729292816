"""What is known of a person now: facts with their sources, what they did and mostly do, and how far limits are used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from livecontent.decide.circumstances import Hit, Limits
from livecontent.facts import Client, Fact, Moment, Opening, Place, Reason
from livecontent.sources.history import PersonHistory
from livecontent.storage.person import PersonBrief
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.site import StudioParts

PATIENCE = 5.0  # seconds for facts: who looks somebody up waits longer than a recipient
FACTS = ("place", "weather", "store")  # that are shown with their sources
FEW = 5  # products of the basket
_LEARNT = ("history", "habit", "trait", "segment")


class UsedLimit(NamedTuple):
    """A limit of a creative, or of one of its variants, that somebody has used."""

    title: str
    variant: str  # "" for the creative
    used: Hit


@dataclass(frozen=True, slots=True)
class KnownNow:
    """All of it."""

    facts: Mapping[str, Fact[Any]]
    limits: Sequence[UsedLimit]
    zone: tzinfo

    def fact(self, name: str) -> Fact[Any]:
        """One that was asked for; else one that is not known."""
        return self.facts.get(name) or Fact(None, Reason.MISSING, "")

    @property
    def places(self) -> Mapping[str, Fact[Any]]:
        """Those that are shown with their sources."""
        return {name: self.facts[name] for name in FACTS if name in self.facts}

    @property
    def segments(self) -> Sequence[str]:
        """Those that the person is in."""
        told: Mapping[str, bool] = self.fact("segment").value or {}
        return [name for name, member in told.items() if member]


async def known_now(brief: PersonBrief, parts: StudioParts) -> KnownNow:
    """What is known without a request of theirs; nothing of who consents to nothing."""
    default = _zone(parts.settings.timezone)
    if brief.person.consent == "none":
        return KnownNow({}, (), default)
    now = parts.reader.clock()
    opening = Opening("", brief.ref, now, person=brief.person)
    told: dict[str, Fact[Any]] = {
        "client": Fact(Client(), Reason.MISSING, "request"),
        "param": Fact({}, Reason.MISSING, "address"),
    }
    needs = frozenset(name for name in (*FACTS, *_LEARNT) if name in parts.workshop.vocabulary.types)
    moment = await parts.kit.gatherer.patient(PATIENCE).gather(needs, opening, Moment(told))
    place = moment.value("place")
    zone = _zone(place.timezone) if isinstance(place, Place) and place.timezone else default
    return KnownNow(moment.facts, tuple(_limits(brief, parts, now)), zone)


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, KeyError):
        return UTC


def _limits(brief: PersonBrief, parts: StudioParts, now: datetime) -> Iterator[UsedLimit]:
    """Those of which something is used; one that several variants share once."""
    for name, compiled in sorted(parts.kit.creatives.items()):
        creative = compiled.loaded.creative
        known = parts.kit.deciding.circumstances(Opening(name, brief.ref, now, person=brief.person))
        if known.counted and creative.ranked:
            known = replace(known, slot="")  # also what was seen today counts for the next send
            limits = Limits(creative, known)
            used = [(one, variant) for variant in creative.ranked for one in limits.used(variant)]
            yield from dict.fromkeys(
                UsedLimit(creative.title or name, variant.name if one.over in ("", "variant") else "", one)
                for one, variant in used
                if one.shown or one.kind != "cap"
            )


def history_told(found: Any, words: Catalogue, names: Mapping[str, str]) -> Iterator[str]:
    """What somebody did last, in sentences; `names` are those of products by SKU."""
    if not isinstance(found, PersonHistory):
        return
    said = words.texts["person"]["history"]

    def ago(hours: int) -> str:
        return words.age(hours * 3600.0)

    if found.orders_in_a_year:
        total = words.number(found.spent_in_a_year, "#,##0.00")
        yield said["orders"].format(count=found.orders_in_a_year, total=total)
    if found.days_since_purchase is not None:
        yield said["last_order"].format(ago(found.days_since_purchase * 24))
    if found.last_viewed:
        name = names.get(found.last_viewed, found.last_viewed)
        yield said["viewed"].format(name=name, times=found.last_viewed_times, ago=ago(found.hours_since_viewed or 0))
    if found.basket:
        items = ", ".join(f"{one['quantity']} × {names.get(one['sku'], one['sku'])}" for one in found.basket[:FEW])
        yield said["basket"].format(items=items, ago=ago(found.hours_since_basket or 0))
    if found.open_tickets:
        yield said["tickets"].format(found.open_tickets)
    if found.last_store:
        yield said["visit"].format(store=found.last_store, ago=ago(found.hours_since_visit or 0))
    if found.days_since_active is not None:
        yield said["active"].format(ago(found.days_since_active * 24))


def skus_of(found: Any) -> set[str]:
    """The products that a history names."""
    if not isinstance(found, PersonHistory):
        return set()
    return {*([found.last_viewed] if found.last_viewed else ()), *(one["sku"] for one in found.basket[:FEW])}


def limit_told(limit: UsedLimit, words: Catalogue, zone: tzinfo) -> str:
    """How far a limit is used, and until when it is reached, on a clock."""
    said, used = words.texts["person"]["limit"], limit.used
    over = used.over.removeprefix("group ")
    others = said["all"] if used.over == "all" else said["group"].format(over) if over != used.over else ""
    what = others or ": ".join(filter(None, (limit.title, limit.variant)))
    until = words.minute(datetime.fromtimestamp(used.until, zone)) if used.until else ""
    hours = round(used.per.total_seconds() / 3600)
    per = said["hours"].format(hours) if hours % 24 else said["days"].format(hours // 24)
    key = "cap_ends" if used.kind == "cap" and used.reached else used.kind
    return str(said[key]).format(what=what, shown=used.shown, times=used.times, per=per, until=until)
