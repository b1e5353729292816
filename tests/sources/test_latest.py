"""The last of an event of a shop's own, and the schemas that such events fit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.config import Settings
from livecontent.errors import CreativeError, DataError
from livecontent.expressions.rule import Rule
from livecontent.facts import Fact, Opening, Person, Reason
from livecontent.history.event_types import parse_event_type
from livecontent.history.messages import MessageReader
from livecontent.history.sums import add_message, no_sums
from livecontent.history.told import history_in
from livecontent.imports.event_groups import shape_row
from livecontent.lint.names import unknown_fact
from livecontent.sources.latest import LatestSource, read_event_types
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.storage.history import HistoryStore
from livecontent.vocabulary import UsedName

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SCHEMA = """
{"properties": {"recipe": {"type": "string", "minLength": 1}, "servings": {"type": "integer"},
 "note": {"type": ["string", "null"]}, "hot": {"type": "boolean"},
 "steps": {"type": "array", "items": {"type": "object", "properties": {"minutes": {"type": "number"}}}}},
 "required": ["recipe"]}
"""


class OneStore:
    """What is kept of one person."""

    def __init__(self, *told: Mapping[str, Any]) -> None:
        reader, self._sums = MessageReader(), no_sums()
        for number, one in enumerate(told):
            raw = {"userId": "a", "messageId": f"m{number}", "type": "track", **one}
            add_message(self._sums, reader.read(raw, NOW.timestamp(), {"a": "a" * 26}))

    def history(self, _: str) -> Mapping[str, Any] | None:
        return history_in(self._sums)


def ask(store: OneStore, *keys: str, consent: Any = "full") -> dict[str, Fact[Any]]:
    opening = Opening("x", "a" * 26, NOW, person=Person("a" * 26, consent, {}))
    found = LatestSource(cast("HistoryStore", store)).ask(opening, {}, frozenset(keys))
    assert isinstance(found, Fact)
    return dict(found.value or {})


def cooked(at: str, **told: object) -> dict[str, object]:
    return {"event": "Recipe Cooked", "timestamp": f"2026-11-{at}Z", "properties": told}


def types_of(folder: Path, text: str, name: str = "recipe_cooked") -> Any:
    (folder / "events").mkdir(exist_ok=True)
    (folder / "events" / f"{name}.json").write_text(text, encoding="utf-8")
    return read_event_types(folder)


def test_the_last_one_tells_what_it_was_and_when() -> None:
    store = OneStore(
        cooked("28T12:00:00", recipe="soup", servings=4), cooked("29T06:00:00", recipe="bread", hot=True, steps=[1])
    )
    found = ask(store, "Recipe Cooked", "recipe_cooked", "Kettle Boiled")
    assert found["Recipe Cooked"].value == {
        "recipe": "bread", "hot": True, "times": 2, "hours_since": 30, "days_since": 1,
    }  # fmt: skip
    assert found["recipe_cooked"].value == found["Recipe Cooked"].value
    assert found["Kettle Boiled"].reason is Reason.MISSING
    assert ask(store, "Recipe Cooked", consent="no-record") == {}


def test_events_that_are_understood_are_told_by_history_alone() -> None:
    store = OneStore({"event": "Store Visited", "timestamp": "2026-11-29T06:00:00Z", "properties": {"store_id": "l"}})
    assert ask(store, "Store Visited")["Store Visited"].reason is Reason.MISSING


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=300) | st.floats() | st.none()), max_size=60))
def test_what_is_kept_has_bounds(told: list[tuple[str, object]]) -> None:
    store = OneStore()
    reader = MessageReader()
    for number, (name, value) in enumerate(told):
        raw = {"userId": "a", "messageId": str(number), "event": f"Own {name}", "properties": {name: value}}
        try:
            message = reader.read(raw, NOW.timestamp() + number, {"a": "a" * 26})
        except DataError:  # half a character, or no number
            continue
        add_message(store._sums, message)
    own = (store.history("") or {}).get("own", {})
    assert len(own) <= 20
    assert all(len(values) <= 20 and all(len(str(v)) <= 200 for v in values.values()) for _, _, values in own.values())


def test_what_does_not_fit_its_schema_is_refused(tmp_path: Path) -> None:
    reader = MessageReader(types=types_of(tmp_path, SCHEMA))
    for told, field in [
        ({}, "properties: 'recipe' is a required property"),
        ({"recipe": "soup", "servings": "four"}, "properties.servings: 'four' is not of type 'integer'"),
        ({"recipe": "soup", "steps": [{"minutes": 1}, {"minutes": "x"}]}, "properties.steps.1.minutes"),
    ]:
        for event in ("Recipe Cooked", "recipe_cooked"):
            with pytest.raises(DataError, match=field):
                reader.read({"userId": "a", "event": event, "properties": told}, NOW.timestamp(), {"a": "a" * 26})
    for event in ("Recipe Cooked", "Kettle Boiled"):  # of which no schema says anything
        assert reader.read(
            {"userId": "a", "event": event, "properties": {"recipe": "soup"}}, NOW.timestamp(), {"a": "a" * 26}
        )


def test_rules_are_checked_by_what_is_declared(tmp_path: Path) -> None:
    free = make_vocabulary(SOURCES, Settings(templates=tmp_path))
    assert Rule('latest["Recipe Cooked"].recipe == "soup"', free).volatile
    types_of(tmp_path, SCHEMA)
    declared = make_vocabulary(SOURCES, Settings(templates=tmp_path))
    Rule('latest["Recipe Cooked"].recipe == "soup" && latest["Recipe Cooked"].days_since < 2', declared)
    for event, name, right in [
        ("Recipe Cooked", "receipe", "recipe"),
        ("recipe_cooked", "receipe", "recipe"),
        ("Recipe Cooked", "servings", ""),
        ("Recipe Cooked", "times", ""),
        ("Recipe Cooked", "note", ""),  # or null
        ("Door Opened", "door", ""),  # of which no schema says anything
    ]:
        found = unknown_fact(UsedName(("latest", event, name), 0), declared, (), None)
        assert (found is not None and right in found.help) if right else found is None, (event, name)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("{", "recipe_cooked", ":1:1: error: not JSON: Expecting property name"),
        ('{\n"type": oops}', "recipe_cooked", ":2:1: error: not JSON: Expecting value"),
        ("[]", "recipe_cooked", "write the JSON Schema of an object"),
        ('{"type": "string"}', "recipe_cooked", "write the JSON Schema of an object"),
        ('{"properties": {"a": {"type": "strnig"}}}', "recipe_cooked", "properties.a.type: 'strnig' is not valid"),
        ('{"properties": {"a": {"$ref": "http://127.0.0.1:9/x.json"}}}', "recipe_cooked", "x.json is not in this file"),
        ('{"properties": {"a": {"$ref": "#/$defs/b"}}}', "recipe_cooked", "/$defs/b is not in this file"),
        ('{"$ref": "#"}', "recipe_cooked", "leads to itself"),
        ("{}", "order_completed", "understands this event"),
    ],
)
def test_a_schema_that_can_not_work_says_where(text: str, name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CreativeError) as found:
        types_of(tmp_path, text, name)
    assert words in str(found.value)


def read(types: Any, told: object) -> Any:
    raw = {"userId": "a", "event": "Recipe Cooked", "properties": told}
    return MessageReader(types=types).read(raw, NOW.timestamp(), {"a": "a" * 26})


def test_odd_values_are_refused_and_hold_nobody_up(tmp_path: Path) -> None:
    """A batch of which one message is odd keeps the others: each is taken, or refused with a reason."""
    schema = """{"properties": {"n": {"multipleOf": 0.5}, "child": {"$ref": "#"}, "a": {"uniqueItems": true}}}"""
    types = types_of(tmp_path, schema)
    child: dict[str, object] = {}
    for _ in range(300):
        child = {"child": child}
    many = [{"a": number} for number in range(3000)]
    for odd in ({"n": float("nan")}, {"n": float("inf")}, child, {"a": [*many, many[0]]}, {"a": many * 2}, {"n": 0.3}):
        with pytest.raises(DataError):
            read(types, odd)
    begun = time.process_time()
    assert read(types, {"a": many, "n": 10**300}).values["a"] == many
    assert time.process_time() - begun < 2.0, "each was compared with each: half a minute"


@given(st.integers(1, 999_999))
def test_a_price_in_cents_is_a_multiple_of_a_cent(cents: int) -> None:
    kind = parse_event_type("x", '{"properties": {"price": {"multipleOf": 0.01}}}')
    kind.check({"price": cents / 100})
    with pytest.raises(DataError):
        kind.check({"price": float(f"{cents / 100:.2f}5")})


def test_a_csv_has_texts_that_are_read_as_what_is_declared(tmp_path: Path) -> None:
    types = types_of(tmp_path, SCHEMA)
    row = {
        "userId": "a",
        "event": "recipe_cooked",
        "timestamp": "2026-11-29",
        "recipe": "7",
        "servings": "4",
        "hot": "TRUE",
    }
    assert shape_row(row, "UTC", types)["properties"] == {"recipe": "7", "servings": 4, "hot": True}
    assert shape_row({**row, "servings": "four"}, "UTC", types)["properties"]["servings"] == "four"  # type: ignore[index]
    assert shape_row({**row, "event": "Door Opened"}, "UTC", types)["properties"]["servings"] == "4"  # type: ignore[index]


def test_names_and_numbers_have_bounds_too() -> None:
    told = {"n" * 1500: 1, "huge": 10**400, "whole": 2**62, "half": 0.5}
    store = OneStore({"event": "Own", "timestamp": "2026-11-29T06:00:00Z", "properties": told})
    assert ask(store, "Own")["Own"].value.keys() == {"whole", "half", "times", "hours_since", "days_since"}
