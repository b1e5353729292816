"""A file whose reader is stopped in the middle."""

from pathlib import Path

from livecontent.imports.recipients import open_recipients
from livecontent.imports.table_file import no_progress


def test_rows_may_be_left_before_their_end(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\n" + "anna\n" * 10)
    with open_recipients(tmp_path / "people.csv", {}) as people:
        rows = people.rows(no_progress)
        next(rows)
    rows.close()  # type: ignore[attr-defined]  # as at the end of a process
