"""Checks of the creatives."""

from collections.abc import Collection, Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import DrawingError
from livecontent.publish import Publisher
from livecontent.services import make_workshop


def check_creatives(settings: Settings) -> Iterator[Finding]:
    """Whether all can be published, and stand in for themselves where nothing is known."""
    publisher = Publisher(settings.templates, make_workshop(settings))
    compiled, problems = publisher.library, publisher.problems
    seen = f"{', '.join(compiled) or 'none'} in {settings.templates}"
    first = f"; {problems[0].file}:{problems[0].line}: {problems[0].message}" if problems else ""
    remedy = "run livecontent check" if problems else "livecontent init DIR makes a first one"
    yield judged("creatives", bool(compiled) and not problems, seen + first, remedy)
    yield from _published(settings, compiled)
    broken = []
    for name, creative in compiled.items():
        try:
            creative.fallback(creative.loaded.creative.format)
        except DrawingError as error:
            broken.append(f"{name}: {error}")
    drawn = f"drawn for {counted(len(compiled) - len(broken), 'creative')}"
    yield judged("fallback", not broken, "; ".join([drawn, *broken]), "give them another picture: fallback: FILE")


def _published(settings: Settings, usable: Collection[str]) -> Iterator[Finding]:
    """Which creatives are served as they were published, as their folder has none that can be used."""
    kept = PublishedVersions(settings.data)
    gone = {
        name: "its folder has errors" if (settings.templates / name).is_dir() else "its folder is gone"
        for name in kept.served
        if name not in usable
    }
    seen = "; ".join(f"{name}: {why}, what was published before is served" for name, why in gone.items())
    remedy = "mend its folder, or take it out: livecontent creatives remove NAME"
    if kept.current:
        yield judged("published", not gone, seen or f"{counted(len(kept.served), 'creative')}, kept", remedy)
