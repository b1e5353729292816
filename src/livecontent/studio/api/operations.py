"""What an operation of the API is, how it is answered, and the OpenAPI document of all of them.

https://spec.openapis.org/oas/v3.1.1
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livecontent import __version__
from livecontent.studio.access.roles import ALLOWED, ROLES, Action
from livecontent.studio.forms import MAX_FORM, read_whole_body
from livecontent.studio.site import HEADERS, StudioRoute

M = TypeVar("M", bound=BaseModel)
OperationAnswer = Callable[[Request], Awaitable[BaseModel | None]]

OPENAPI = "3.1.0"
# What any request may be answered with, whatever it asks for.
ALWAYS: Mapping[int, str] = MappingProxyType(
    {
        401: "No token, or one that is not known, was revoked, or has expired",
        403: "The role of the token does not allow it, or another website asked for it",
        404: "There is no such thing",
        421: "The host is not one of the studio's",
        422: "The request can't be read: the error says what would be right",
        429: "Too many wrong tokens: wait as many seconds as `Retry-After` says",
        503: "A store can't be read or written: try again",
    }
)


class ApiError(BaseModel):
    """Why something was not done."""

    error: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the query."""

    name: str
    meaning: str
    kind: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its address, what one must be allowed to do, and what goes in and comes out."""

    method: str
    path: str
    summary: str
    action: Action
    answer: type[BaseModel] | None  # None: nothing
    status: int = 200
    query: Sequence[Parameter] = ()
    body: type[BaseModel] | None = None
    also: Mapping[int, str] = field(default_factory=dict)  # statuses of this one alone
    server: str = ""  # the base URL, where it is another than the studio's
    example: Any = None  # of the body

    def route(self, answer: OperationAnswer) -> StudioRoute:
        """Its address, where it is answered in JSON."""

        async def endpoint(request: Request) -> Response:
            found = await answer(request)
            if found is None:
                return Response(status_code=self.status, headers=HEADERS)
            return Response(found.model_dump_json(), self.status, HEADERS, "application/json")

        return StudioRoute(self.path, endpoint, self.action, (self.method,))


async def read_model(request: Request, model: type[M], example: str) -> M:
    """The body of a request. Raises `HTTPException` with what is wrong with it, or an example where it is no JSON."""
    try:
        return model.model_validate(json.loads(await read_whole_body(request, MAX_FORM)))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise HTTPException(422, f"{place}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise HTTPException(422, f"the body is not JSON such as {example}") from None


def describe(operations: Iterable[Operation], server: str) -> dict[str, Any]:
    """The document of operations; `server` is the base URL of the studio, "" where it is the document's own."""
    listed = list(operations)
    models = {one for each in listed for one in (each.answer, each.body) if one} | {ApiError}
    ordered = sorted(models, key=lambda model: model.__name__)
    reference = "#/components/schemas/{model}"
    _, schemas = models_json_schema([(model, "serialization") for model in ordered], ref_template=reference)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "livecontent",
            "version": __version__,
            "description": "What the pages of the studio show, and what a shop tells of its products.",
        },
        **({"servers": [{"url": server}]} if server else {}),
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of `livecontent token create`. What its role allows is its scope.",
                },
                "shop": {"type": "http", "scheme": "bearer", "description": "The token of the setting `api_token`."},
            },
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    places = re.findall(r"\{(\w+)\}", each.path)
    named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in places]
    asked = [{"name": one.name, "in": "query", "description": one.meaning, "schema": one.kind} for one in each.query]
    words = re.sub(r"[^a-z]+", " ", each.path.removeprefix("/v1").lower()).split()
    told: dict[str, Any] = {
        "operationId": "_".join((each.method.lower(), *words)),
        "summary": each.summary,
        "security": _security(each),
        "responses": _responses(each),
    }
    if named or asked:
        told["parameters"] = [*named, *asked]
    if each.body:
        content: dict[str, Any] = {"schema": _reference(each.body)}
        if each.example is not None:
            content["example"] = each.example
        told["requestBody"] = {"required": True, "content": {"application/json": content}}
    if each.server:
        told["servers"] = [{"url": each.server}]
    return told


def _security(each: Operation) -> list[dict[str, list[str]]]:
    if each.server:
        return [{"shop": []}]
    if each.action == "open":
        return []
    return [{"token": [role for role in ROLES if each.action in ALLOWED[role]]}]


def _responses(each: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if each.answer:
        done["content"] = {"application/json": {"schema": _reference(each.answer)}}
    problem = {"application/json": {"schema": _reference(ApiError)}}
    wrong = {**({} if each.server else ALWAYS), **each.also}
    others = {str(status): {"description": why, "content": problem} for status, why in sorted(wrong.items())}
    return {str(each.status): done, **others}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
