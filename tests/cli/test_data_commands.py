"""`data refresh` and `data show`, as a person types them, against a real server."""

import http.server
import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from running import Run, said

from livecontent.cli.storage import SHIPPED
from livecontent.clients.networks import shipped_networks

FILES: dict[str, bytes] = {}
RELAY = "".join(f"172.224.1.{number}/32,FR,FR-59,Lille,\n" for number in range(50)).encode()
GOOGLE = [line.split(",")[0] for line in shipped_networks().splitlines() if ",google,http" in line and line[0] != "A"]


class Site(http.server.BaseHTTPRequestHandler):
    """Serves what stands in FILES."""

    def do_GET(self) -> None:
        body = FILES.get(self.path.split("?")[0])
        self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[None]:
    """A server that the settings name; Microsoft's list is left alone."""
    prefixes = [{f"ipv{6 if ':' in network else 4}Prefix": network} for network in GOOGLE]
    FILES.update({"/relay": RELAY, "/google": json.dumps({"prefixes": prefixes}).encode()})
    FILES["/cities"] = (SHIPPED / "places.mmdb").read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / "livecontent.toml").write_text(
        f'geoip = "my/cities.mmdb"\n[refresh]\nrelay_url = "{url}/relay"\ngoogle_urls = ["{url}/google"]\n'
        f'microsoft_url = ""\ngeoip_url = "{url}/cities"\n'
    )
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("site")
def test_each_table_has_a_line_and_is_in_use_afterwards(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "shipped with livecontent" in run("data", "show").output
    found = run("data", "refresh")
    assert found.exit_code == 0, said(found)
    relay, google, geoip = found.output.splitlines()
    assert "11 rows -> 50 rows, 20" in relay
    assert f"16 google -> {len(GOOGLE)} google" in google
    assert "none -> livecontent-demo-City of 20" in geoip
    assert (tmp_path / "my" / "cities.mmdb").read_bytes() == FILES["/cities"]
    shown = run("data", "show").output
    assert "50 rows" in shown
    assert "0 days" in shown
    assert "shipped with livecontent" not in shown
    found = run("classify", "--agent", "Mozilla/5.0", "--ip", "172.224.1.7", "--json").output
    assert json.loads(found)[0]["place"] == "Lille, FR-59, FR"


@pytest.mark.usefixtures("site")
def test_one_that_can_not_be_had_is_told_with_exit_code_1_and_the_others_are_refreshed(run: Run) -> None:
    del FILES["/relay"]
    found = run("data", "refresh")
    assert found.exit_code == 1
    assert "11 rows, kept: 127.0.0.1/relay: status 404" in found.output
    assert "16 google ->" in found.output


@pytest.mark.usefixtures("site")
def test_a_data_folder_that_can_not_be_made_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECONTENT_DATA", "livecontent.toml/x")
    found = run("data", "refresh")
    assert found.exit_code == 1
    assert "can't be made: Not a directory" in said(found)


@pytest.mark.usefixtures("site")
def test_the_autonomous_system_of_a_file_counts_where_a_request_names_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(4, "Test-ASN")
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"autonomous_system_number": 26211})
    writer.to_db_file(str(tmp_path / "asn.mmdb"))
    asked = ("classify", "--agent", "Mozilla/5.0 (X11) Chrome/140.0", "--ip", "203.0.113.7", "--json")
    assert json.loads(run(*asked).output)[0]["client"] == "browser"
    monkeypatch.setenv("LIVECONTENT_ASN", "asn.mmdb")
    assert json.loads(run(*asked).output)[0]["client"] == "scanner-proofpoint"
    assert json.loads(run(*asked, "--asn", "64500").output)[0]["client"] == "browser"
    assert "Test-ASN" in run("data", "show").output
    monkeypatch.setenv("LIVECONTENT_SCANNERS__SECURITY", "5")
    early = json.loads(run(*asked, "--since", "3").output)[0]
    late = json.loads(run(*asked, "--since", "6").output)[0]
    assert (early["time"], late["time"]) == ("early", "live")
