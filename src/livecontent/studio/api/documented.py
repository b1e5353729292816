"""Every operation under /v1, as the document describes it."""

from collections.abc import Sequence
from typing import Any

from livecontent.config import Settings
from livecontent.history.messages import KINDS
from livecontent.studio.api.models import (
    AuditPage,
    CreativeList,
    CreativeReview,
    CreativeSummary,
    MadeToken,
    OpenApiDocument,
    PersonList,
    SourceList,
    TakenValues,
    TokenList,
    TokenWish,
    ValuesByName,
    VersionList,
)
from livecontent.studio.api.operations import Operation, Parameter, describe
from livecontent.studio.api.releases import RELEASES

_TOLD = {
    401: "Not the token of the setting api_token",
    413: "The body is too large",
    422: "It can't be read, or a value can't be taken: nothing is kept",
    503: "The store can't be written: send it again",
}


def document_of(settings: Settings) -> dict[str, Any]:
    """The OpenAPI document."""
    return describe(operations_of(settings), settings.studio.url)


def operations_of(settings: Settings) -> Sequence[Operation]:
    """All of them."""
    return (*_READ, *RELEASES, *_PEOPLE, *_TEAM, *_live(settings.url), *_messages(settings.url))


def _live(server: str) -> Sequence[Operation]:
    """What the server of images takes."""
    one = "/v1/products/{sku}/live"
    many = {"umbrella-red": {"stock": 3}, "umbrella-blue": {"price": 49.0, "availability": "in_stock"}}
    return (
        Operation(
            *("PUT", one, "Tell live values of a product", "open", TakenValues),
            body=ValuesByName,
            also={**_TOLD, 404: "There is no such product"},
            server=server,
            example={"stock": 3},
        ),
        Operation(
            *("PUT", "/v1/products/live", "Tell live values of up to 1,000 products, by SKU", "open", TakenValues),
            body=ValuesByName,
            also=_TOLD,
            server=server,
            example=many,
        ),
    )


def _messages(server: str) -> Sequence[Operation]:
    """What people do, in Segment's shape, as the server of images takes it."""
    paths = {
        "/v1/batch": "Tell messages of any type",
        "/v1/import": "Tell messages of the past, of any type",
        "/v1/events": "Tell a message of any type, or several",
        **{f"/v1/{kind}": f"Tell a message of the type {kind}" for kind in KINDS},
    }
    return [
        Operation("POST", path, summary, "open", ValuesByName, body=ValuesByName, also=_TOLD, server=server)
        for path, summary in paths.items()
    ]


_FACTS = (
    Parameter("f.person", "A recipient's id"),
    Parameter("f.at", "The time, such as 2026-11-21T08:00"),
    Parameter("f.city", "A city"),
    Parameter("f.weather", "Weather and degrees Celsius, such as rain:12"),
    Parameter("f.client", "A mail client, such as gmail"),
    Parameter("f.consent", "full, no-record or none"),
    Parameter("f.lang", "A language, such as fr"),
    Parameter("f.theme", "light or dark"),
    Parameter("f.variant", "A variant, shown whatever its rule says"),
    Parameter("draft", "1: the draft"),
)
_AXES = (
    Parameter("f.rows", "What differs from row to row, such as weather, hour, person or param.until; empty: one row"),
    Parameter("f.columns", "What differs from column to column"),
    Parameter("f.people", "Which people: some, languages, cities or found"),
    Parameter("f.find", "Whose id or name begins so, of those found"),
)
_BROKEN = {409: "The creative has errors, and nothing of it was published, or it is a draft"}
_WHOLE = {"type": "integer", "minimum": 1, "maximum": 200}
_READ: Sequence[Operation] = (
    Operation("GET", "/v1/openapi.json", "This document", "open", OpenApiDocument),
    Operation("GET", "/v1/creatives", "All creatives, as on the wall", "view", CreativeList),
    Operation("GET", "/v1/creatives/{creative}", "One creative", "view", CreativeSummary),
    Operation("GET", "/v1/creatives/{creative}/versions", "Its published versions, newest first", "view", VersionList),
    Operation("GET", "/v1/creatives/{creative}/review", "Its draft, and what was said of it", "view", CreativeReview),
    Operation(
        *("GET", "/v1/creatives/{creative}/preview", "What somebody would see, and why", "view", ValuesByName),
        query=_FACTS,
        also=_BROKEN,
    ),
    Operation(
        *("GET", "/v1/creatives/{creative}/grid", "What many would see: two axes against each other", "view"),
        answer=ValuesByName,
        query=(*_AXES, *_FACTS),
        also=_BROKEN,
    ),
    Operation("GET", "/v1/sources", "Where facts come from, how fresh they are, and what is wrong", "view", SourceList),
)
_PEOPLE: Sequence[Operation] = (
    Operation(
        *("GET", "/v1/people", "People by the beginning of their id, or by name", "people", PersonList),
        query=(Parameter("q", "What is sought"), Parameter("limit", "How many at most", _WHOLE)),
    ),
    Operation("GET", "/v1/people/{person}", "All that is kept of somebody, by id or ref", "forget", ValuesByName),
    Operation("DELETE", "/v1/people/{person}", "Forget somebody, in all stores", "forget", None, 204),
)
_TEAM: Sequence[Operation] = (
    Operation("GET", "/v1/tokens", "All tokens, without their secrets", "admin", TokenList),
    Operation("POST", "/v1/tokens", "Make a token, whose text is told once", "admin", MadeToken, 201, body=TokenWish),
    Operation("DELETE", "/v1/tokens/{token}", "Take a token out of use", "admin", None, 204),
    Operation(
        *("GET", "/v1/audit", "Who did what, newest first", "admin", AuditPage),
        query=(
            Parameter("before", "Only entries before this number", {"type": "integer", "minimum": 0, "maximum": 2**53}),
            Parameter("limit", "How many at most", _WHOLE),
        ),
    ),
)
