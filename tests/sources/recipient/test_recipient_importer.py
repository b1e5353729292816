import csv
import json
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import Blocking
from blocking import import_at_once as import_recipients
from livecontent.errors import DataError
from livecontent.imports import refused as keeping
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.known import is_word_for_nothing
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.report import ImportReport
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import Progress
from livecontent.links import ref_of
from livecontent.storage.sqlite.recipients import SqliteRecipients

KEY = b"k" * 32


def silent(read: int, total: int) -> None:
    """Nobody listens."""


def take(store: Blocking, file: Path, content: str | bytes, progress: Progress = silent) -> ImportReport:
    return take_all(store, file, content, progress)[0]


def take_all(
    store: Blocking, file: Path, content: str | bytes, progress: Progress = silent
) -> tuple[ImportReport, list[Refusal]]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_recipients(file, store, KEY, {}, progress)


@contextmanager
def fresh(ending: str = "csv") -> Iterator[tuple[Blocking, Path]]:
    with TemporaryDirectory() as folder:
        store = Blocking(SqliteRecipients(Path(folder) / "recipients.db"))
        yield store, Path(folder) / f"people.{ending}"


def everything(store: Blocking) -> dict[str, object]:
    return {ref: store.get(ref) for ref, _ in store.iterate()}


def big(rows: int, word: str) -> str:
    return "id,first_name,note\n" + "".join(f"c{number},{word},{'x' * 100}\n" for number in range(rows))


def test_a_file_is_taken_in_and_reported(store: Blocking, tmp_path: Path) -> None:
    rows = "1,Ann,5\n,Bob,6\n2,Zo\u00e9,7\n1,Eve,8\n"
    first, refused = take_all(store, tmp_path / "a.csv", f"id,pr\u00e9nom,points\n{rows}")
    assert first == ImportReport(2, 0, 0, 2)
    assert refused == [Refusal(3, "there is no id"), Refusal(5, "the id '1' is in a row above")]
    second = take(store, tmp_path / "b.csv", "id,pr\u00e9nom,points\n1,Ann,5\n2,Zo\u00e9,9\n3,Cid,\n")
    assert second == ImportReport(1, 1, 1, 0)
    assert everything(store) == {
        ref_of("1", KEY): {"id": "1", "first_name": "Ann", "points": 5},
        ref_of("2", KEY): {"id": "2", "first_name": "Zo\u00e9", "points": 9},
        ref_of("3", KEY): {"id": "3", "first_name": "Cid"},
    }


def test_recipients_that_a_file_does_not_name_stay(store: Blocking, tmp_path: Path) -> None:
    take(store, tmp_path / "a.csv", "id\n1\n")
    take(store, tmp_path / "b.csv", "id\n2\n")
    assert [recipient_id for _, recipient_id in store.iterate()] == ["1", "2"]


