from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from hypothesis import settings
from vote_store_contract import ANN, VoteStoreContract

from blocking import Blocking
from livecontent.storage.sqlite.votes import SqliteVotes
from livecontent.storage.votes import Vote, voter_of

KILLS = 200 if settings().max_examples >= 1000 else 4  # `make nightly` asks for more
AT_ONCE = 4  # processes


@pytest.fixture
def opened() -> Callable[[Path, set[str]], Blocking]:
    return lambda folder, silent: Blocking(
        SqliteVotes(folder / "votes.db", lambda ref: "none" if ref in silent else "full")
    )


class TestSqliteVotes(VoteStoreContract):
    pass


def test_no_answer_is_kept_beside_a_ref_and_of_the_forgotten_nothing_is_left(store: Blocking, tmp_path: Path) -> None:
    for number in range(300):
        store.cast(Vote("colour", f"{number:026}", "red", 1.0))
    store.cast(Vote("colour", ANN, "red", 1.0))

    def held(sought: bytes) -> bool:
        return any(sought in file.read_bytes() for file in tmp_path.iterdir())

    assert held(voter_of("colour", ANN))
    assert not held(ANN.encode())
    store.forget([ANN])
    assert not held(voter_of("colour", ANN))


VOTER = """
import asyncio, os, random, sys
from pathlib import Path
from livecontent.storage.sqlite.votes import SqliteVotes
from livecontent.storage.votes import Vote

store = SqliteVotes(Path(sys.argv[1]), lambda _: "full")
told = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

async def cast():
    ref = f"{random.randrange(300):026}"
    await store.cast(Vote("colour", ref, random.choice(["red", "blue"]), random.random()))
    os.write(told, f"{ref}\\n".encode())  # whoever clicked is led on

async def run():
    while True:
        await asyncio.gather(*(cast() for _ in range(5)))

asyncio.run(run())
"""


def test_whatever_is_killed_each_voter_counts_once(store: Blocking, tmp_path: Path) -> None:
    told, chance = tmp_path / "told", random.Random(3)
    for _ in range(KILLS // AT_ONCE):
        seen = told.stat().st_size if told.exists() else 0
        arguments = [sys.executable, "-c", VOTER, str(tmp_path / "votes.db"), str(told)]
        voters = [subprocess.Popen(arguments) for _ in range(AT_ONCE)]
        while not (told.exists() and told.stat().st_size > seen):
            time.sleep(0.001)
        for voter in voters:
            time.sleep(chance.uniform(0, 0.02))
            voter.send_signal(signal.SIGKILL)
        assert [voter.wait() for voter in voters] == [-signal.SIGKILL] * AT_ONCE
    kept = apsw.Connection(str(tmp_path / "votes.db")).execute("SELECT voter, answer FROM votes").fetchall()
    assert {voter_of("colour", ref) for ref in told.read_text().split()} <= {voter for voter, _ in kept}
    answers = [answer for _, answer in kept]
    assert store.counts("colour") == {answer: answers.count(answer) for answer in set(answers)}
    assert len(kept) == len({voter for voter, _ in kept})
