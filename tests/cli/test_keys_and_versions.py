"""`keys` and `creatives`, as a person types them."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import stat
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from running import Run, said
from served import Served, serving

from blocking import Blocking, wait_for
from livecontent.errors import StorageError
from livecontent.links import ref_of
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.events import Event
from livecontent.storage.refs import Refs, refs_by
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.storage.votes import Vote
from told import until

PEOPLE = "id,first_name\nanna,Anna\nbert,Bert\n"
HELLO = """
title: Hello
size: 60x20
format: png
link: https://shop.example/hello
variants:
  - {name: known, when: recipient.first_name != "", layers: [fill: '%s']}
  - {name: stranger, layers: [fill: '#000000']}
"""
RED, GREEN = "#ff0000", "#00ff00"
READER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0"}


@pytest.fixture
def shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a creative and two recipients."""
    monkeypatch.setattr("livecontent.cli.keys.SETTLED", 0.0)
    (tmp_path / "templates" / "hello").mkdir(parents=True)
    edit(tmp_path, RED)
    (tmp_path / "people.csv").write_text(PEOPLE)
    settings = 'templates = "templates"\nconsent = "full"\nlanding = "https://shop.example/landing"\n'
    (tmp_path / "livecontent.toml").write_text(settings)
    assert run("import", "recipients", "people.csv").exit_code == 0
    return tmp_path


def edit(shop: Path, colour: str, text: str = HELLO) -> None:
    (shop / "templates" / "hello" / "creative.yaml").write_text(text % colour if "%" in text else text)


def keys_of(shop: Path) -> SecretKeys:
    return SecretKeys(shop / ".livecontent" / "key", shop / ".livecontent")


def every(shop: Path, name: str) -> list[str]:
    keys = keys_of(shop)
    return refs_by((*keys.live, *keys.retired), name)


@pytest.fixture
def storage(shop: Path) -> Iterator[Blocking]:
    opened = Blocking(SqliteStorage(shop / ".livecontent", "full"))
    yield opened
    opened.close()


def colour(served: Served, path: str, headers: dict[str, str] | None = None) -> str:
    with Image.open(BytesIO(served.get(path, headers).content)) as picture:
        assert picture.size == (120, 40)
        pixel = picture.convert("RGBA").getpixel((60, 20))
    assert isinstance(pixel, tuple)
    return "#{:02x}{:02x}{:02x}".format(*pixel) if pixel[3] else ""


def test_a_creative_outlives_its_folder_and_a_restart_with_a_broken_file(shop: Path, run: Run) -> None:
    folder = shop / "templates" / "hello"
    ref = ref_of("anna", keys_of(shop).live[0].secret)
    path, click = f"/i/hello/{ref}.png", f"/c/hello/{ref}"
    with serving(shop, "serve", "--workers", "1") as served:
        assert colour(served, path) == RED
        edit(shop, GREEN)
        until(lambda: colour(served, path) == GREEN)
        shutil.rmtree(folder)
        until(lambda: "hello: its folder is gone" in (shop / "log").read_text())
        assert served.get("/readyz").json() == {"status": "degraded"}
        until(lambda: served.told().get(("livecontent_creative_in_error", "hello")) == 1)
        assert colour(served, path) == GREEN
    folder.mkdir()
    edit(shop, "", "title: [")
    with serving(shop, "serve", "--workers", "1") as served:
        assert colour(served, path) == GREEN
        assert served.get(click).headers["location"] == "https://shop.example/hello"
        assert run("creatives", "rollback", "hello").exit_code == 0
        until(lambda: colour(served, path) == RED)
        assert run("creatives", "remove", "hello").exit_code == 0
        until(lambda: colour(served, path) == "")
        assert served.get(click).headers["location"] == "https://shop.example/landing"
        assert run("creatives", "rollback", "hello").exit_code == 0
        until(lambda: colour(served, path) == RED)
    shutil.rmtree(shop / "templates")
    with serving(shop, "serve", "--workers", "1") as served:
        assert colour(served, path) == RED
        assert served.get("/readyz").json() == {"status": "degraded"}
    assert "Traceback" not in (shop / "log").read_text()


