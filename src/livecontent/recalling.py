"""Recalls: what stands in for an image in all mail that was sent, checked before it does."""

from pathlib import Path

from livecontent.checked import publish
from livecontent.creative.load import LoadedCreative, load_kept
from livecontent.creative.stand_in import stand_in
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import ConfigError
from livecontent.lint import check_loaded
from livecontent.render.compile import Workshop
from livecontent.storage.results import WrongImages


def made_stand_in(
    folder: Path, versions: PublishedVersions, workshop: Workshop, picture: tuple[str, bytes] | None, link: str = ""
) -> LoadedCreative:
    """A picture (its file name and bytes), or nothing, for the creative of a folder. Not for the event loop.

    Raises `LivecontentError` where it can't be used.
    """
    name = folder.name
    now = versions.current[name]
    version = versions.find(name, now.recalled or now.version)
    if version is None:
        raise ConfigError(f"{name}: the version {now.version} is not kept any more")
    recalled = load_kept(folder, versions.files(name, version), workshop.vocabulary)
    made = stand_in(recalled, workshop.vocabulary, picture, link)
    publish(check_loaded(made, workshop.available), workshop)
    return made


def wrong_images(name: str, versions: PublishedVersions, others: tuple[str, ...] = ()) -> WrongImages:
    """Those of the version that was recalled, else of the one in force; and of others."""
    now = versions.current[name]
    wrong = {now.recalled or now.version, *others}
    return WrongImages(name, tuple(sorted(wrong)), recalled_at=now.at if now.recalled else None)
