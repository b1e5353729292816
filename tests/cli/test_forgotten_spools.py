"""Who is forgotten is not in what a killed process left behind."""

from pathlib import Path

import pytest
from running import Run, said

from livecontent.storage.events import Event
from livecontent.storage.spool import QUARANTINE, Spool


@pytest.mark.usefixtures("demo_creatives")
def test_spooled_events_of_somebody_who_is_forgotten_leave_no_trace(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,first_name\nana,Ana\n")
    run("import", "recipients", "people.csv")
    run("links", "umbrella", "--no-alt", "-o", "links.csv")
    _, row = (tmp_path / "links.csv").read_text().splitlines()
    ref = row.split(",")[1]
    folder = tmp_path / ".livecontent" / "spool"
    spool = Spool(folder)
    event = Event("shown", 1_764_460_000.0, "umbrella", ref, "v1", "rain", link="https://shop.example/canary")
    spool.add(event)
    spool.set_aside(event)
    spool.close(whole=False)
    assert "forgotten" in said(run("forget", "ana", "--yes"))
    assert not (folder / QUARANTINE).exists()
    for file in tmp_path.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        assert b"canary" not in held, file
        kept = file.name.startswith("consent.db") or file.suffix == ".csv"  # the decision; and people's own files
        assert kept or ref.encode() not in held, file
