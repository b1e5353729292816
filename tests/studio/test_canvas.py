"""The canvas on the server: what it tells of a draft, and what an edit does to the YAML and to the picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from asking import asking, bearer
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from starlette.testclient import TestClient

from livecontent.app import make_app
from livecontent.creative.drafts import Drafts
from livecontent.creative.load import FILE
from livecontent.render.compile import CompiledVariant
from livecontent.services import Services

RAIN = {"f.variant": "rain"}


def state_of(editing: TestClient, name: str = "umbrella", **query: str) -> dict[str, Any]:
    answer = editing.get(f"/studio/state/{name}", params=query or RAIN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def edit(editing: TestClient, state: dict[str, Any], *ops: dict[str, Any], name: str = "umbrella") -> Any:
    return editing.post(f"/studio/edit/{name}/ops", params=RAIN, json={"version": state["version"], "ops": list(ops)})


def layer(state: dict[str, Any], label: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in state["layers"] if label in one["label"])
    return found


def test_the_state_tells_of_each_layer_where_it_stands_and_where_its_box_is_written(editing: TestClient) -> None:
    state = state_of(editing)
    assert (state["size"], state["variant"], state["back"], state["changed"]) == ([600, 320], "rain", 0, False)
    headline = layer(state, "it is raining")
    assert headline["label"] == "‹first_name›, it is raining in ‹city›."
    assert (headline["box"], headline["origin"], headline["style"], headline["users"]) == (
        [36, 51, 310, 120],
        "style",
        "headline",
        6,
    )
    words = {one["language"]: one for one in headline["fields"] if one["type"] == "words"}
    assert set(words) == {"en", "fr"}
    assert words["fr"]["path"] == [*headline["path"], "text", "fr"]
    shape = next(one for one in state["layers"] if one["kind"] == "shape")
    assert (shape["origin"], shape["box"]) == ("own", [36, 248, 206, 44])
    assert state["layers"][0]["origin"] == "none"


def test_rows_columns_and_lists_stand_where_they_are_drawn(editing: TestClient) -> None:
    state = state_of(editing, "nearest-store", **{"f.person": "martin", "f.city": "Paris"})
    repeat = next(one for one in state["layers"] if one["kind"] == "repeat")
    inner = [one for one in state["layers"] if one["path"][: len(repeat["path"])] == repeat["path"]][1:]
    assert repeat["copies"]
    assert all(one["box"][1] >= repeat["box"][1] for one in inner)
    assert sorted(state["order"]) == list(range(len(state["layers"])))
    places = {place: at for at, place in enumerate(state["order"])}
    at = state["layers"].index(repeat)
    assert [places[at + 1 + number] for number in reversed(range(len(inner)))] == [
        places[at] + 1 + number for number in range(len(inner))
    ]
    hidden = [one for one in state["layers"] if one["box"] is None]
    assert all(one["why"] for one in hidden)


def test_an_edit_changes_one_line_and_the_picture_and_is_undone(
    editing: TestClient, drafts: Drafts, demo: Services
) -> None:
    before = drafts.open("umbrella")
    state = state_of(editing)
    picture = editing.get(state["picture"]).content
    path = layer(state, "it is raining")["path"]
    after = edit(editing, state, {"op": "set", "path": [*path, "box"], "value": [60, 51, 310, 120]}).json()
    assert after["written"] == {"line": 52, "lines": ["        box: [60, 51, 310, 120]"]}
    lines = drafts.open("umbrella").text.splitlines()
    assert lines[:51] + lines[52:] == before.text.splitlines()
    assert layer(after, "it is raining")["box"] == [60, 51, 310, 120]
    other = editing.get(after["picture"])
    assert differ(picture, other.content)
    assert other.content != picture
    undone = editing.post("/studio/edit/umbrella/ops", json={"version": after["version"], "step": "undo"}).json()
    assert (undone["changed"], undone["forth"]) == (False, 1)
    assert drafts.open("umbrella").files == before.files
    assert editing.get(state["picture"]).content == picture
    redone = editing.post("/studio/edit/umbrella/ops", json={"version": undone["version"], "step": "redo"}).json()
    assert redone["version"] == after["version"]
    assert (demo.settings.templates / "umbrella" / FILE).read_bytes() == before.files[FILE]


def differ(one: bytes, other: bytes) -> bool:
    pair = [Image.open(BytesIO(data)).convert("RGB") for data in (one, other)]
    return ImageChops.difference(*pair).getbbox() is not None


@pytest.mark.usefixtures("drafts")
def test_a_style_is_changed_for_all_that_have_it(editing: TestClient) -> None:
    state = state_of(editing)
    after = edit(
        editing, state, {"op": "set", "path": ["styles", "headline", "box"], "value": [40, 51, 310, 120]}
    ).json()
    assert after["written"]["lines"] == ["    box: [40, 51, 310, 120]"]
    for variant in ("snow", "rain", "everyday"):
        boxes = [
            one["box"] for one in state_of(editing, **{"f.variant": variant})["layers"] if one["style"] == "headline"
        ]
        assert boxes == [[40, 51, 310, 120]]


def test_who_has_seen_another_version_is_told_and_nothing_is_overwritten(editing: TestClient, drafts: Drafts) -> None:
    state = state_of(editing)
    mine = edit(editing, state, {"op": "set", "path": ["title"], "value": "Mine"}).json()
    refused = edit(editing, state, {"op": "set", "path": ["title"], "value": "Theirs"})
    assert (refused.status_code, refused.json()["version"]) == (409, mine["version"])
    for step in ("undo", "redo"):
        body = {"version": state["version"], "step": step}
        assert editing.post("/studio/edit/umbrella/ops", json=body).status_code == 409
    assert drafts.open("umbrella").text.splitlines()[1] == "title: Mine"


def test_an_edit_that_would_break_the_creative_is_refused_with_its_place(editing: TestClient, drafts: Drafts) -> None:
    state = state_of(editing)
    path = ["variants", 1, "when"]
    refused = edit(editing, state, {"op": "set", "path": path, "value": 'weather.condition == "raining"'})
    assert refused.status_code == 422
    (problem,) = refused.json()["problems"]
    assert (problem["line"], problem["column"], problem["end"]) == (42, 32, 41)
    assert "did you mean 'rain'?" in problem["help"]
    assert drafts.names == []
    refused = edit(editing, state, {"op": "set", "path": ["title", "x"], "value": 1})
    assert (refused.status_code, refused.json()["path"]) == (422, ["title", "x"])


def test_a_draft_that_is_broken_is_told_and_undone(editing: TestClient, drafts: Drafts) -> None:
    version = drafts.open("umbrella").version
    broken = drafts.write("umbrella", {FILE: b"title: T\nsize: 1x\n"}, version)
    answer = editing.get("/studio/state/umbrella")
    assert (answer.status_code, answer.json()["back"]) == (422, 1)
    undone = editing.post("/studio/edit/umbrella/ops", json={"version": broken.version, "step": "undo"})
    assert undone.json()["version"] == version


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
OPS = st.fixed_dictionaries(
    {"op": st.sampled_from(["set", "insert", "delete", "move", "x"]) | JSON},
    optional={
        "path": st.lists(st.sampled_from(["title", "variants", "layers", 0, 1, -1]) | JSON, max_size=4) | JSON,
        "value": JSON,
        "to": JSON,
    },
)


BODIES = st.fixed_dictionaries({}, optional={"version": JSON, "ops": st.lists(OPS, max_size=3) | JSON, "step": JSON})


@given(BODIES)
def test_whatever_is_sent_is_answered_in_words(editing: TestClient, demo: Services, body: dict[str, Any]) -> None:
    drafts = Drafts(demo.settings.data, demo.settings.templates)
    if "version" in body and isinstance(body["version"], str):
        body["version"] = drafts.open("umbrella").version
    answer = editing.post("/studio/edit/umbrella/ops", content=json.dumps(body))
    assert answer.status_code in (200, 400, 409, 422), answer.text
    if answer.status_code != 200:
        assert answer.json()["error"]
    drafts.discard("umbrella")


def test_what_is_no_json_or_too_large_or_of_no_creative_is_refused(editing: TestClient) -> None:
    assert editing.post("/studio/edit/umbrella/ops", content=b"{").status_code == 400
    assert editing.post("/studio/edit/umbrella/ops", content=b"[" * 100_000).status_code == 400
    assert editing.post("/studio/edit/umbrella/ops", content=b" " * 1_100_000).status_code == 413
    for name in ("nothing", "%2e%2e%2fx", "a%00b", "Umbrella"):
        assert editing.get(f"/studio/state/{name}").status_code == 404


@pytest.mark.usefixtures("drafts")
def test_an_edit_makes_the_picture_of_one_variant_and_no_other(
    editing: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    real: Callable[[CompiledVariant], Any] = CompiledVariant._draw

    def noted(variant: CompiledVariant) -> Any:
        drawn.append(variant.variant.name)
        return real(variant)

    monkeypatch.setattr(CompiledVariant, "_draw", noted)
    after = edit(editing, state_of(editing), {"op": "set", "path": ["title"], "value": "T"}).json()
    assert drawn == []
    editing.get(after["picture"])
    assert drawn == ["rain"]


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize("name", ["umbrella", "countdown", "nearest-store", "loyalty"])
def test_every_layer_with_a_box_of_its_own_is_moved_by_writing_one(
    editing: TestClient, name: str, demo: Services
) -> None:
    """For each variant: what the state tells of a box is what an edit of it makes of it."""
    for variant in demo.kit.creatives[name].loaded.creative.variants:
        query = {"f.variant": variant.name}
        state = state_of(editing, name, **query)
        ops = []
        for one in state["layers"]:
            if one["own"] and one["box"] and one["origin"] in ("own", "style"):
                x, y, width, height = one["box"]
                value = [x - one["within"][0] + 1, y - one["within"][1], width, height]
                ops.append({"op": "set", "path": [*one["path"], "box"], "value": value})
        body = {"version": state["version"], "ops": ops}
        answer = editing.post(f"/studio/edit/{name}/ops", params=query, json=body)
        after = answer.json()
        assert answer.status_code == 200, after
        for before, now in zip(state["layers"], after["layers"], strict=True):
            if before["own"] and before["box"] and before["origin"] in ("own", "style"):
                assert now["box"][1:] == before["box"][1:]
                assert now["box"][0] - now["within"][0] == before["box"][0] - before["within"][0] + 1


def test_who_may_not_look_people_up_edits_as_somebody_unknown(demo: Services) -> None:
    """Whether layers are shown tells of the person: an editor is told what somebody unknown sees."""
    with asking(make_app(demo)) as client:
        query = {"f.person": "r-0001", "f.variant": "rain"}
        seen = {}
        for role in ("editor", "publisher"):
            answer = client.get("/studio/state/umbrella", params=query, headers=bearer(demo, role))
            seen[role] = [one["why"] for one in answer.json()["layers"]]
    assert seen["editor"] != seen["publisher"]
    assert any(seen["editor"])
    assert not any(seen["publisher"])


@pytest.mark.usefixtures("drafts")
def test_the_audit_log_has_who_edited_once_for_a_stretch_of_work(demo: Services) -> None:
    with asking(make_app(demo)) as client:
        key = bearer(demo, "editor")
        for title in ("A", "B", "C"):
            version = client.get("/studio/state/loyalty", headers=key).json()["version"]
            body = {"version": version, "ops": [{"op": "set", "path": ["title"], "value": title}]}
            assert client.post("/studio/edit/loyalty/ops", json=body, headers=key).status_code == 200
        client.post("/studio/edit/loyalty", data={"version": version, "do": "discard"}, headers=key)
        log = client.get("/studio/settings/audit.jsonl", headers=bearer(demo, "admin")).text
    found = [json.loads(line) for line in log.splitlines()]
    assert [one["action"] for one in found if (one["who"], one["creative"]) == ("The editor", "loyalty")] == ["edited"]