def test_versions_are_listed_and_taken_back(shop: Path, run: Run) -> None:
    assert "was not published; published: nothing yet" in said(run("creatives", "versions", "hello"))
    with serving(shop, "serve", "--workers", "1") as served:
        edit(shop, GREEN)
        until(
            lambda: (
                colour(served, "/i/hello/.png") == "#000000"
                and run("creatives", "versions", "hello").output.count("\n") == 3
            )
        )
    rows = run("creatives", "versions", "hello").output.splitlines()[1:]
    newest, first = (row.split()[0] for row in rows)
    assert [row.endswith("served") for row in map(str.rstrip, rows)] == [True, False]
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", rows[0])
    assert "until the files of the creative change" in said(run("creatives", "rollback", "hello"))
    assert "there is no version before" in said(run("creatives", "rollback", "hello"))
    assert "served (rollback)" in run("creatives", "versions", "hello").output.splitlines()[2]
    assert f"{newest} of" in said(run("creatives", "rollback", "hello", newest[:6]))
    assert "no version starts so" in said(run("creatives", "rollback", "hello", "x"))
    assert "did you mean 'hello'?" in said(run("creatives", "versions", "helo"))
    assert "an empty image of 120x40" in said(run("creatives", "remove", "hello"))
    assert "removed" in run("creatives", "versions", "hello").output
    assert first


def test_check_and_doctor_tell_of_creatives_whose_folder_is_gone(shop: Path, run: Run) -> None:
    with serving(shop, "serve", "--workers", "1"):
        pass
    assert "hello" not in said(run("check")).replace("templates/hello", "")
    edit(shop, RED, "title: [")
    assert "hello: its folder has errors" in re.sub(r"\s+", " ", run("doctor").output)
    shutil.rmtree(shop / "templates" / "hello")
    (shop / "templates" / "other").mkdir()
    (shop / "templates" / "other" / "creative.yaml").write_text(HELLO % RED)
    told = said(run("check"))
    assert "hello/creative.yaml:1:1: warning: its folder is gone" in told
    assert "livecontent creatives remove hello" in told
    assert "hello: its folder is gone" in re.sub(r"\s+", " ", run("doctor").output)
    assert run("creatives", "remove", "hello").exit_code == 0
    assert "hello" not in said(run("check"))


def test_who_is_known_keeps_their_ref_when_a_key_is_added(shop: Path, run: Run, storage: Blocking) -> None:
    old = {recipient_id: ref for ref, recipient_id in storage.recipients.iterate()}
    assert run("keys", "add").exit_code == 0
    (shop / "people.csv").write_text(PEOPLE + "zoe,Zoe\n")
    assert "1 added, 0 changed, 2 unchanged" in said(run("import", "recipients", "people.csv"))
    newest, first = keys_of(shop).live
    now = {recipient_id: ref for ref, recipient_id in storage.recipients.iterate()}
    assert now == {**old, "zoe": ref_of("zoe", newest.secret)}
    listed = run("keys", "list").output
    assert re.search(rf"{newest.id} .* 1 +makes new refs", listed)
    assert re.search(rf"{first.id} .* 2 +in use", listed)
    assert run("consent", "set", "anna", "none").exit_code == 0
    assert storage.people.look_up(old["anna"]).consent == "none"
    (shop / "decisions.csv").write_text("id,consent\nbert,none\n")
    assert run("consent", "import", "decisions.csv").exit_code == 0
    assert storage.people.look_up(old["bert"]).consent == "none"


def test_whoever_said_no_before_a_key_was_replaced_has_said_no(shop: Path, run: Run, storage: Blocking) -> None:
    first = keys_of(shop).live[0]
    old = ref_of("anna", first.secret)
    assert run("forget", "anna", "--yes").exit_code == 0
    run("keys", "add")
    run("import", "recipients", "people.csv")  # nobody took her out of the file
    assert storage.people.look_up(old).consent == "none"
    assert run("recipients", "delete", "anna", "--yes").exit_code == 0
    assert run("keys", "retire", first.id, "--yes").exit_code == 0
    run("import", "recipients", "people.csv")
    new = ref_of("anna", keys_of(shop).live[0].secret)
    assert storage.recipients.get(new) is not None
    assert storage.people.look_up(new).consent == "none"
    assert run("forget", "anna", "bert", "--yes").exit_code == 0
    assert {storage.people.look_up(ref).consent for ref in every(shop, "bert")} == {"none"}


def test_a_no_holds_for_emails_sent_with_a_retired_key(shop: Path, run: Run, storage: Blocking) -> None:
    first = keys_of(shop).live[0]
    assert run("consent", "set", "anna", "none").exit_code == 0
    assert run("consent", "set", "bert", "no-record").exit_code == 0
    run("keys", "add")
    assert run("keys", "retire", first.id, "--yes").exit_code == 0
    newest = keys_of(shop).live[0]
    for key in (first, newest):
        assert storage.people.look_up(ref_of("anna", key.secret)).consent == "none"
    assert storage.people.look_up(ref_of("bert", newest.secret)).consent == "no-record"
    assert not storage.people.look_up(ref_of("bert", first.secret)).known


