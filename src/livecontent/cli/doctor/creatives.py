"""Checks of the creatives."""

from collections.abc import Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.words import counted
from livecontent.config import Settings
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
    broken = []
    for name, creative in compiled.items():
        try:
            creative.fallback(creative.loaded.creative.format)
        except DrawingError as error:
            broken.append(f"{name}: {error}")
    drawn = f"drawn for {counted(len(compiled) - len(broken), 'creative')}"
    yield judged("fallback", not broken, "; ".join([drawn, *broken]), "give them another picture: fallback: FILE")
