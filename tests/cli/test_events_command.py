"""`import events` as a person types it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import Run, said

from livecontent.cli import events
from livecontent.cli.events import KEPT, with_events
from livecontent.imports import event_groups
from livecontent.imports.events import ShopEvent
from livecontent.storage.sqlite.history import SqliteHistory
from told_events import told_by_file

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
shop_events = st.lists(
    st.builds(
        lambda column, at, sku: ShopEvent("ann", column, at, (sku,)),
        st.sampled_from(["bought", "viewed"]),
        st.floats(0, 9),
        skus,
    ),
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.lists(skus, unique=True), told=shop_events)
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


def line_of(number: int) -> str:
    """An event of one of some people, of whom some are visitors at first."""
    who = {"anonymousId": f"v{number % 7}"} if number % 3 else {"userId": f"c{number % 7}"}
    event = ["Product Viewed", "Store Visited", "Order Completed"][number % 5 % 3]
    at = f"2026-10-{1 + number * 11 % 28:02}T{number % 24:02}:00:00Z"
    properties = {"sku": f"u-{number % 9}", "store_id": f"s{number % 2}", "order_id": f"o{number // 2}", "total": 5}
    return json.dumps({"messageId": f"m{number}", "event": event, "timestamp": at, "properties": properties, **who})


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a large file has them."""
    monkeypatch.setattr(events, "_GROUP", 24_000)
    monkeypatch.setattr(event_groups, "PART", 20)
    monkeypatch.setattr(events, "_ROWS", 50)


@pytest.fixture
def lines(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of a file of events, of recipients who are imported, and who say who they are in its midst."""
    monkeypatch.setenv("LIVECONTENT_CONSENT", "full")
    people(run, tmp_path, "id\n" + "".join(f"c{number}\n" for number in range(7)))
    identified = [
        json.dumps({"type": "identify", "userId": f"c{n}", "anonymousId": f"v{n}", "timestamp": f"2026-10-0{n + 1}"})
        for n in range(6)
    ]
    return [*map(line_of, range(200)), *identified, "no JSON", *map(line_of, range(190, 400))]


def kept_in(folder: Path) -> tuple[str, dict[str, Any]]:
    """All that is kept of people and their events."""
    with closing(apsw.Connection(str(folder / "recipients.db"))) as opened:
        profiles = opened.execute("SELECT json_group_array(profile) FROM (SELECT * FROM recipients ORDER BY id)").get
    return profiles, told_by_file(folder / "history.db")


def history_files(folder: Path) -> list[Path]:
    return list(folder.glob("history.db*"))


@pytest.mark.usefixtures("small_groups")
def test_groups_and_processes_make_of_a_file_what_its_pieces_make(run: Run, tmp_path: Path, lines: list[str]) -> None:
    data = tmp_path / ".livecontent"
    for start in (200, 0, 300):  # as each is no more than one group, in this process
        (tmp_path / "some.jsonl").write_text("\n".join(lines[start : start + (100 if start else 200)]))
        run("import", "events", "some.jsonl")
    (tmp_path / "some.jsonl").write_text("\n".join(lines[400:]))
    run("import", "events", "some.jsonl")
    in_pieces = told_by_file(data / "history.db")
    for file in history_files(data):
        file.unlink()
    (tmp_path / "events.jsonl").write_text("\n".join(lines))
    done = run("import", "events", "events.jsonl")
    assert done.exit_code == 0, said(done)
    assert "events.jsonl:207: the line is not JSON" in done.output
    assert "history: 406 events added, 10 known before" in done.output, done.output
    assert told_by_file(data / "history.db") == in_pieces
    assert "history: 0 events added, 416 known before" in run("import", "events", "events.jsonl").output
    assert told_by_file(data / "history.db") == in_pieces


@pytest.mark.usefixtures("small_groups")
def test_an_import_that_was_stopped_goes_on_where_the_same_file_comes_again(
    run: Run, tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "events.jsonl").write_text("\n".join(lines))
    put, parts = SqliteHistory._put_gathered, 0

    def stop(self: SqliteHistory, found: Any) -> Any:
        nonlocal parts
        parts += 1
        if parts == 4:
            raise SystemExit(130)
        return put(self, found)

    monkeypatch.setattr(events, "cores", lambda: 0)  # in this process
    with monkeypatch.context() as patch:
        patch.setattr(SqliteHistory, "_put_gathered", stop)
        assert run("import", "events", "events.jsonl").exit_code == 130
    left = {file.name for file in (tmp_path / ".livecontent").iterdir()}
    assert not [name for name in left if name.startswith("tmp")]
    again = run("import", "events", "events.jsonl").output
    assert "known before" in again
    stopped = kept_in(tmp_path / ".livecontent")
    for file in history_files(tmp_path / ".livecontent"):
        file.unlink()
    run("import", "events", "events.jsonl")
    assert kept_in(tmp_path / ".livecontent") == stopped