def test_a_no_after_a_key_was_retired_holds_for_emails_sent_with_it(shop: Path, run: Run, storage: Blocking) -> None:
    first = keys_of(shop).live[0]
    run("keys", "add")
    assert run("keys", "retire", first.id, "--yes").exit_code == 0
    assert run("consent", "set", ref_of("anna", keys_of(shop).live[0].secret), "none").exit_code == 0
    (shop / "decisions.csv").write_text("id,consent\nbert,none\n")
    assert run("consent", "import", "decisions.csv").exit_code == 0
    for name in ("anna", "bert"):
        assert [storage.people.look_up(ref).consent for ref in every(shop, name)] == ["none", "none"]
    assert run("consent", "set", "anna", "full").exit_code == 0
    run("import", "recipients", "people.csv")
    assert "full" in said(run("consent", "show", "anna"))


def test_keys_can_be_added_where_nobody_agreed_yet(shop: Path, run: Run, storage: Blocking) -> None:
    settings = shop / "livecontent.toml"
    settings.write_text(settings.read_text().replace('"full"', '"none"'))
    old = {recipient_id: ref for ref, recipient_id in storage.recipients.iterate()}
    run("keys", "add")
    again = run("import", "recipients", "people.csv")
    assert "0 added, 0 changed, 2 unchanged" in said(again)
    rows = run("links", "hello", "--recipients", "people.csv", "--no-alt").stdout.splitlines()[1:]
    assert rows
    assert all(any(ref in row for ref in old.values()) for row in rows)


def test_a_store_that_fails_makes_no_refs_of_nobody(shop: Path, run: Run) -> None:
    run("keys", "add")

    async def find() -> None:
        opened = SqliteStorage(shop / ".livecontent", "full")
        try:
            opened.people  # noqa: B018  opened before the file is damaged
            (shop / ".livecontent" / "recipients.db").write_bytes(b"nonsense" * 1000)
            await Refs(keys_of(shop), opened).find_and_carry_over("nobody")
        finally:
            await opened.close()

    with pytest.raises(StorageError):
        asyncio.run(find())


def test_a_retired_key_leaves_history_habits_and_traits(shop: Path, run: Run, storage: Blocking) -> None:
    first = keys_of(shop).live[0]
    run("keys", "add")
    old, new = (ref_of("anna", key.secret) for key in (first, keys_of(shop).live[0]))
    run("consent", "set", "anna", "full")
    order = {"event": "Order Completed", "userId": "anna", "properties": {"sku": "u-1", "color": "red"}}
    told = [{**order, "messageId": f"m{number}"} for number in range(5)]
    told.append({"type": "identify", "userId": "anna", "traits": {"size": 40}})
    (shop / "events.jsonl").write_text("\n".join(map(json.dumps, told)))
    assert run("import", "events", "events.jsonl").exit_code == 0
    kept = storage.history.history(old), storage.history.habits(old), storage.history.traits(old, {})
    assert kept[0]["orders"]
    assert (kept[1]["values"]["colour"], kept[2]) == ("red", {"size": 40})
    assert run("keys", "retire", first.id, "--yes").exit_code == 0
    assert (storage.history.history(new), storage.history.habits(new), storage.history.traits(new, {})) == kept
    assert storage.history.history(old) is None


