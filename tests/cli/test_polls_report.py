"""`report` shows the votes of polls."""

from __future__ import annotations

import json
from pathlib import Path

from running import Run, said

from blocking import Blocking
from livecontent.storage.sqlite.votes import SqliteVotes
from livecontent.storage.votes import Vote


def test_the_votes_of_all_polls_are_reported(run: Run, tmp_path: Path) -> None:
    assert "poll" not in said(run("report"))
    folder = tmp_path / ".livecontent"
    folder.mkdir(exist_ok=True)
    votes = Blocking(SqliteVotes(folder / "votes.db", lambda _: "full"))
    for number, answer in enumerate(["red", "blue", "red"]):
        votes.cast(Vote("colour", f"{number:026}", answer, 1.0))
    lines = [line.split() for line in said(run("report")).splitlines()]
    assert lines[-3:] == [
        ["poll", "answer", "votes", "share"],
        ["colour", "red", "2", "67%"],
        ["colour", "blue", "1", "33%"],
    ]
    assert json.loads(run("report", "--json").stdout) == [{"poll": "colour", "votes": {"blue": 1, "red": 2}}]
    assert "colour" not in said(run("report", "--creative", "umbrella"))
