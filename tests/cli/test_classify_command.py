"""`classify`, as a person types it."""

import json
from pathlib import Path

from running import Run, said

VECTORS = Path(__file__).parent.parent / "clients" / "inbox-vectors.json"


def test_a_file_of_requests_is_classified_one_by_one(run: Run) -> None:
    found = run("classify", str(VECTORS), "--json")
    assert found.exit_code == 0
    rows = {row["id"]: row for row in json.loads(found.stdout)}
    assert len(rows) == 31
    assert set(rows[1]) == {"id", "client", "proxy", "time", "place_trust", "reason"}
    assert (rows[12]["proxy"], rows[12]["time"], rows[55]["proxy"]) == (True, "unsure", None)
    table = run("classify", str(VECTORS)).stdout
    assert "apple-mpp?" in table


def test_one_request_by_options(run: Run, tmp_path: Path) -> None:
    found = run("classify", "--agent", "Mozilla/5.0", "--ip", "172.224.224.33", "--since", "40", "--json")
    (row,) = json.loads(found.stdout)
    assert (row["client"], row["time"], row["place_trust"]) == ("apple-mpp", "early", "coarse")
    assert row["place"] == "Aberdeen, GB-SC, GB"
    headers = ("--header", "Sec-Purpose: prefetch", "--header", "Accept: */*")
    assert json.loads(run("classify", "--agent", "x Chrome/1", *headers, "--json").stdout)[0]["client"] == "prefetch"
    lines = tmp_path / "requests.jsonl"
    lines.write_text('{"id": "a", "user_agent": "curl/8"}\n\n{"id": "b"}\n', encoding="utf-8")
    assert [row["client"] for row in json.loads(run("classify", str(lines), "--json").stdout)] == ["bot", "bot"]


def test_what_is_null_is_absent_and_addresses_are_read_as_the_server_does(run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "user_agent": None, "ip": None, "method": None, "headers": None, "asn": None},
        {"id": 2, "user_agent": "Mozilla/5.0", "ip": "::ffff:172.224.224.33", "headers": {"Referer": None}},
        {"id": 3, "user_agent": "Mozilla/5.0", "ip": "172.224.224.33:443", "method": "head"},
    ]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    found = json.loads(run("classify", str(file), "--json").stdout)
    assert [row["client"] for row in found] == ["bot", "apple-mpp", "probe"]


def test_a_file_that_can_not_be_read_says_where(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('[{"id": 1, "asn": "x"}]', encoding="utf-8")
    found = run("classify", str(bad))
    assert found.exit_code == 1
    assert "request 0.asn" in said(found)
    bad.write_text("{", encoding="utf-8")
    assert run("classify", str(bad)).exit_code == 1
