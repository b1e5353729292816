"""The nouns of what was published: a version, which one is in force, and what was done with them."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from livecontent.links import Format

Deed = Literal["published", "rolled back", "removed", "recalled", "recall undone"]


class Blank(NamedTuple):
    """What is left of a creative that can't be shown: size in pixels of the image, format and background."""

    width: int
    height: int
    format: Format
    background: tuple[int, int, int]


UNKNOWN = Blank(600, 200, "jpg", (255, 255, 255))  # of one that nobody knows: about the size of most


class Version(NamedTuple):
    """A version: `at` in seconds since 1970, and the digest of each file by its path from the creative's folder."""

    id: str
    at: float
    files: Mapping[str, str]
    blank: Blank


class Current(NamedTuple):
    """Which version of a creative is in force, and since when.

    One that a command chose holds as long as the folder has the version that it came in place of; one that stands in
    for a version that was recalled, until that is undone.
    """

    version: str
    at: float
    instead_of: str = ""
    removed: bool = False  # then nothing is served, and the version tells the size
    writing: bool = False  # its files are being put into the folder, which nobody looks at meanwhile
    recalled: str = ""  # the version that was in force, and was recalled

    @property
    def is_held(self) -> bool:
        """Whether the folder has no say."""
        return self.writing or bool(self.recalled)


class VersionChange(NamedTuple):
    """What was done with a version: `at` in seconds since 1970; by nobody where it came from the folder."""

    what: Deed
    version: str
    at: float
    by: str = ""
    why: str = ""
