"""`audience`: before sending, how many recipients are in each segment, and have letters that no font draws."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import normalize

import typer
from fontTools import unicodedata
from rich.progress import TaskProgressColumn

from livecontent.cli.screen import progress_bar
from livecontent.cli.serving import cores
from livecontent.cli.storage import NOBODY_YET, run_stoppable, settings_or_demo, with_storage
from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.layer import walk
from livecontent.compose.text.sanitize import sanitize
from livecontent.config import Settings
from livecontent.creative.load import LoadedCreative
from livecontent.errors import DataError
from livecontent.expressions.template import LocalizedTemplate, each_language
from livecontent.expressions.unknown import Drawable, spelled
from livecontent.imports.table_file import Progress
from livecontent.lint import load_checked
from livecontent.services import make_count_job, make_workshop
from livecontent.sources.segment import Segments, read_segments
from livecontent.sources.segment_counts import SegmentCounts, count_segments
from livecontent.storage.base import Recipient, Storage
from livecontent.vocabulary import FactPath

STEP = 1000  # recipients between two reports of progress

_NO_SCRIPT: Mapping[str, str] = MappingProxyType(
    {"Zyyy": "signs and emoji", "Zinh": "marks", "Zzzz": "private or unassigned"}
)
_FEW = 20_000  # recipients who are counted sooner than other processes have started


class Example(NamedTuple):
    """One that stands for all: who, what is written there, and what of it no font has."""

    id: str
    value: str
    sign: str


class Audience:
    """Counts recipients by what of them no font draws."""

    def __init__(self, drawable: Drawable, columns: frozenset[str] | None) -> None:
        """Only these columns are looked at; None: all."""
        self._plain, self._undrawn = drawable
        self._columns = columns
        self.seen = self.lacking = 0
        self.counts: Counter[tuple[str, str]] = Counter()  # recipients by column and script
        self.examples: dict[tuple[str, str], Example] = {}

    def see(self, recipient: Recipient) -> None:
        """Counts a recipient."""
        self.seen += 1
        found: dict[tuple[str, str], Example] = {}
        for column, value in recipient.profile.items():
            if self._columns is None or column in self._columns:
                for name, text in _texts(column, value):
                    if not text.isascii() and (sign := self._lacking(text)):
                        found.setdefault((name, script_of(sign)), Example(recipient.id, text, sign))
        self.lacking += bool(found)
        self.counts.update(found.keys())
        self.examples = found | self.examples

    def _lacking(self, text: str) -> str:
        """What of a text no font has; most have nothing that is to be cleaned away."""
        if self._plain.issuperset(text) or not self._undrawn(normalize("NFC", text)):
            return ""
        return self._undrawn(sanitize(text))


def _texts(column: str, value: object) -> Iterator[tuple[str, str]]:
    """The texts of a value, each under its name: `first_name`, `basket[].name`."""
    if isinstance(value, str):
        yield column, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(f"{column}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(f"{column}[]", inner)


def script_of(sign: str) -> str:
    """The script of a letter, in English."""
    code = unicodedata.script(sign[0])
    return _NO_SCRIPT.get(code) or str(unicodedata.script_name(code)).replace("_", " ")


def columns_of(loaded: LoadedCreative) -> frozenset[str]:
    """The columns of recipients that a creative writes."""
    creative = loaded.creative
    paths: list[FactPath] = []
    for variant in creative.variants:
        for layer in walk(creative.layers_of(variant), prefetched=True):
            if isinstance(layer, RepeatLayer):
                paths += layer.listed.paths
            texts = [text for _, text in layer.texts() if isinstance(text, LocalizedTemplate)]
            texts += [layer.prefetched] if isinstance(layer.prefetched, LocalizedTemplate) else []
            paths += [name.path for text in texts for words in each_language(text) for name in words.names]
    return frozenset(path[1] for path in paths if path[0] == "recipient" and len(path) > 1)


def print_audience(creative: str) -> None:
    """Prints how many of the imported recipients can't be drawn; of one creative, by what it writes of them."""
    settings = settings_or_demo()
    shop = make_workshop(settings)
    loaded = load_checked(settings.templates / creative, shop.vocabulary, shop.available) if creative else None
    audience = Audience(shop.painter.fonts.drawable, columns_of(loaded) if loaded else None)
    print_segments(read_segments(settings.templates), settings)
    with progress_bar(TaskProgressColumn()) as progress:
        with_storage(settings, lambda storage: _look(storage, audience, progress))
    if not audience.seen:
        raise DataError(NOBODY_YET)
    if not audience.lacking:
        typer.echo(f"all of {audience.seen:,} recipients can be drawn")
        return
    rows = [("column", "script", "recipients", "such as")]
    for (column, script), count in audience.counts.most_common():
        one = audience.examples[column, script]
        example = f"{one.value[:40]} ({one.id}): no font has {spelled(one.sign)}"
        rows.append((column, script, f"{count:,}", example))
    first, second, third, _ = (max(map(len, cells)) for cells in zip(*rows, strict=True))
    for column, script, number, example in rows:
        typer.echo(f"{column:<{first}}  {script:<{second}}  {number:>{third}}  {example}")
    typer.echo(
        f"{audience.lacking:,} of {audience.seen:,} recipients have letters that no font draws: such a value counts as"
        " unknown, so that its default is written, or the layer is left out",
        err=True,
    )


async def _look(storage: Storage, audience: Audience, progress: Progress) -> None:
    whole = await storage.recipients.count()
    async for recipient in storage.recipients.profiles():
        audience.see(recipient)
        if not audience.seen % STEP:
            progress(audience.seen, whole)


def print_segments(segments: Segments, settings: Settings) -> None:
    """Counts all recipients, of many by a process for each core. Raises `LivecontentError`."""
    whole = with_storage(settings, lambda storage: storage.recipients.count()) if segments else 0
    if not whole:
        return
    job = make_count_job(settings, segments)
    with progress_bar(TaskProgressColumn()) as progress:
        counts = run_stoppable(count_segments(job, cores() if whole > _FEW else 0, progress))
    width = max(map(len, segments))
    for name, rule in segments.items():
        inside = counts.inside(name)
        share = f"{inside:>9,} ({inside / max(counts.looked, 1):.1%})"
        typer.echo(f"segment.{name:<{width}}  {share}  {rule.source}{_unknown(name, counts)}")


def _unknown(name: str, counts: SegmentCounts) -> str:
    """Of how many it is not known, and what of them is not, the most frequent first."""
    if not (unknown := counts.unknown[name]):
        return ""
    lacks = (f"{one.name} of {count:,}" for one, count in counts.lacks_of(name))
    return f"; of {unknown:,} it is not known: {', '.join(lacks)}"
