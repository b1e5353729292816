"""A GeoIP file, fetched from a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from local_server import Server, reply, serving

from livecontent.clients.refresh import Refresh, RefreshOutcome
from livecontent.net.http import Http
from livecontent.sources.place.geoip import PLACES

WriteMmdb = Callable[..., Path]
CITY = {"city": {"names": {"en": "Lille"}}, "country": {"iso_code": "FR"}}


def fetch_geoip(file: Path | None, body: bytes, *, query: str = "") -> tuple[RefreshOutcome, Server]:
    async def main() -> tuple[RefreshOutcome, Server]:
        async with serving(reply(body)) as server:
            http = Http()
            (outcome,) = await Refresh(http, Path("unused")).geoip(f"{server.url}/cities.mmdb{query}", file, PLACES)
            await http.aclose()
            return outcome, server

    return asyncio.run(main())


def test_a_geoip_file_takes_the_place_of_the_one_that_is_named(write_mmdb: WriteMmdb, tmp_path: Path) -> None:
    new = write_mmdb({"8.8.8.0/24": CITY}, "new.mmdb", "New-City").read_bytes()
    (tmp_path / "real").mkdir()
    file = tmp_path / "link.mmdb"
    file.symlink_to(tmp_path / "real" / "places.mmdb")
    outcome, server = fetch_geoip(file, new, query="?licence=secret")
    assert outcome.before == "none"
    assert outcome.after.startswith("New-City of 20")
    assert server.asked[0].params == {"licence": "secret"}
    assert file.is_symlink()
    assert file.read_bytes() == new
    assert fetch_geoip(file, b"<html>")[0].problem.startswith("127.0.0.1/cities.mmdb: ")
    broken, _ = fetch_geoip(file, new[: len(new) * 3 // 4], query="?licence=secret")
    assert "the file is not an .mmdb file" in broken.problem
    assert "secret" not in broken.problem
    asns, _ = fetch_geoip(file, write_mmdb({"8.8.8.0/24": {"autonomous_system_number": 1}}, "asn.mmdb").read_bytes())
    assert "holds no places" in asns.problem
    assert file.read_bytes() == new
    assert sorted(path.name for path in (tmp_path / "real").iterdir()) == ["places.mmdb"]


def test_a_geoip_file_of_less_than_half_the_size_is_refused(write_mmdb: WriteMmdb) -> None:
    file = write_mmdb({f"8.8.{number}.0/24": CITY | {"n": number} for number in range(60)}, "places.mmdb")
    small = write_mmdb({"8.8.8.0/24": CITY}, "small.mmdb").read_bytes()
    assert f"if that is right, remove {file} first" in fetch_geoip(file, small)[0].problem
    file.unlink()
    assert fetch_geoip(file, small)[0].problem == ""


def test_a_geoip_file_without_a_place_to_go_is_told() -> None:
    assert "set geoip to the file" in fetch_geoip(None, b"")[0].problem
