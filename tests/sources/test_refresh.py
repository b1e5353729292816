"""Tables, fetched from a real server that does well or badly."""

from __future__ import annotations

import asyncio
import threading
from ipaddress import ip_address
from pathlib import Path

import pytest
from local_server import FAULTS, SLOW, Handler, Request, Server, reply, serving
from published_lists import GOOGLE, MICROSOFT, file_size_limit, google_list, refresh_all, relay, relay_list, site

from livecontent.clients.networks import load_networks, load_relay, read_networks
from livecontent.clients.refresh import Refresh, RefreshOutcome
from livecontent.clients.tables import NETWORKS, RELAY, Tables
from livecontent.net.http import Http

ROOT_OF_ALL = "0.0.0.0/0,FR,FR-59,Lille,\n"


def refresh(folder: Path, handler: Handler, deadline: float = 10.0) -> tuple[dict[str, RefreshOutcome], Server]:
    async def main() -> tuple[dict[str, RefreshOutcome], Server]:
        async with serving(handler) as server:
            return await refresh_all(folder, server.url, deadline), server

    return asyncio.run(main())


def owner(folder: Path, address: str, system: int | None = None) -> str:
    text = (folder / NETWORKS).read_text(encoding="utf-8")
    return read_networks(text, NETWORKS).owner(ip_address(address), system)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where nothing was fetched yet."""
    return tmp_path / "tables"


@pytest.fixture
def kept(folder: Path) -> Path:
    """Where tables are in use."""
    assert not any(outcome.problem for outcome in refresh(folder, site())[0].values())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_good_lists_take_the_place_of_what_ships(folder: Path) -> None:
    outcomes, server = refresh(folder, site())
    assert outcomes["Apple's relay"] == RefreshOutcome("Apple's relay", "11 rows", "400 rows")
    assert outcomes["networks of Google"] == RefreshOutcome("networks of Google", "16 google", "18 google")
    said = "17 microsoft, 7 scanner-microsoft"
    assert outcomes["networks of Microsoft"] == RefreshOutcome("networks of Microsoft", said, said)
    assert load_relay(folder / RELAY) == relay()
    assert {file.name for file in folder.iterdir()} == {RELAY, NETWORKS, f"{RELAY}.origin"}
    (asked,) = [request for request in server.asked if request.path == "/microsoft"]
    assert len(asked.params["clientrequestid"]) == 36


def test_published_networks_replace_those_of_the_same_lists_and_leave_all_others(folder: Path) -> None:
    changed = [network for network in GOOGLE if network != "209.85.128.0/17"]
    refresh(folder, site(google=reply(google_list(*changed, "192.0.2.0/25"))))
    assert owner(folder, "192.0.2.1") == owner(folder, "2001:db8:1::1") == "google"
    assert owner(folder, "209.85.128.1") == ""
    assert owner(folder, "198.51.100.1") == "", "a set that has nothing to do with mail"
    assert owner(folder, "40.107.218.12") == "scanner-microsoft"
    assert owner(folder, "40.94.89.23") == "microsoft", "seen by others"
    assert owner(folder, "209.222.82.1") == "scanner-barracuda"
    systems = read_networks((folder / NETWORKS).read_text(encoding="utf-8"), NETWORKS).systems
    assert systems == load_networks().systems


def test_a_network_that_people_read_from_is_no_scanners(folder: Path) -> None:
    both = [{**MICROSOFT[0], "ips": [*MICROSOFT[0]["ips"], "203.0.113.0/24"]}, {"id": 9, "ips": ["203.0.113.0/24"]}]
    refresh(folder, site(microsoft=reply([both[1], both[0], *MICROSOFT[1:]])))
    assert owner(folder, "203.0.113.1") == "microsoft"


def test_the_one_before_is_kept(kept: Path) -> None:
    before = contents(kept)
    outcomes, _ = refresh(kept, site(relay=reply(relay_list(500, "Lyon"))))
    assert (outcomes["Apple's relay"].before, outcomes["Apple's relay"].after) == ("400 rows", "500 rows")
    assert load_relay(kept / RELAY) == relay(500, "Lyon")
    assert (kept / f"{RELAY}.previous").read_bytes() == before[RELAY]
    assert (kept / f"{NETWORKS}.previous").read_bytes() == before[NETWORKS]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_any_fault_leaves_all_that_is_in_use_and_no_draft(kept: Path, fault: str) -> None:
    before = contents(kept)
    bad = FAULTS[fault]
    deadline = 0.3 if fault in SLOW else 10.0
    outcomes, _ = refresh(kept, site(relay=bad, google=bad, fetchers=bad, microsoft=bad), deadline)
    if fault == "huge":
        assert "more than 65536 KiB" in outcomes["Apple's relay"].problem
    for outcome in outcomes.values():
        assert 10 < len(outcome.problem) < 400
        assert outcome.after == outcome.before
        assert "127.0.0.1/" in outcome.problem
    assert contents(kept) == before


@pytest.mark.parametrize("status", [203, 206, 404, 500])
def test_a_good_list_with_a_status_that_is_not_is_refused(kept: Path, status: int) -> None:
    before = contents(kept)
    bad = {name: reply(body, status) for name, body in (("relay", relay_list(500)), ("google", google_list(*GOOGLE)))}
    outcomes, _ = refresh(kept, site(microsoft=reply(MICROSOFT, status), **bad))
    assert all(outcome.problem.endswith(f": status {status}") for outcome in outcomes.values())
    assert contents(kept) == before


BAD_RELAYS: dict[str, tuple[bytes, str]] = {
    "halved": (relay_list(199), "holds 199 rows, and 400 are in use; if that is right, remove"),
    "empty": (b"", "holds 0 rows"),
    "a page": (b"<html>sign in</html>\n" * 400, "line:1: '<html>sign in</html>"),
    "one long line": (b"x" * 1_000_000, "is not a network"),
    "cut in a row": (relay_list()[:-21], "is not a network"),
    "not UTF-8": (relay_list() + "2a02:26f7:1::/64,FR,FR-59,Orléans,\n".encode("latin-1"), "not UTF-8"),
    "everybody": (relay_list() + ROOT_OF_ALL.encode(), "so wide"),
    "everybody of IPv6": (relay_list() + b"2000::/3,FR,FR-59,Lille,\n", "so wide"),
    "of somebody else": (
        b"".join(b"198.51.%d.%d/32,FR,FR-59,Lille\n" % divmod(number, 256) for number in range(400)),
        "none of the networks",
    ),
    "without places": (b"".join(line.split(b",")[0] + b"\n" for line in relay_list().splitlines()), "no countries"),
}


@pytest.mark.parametrize("name", BAD_RELAYS)
def test_a_list_of_the_relay_that_can_not_be_right_is_refused_and_the_networks_are_not(kept: Path, name: str) -> None:
    body, words = BAD_RELAYS[name]
    before = contents(kept)
    outcomes, _ = refresh(kept, site(relay=reply(body), google=reply(google_list(*GOOGLE, "203.0.113.0/24"))))
    assert words in outcomes["Apple's relay"].problem
    assert len(outcomes["Apple's relay"].problem) < 400
    assert (kept / RELAY).read_bytes() == before[RELAY]
    assert outcomes["networks of Google"].problem == ""
    assert owner(kept, "203.0.113.1") == "google"


def test_a_list_that_has_shrunk_is_taken_where_the_one_in_use_was_removed(kept: Path) -> None:
    (kept / RELAY).unlink()
    assert refresh(kept, site(relay=reply(relay_list(40))))[0]["Apple's relay"].after == "40 rows"


BAD_GOOGLES = {
    "halved": (google_list(*GOOGLE[:5]), "holds 6 networks of google"),
    "everybody": (google_list(*GOOGLE, "0.0.0.0/0"), "so wide"),
    "no network": (google_list(*GOOGLE, "8.8.8.8/33"), "'8.8.8.8/33' is not a network"),
    "a number": ({"prefixes": [{"ipv4Prefix": 8}]}, "not a list as Google publishes it"),
    "a smuggled owner": (google_list(*GOOGLE, "192.0.2.0/24,scanner-barracuda,x\n"), "is not a network"),
    "no prefix": ({"prefixes": [{}] * 20}, "not a list as Google publishes it"),
    "of somebody else": (google_list(*(f"198.51.{number}.0/24" for number in range(20))), "does not hold"),
}


@pytest.mark.parametrize("name", BAD_GOOGLES)
def test_networks_of_one_that_can_not_be_right_stay_as_they_were(kept: Path, name: str) -> None:
    body, words = BAD_GOOGLES[name]
    more = [{**MICROSOFT[0], "ips": [*MICROSOFT[0]["ips"], "203.0.113.0/24"]}, *MICROSOFT[1:]]
    outcomes, _ = refresh(kept, site(google=reply(body), microsoft=reply(more)))
    assert words in outcomes["networks of Google"].problem
    assert outcomes["networks of Google"].after == "18 google"
    assert outcomes["networks of Microsoft"].problem == ""
    assert owner(kept, "203.0.113.1") == "microsoft"
    assert owner(kept, "192.0.2.1") == "google", "as fetched before"


@pytest.mark.parametrize("body", [b"broken", b"10.0.0.0/99,google,x\n", b"\xff\xfe"])
def test_broken_tables_in_use_are_replaced(kept: Path, body: bytes) -> None:
    (kept / RELAY).write_bytes(body)
    (kept / NETWORKS).write_bytes(body)
    assert not any(outcome.problem for outcome in refresh(kept, site())[0].values())
    assert [info.file for info in Tables(kept).info()] == [kept / RELAY, kept / NETWORKS]
    assert owner(kept, "192.0.2.1") == "google"


def test_a_redirect_names_where_to_and_is_not_followed(kept: Path) -> None:
    moved = reply(None, 301, {"Location": "https://elsewhere.example/list?key=secret"})
    problem = refresh(kept, site(relay=moved))[0]["Apple's relay"].problem
    assert "moved to elsewhere.example/list: put the new URL into the settings" in problem


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tables").write_bytes(b"in the way")
    outcomes, _ = refresh(tmp_path / "tables", site())
    assert all("can't be written" in outcome.problem for outcome in outcomes.values())
    assert (tmp_path / "tables").read_bytes() == b"in the way"


@pytest.mark.parametrize("size", [100, 3000, 9000])
def test_a_full_disk_leaves_all_that_is_in_use_and_no_draft(kept: Path, size: int) -> None:
    before = contents(kept)
    changed = site(relay=reply(relay_list(600)))
    with file_size_limit(size):
        outcomes, _ = refresh(kept, changed)
    assert outcomes["Apple's relay"].problem
    assert {name: data for name, data in contents(kept).items() if name.startswith(RELAY)} == {
        name: data for name, data in before.items() if name.startswith(RELAY)
    }
    assert not [name for name in contents(kept) if name.startswith(".")]
    assert read_networks((kept / NETWORKS).read_text(encoding="utf-8"), NETWORKS)


def test_what_has_not_changed_is_not_sent_again_and_is_as_good_as_new(folder: Path) -> None:
    asked: list[Request] = []

    async def cached(request: Request, writer: asyncio.StreamWriter) -> None:
        asked.append(request)
        same = request.headers.get("if-none-match") == '"one"'
        await reply(None if same else relay_list(), 304 if same else 200, {"ETag": '"one"'})(request, writer)

    async def main() -> list[RefreshOutcome]:
        async with serving(cached) as server:
            http = Http()
            tables = Refresh(http, folder)
            outcomes = await tables.relay(f"{server.url}/relay")
            first = (folder / RELAY).stat().st_mtime_ns
            for _ in range(2):
                outcomes += await tables.relay(f"{server.url}/relay")
            assert (folder / RELAY).stat().st_mtime_ns > first
            relay(420).save(folder / RELAY)  # by somebody else
            outcomes += await tables.relay(f"{server.url}/relay")
            outcomes += await tables.relay(f"{server.url}/relay?other")
            (folder / f"{RELAY}.origin").write_text("[]")
            outcomes += await tables.relay(f"{server.url}/relay?other")
            await http.aclose()
            return outcomes

    outcomes = asyncio.run(main())
    assert [outcome.problem for outcome in outcomes] == [""] * 6
    assert [request.headers.get("if-none-match") for request in asked] == [None, '"one"', '"one"', None, None, None]
    assert "other" in asked[4].params or asked[4].path == "/relay"
    assert load_relay(folder / RELAY) == relay()


def test_whoever_reads_meanwhile_sees_a_whole_table_always(kept: Path) -> None:
    stop = threading.Event()
    seen: set[int] = set()
    broken: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(load_relay(kept / RELAY).ranges.size)
                read_networks((kept / NETWORKS).read_text(encoding="utf-8"), NETWORKS)
            except Exception as error:  # noqa: BLE001
                broken.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for rows in (500, 600, 450, 700):
            refresh(kept, site(relay=reply(relay_list(rows))))
    finally:
        stop.set()
        reader.join()
    assert not broken
    assert seen >= {400, 700} or len(seen) > 1
    assert seen <= {400, 500, 600, 450, 700}