def test_columns_are_named_by_choice(store: Blocking, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("No,Qui\n7,Ann\n")
    import_recipients(tmp_path / "a.csv", store, KEY, {"No": "id", "Qui": "first_name"}, silent)
    assert store.get(ref_of("7", KEY)) == {"id": "7", "first_name": "Ann"}


def test_forms_of_one_id_are_one_recipient(store: Blocking, tmp_path: Path) -> None:
    composed, apart = (unicodedata.normalize(form, "zo\u00e9") for form in ("NFC", "NFD"))
    assert composed != apart
    rows = f"{apart},first\n{composed},second\n {composed} ,third\n"
    report, refused = take_all(store, tmp_path / "a.csv", f"id,note\n{rows}")
    assert (report.added, [refusal.line for refusal in refused]) == (1, [3, 4])
    for recipient_id in (composed, apart):
        assert store.get(ref_of(recipient_id, KEY)) == {"id": composed, "note": "first"}


def test_a_csv_and_json_lines_of_the_same_are_the_same(store: Blocking, tmp_path: Path) -> None:
    take(store, tmp_path / "a.csv", "points,id,vip,city\n5,1,true,Rome\n")
    row = {"id": "1", "city": "Rome", "vip": True, "points": 5}
    assert take(store, tmp_path / "a.jsonl", json.dumps(row)) == ImportReport(0, 0, 1, 0)


def test_ten_thousand_rows_are_taken_in(store: Blocking, tmp_path: Path) -> None:
    assert take(store, tmp_path / "a.csv", big(10_000, "Ann")) == ImportReport(10_000, 0, 0, 0)
    assert take(store, tmp_path / "a.csv", big(10_000, "Ann")) == ImportReport(0, 0, 10_000, 0)
    assert store.count() == 10_000
    profile = {"id": "c9999", "first_name": "Ann", "note": "x" * 100}
    assert store.get(ref_of("c9999", KEY)) == profile


def test_a_crash_in_the_middle_leaves_the_store_as_it_was(store: Blocking, tmp_path: Path) -> None:
    take(store, tmp_path / "a.csv", "id,first_name\nc1,Old\n")
    before = everything(store)

    def crash(read: int, total: int) -> None:
        if read > total / 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take(store, tmp_path / "b.csv", big(3000, "New"), crash)
    assert everything(store) == before
    assert take(store, tmp_path / "b.csv", big(3000, "New")) == ImportReport(2999, 1, 0, 0)


def test_a_quote_that_does_not_close_leaves_the_store_as_it_was(store: Blocking, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"b\.csv:3002: a quote"):
        take(store, tmp_path / "b.csv", big(3000, "New") + '9,"\n')
    assert store.count() == 0
    assert store.attributes() == []


def test_another_key_is_refused(store: Blocking, tmp_path: Path) -> None:
    take(store, tmp_path / "a.csv", "id\n1\n")
    with pytest.raises(DataError, match="key"):
        import_recipients(tmp_path / "a.csv", store, b"other", {}, silent)
    assert [ref for ref, _ in store.iterate()] == [ref_of("1", KEY)]


def test_readers_see_the_old_or_the_new_state(store: Blocking, tmp_path: Path) -> None:
    take(store, tmp_path / "a.csv", big(2000, "Old"))
    refs = [ref_of(f"c{number}", KEY) for number in (0, 1999, 1000)]
    other = Blocking(SqliteRecipients(tmp_path / "recipients.db"))
    seen: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.extend((other.get(ref) or {}).get("first_name") for ref in refs)

    reader = threading.Thread(target=read)
    reader.start()
    during: list[object] = []
    take(store, tmp_path / "b.csv", big(2000, "New"), lambda *_: during.extend(store.get(ref) for ref in refs))
    done.set()
    reader.join()
    seen += [(other.get(ref) or {}).get("first_name") for ref in refs]
    assert {profile["first_name"] for profile in during if isinstance(profile, dict)} == {"Old"}
    first_new = seen.index("New")
    assert set(seen[:first_new]) <= {"Old"}
    assert set(seen[first_new:]) == {"New"}


def test_progress_goes_to_the_end_of_the_file(store: Blocking, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    take(store, tmp_path / "a.csv", big(3000, "Ann"), lambda read, total: told.append((read, total)))
    size = (tmp_path / "a.csv").stat().st_size
    assert told[-1] == (size, size)
    assert len(told) > 3


def test_a_file_of_refusals_is_given_up(store: Blocking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MAX_REFUSED", 10)
    assert take(store, tmp_path / "a.csv", "id,a\n" + ",1\n" * 10).refused == 10
    with pytest.raises(DataError, match=r"a\.csv:2: there is no id; and so more than 10 rows"):
        take(store, tmp_path / "a.csv", "id,a\n" + ",1\n" * 11)


names = st.text("abcde", min_size=1, max_size=5)
texts = st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=30)
ids = texts.filter(lambda text: text and not is_word_for_nothing(text))
values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=3,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(ids, st.dictionaries(names, values), max_size=8))
def test_profiles_come_out_of_json_lines_as_they_went_in(people: dict[str, dict[str, object]]) -> None:
    rows = [{"id": recipient_id, **profile} for recipient_id, profile in people.items()]
    with fresh("jsonl") as (store, file):
        _, found = take_all(store, file, "\n".join(json.dumps(row) for row in rows))
        refused = {refusal.line for refusal in found}
        assert all("3 deep" in reason or "in a row above" in reason for _, reason in found)
        for line, row in enumerate(rows, 1):
            expected = {name: _composed(value) for name, value in row.items() if value != ""}
            assert line in refused or store.get(ref_of(str(row["id"]), KEY)) == expected


def _composed(value: object) -> object:
    if isinstance(value, list):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {name: _composed(item) for name, item in value.items()}
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(texts, texts, st.integers(-999, 999))), st.sampled_from(",;\t"))
def test_each_row_is_in_the_store_or_in_the_report_and_twice_is_once(
    rows: list[tuple[str, str, int]], delimiter: str
) -> None:
    with fresh() as (store, file):
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, delimiter=delimiter).writerows([("id", "first name", "points"), *rows])
        first, _ = import_recipients(file, store, KEY, {}, silent)
        after = everything(store)
        ids = {unicodedata.normalize("NFC", row[0]) for row in rows if row[0] and not is_word_for_nothing(row[0])}
        assert first.added + first.refused == len(rows)
        assert first.added == store.count() == len(ids)
        second, _ = import_recipients(file, store, KEY, {}, silent)
        assert second == replace(first, added=0, unchanged=first.added)
        assert everything(store) == after


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from('id,name;1\u00e9"\n\r\t {}[]:\0\ufeff\u2028')), st.sampled_from(["csv", "jsonl"]))
def test_any_file_is_taken_in_or_refused_as_a_whole(text: str, ending: str) -> None:
    with fresh(ending) as (store, file):
        content = "id,name\n" + text if ending == "csv" else text
        try:
            report = take(store, file, content)
        except DataError:
            assert store.count() == 0
            return
        rows = [row for row in read_recipient_rows(file, {}, silent) if isinstance(row, TypedRow)]
        assert {row.values["id"] for row in rows} == {recipient_id for _, recipient_id in store.iterate()}
        assert report.added == store.count()
        assert report.refused + report.added == sum(1 for _ in read_recipient_rows(file, {}, silent))
