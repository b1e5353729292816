"""What the API answers and takes. Times are ISO 8601, in UTC."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

TokenName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CreativeSummary(_Model):
    """A creative, as it stands on the wall."""

    name: str
    title: str
    state: str = Field(description="broken, changes, approved, review, draft, never (opened), published or removed")
    version: str
    published: datetime | None
    problem: str | None = Field(description="The first error, with file, line and column")
    opens_today: int = Field(description="Since midnight, UTC")
    fetches_today: Mapping[str, int] = Field(description="Of recorded fetches since midnight, by fallback level")


class CreativeList(_Model):
    """All creatives, by name."""

    creatives: Sequence[CreativeSummary]


class CreativeVersion(_Model):
    """A published version."""

    id: str
    at: datetime
    in_force: bool


class VersionList(_Model):
    """The published versions of a creative, the newest first."""

    versions: Sequence[CreativeVersion]


class ReviewComment(_Model):
    """What somebody says of a version."""

    id: str
    version: str
    at: datetime
    by: str
    text: str
    variant: str
    done: bool
    guest: bool


class ReviewVerdict(_Model):
    """What somebody thinks of a version."""

    version: str
    at: datetime
    by: str
    judgement: Literal["approved", "changes"]
    note: str
    guest: bool


class CreativeReview(_Model):
    """The draft of a creative, and what was said of it and of those before."""

    draft: str | None = Field(description="The version of the draft; null where nothing was changed")
    comments: Sequence[ReviewComment]
    verdicts: Sequence[ReviewVerdict]


class PersonInBrief(_Model):
    """Somebody who was found."""

    id: str
    ref: str
    name: str
    city: str


class PersonList(_Model):
    """Those who were found."""

    people: Sequence[PersonInBrief]


class SourceState(_Model):
    """Where facts come from, and how fresh they are."""

    name: str
    kind: str
    state: Literal["fresh", "stale", "down", "unused", "shipped"]
    age: float | None = Field(description="Seconds since it was last told")
    error: str = Field(description="The last one, empty where there is none")
    detail: str


class SourceList(_Model):
    """All sources."""

    sources: Sequence[SourceState]


class TokenInBrief(_Model):
    """A token, without its secret."""

    id: str
    name: str
    role: str
    made: datetime
    expires: datetime | None
    revoked: datetime | None
    used: datetime | None


class TokenList(_Model):
    """All tokens, the newest first."""

    tokens: Sequence[TokenInBrief]


class TokenWish(_Model):
    """A token to be made."""

    name: TokenName
    role: Literal["viewer", "editor", "publisher", "admin"]
    days: Annotated[int, Field(ge=0, le=3650, description="How long it is valid; 0: until it is revoked")] = 90


class MadeToken(_Model):
    """A new token: its text is told this once."""

    id: str
    token: str


class AuditLine(_Model):
    """What somebody did."""

    number: int
    at: datetime
    who: str
    action: str
    creative: str
    details: Mapping[str, str]
    chain: str = Field(description="A digest of this entry and of the one before it")
    person: str = Field(description="The ref of who was looked up, as long as they consent to be recorded")


class AuditPage(_Model):
    """Entries of the audit log, from the newest."""

    entries: Sequence[AuditLine]
    broken_at: int = Field(description="The first entry that was changed, or that one before it is missing; 0: none")


class ValuesByName(RootModel[dict[str, Any]]):
    """Values by name."""


class TakenValues(_Model):
    """How many products were taken, and which are not in the catalogue."""

    taken: int
    unknown: Sequence[str]


class OpenApiDocument(RootModel[dict[str, Any]]):
    """A document of OpenAPI 3.1."""