def test_a_retired_key_cuts_off_its_refs_and_loses_nothing(shop: Path, run: Run, storage: Blocking) -> None:
    first = keys_of(shop).live[0]
    old = ref_of("anna", first.secret)
    assert "is the newest key" in said(run("keys", "retire", first.id))
    assert "no key 'x' is in use" in said(run("keys", "retire", "x"))
    run("keys", "add")
    new = ref_of("anna", keys_of(shop).live[0].secret)
    run("consent", "set", "anna", "full")
    storage.events.append([Event("shown", 90_000.0, "hello", old, "v", "known")])
    storage.codes.add("summer", ["A1"])
    wait_for(storage.codes.give("summer", old, 1.0))
    storage.votes.cast(Vote("colour", old, "red", 1.0))
    asked = said(run("keys", "retire", first.id))
    assert "2 of 2 recipients will be unknown, and signed parameters" in asked
    assert storage.recipients.get(old) is not None, "nobody agreed"
    assert "2 recipients got new refs" in said(run("keys", "retire", first.id, "--yes"))
    assert not storage.people.look_up(old).known
    assert storage.recipients.get(new) == {"id": "anna", "first_name": "Anna"}
    assert storage.people.look_up(new).consent == "full"
    assert [event.ref for event in storage.events.of_person(new)] == [new]
    assert [code.code for code in storage.codes.of_person(new)] == ["A1"]
    assert [vote.answer for vote in storage.votes.of_person(new)] == ["red"]
    for kept in (storage.events, storage.codes, storage.votes):
        assert kept.of_person(old) == []
    assert "0 added, 0 changed, 2 unchanged" in said(run("import", "recipients", "people.csv"))
    assert re.search(rf"{first.id} .* 0 +retired", run("keys", "list").output)
    for file in (shop / ".livecontent" / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o177 == 0 or file.name.startswith(".")


def test_keys_are_replaced_under_load(shop: Path, run: Run) -> None:
    (shop / "people.csv").write_text("id,first_name\n" + "".join(f"p{number},N{number}\n" for number in range(50)))
    run("import", "recipients", "people.csv")
    before = [ref_of(f"p{number}", keys_of(shop).live[0].secret) for number in range(50)]
    seen: list[str] = []
    done = threading.Event()

    def load(served: Served) -> None:
        while not done.is_set():
            seen.extend(colour(served, f"/i/hello/{ref}.png") for ref in before)

    with serving(shop, "serve", "--workers", "2") as served:
        thread = threading.Thread(target=load, args=(served,))
        thread.start()
        try:
            for _ in range(5):
                assert run("keys", "add").exit_code == 0
                assert "50 unchanged" in said(run("import", "recipients", "people.csv"))
                count = len(seen)
                until(lambda: len(seen) >= count + 50)  # noqa: B023  it is waited for at once
        finally:
            done.set()
            thread.join()
        assert set(seen) == {RED}
        keys = keys_of(shop)
        assert len(keys.live) == 6
        assert run("keys", "retire", keys.live[-1].id, "--yes").exit_code == 0
        assert {colour(served, f"/i/hello/{ref}.png") for ref in before} == {"#000000"}
        after = [ref_of(f"p{number}", keys.live[0].secret) for number in range(50)]
        assert {colour(served, f"/i/hello/{ref}.png") for ref in after} == {RED}
        levels = {key[3] for key in served.told() if key[0] == "livecontent_opens_total"}
        assert levels
        assert "neutral" not in levels


def test_a_recall_holds_for_all_workers_over_restarts_and_counts_heads(shop: Path, run: Run, tmp_path: Path) -> None:
    keys = keys_of(shop).live[0].secret
    path = f"/i/hello/{ref_of('anna', keys)}.png"
    picture = tmp_path / "sorry.png"
    Image.new("RGB", (60, 20), "#0000ff").save(picture)
    with serving(shop, "serve", "--workers", "2") as served:
        assert colour(served, path, READER) == RED
        until(lambda: "Seen by 1 person;" in said(run("creatives", "recall", "hello")))
        assert run("creatives", "recall", "hello", "--nothing", "--freeze").exit_code != 0
        told = said(run("creatives", "recall", "hello", "--picture", str(picture), "--why", "a wrong price", "--yes"))
        assert "1 of 2 imported recipients have fetched nothing of it yet" in told
        until(lambda: {colour(served, path, READER) for _ in range(8)} == {"#0000ff"})
        assert served.get("/readyz").json() == {"status": "degraded"}
        until(lambda: served.told().get(("livecontent_creatives", "recalled")) == 1)
        edit(shop, GREEN)  # the folder has no say
    with serving(shop, "serve", "--workers", "1") as served:
        assert colour(served, path, READER) == "#0000ff"
        assert served.get(path.replace("/i/", "/c/").removesuffix(".png")).headers["location"].endswith("/hello")
        until(lambda: "1 have seen another image since" in said(run("creatives", "recall", "hello")))
        assert "served (recall)" in said(run("creatives", "versions", "hello"))
        assert "stands in until the recall is undone" in " ".join(said(run("explain", "hello")).split())
        assert run("creatives", "recall", "hello", "--undo").exit_code == 0
        until(lambda: colour(served, path, READER) == GREEN)
    assert run("creatives", "recall", "hello", "--undo").exit_code != 0
