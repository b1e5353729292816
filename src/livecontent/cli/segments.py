"""How many recipients are in each segment, on the screen."""

import typer
from rich.progress import TaskProgressColumn

from livecontent.cli.screen import progress_bar
from livecontent.cli.serving import cores
from livecontent.cli.storage import run_stoppable, with_storage
from livecontent.config import Settings
from livecontent.services import make_count_job
from livecontent.sources.segment import Segments
from livecontent.sources.segment_counts import SegmentCounts, count_segments

_FEW = 20_000  # recipients who are counted sooner than other processes have started


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
