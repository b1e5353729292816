"""Tokens and the audit log: in the store, on the page, by commands."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from asking import OWN
from reading import read
from starlette.testclient import TestClient
from typer.testing import CliRunner

from livecontent.cli.main import program
from livecontent.cli.studio import refuse_exposed
from livecontent.config import Settings
from livecontent.errors import ConfigError
from livecontent.setting_sections import StudioSettings
from livecontent.storage.sqlite.team import SqliteTeam
from livecontent.storage.team import parse_token

ANY = "::"  # every address of this machine


def test_a_token_is_made_on_the_page_told_once_and_kept_as_a_digest(client: TestClient, demo: object) -> None:
    made = client.post("/studio/settings/tokens", data={"name": "Anna", "role": "editor", "days": "90"}, headers=OWN)
    text = next(code.text for code in read(made.text).all("code") if parse_token(code.text))
    assert client.get("/studio/", headers={"authorization": f"Bearer {text}"}).status_code == 200
    again = client.get("/studio/settings").text
    assert "Anna" in again
    assert text not in again
    files = [file for file in demo.settings.data.iterdir() if file.name.startswith("team.db")]  # type: ignore[attr-defined]
    secret = text.rpartition("_")[2].encode()
    assert files
    assert not [file for file in files if secret in file.read_bytes()]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": " ", "role": "admin", "days": "0"},
        {"name": "x", "role": "root", "days": "0"},
        {"name": "x", "role": "admin", "days": "7"},
        {"name": "a\x00b", "role": "admin", "days": "0"},
    ],
)
def test_a_token_without_name_role_or_time_is_refused_in_words(client: TestClient, form: dict[str, str]) -> None:
    answer = client.post("/studio/settings/tokens", data=form, headers=OWN | {"accept": "text/html"})
    assert answer.status_code == 422
    assert "Write a name" in answer.text


def test_the_log_says_who_did_what_and_is_exported(client: TestClient) -> None:
    client.post("/studio/settings/tokens", data={"name": "Zoé", "role": "viewer", "days": "0"}, headers=OWN)
    page = read(client.get("/studio/settings").text)
    assert any("created a token" in row.text and "demo" in row.text and "Zoé" in row.text for row in page.all("tr"))
    lines = client.get("/studio/settings/audit.jsonl").text.splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["number"] for entry in entries] == list(range(len(entries), 0, -1))
    assert entries[0]["who"] == "demo"
    assert entries[0]["details"]["name"] == "Zoé"


def test_pages_of_the_log_follow_each_other(client: TestClient, demo: object) -> None:
    team = demo.storage.team  # type: ignore[attr-defined]
    for number in range(60):
        asyncio.run(team.record("a test", "publish", "umbrella", version=str(number)))
    page = read(client.get("/studio/settings").text)
    older = next(link.attributes["href"] for link in page.all("a") if "before=" in link.attributes.get("href", ""))
    assert "<bdi>0</bdi>" in client.get(older).text
    assert client.get("/studio/settings?before=x").status_code == 200


def test_tokens_are_made_listed_and_revoked_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("livecontent.toml").write_text('[studio]\nurl = "https://studio.shop.example"\n')
    runner = CliRunner()
    made = runner.invoke(program, ["token", "create", "Anna", "--role", "publisher"])
    text = made.stdout.strip()
    parsed = parse_token(text)
    assert parsed
    assert f"https://studio.shop.example/studio/sign-in#token={text}" in made.stderr
    listed = runner.invoke(program, ["token", "list"]).stdout
    assert re.search(rf"{parsed[0]} +Anna +publisher", listed)
    assert parsed[1] not in listed
    assert runner.invoke(program, ["token", "revoke", parsed[0]]).exit_code == 0
    assert "revoked" in runner.invoke(program, ["token", "list"]).stdout
    again = runner.invoke(program, ["token", "revoke", parsed[0]])
    assert isinstance(again.exception, ConfigError)
    team = SqliteTeam(tmp_path / ".livecontent" / "team.db", lambda _: "full")
    assert [entry.action for entry in asyncio.run(team.entries(9))] == ["token.revoke", "token.create"]


@pytest.mark.parametrize(
    ("host", "studio", "proxies", "word"),
    [
        ("127.0.0.1", {}, "", ""),
        (ANY, {}, "", "studio.url"),
        (ANY, {"url": "https://studio.shop.example"}, "", ""),
        (
            ANY,
            {"url": "https://s.example", "user_header": "X-User", "people": {"*": "viewer"}},
            "",
            "trusted_proxies",
        ),
        ("127.0.0.1", {"user_header": "X-User", "people": {"*": "viewer"}}, "", "trusted_proxies"),
        ("127.0.0.1", {"user_header": "X-User"}, "10.0.0.0/8", "studio.people"),
        ("127.0.0.1", {"user_header": "X-User", "people": {"*": "viewer"}}, "10.0.0.0/8", ""),
    ],
)
def test_a_start_that_lets_strangers_in_is_refused(
    host: str, studio: dict[str, object], proxies: str, word: str
) -> None:
    settings = Settings(studio=StudioSettings(**studio), trusted_proxies=proxies)
    if word:
        with pytest.raises(ConfigError, match=re.escape(word)):
            refuse_exposed(settings, host)
    else:
        refuse_exposed(settings, host)
