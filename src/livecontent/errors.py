"""All errors of livecontent, in one tree.

LivecontentError
  + ConfigError        a setting is missing or wrong
  + CreativeError      a creative can't be used; carries every problem found
  + DataError          a file of recipients, stores or places can't be read
  + StorageError       a store can't be read or written
    + RowError         a store works, but will never take what is to be stored
  + SourceError        a fact can't be had right now (never reaches a recipient)
  + DrawingError       a scene can't be drawn (never reaches a recipient)

Each message is a sentence a person can act on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class LivecontentError(Exception):
    """The root: whatever livecontent raises on purpose."""


class ConfigError(LivecontentError):
    """A setting is missing or wrong."""


class DataError(LivecontentError):
    """A file of recipients, stores or places can't be read."""


class StorageError(LivecontentError):
    """A store can't be read or written."""


class RowError(StorageError):
    """A store works, but will never take what is to be stored."""


class SourceError(LivecontentError):
    """A fact can't be had right now; in so many seconds it may be asked for again, if the source says so."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DrawingError(LivecontentError):
    """A scene can't be drawn."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a creative, where it stands (line and column from 1), and what would be right."""

    file: str
    line: int
    column: int
    message: str
    help: str = ""
    warning: bool = False
    advice: bool = False  # of a warning: how it could be better, not what is wrong

    def __str__(self) -> str:
        kind = "advice" if self.advice else "warning" if self.warning else "error"
        text = f"{self.file}:{self.line}:{self.column}: {kind}: {self.message}"
        return f"{text}\n    {self.help}" if self.help else text


class CreativeError(LivecontentError):
    """A creative can't be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def did_you_mean(name: str, known: Iterable[str], least: float = 0.6) -> str:
    """A question about the nearest of what is known, by a likeness of 0 to 1; "" where nothing is near."""
    close = get_close_matches(name, list(known), 1, least)
    return f"did you mean '{close[0]}'?" if close else ""


def in_words(error: LivecontentError | OSError) -> str:
    """What a person is told: of a file that can't be written, or a full disk, which file."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
