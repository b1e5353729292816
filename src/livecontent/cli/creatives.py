"""`check`, `schema` and `snippet`: for people who write creatives and put them in emails."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from livecontent.checked import draw_static, publish
from livecontent.cli.given import columns_named, only_variant, params_of_address, read_given_facts
from livecontent.cli.one_open import known_creative
from livecontent.cli.options import SnippetOptions
from livecontent.cli.sends import since_send
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings, load_settings
from livecontent.creative.load import FILE, LoadedCreative
from livecontent.creative.schema import creative_schema, offer_schema
from livecontent.creative.shared import SharedFiles
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import ConfigError, CreativeError, DataError, Problem
from livecontent.facts import Client
from livecontent.lint import load_checked
from livecontent.lint.cost import costs_of
from livecontent.lint.film import check_bytes
from livecontent.lint.legible import check_legible
from livecontent.lint.pools import check_pools
from livecontent.lint.staleness import truths_of
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.services import make_workshop
from livecontent.sources.base import with_values
from livecontent.storage.base import is_send
from livecontent.triggers.check import check_triggers
from livecontent.triggers.webhook import Webhooks
from livecontent.web.email_tools import Tool, load_tools
from livecontent.web.opening import may_be_lost
from livecontent.web.snippet import FrozenWords, write_snippet, write_web_snippet

_PASTE = "Paste it into a block of raw HTML: an editor that asks for an image's URL may copy the image, and freeze it."
WEB = "web"  # in place of an email tool: a page
_KNOWN = "Where the page knows who reads it, give the element their ref: <live-content creative=... ref=...>"
_UNCHECKED = "This merge tag was not checked against the tool's own documentation: send a test first."
_LOST = (
    "Tools that write quoted-printable carelessly take the = before two of 0-9 and a-f for a sign: "
    "let the id of the send begin with another letter, such as n-{send}."
)
_LONG = {"first_name": "Maximilian-Alexander", "last_name": "Papadimitriou-Oberhausen"}  # where there are none
_PEOPLE = 1000  # recipients whose values tell what attributes are
_LOCAL = "The URLs lead to this machine: set `url` to the public base URL of the server."
_NO_LINK = "Clicks lead to a page that says there is no link: add `link` to the creative, or set `landing`."


def check_folders(creative: str, *, costs: bool, truth: bool) -> None:
    """Checks a creative by name or folder, a folder of creatives, or all."""
    settings = load_settings()
    named = settings.templates / creative
    folder = Path(creative) if creative and (not named.is_dir() or named == settings.templates) else named
    folders = [folder] if (folder / FILE).is_file() else sorted(file.parent for file in folder.glob(f"*/{FILE}"))
    if not folders:
        raise ConfigError(f"no creative found in {folder}")
    workshop = make_workshop(settings)
    vocabulary = workshop.vocabulary.with_sample("recipient", _sure_values(settings))
    problems: list[Problem] = []
    person = _long_values(settings)
    checked: list[LoadedCreative] = []
    if not creative:
        problems += _without_folder(settings, {one.name for one in folders})
        problems += check_triggers(settings.templates, vocabulary, Webhooks(settings.webhooks, 1))
    for one in folders:
        try:
            loaded = load_checked(one, vocabulary, workshop.available)
            checked.append(loaded)
            compiled = publish(loaded, workshop)
            draw_static(compiled)
            if costs:
                _tell_costs(compiled, workshop)
            if truth:
                _tell_truth(compiled)
            problems += [*loaded.warnings, *check_bytes(compiled, workshop.painter)]
            problems += check_legible(compiled, workshop.layout, workshop.painter, person)
        except CreativeError as error:
            problems += error.problems
    if not creative and len(checked) == len(folders):
        problems += check_pools(checked, folder, SharedFiles(folder).offer_names)
    problems = list(dict.fromkeys(problems))  # of what they share, once
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(not problem.warning for problem in problems)
    advice = sum(problem.advice for problem in problems)
    found = f"{counted(errors, 'error')}, {counted(len(problems) - errors - advice, 'warning')}"
    more = f", {counted(advice, 'piece')} of advice" if advice else ""
    typer.echo(f"{counted(len(folders), 'creative')}: {found}{more} (in {folder})", err=True)
    if errors:
        raise typer.Exit(1)


def _without_folder(settings: Settings, there: Collection[str]) -> Iterator[Problem]:
    """The creatives that are served though they have no folder any more."""
    for name in PublishedVersions(settings.data).served:
        if name not in there:
            file = str(settings.templates / name / FILE)
            message = "its folder is gone; what was published before is served"
            yield Problem(file, 1, 1, message, f"to take it out: livecontent creatives remove {name}", warning=True)


def _profiles(settings: Settings) -> Sequence[Mapping[str, object]]:
    if not settings.data.is_dir():
        return ()
    people = with_storage(settings, lambda storage: storage.recipients.sample(_PEOPLE))
    return [person.profile for person in people]


def _long_values(settings: Settings) -> Mapping[str, object]:
    """A value for each attribute of recipients; of texts one that only a hundredth of them are longer than."""
    values: dict[str, list[object]] = {}
    for profile in _profiles(settings) or (_LONG,):
        for name, value in profile.items():
            values.setdefault(name, []).append(value)
    by_length = {name: sorted(found, key=lambda value: len(str(value))) for name, found in values.items()}
    return {name: found[len(found) * 99 // 100] for name, found in by_length.items()}


def _sure_values(settings: Settings) -> Mapping[str, object]:
    """A value for each attribute that is a number, or true or false, for all of the recipients that have it.

    The middle one: a single odd value says nothing of the creative.
    """
    profiles = _profiles(settings)
    found: dict[str, object] = {}
    for name in {name for profile in profiles for name in profile}:
        values: list[Any] = [profile[name] for profile in profiles if name in profile]
        truths = [isinstance(value, bool) for value in values]
        if all(truths) or (not any(truths) and all(isinstance(value, int | float) for value in values)):
            found[name] = sorted(values)[len(values) // 2]
    return found


def _tell_costs(compiled: CompiledCreative, workshop: Workshop) -> None:
    for cost in costs_of(compiled, workshop.layout):
        typer.echo(f"{compiled.loaded.name} {cost.variant}: {cost.share:.0%} of the image is redrawn at each open")
        for part in cost.parts:
            typer.echo(f"  {part.share:4.0%}  {', '.join(part.layers)}")


def _tell_truth(compiled: CompiledCreative) -> None:
    typer.echo(f"{compiled.loaded.name}: layers shown to clients that prefetch, and those left out")
    for one in truths_of(compiled):
        variants = f"{one.variants} of {len(compiled.loaded.creative.variants)} variants"
        typer.echo(f"  {one.client:<22} {one.score:4.0%}  {variants}, {one.left_out} of {one.layers} layers left out")


def write_schema(output: Path | None, *, offers: bool = False) -> None:
    """Writes the JSON Schema of creatives, or of offers."""
    text = json.dumps(offer_schema() if offers else creative_schema(), indent=2, ensure_ascii=False) + "\n"
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


def print_snippet(creative: str, esp: str, field: str, send: str, output: Path | None, options: SnippetOptions) -> None:
    """Prints the HTML, and on standard error what to know before the first send."""
    tools = load_tools()
    if esp not in (*tools, WEB):
        raise ConfigError(f"--esp {esp}: unknown email tool; known: {', '.join(tools)}; for a web page: {WEB}")
    if send and not is_send(send):
        raise ConfigError(f"--send {send}: use letters, digits, dots, underscores and hyphens, at most 64")
    tag = tools[esp].tag_of(field) if esp != WEB else ""
    settings = settings_or_demo()
    workshop = make_workshop(settings)
    loaded = load_checked(
        settings.templates / known_creative(creative, settings), workshop.vocabulary, workshop.available
    )
    known = _known(loaded, options, settings, workshop)
    compiled = CompiledCreative(only_variant(loaded, options.variant) if options.variant else loaded, workshop)
    if esp == WEB:
        html = write_web_snippet(compiled, settings.url, known)
    else:
        html = write_snippet(compiled, tag, settings.url, send, known)
    if output:
        output.write_text(html, encoding="utf-8")
    else:
        typer.echo(html, nl=False)
    notes = [_KNOWN] if esp == WEB else _notes(tools[esp], tag, loaded.name)
    notes += _of_addresses(compiled, settings)
    if esp != WEB:
        notes += _no_send(settings, send)
    for note in notes:
        typer.echo(note, err=True)


def _known(loaded: LoadedCreative, options: SnippetOptions, settings: Settings, workshop: Workshop) -> FrozenWords:
    """Raises `ConfigError`."""
    params = params_of_address(loaded.name, loaded.creative, options.param or (), settings)
    if not options.given:
        return FrozenWords(params)
    columns = with_storage(settings, lambda storage: storage.recipients.attributes())
    given = read_given_facts(
        workshop.vocabulary, options.given, columns_named(settings.templates, loaded.name).union(columns)
    )
    types = workshop.vocabulary.types
    facts = {root: with_values(None, types[root], values) for root, values in given.by_root.items()}
    if given.client:
        facts["client"] = replace(Client(time="early"), **given.client)
    return FrozenWords(params, facts)


def _no_send(settings: Settings, send: str) -> tuple[str, ...]:
    """Notes where opens may not be counted by the send: until it is added, or where its id may be lost on the way."""
    notes = (_LOST.format(send=send),) if may_be_lost(send) else ()
    try:
        if send:
            since_send(settings, send, datetime.now(UTC))
    except DataError as error:
        return (*notes, str(error))
    return notes


def _notes(tool: Tool, tag: str, name: str) -> list[str]:
    """What to know of an email tool before the first send."""
    said = f"{tool.name}: {tag} stands for a contact field; fill it with the column ref of `livecontent links {name}`."
    return [said, _PASTE, *tool.notes, *(() if tool.checked else (_UNCHECKED,))]


def _of_addresses(compiled: CompiledCreative, settings: Settings) -> list[str]:
    """What to know of where addresses lead."""
    creative = compiled.loaded.creative
    linked = settings.landing or creative.link or any(variant.link for variant in creative.variants)
    local = re.match(r"https?://(127\.|localhost\b|\[::1\])", settings.url)
    return [*(() if linked else (_NO_LINK,)), *((_LOCAL,) if local else ())]
