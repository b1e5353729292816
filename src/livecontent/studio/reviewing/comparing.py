"""Before and after: what is published beside a draft, for every variant and for a sample of recipients."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from livecontent.creative.load import LoadedCreative
from livecontent.creative.model import Creative, has_themes
from livecontent.render.compile import CompiledCreative
from livecontent.studio.pages.wish import FoundPerson
from livecontent.studio.previewing.cells import digest_of
from livecontent.studio.previewing.looking import PreviewLooker
from livecontent.studio.previewing.state import PreviewState

WRITTEN = "written"  # among the facts that pictures are looked at with
SAMPLE = 24  # recipients
MOST_LANGUAGES = 4  # that a variant is looked at in


@dataclass(frozen=True, slots=True)
class SeenImage:
    """What somebody is shown: the digest tells pictures with their words and links apart."""

    digest: str
    variant: str
    alt: str
    link: str
    width: int  # in CSS pixels
    height: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is shown before and after, of a variant or to a recipient; None where there is no such variant."""

    state: PreviewState
    before: SeenImage | None
    after: SeenImage | None
    person: FoundPerson | None = None
    more: tuple[FoundPerson, ...] = ()  # others who see the same two pictures

    @property
    def changed(self) -> bool:
        """Whether anything is another."""
        return (self.before and self.before.digest) != (self.after and self.after.digest)

    @property
    def count(self) -> int:
        """How many recipients of the sample it is of."""
        return 1 + len(self.more)

    @property
    def facts(self) -> str:
        """As a query."""
        return urlencode(self.state.query(), safe=":")


def states_of(creative: Creative, now: datetime) -> list[PreviewState]:
    """How each variant is looked at: at noon, in its languages, dark, and fetched ahead by Apple; by nobody known."""
    usual = PreviewState(at=f"{now:%Y-%m-%d}T12:00", weather="clear:18")
    others = [replace(usual, lang=language) for language in creative.languages[1:MOST_LANGUAGES]]
    dark = [replace(usual, theme="dark")] if has_themes(creative) else []
    return [usual, *others, *dark, replace(usual, client="apple-mpp", weather="")]


@dataclass(frozen=True, slots=True)
class Comparer:
    """Opens both sides; each where there is one."""

    looker: PreviewLooker
    before: CompiledCreative | None
    after: CompiledCreative

    async def variants(self, now: datetime) -> Mapping[str, Sequence[Comparison]]:
        """All that are there before or after, those that changed first."""
        sides = [side for side in (self.after, self.before) if side]
        names = dict.fromkeys(variant.name for side in sides for variant in side.loaded.creative.variants)
        states = states_of(self.after.loaded.creative, now)
        found = {name: [await self._pair(replace(state, variant=name)) for state in states] for name in names}
        return dict(sorted(found.items(), key=lambda pair: not any(one.changed for one in pair[1])))

    async def people(self, people: Sequence[FoundPerson], now: datetime) -> list[Comparison]:
        """Those who see another picture first; who sees the same two as somebody before is counted there."""
        found: dict[tuple[str, str], Comparison] = {}
        for person in people:
            one = await self._pair(PreviewState(person=person.id, at=now.isoformat(timespec="seconds")), person)
            key = one.before.digest if one.before else "", one.after.digest if one.after else ""
            first = found.setdefault(key, one)
            if first is not one:
                found[key] = replace(first, more=(*first.more, person))
        return sorted(found.values(), key=lambda one: (not one.changed, -one.count))

    async def digests(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        """Of what is shown afterwards, by variant and facts; no recipient is among them."""
        return digests_of(await self.variants(now), self.after.loaded)

    async def _pair(self, state: PreviewState, person: FoundPerson | None = None) -> Comparison:
        await asyncio.sleep(0)  # others have their turn
        before = await self._seen(self.before, state, person) if self.before else None
        return Comparison(state, before, await self._seen(self.after, state, person), person)

    async def _seen(
        self, compiled: CompiledCreative, state: PreviewState, person: FoundPerson | None
    ) -> SeenImage | None:
        creative = compiled.loaded.creative
        names = {variant.name: variant for variant in creative.variants}
        if state.variant and state.variant not in names:
            return None
        found = (await self.looker.look(compiled, state, person)).answer
        said = "\0".join((found.alt, found.link or "")).encode()
        size = creative.size_of(names[found.variant]) if found.variant in names else creative.size
        digest = digest_of(digest_of(found.data).encode() + said)
        return SeenImage(digest, found.variant, found.alt, found.link or "", *size)


def digests_of(variants: Mapping[str, Sequence[Comparison]], loaded: LoadedCreative) -> Mapping[str, Mapping[str, str]]:
    """Of what is shown afterwards, and of what is written of it; the day that it was looked at on is not of it."""
    return {
        name: {urlencode(replace(one.state, at="").query()): one.after.digest for one in pairs if one.after}
        | {WRITTEN: _written(loaded, name)}
        for name, pairs in variants.items()
        if any(one.after for one in pairs)
    }


def _written(loaded: LoadedCreative, name: str) -> str:
    """Of all that decides who sees a variant, and what in it: pictures alone tell only what somebody unknown sees.

    Its text in all themes and that of the creative, the variants that come before it, and the files.
    """
    told: list[object] = [sorted((path, digest_of(data)) for path, data in loaded.assets.items())]
    for one in (loaded, loaded.dark):
        if one:
            variants = one.source.data["variants"]
            place = next((at for at, found in enumerate(variants) if found["name"] == name), len(variants))
            common = {key: value for key, value in one.source.data.items() if key != "variants"}
            told += [common, [found["name"] for found in variants[:place]], *variants[place : place + 1]]
    return digest_of(repr(told).encode())
