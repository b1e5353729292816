"""The API: what it answers, that its document says so, and what strangers may send to it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import schemathesis
from asking import asking, bearer, make_token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from livecontent.app import make_app, make_studio
from livecontent.services import Services
from livecontent.storage.reviews import Verdict
from livecontent.studio.api.documented import document_of

CASES = 8  # of each operation; ten times as many at night


@pytest.fixture(scope="module")
def app(demo: Services) -> Starlette:
    return make_app(demo)


@pytest.fixture
def door(app: Starlette, demo: Services) -> Iterator[TestClient]:
    with asking(app, headers=bearer(demo, "admin")) as client:
        yield client


def test_the_document_has_each_address_and_no_other(app: Starlette, demo: Services) -> None:
    paths = document_of(demo.settings)["paths"].items()
    written = {(method.upper(), path) for path, methods in paths for method in methods}
    routes = [route for route in app.routes if isinstance(route, Route) and route.path.startswith("/v1/")]
    served = {(method, route.path.replace(":path}", "}")) for route in routes for method in route.methods or ()}
    assert {one for one in served if one[0] != "HEAD"} == written


def test_the_document_is_for_everybody_and_names_tokens_and_roles(door: TestClient) -> None:
    del door.headers["authorization"]
    told = door.get("/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    security = told["paths"]["/v1/people/{person}"]["delete"]["security"]
    assert security == [{"token": ["admin"]}]


def test_pages_and_the_api_say_the_same(door: TestClient, demo: Services) -> None:
    creatives = door.get("/v1/creatives").json()["creatives"]
    assert [one["name"] for one in creatives] == sorted(demo.kit.creatives)
    one = door.get("/v1/creatives/umbrella").json()
    assert one == next(each for each in creatives if each["name"] == "umbrella")
    versions = door.get("/v1/creatives/umbrella/versions").json()["versions"]
    assert [each["id"] for each in versions if each["in_force"]] == [one["version"]]
    asyncio.run(demo.storage.reviews.judge(Verdict("umbrella", "v1", 5.0, "Anna", "approved", {}, "fine")))
    review = door.get("/v1/creatives/umbrella/review").json()
    assert (review["draft"], [each["note"] for each in review["verdicts"]]) == (None, ["fine"])
    people = door.get("/v1/people", params={"q": "siobhan"}).json()["people"]
    assert "r-0008" in [each["id"] for each in people]
    record = door.get("/v1/people/r-0008").json()
    assert record["profile"]["first_name"] == "Siobhán"
    assert {each["name"] for each in door.get("/v1/sources").json()["sources"]} >= {"recipients", "products", "weather"}


def test_tokens_are_made_and_revoked(door: TestClient) -> None:
    made = door.post("/v1/tokens", json={"name": "Export", "role": "viewer", "days": 0})
    assert made.status_code == 201
    own = {"authorization": f"Bearer {made.json()['token']}"}
    assert door.get("/v1/creatives", headers=own).status_code == 200
    assert door.get("/v1/tokens", headers=own).status_code == 403
    assert door.delete(f"/v1/tokens/{made.json()['id']}").status_code == 204
    assert door.get("/v1/creatives", headers=own).status_code == 401
    assert door.get("/v1/audit").json()["entries"][0]["action"] == "token.revoke"


def test_somebody_is_forgotten(door: TestClient) -> None:
    assert door.get("/v1/people/r-0900").json()["profile"]["id"] == "r-0900"
    assert door.delete("/v1/people/r-0900").status_code == 204
    left = door.get("/v1/people/r-0900")
    assert left.status_code == 404 or left.json()["profile"] is None
    log = door.get("/v1/audit", params={"limit": 5}).text
    assert "person.forget" in log
    assert "person.look" in log
    assert "r-0900" not in log


def test_nothing_is_loaded_where_no_studio_is() -> None:
    """A worker that serves opens has none of it."""
    code = "import livecontent.cli.worker, sys; print([m for m in sys.modules if m.startswith('livecontent.studio')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@asynccontextmanager
async def not_started(_: object) -> AsyncIterator[None]:
    """Each case would start the app anew."""
    yield


@pytest.fixture(scope="module")
def described(demo: Services) -> schemathesis.BaseSchema:
    app = make_studio(demo)
    app.router.lifespan_context = not_started
    return schemathesis.openapi.from_asgi("/v1/openapi.json", app, headers={"host": "127.0.0.1"})


def test_what_strangers_send_is_answered_as_the_document_says(
    described: schemathesis.BaseSchema, demo: Services
) -> None:
    text = make_token(demo, "admin")[1]
    headers = {"host": "127.0.0.1", "authorization": f"Bearer {text}"}
    cases = CASES if settings.get_current_profile_name() == "ci" else 10 * CASES
    checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
    for result in described.get_all_operations():
        operation = result.ok()
        if "servers" in operation.definition.raw:  # the server of images, which tests/web asks
            continue

        @settings(max_examples=cases, suppress_health_check=list(HealthCheck))
        @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(schemathesis.GenerationMode.NEGATIVE)))
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            assert answer.status_code < 500
            case.validate_response(answer, checks=checks)
            bare = case.call(headers={"host": "127.0.0.1", "authorization": ""})
            assert case.operation.path == "/v1/openapi.json" or bare.status_code in (401, 403)

        ask()
