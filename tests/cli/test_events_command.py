"""`import events` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import Run, said

from livecontent.cli.events import KEPT, with_events
from livecontent.imports.events import ShopEvent

LINES: tuple[Any, ...] = (
    {"event": "Order Completed", "userId": "ann", "timestamp": "2026-11-22T19:30:00Z"}
    | {"properties": {"order_id": "7", "products": [{"sku": "u-1"}, {"product_id": 12}, {"name": "a gift"}]}},
    {
        "event": "Product Viewed",
        "userId": "ann",
        "timestamp": "2026-11-21T08:00:00Z",
        "properties": {"product_id": "u-2"},
    },
    {
        "event": "Product Viewed",
        "userId": "ann",
        "timestamp": "2026-11-20T08:00:00Z",
        "properties": {"product_id": "u-3"},
    },
    {"event": "Product Added", "userId": "ann", "properties": {"product_id": "u-9"}},
    {"event": "Product Viewed", "userId": "zoe", "properties": {"product_id": "u-2"}},
    {"event": "Product Viewed", "userId": "ann", "properties": {}},
    {"event": "Product Viewed", "userId": "ann", "timestamp": "yesterday", "properties": {"sku": "u-2"}},
    ["no object"],
)


def people(run: Run, tmp_path: Path, text: str = "id,city\nann,Lille\n") -> None:
    (tmp_path / "people.csv").write_text(text)
    assert run("import", "recipients", "people.csv").exit_code == 0


def profile(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(run("recipients", "export", "--jsonl")))
    return found


def test_events_fill_what_was_bought_and_seen_and_say_what_they_could_not_read(run: Run, tmp_path: Path) -> None:
    people(run, tmp_path)
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, LINES)))
    done = run("import", "events", "events.jsonl")
    assert done.exit_code == 0
    for words in (
        "3 events of 1 recipient: 1 Order Completed, 2 Product Viewed",
        "1 row not for profiles: Product Added",
        "events.jsonl:5: no recipient with the id 'zoe' was imported",
        "events.jsonl:6: there is no product_id and no sku",
        "events.jsonl:7: 'yesterday' is not a time",
        "events.jsonl:8: the line is not a JSON object",
        "4 rows refused",
    ):
        assert words in done.output
    before = profile(run)
    assert before == {"id": "ann", "city": "Lille", "bought": ["u-1", "12"], "viewed": ["u-3", "u-2"]}
    run("import", "events", "events.jsonl")
    people(run, tmp_path)
    assert profile(run) == before, "the same again changes nothing, nor do recipients without these columns"
    people(run, tmp_path, "id,city,viewed\nann,Paris,u-7\n")
    assert profile(run) == {"id": "ann", "city": "Paris", "bought": ["u-1", "12"], "viewed": "u-7"}


@pytest.mark.parametrize("header", ["userId,event,timestamp,product_id", "user_id;Event;Timestamp;SKU"])
def test_a_csv_has_a_row_for_each_product(run: Run, tmp_path: Path, header: str) -> None:
    people(run, tmp_path)
    rows = ["ann,Order Completed,2026-11-22,u-1", "ann,Order Completed,2026-11-23,u-2", ",Product Viewed,,u-2"]
    text = "\n".join([header, *rows])
    (tmp_path / "events.csv").write_text(text.replace(",", ";") if ";" in header else text)
    done = run("import", "events", "events.csv")
    assert "2 events of 1 recipient: 2 Order Completed, 0 Product Viewed" in done.output
    assert "events.csv:4: there is no userId" in done.output
    assert profile(run)["bought"] == ["u-1", "u-2"]
    (kept,) = (tmp_path / ".livecontent" / "refused").glob("events.refused.csv")
    assert len(kept.read_text().splitlines()) == 2, "the header, and the row"


def test_a_file_that_is_no_list_of_events_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    people(run, tmp_path)
    (tmp_path / "events.csv").write_text("who,what\nann,u-1\n")
    done = run("import", "events", "events.csv")
    assert done.exit_code == 1
    assert "no column is called userId; found: 'who', 'what'" in said(done)


skus = st.sampled_from([f"u-{number}" for number in range(9)])
events = st.lists(
    st.builds(
        lambda column, at, sku: ShopEvent("ann", column, at, (sku,)),
        st.sampled_from(["bought", "viewed"]),
        st.floats(0, 9),
        skus,
    ),
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.lists(skus, unique=True), told=events)
def test_the_same_events_again_change_nothing_and_the_last_is_at_the_end(
    known: list[str], told: list[ShopEvent]
) -> None:
    told.sort(key=lambda event: event.at)
    once = with_events({"id": "ann", "bought": known}, told)
    assert with_events(once, told) == once
    for column in ("bought", "viewed"):
        listed = once.get(column, [])
        assert isinstance(listed, list)
        assert len(listed) == len(set(listed)) <= KEPT
        last = [event.skus[0] for event in told if event.column == column][-1:]
        assert not last or listed[-1:] == last
