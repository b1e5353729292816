"""What `doctor` finds."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]  # an error keeps images from being right or safe


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check: what was looked at, what was seen, and what to do if that is not well."""

    what: str
    level: Level
    seen: str
    remedy: str = ""


def judged(what: str, well: bool, seen: str, remedy: str, otherwise: Level = "error") -> Finding:
    """A finding that is ok, with no remedy, or of another level."""
    return Finding(what, "ok", seen) if well else Finding(what, otherwise, seen, remedy)
