"""docs/privacy.md holds: a person's values are looked for in every byte that is kept, told or logged.

A test quotes the sentences that it holds; they have to be in the page.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.processes import Server

from canary_shop import (
    BOUGHT,
    CLIENT,
    DONE,
    EVERYTHING,
    ORDER,
    PERSON,
    PLACE,
    PROFILE,
    QUARANTINED,
    Shop,
    ask,
    files_with,
    live,
    made,
    served,
)

PATIENCE = 60.0  # seconds
PAGE = (Path(__file__).resolve().parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
ID = str(PERSON["id"])
CONSENTS = {"consent.db", "consent.db-wal"}
PEOPLE = {"recipients.db", "recipients.db-wal"}
HISTORY = {"history.db", "history.db-wal"}
OFFERS = {"codes.db", "codes.db-wal", "picks.db", "picks.db-wal"}
FETCHED = {"feeds/orders.json"}  # what is outside says of them


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with made(tmp_path, monkeypatch) as made_:
        yield made_


def lived(shop: Shop, server: Server) -> None:
    """The person has done all that people do, and it is written."""
    live(shop, server)
    end = time.monotonic() + PATIENCE
    while server.told("livecontent_events_waiting"):
        assert time.monotonic() < end
        time.sleep(0.05)


def alerted(shop: Shop, server: Server) -> None:
    """A trigger has fired that says their name to nobody who answers."""
    server.told('livecontent_triggers_total{outcome="retried",trigger="boiled"}')
    assert len(kept(shop)["alerts"]) == 1


def kept(shop: Shop) -> dict[str, Any]:
    """All that `export` finds."""
    return dict(json.loads(shop.run("export", ID).stdout))


def files(shop: Shop, *values: str) -> set[str]:
    """Which hold any of the values; images by address together."""
    found = shop.files_with(*values)
    return {"images/" if name.startswith("images/") else name for name in found}


def assert_nothing_is_told(shop: Shop, server: Server, ref: str) -> None:
    """Neither to strangers nor to whoever runs the server."""
    pages = [ask(server, page)[2] for page in ("/readyz", "/healthz", "/", "/nothing", f"/i/x/{ref}.png")]
    pages.append(server.get("/metrics", port=server.metrics)[1])
    said = b"\n".join([shop.log.encode(), *pages])
    assert [value for value in {*EVERYTHING, ref} if value.encode() in said] == []


def test_while_all_is_known_nothing_is_told_and_no_address_or_agent_is_kept(shop: Shop) -> None:
    """IP addresses, user agents and names of recipients are not stored, except in the profiles that you import
    Logs and metrics contain none of these, and no refs.
    """
    with served(shop) as server:
        lived(shop, server)
        alerted(shop, server)
        record = kept(shop)
        assert len(record["events"]) > 10
        assert record["last_place"]["city"] == PLACE
        assert record["codes"]
        assert record["votes"]
        assert record["sends"]
        assert len(record["messages"]) >= 2
        assert files(shop, *CLIENT, "zqvisitor", "zqmessage") == set()
        assert files(shop, BOUGHT) <= HISTORY
        assert files(shop, "Zqanaïs", "Zqdupont") <= PEOPLE
        assert_nothing_is_told(shop, server, shop.ref)


def test_of_who_is_forgotten_nothing_is_left_and_nothing_comes_back(shop: Shop) -> None:
    """It is gone from all files of the data folder
    the decision `none` under the ref, so that emails already sent record nothing, and no import brings it back
    Rows that imports could not use (`refused/`) are deleted
    """
    ref = shop.ref
    with served(shop) as server:
        lived(shop, server)
        alerted(shop, server)
        before = ask(server, f"/c/hello/{ref}")[1]
        assert "zqpath" in before
        shop.run("forget", ID, "--yes")
        assert files(shop, *EVERYTHING) == set()
        assert files(shop, ref) <= CONSENTS
        lived(shop, server)
        assert files(shop, *EVERYTHING) == set()
        assert files(shop, ref) <= CONSENTS
        shop.run("import", "recipients", "people.jsonl")  # the shop's own file still has them
        lived(shop, server)
        assert files(shop, *EVERYTHING) <= PEOPLE
        assert files(shop, ref) <= CONSENTS | PEOPLE
        assert "zqpath" not in ask(server, f"/c/hello/{ref}")[1]
        assert_nothing_is_told(shop, server, ref)
    assert (kept(shop)["events"], kept(shop)["messages"]) == ([], [])


@pytest.mark.parametrize("state", ["no-record", "none"])
def test_a_withdrawal_erases_what_was_recorded(shop: Shop, state: str) -> None:
    """When somebody's consent is no longer `full`, what was recorded is erased at once
    Erased data is gone from the files, not only from queries.
    `livecontent report` still counts them as fetches and clicks
    """
    with served(shop) as server:
        lived(shop, server)
        alerted(shop, server)
        events = len(kept(shop)["events"])
        shop.run("consent", "set", ID, state)
        record = kept(shop)
        assert (record["events"], record["last_place"], record["sends"]) == ([], None, [])
        assert record["messages"] == record["alerts"] == []
        assert files(shop, PLACE, QUARANTINED, *DONE) == set()
        assert files(shop, *PROFILE, ORDER) <= PEOPLE | FETCHED | {"images/"}
        assert files(shop, shop.ref) <= CONSENTS | PEOPLE | OFFERS
        assert record["codes"]
        assert record["votes"]
        report = shop.run("report").output
        assert sum(map(int, re.findall(r"\d+", report))) > events
        lived(shop, server)
        assert kept(shop)["events"] == []
        assert files(shop, PLACE) == set()
        assert_nothing_is_told(shop, server, shop.ref)


@pytest.mark.parametrize("state", ["no-record", "none"])
def test_who_has_not_consented_leaves_no_trace(shop: Shop, state: str) -> None:
    """nothing about the person: opens and clicks are counted
    kept of who consents to `full`; of others nothing is kept at all
    nothing about the person: neither profile nor IP address
    Who consents to `none` is given no code.
    Votes of who consents to `none` are not counted.
    """
    shop.run("consent", "set", ID, state)
    offers = files(shop, shop.ref) & OFFERS
    with served(shop) as server:
        lived(shop, server)
        record = kept(shop)
        assert (record["events"], record["last_place"], record["messages"]) == ([], None, [])
        assert files(shop, PLACE, *CLIENT, "zqmail@x.example") == set()
        stranger = "a" * 26
        same = ask(server, f"/i/hello/{shop.ref}.png")[2] == ask(server, f"/i/hello/{stranger}.png", "10.0.0.9")[2]
        assert same == (state == "none")
        assert bool(record["codes"]) == bool(record["votes"]) == (state == "no-record")
        if state == "none":
            assert files(shop, shop.ref) <= CONSENTS | PEOPLE | offers
            assert files(shop, *PROFILE) <= PEOPLE | FETCHED


def test_of_who_was_forgotten_no_backup_has_anything_and_none_brings_them_back(shop: Shop) -> None:
    """A backup has nothing of who was forgotten before it but that decision.
    in the place of the data folder forgets them again
    """
    ref = shop.ref
    before, after = shop.folder / "before", shop.folder / "after"
    with served(shop) as server:
        lived(shop, server)
        shop.run("backup", str(before))
        shop.run("forget", ID, "--yes")
        shop.run("backup", str(after))
    assert set(files_with(after, *EVERYTHING)) == set()
    assert set(files_with(after, ref)) <= CONSENTS
    held = set(files_with(before, *EVERYTHING))
    assert "recipients.db" in held
    assert not any(name.startswith(("feeds/", "images/", "refused/")) for name in held)
    assert set(files_with(before, *CLIENT, "Zqrefused")) == set()
    shop.run("restore", str(before), "--replace")
    assert files(shop, *EVERYTHING) == set()
    assert files(shop, ref) <= CONSENTS


def test_of_who_is_deleted_no_profile_is_left(shop: Shop) -> None:
    """Nothing of the profiles is left in the databases
    Decisions on consent stay
    Recorded opens and clicks stay too
    """
    with served(shop) as server:
        lived(shop, server)
        shop.run("consent", "set", ID, "full")
        events = len(kept(shop)["events"])
        shop.run("recipients", "delete", ID, "--yes")
        assert files(shop, *PROFILE - {ID}) <= {"events.db", "events.db-wal", "images/"}  # its links, its addresses
        record = json.loads(shop.run("export", shop.ref).stdout)
        assert (record["profile"], len(record["events"])) == (None, events)


def test_rows_that_were_refused_go_with_the_next_import_of_the_file(shop: Shop) -> None:
    """the next import of a file of that name"""
    assert files(shop, "Zqrefused") == {"refused/more.refused.csv"}
    (shop.folder / "more.csv").write_text("id,first_name\no-1,Ann1\n")
    shop.run("import", "recipients", "more.csv")
    assert files(shop, "Zqrefused") == set()


def test_all_files_are_the_owners_and_named_in_the_page(shop: Shop) -> None:
    """It is created with mode 0700, its databases with 0600
    An exported file is readable by its owner only.
    """
    with served(shop) as server:
        lived(shop, server)
        shop.run("forget", ID, "--yes")
        shop.run("recipients", "export", "-o", "all.csv")
        assert (shop.folder / "all.csv").stat().st_mode & 0o777 == 0o600
        assert shop.data.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in shop.data.glob("*.db*")} == {0o600}
        table = PAGE.partition("| file |")[2].partition("\n\n")[0]
        named = {name.strip("/") for row in table.splitlines() for name in re.findall("`([^`]+)`", row.split("|")[1])}
        there = {re.sub("-(wal|shm)$", "", file.name) for file in shop.data.iterdir()}
        assert there - named == set()


def test_the_page_says_what_is_held_here() -> None:
    quoted = [test.__doc__ for name, test in globals().items() if name.startswith("test_") and test.__doc__]
    sentences = [" ".join(line.split()) for doc in quoted for line in doc.splitlines() if line.strip()]
    page = " ".join(PAGE.split())
    assert len(sentences) > 10
    assert [sentence for sentence in sentences if sentence not in page] == []
