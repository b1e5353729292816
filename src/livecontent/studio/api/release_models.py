"""What the API answers and takes of reviews, versions, recalls and results."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_Short = Annotated[str, StringConstraints(max_length=500)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReleaseWish(_Model):
    """Which version: to publish, that of the draft as /draft tells it."""

    version: _Short
    why: _Short = ""


class RecallWish(_Model):
    """What stands in: what is served now, another version, or one pixel."""

    kind: Literal["freeze", "version", "nothing"]
    version: _Short = ""
    link: _Short = ""
    why: _Short = ""


class Released(_Model):
    """What is in force now."""

    version: str
    recalled: str | None = Field(description="The version that was recalled, if one is")
    in_folder: bool | None = Field(description="Of a draft: whether its files are in the folder of creatives")


class VariantReviewed(_Model):
    """A variant of a draft."""

    name: str
    changed: bool
    approved_by: Sequence[str]
    in_earlier_version: bool = Field(description="Approved there, and the same pictures since")


class DraftRead(_Model):
    """A draft beside what is published."""

    version: str
    publishable: bool = Field(description="Whether it differs, has no errors, and as many have approved as must")
    problems: Sequence[str]
    variants: Sequence[VariantReviewed] = ()
    changes_wanted_by: Sequence[str] = ()


class HistoryEntry(_Model):
    """Something done with a version."""

    action: str
    version: str
    at: datetime
    by: str = Field(description="Nobody, where it came from the folder of creatives")
    why: str


class HistoryList(_Model):
    """What was done, the newest first."""

    entries: Sequence[HistoryEntry]


class HeadsCounted(_Model):
    """People, each counted once."""

    versions: Sequence[str]
    saw: int
    perhaps: int = Field(description="Fetched for these, nobody can say whether they looked")
    kept_by_service: Mapping[str, int] = Field(description="apple, gmail: shown until the service fetches again")
    seen_something_else_since: int
    recipients_not_fetched_for: int
    unrecorded_fetches: int


class VariantOutcome(_Model):
    """What became of a variant."""

    name: str
    people: int
    clicked: int
    share: float | None = Field(description="Of people who clicked; nothing where they are too few to tell")
    fetches: Mapping[str, int]


class ResultsRead(_Model):
    """What became of a creative."""

    since: datetime
    variants: Sequence[VariantOutcome]
    people_by_client: Mapping[str, int]
    fetches_by_level: Mapping[str, int]
    unrecorded_fetches: int


class PastedHtml(_Model):
    """HTML to paste."""

    html: str
