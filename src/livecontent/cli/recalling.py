"""`creatives recall`: something else in all mail that was sent, and how many people it is too late for."""

import typer

from livecontent.cli.options import RecallOptions
from livecontent.cli.published import BY, published_versions, wanted_version
from livecontent.cli.screen import confirm
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.creative.load import LoadedCreative
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import ConfigError
from livecontent.recalling import made_stand_in, wrong_images
from livecontent.services import make_workshop
from livecontent.storage.base import Storage
from livecontent.storage.results import HeadCount


def recall_creative(name: str, options: RecallOptions) -> None:
    """Tells the head count, and recalls or undoes it, after a question. Raises `LivecontentError`."""
    settings = settings_or_demo()
    versions = published_versions(name, settings)
    if options.chosen > 1:
        raise ConfigError("choose one of --version, --picture, --nothing, --freeze and --undo")
    if options.undo:
        versions.undo_recall(name, BY, options.why)
        typer.echo(f"{name}: the recall is undone, {versions.current[name].version} is served again", err=True)
        return
    instead = _instead(name, versions, settings, options)
    for line in _told(name, versions, settings):
        typer.echo(line)
    if not options.chosen:
        return
    confirm(f"Recall {name} in all mail that was sent?", yes=options.yes)
    versions.recall(name, instead, BY, options.why)
    typer.echo(
        f"{name}: recalled; {versions.current[name].version} stands in until a new version is published in the studio, "
        f"or livecontent creatives recall {name} --undo",
        err=True,
    )


def _instead(
    name: str, versions: PublishedVersions, settings: Settings, options: RecallOptions
) -> LoadedCreative | str:
    if options.version:
        return wanted_version(name, options.version, versions).id
    if not (options.picture or options.nothing):
        return versions.current[name].version
    picture = (options.picture.name, options.picture.read_bytes()) if options.picture else None
    return made_stand_in(settings.templates / name, versions, make_workshop(settings), picture, options.link)


def _told(name: str, versions: PublishedVersions, settings: Settings) -> list[str]:
    """The head count in sentences."""
    wrong = wrong_images(name, versions)

    async def count(storage: Storage) -> tuple[HeadCount, int]:
        return await storage.events.head_count(wrong), await storage.recipients.count()

    heads, recipients = with_storage(settings, count)
    return [*sentences(heads, recipients, recalled=wrong.recalled_at is not None)]


def sentences(heads: HeadCount, recipients: int, *, recalled: bool) -> list[str]:
    """Who saw it, and who will or will not."""
    apple, gmail = heads.kept.get("apple", 0), heads.kept.get("gmail", 0)
    right = f"{heads.right:,} have seen another image since." if recalled else ""
    return [
        f"Seen by {counted(heads.saw, 'person')}; fetched for {heads.perhaps:,} more, perhaps unseen.",
        f"Apple keeps it for {apple:,} and Gmail for {gmail:,}: these see it until their service fetches again, "
        "which nobody can make it do.",
        f"Everybody else sees what stands in at the next open; {max(0, recipients - heads.reached):,} of "
        f"{counted(recipients, 'imported recipient')} have fetched nothing of it yet. {right}".rstrip(),
        f"It was fetched {counted(heads.unrecorded, 'time')} for people who are not recorded, as they do not consent.",
    ]
