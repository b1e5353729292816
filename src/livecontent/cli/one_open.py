"""Opens for previews: as any recipient, anywhere, at any time, without a server."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from livecontent.cli.given import GivenFacts, columns_named, only_variant, read_given_facts, read_given_params
from livecontent.cli.options import Viewer
from livecontent.cli.storage import settings_or_demo
from livecontent.config import Settings
from livecontent.creative.load import FILE
from livecontent.creative.model import Creative
from livecontent.errors import ConfigError, CreativeError, DataError, did_you_mean
from livecontent.facts import NOBODY, Client, Opening, Preview
from livecontent.lint import load_checked
from livecontent.net.ranges import parse_address
from livecontent.persons import find_ref
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative
from livecontent.services import Services, make_services
from livecontent.sources.weather.source import read_given
from livecontent.storage.base import RecipientStore

PATIENCE = 60.0  # seconds; whoever looks at a creative waits for its image and its facts


def creatives_of(settings: Settings) -> list[str]:
    """The names of all creatives."""
    return sorted(file.parent.name for file in settings.templates.glob(f"*/{FILE}"))


def known_creative(name: str, settings: Settings) -> str:
    """The name of a creative that there is. Raises `ConfigError`."""
    if (settings.templates / name / FILE).is_file():
        return name
    names = creatives_of(settings)
    what = f"unknown creative {name!r}; {did_you_mean(name, names)}".rstrip("; ") if name else "which creative?"
    raise ConfigError(f"{what}; known: {', '.join(names) or 'none'} (in {settings.templates})".replace("?;", "?"))


def open_once(name: str, viewer: Viewer, format_: str | None = None) -> tuple[Creative, Answer]:
    """The creative, and what a viewer gets of it. Raises `LivecontentError` for an option that can't be used."""
    creative, ((_, found),) = open_each(name, lambda _: [viewer], format_)
    return creative, found


def open_each(
    name: str, viewers: Callable[[Creative], Iterable[Viewer]], format_: str | None = None
) -> tuple[Creative, list[tuple[Viewer, Answer]]]:
    """The creative, and what each viewer gets of it; who they are may depend on its variants and parameters."""
    settings = settings_or_demo().model_copy(update={"deadline": PATIENCE})
    parts = make_services(settings, known_creative(name, settings))
    if parts.problems:
        raise CreativeError(list(parts.problems))
    creative = parts.kit.creatives[name].loaded.creative

    async def run() -> list[tuple[Viewer, Answer]]:
        try:
            await parts.learning.read()
            return [(viewer, await _answer(parts, name, viewer, format_)) for viewer in viewers(creative)]
        finally:
            await parts.aclose()

    return creative, asyncio.run(run())


async def _answer(parts: Services, name: str, viewer: Viewer, format_: str | None) -> Answer:
    given = await _given_facts(parts, name, viewer)
    opening = await _opening(parts, name, viewer, format_, given)
    return await answer(opening, _engine(parts, name, viewer, given))


def _engine(parts: Services, name: str, viewer: Viewer, given: GivenFacts) -> Engine:
    kit = parts.kit
    kit = replace(kit, renderer=kit.renderer.patient(PATIENCE), gatherer=kit.gatherer.given(given.by_root))
    if viewer.variant is None:
        return kit
    shop = parts.workshop
    loaded = load_checked(parts.settings.templates / name, shop.vocabulary, shop.available)
    return replace(kit, creatives={name: CompiledCreative(only_variant(loaded, viewer.variant), shop)})


async def _given_facts(parts: Services, name: str, viewer: Viewer) -> GivenFacts:
    if not viewer.given:
        return GivenFacts({}, {})
    columns = columns_named(parts.settings.templates, name).union(await parts.storage.recipients.attributes())
    return read_given_facts(parts.workshop.vocabulary, viewer.given, columns)


async def _opening(parts: Services, name: str, viewer: Viewer, format_: str | None, given: GivenFacts) -> Opening:
    """Raises `ConfigError` or `DataError` for an option that can't be used."""
    address = parse_address(viewer.ip) if viewer.ip else None
    if viewer.ip and address is None:
        raise ConfigError(f"--ip {viewer.ip}: not an IP address such as 192.0.2.7")
    if viewer.weather:
        read_given(viewer.weather)
    if viewer.city and parts.gazetteer.find(viewer.city) is None:
        raise DataError(f"--city {viewer.city}: unknown city; the setting `places` names a CSV of places")
    ref = await _ref(viewer.recipient, parts.storage.recipients)
    person = await parts.storage.people.look_up(ref) if ref else NOBODY
    return Opening(
        creative=name,
        ref=person.ref,
        at=_moment(viewer.at),
        format=format_,
        address=address if person.consent != "none" else None,
        client=_client(viewer, given, parts.tables.known),
        params=read_given_params(parts.kit.creatives[name].loaded.creative, viewer.param or ()),
        preview=Preview(viewer.city, viewer.weather, viewer.client or ("--set" if given.client else None)),
        person=person,
    )


def _client(viewer: Viewer, given: GivenFacts, known: Mapping[str, Client]) -> Client:
    name = str(given.client.get("name") or viewer.client or "browser")
    if name not in known:
        hint = did_you_mean(name, known)
        listed = f"{hint or ''} known: {', '.join(sorted(known))}".strip()
        raise ConfigError(f"--client {name}: unknown client; {listed}")
    return replace(known[name], **{key: value for key, value in given.client.items() if key != "name"})


async def _ref(recipient: str | None, recipients: RecipientStore) -> str:
    if recipient is None:
        return ""
    if ref := await find_ref(recipient, recipients):
        return ref
    known = ", ".join(one.id for one in await recipients.sample(3))
    hint = f"known are, for example, {known}" if known else "none was imported"
    raise DataError(f"unknown recipient {recipient!r}; {hint}")


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else datetime.now().astimezone()
    except ValueError:
        raise ConfigError(f"--at {text}: not a time such as 2026-11-21T08:00") from None
