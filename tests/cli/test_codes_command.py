"""`import codes` as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run, said

from blocking import Blocking, wait_for
from livecontent.storage.codes import PoolCount
from livecontent.storage.sqlite.codes import SqliteCodes


def codes(tmp_path: Path) -> Blocking:
    return Blocking(SqliteCodes(tmp_path / ".livecontent" / "codes.db", lambda _: "full"))


def given(store: Blocking, pool: str, count: int) -> list[str]:
    return [wait_for(store.give(pool, f"{number:026}", 1.0)) for number in range(count)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A-1\r\nA-2\r\n007\r\n", "the first line is taken for a code: 'A-1'"),
        ("Code\nA-1\n\nA-2\n007\n", ""),
        ("Gutscheincode;Wert\nA-1;5\nA-2;5\n007;5\n", ""),
        ("value,voucher code\n5,A-1\n5,A-2\n5,007\n", ""),
        ("\ufeffA-1\nA-2\n007", "the first line is taken for a code: 'A-1'"),
    ],
)
def test_codes_of_any_file_are_kept_as_they_stand_there(run: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "codes.csv").write_text(text, encoding="utf-8")
    done = run("import", "codes", "codes.csv", "--pool", "summer")
    assert done.exit_code == 0
    assert "summer: 3 codes added; 3 of 3 codes left" in done.output
    assert words in done.output
    assert ("taken for a code" in done.output) == bool(words)
    assert given(codes(tmp_path), "summer", 3) == ["A-1", "A-2", "007"]


def test_the_report_tells_what_became_of_each_row(run: Run, tmp_path: Path) -> None:
    (tmp_path / "winter.csv").write_text("code\nW\n")
    (tmp_path / "summer.csv").write_text("code\nA\nB\n")
    run("import", "codes", "winter.csv", "--pool", "winter")
    run("import", "codes", "summer.csv", "--pool", "summer")
    given(codes(tmp_path), "summer", 1)
    (tmp_path / "summer.csv").write_text("code\nA\nB\nC\nC\nW\n a b \n" + "x" * 101 + "\n")
    done = run("import", "codes", "summer.csv", "--pool", "summer")
    for words in (
        "summer: 1 code added; 2 of 3 codes left",
        "1 code in the pool already",
        "1 code given already, and given to nobody else",
        "1 code in another pool, and left there",
        "summer.csv:5: 'C' is in a row above",
        "summer.csv:7: 'a b' has spaces",
        "summer.csv:8: the code has 101 characters, at most 100 are kept",
        "3 rows refused",
    ):
        assert words in done.output
    assert done.exit_code == 0
    assert codes(tmp_path).pools() == [PoolCount("summer", 3, 2), PoolCount("winter", 1, 1)]
    refused = tmp_path / ".livecontent" / "refused" / "summer.refused.csv"
    assert refused.read_text().splitlines()[:3] == ["code", "C", " a b "]


def test_a_file_that_nobody_can_read_is_refused(run: Run, tmp_path: Path) -> None:
    for text, pool, options, words in (
        ("a;b\n1;2\n", "summer", (), "no column is called code; name the one that holds the codes, --map code=COLUMN"),
        ("code;coupon\n1;2\n", "summer", (), "several columns may hold the codes"),
        ("", "summer", (), "the file is empty"),
        ("A\n", "Summer Sale", (), "--pool Summer Sale: use a-z, 0-9 and underscores"),
        ("A\n", "summer", ("--map", "code=b"), "no column is called code"),
    ):
        (tmp_path / "codes.csv").write_text(text)
        done = run("import", "codes", "codes.csv", "--pool", pool, *options)
        assert words in said(done)
        assert done.exit_code == 1
    (tmp_path / "codes.csv").write_text("a;b\n1;2\n")
    done = run("import", "codes", "codes.csv", "--pool", "summer", "--map", "code=b")
    assert given(codes(tmp_path), "summer", 1) == ["2"]
    (tmp_path / "codes.csv").write_text("code\n a b\n")
    assert run("import", "codes", "codes.csv", "--pool", "summer").exit_code == 1
