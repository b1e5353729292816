"""What somebody takes along from a page: the file of a creative, and the HTML to paste."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from livecontent.creative.load import FILE
from livecontent.creative.source import read_source
from livecontent.errors import LivecontentError
from livecontent.render.compile import CompiledCreative

WEB = "web"  # the tool of who has none: a web page


class Snippets(Protocol):
    """Writes the HTML of a creative."""

    @property
    def tools(self) -> Mapping[str, str]:
        """Names of email tools, by key."""

    def html(self, compiled: CompiledCreative, tool: str, send: str = "", field: str = "") -> str:
        """What to paste into a tool, or into a web page for `web`; `field` is the contact field with the ref.

        Raises `ConfigError` for a field that the tool can't have.
        """

    def notes(self, tool: str) -> Sequence[str]:
        """What to know of a tool before the first send."""

    def filled(self, compiled: CompiledCreative, ref: str) -> str:
        """The HTML as an email tool would send it to a recipient."""


class WrittenCreative(NamedTuple):
    """The text of a file in three parts: one variant is in the middle."""

    file: str
    before: str
    variant: str
    after: str


def read_written(templates: Path, name: str, variant: str) -> WrittenCreative | None:
    """The file of a creative as it stands on disk; None where it can't be read."""
    file = templates / name / FILE
    shown = f"{name}/{FILE}"
    try:
        source = read_source(shown, file.read_bytes())
    except (OSError, LivecontentError):
        return None
    lines = source.lines
    names = [one.get("name") for one in source.data.get("variants", ())]
    if variant not in names:
        return WrittenCreative(shown, "\n".join(lines), "", "")
    number = names.index(variant)
    start = source.where(("variants", number))[0] - 1
    inside = (line for line in range(start + 1, len(lines)) if _ends(lines[start], lines[line]))
    end = next(inside, len(lines))
    return WrittenCreative(shown, _joined(lines[:start]), _joined(lines[start:end]), "\n".join(lines[end:]))


def _ends(first: str, line: str) -> bool:
    """Whether a line is not of the item any more that begins with the first: it is indented no deeper."""
    return bool(line.strip()) and len(line) - len(line.lstrip()) <= len(first) - len(first.lstrip())


def _joined(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)
