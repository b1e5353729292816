"""The demo and one's own data do not meet."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Run, said

from livecontent.cli import demo, worker
from livecontent.cli.demo import make_demo
from livecontent.cli.storage import is_demo, settings_or_demo
from livecontent.cli.workers import SERVER
from livecontent.config import DEMO, DEMO_FILE, Settings
from livecontent.services import Services

LOOKS = [("links", "umbrella"), ("render", "umbrella", "-o", "x.jpg"), ("explain", "umbrella"), ("doctor",)]
WORD = f"using the demo's recipients and settings ({DEMO_FILE})"


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_the_demo_writes_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_demo(8000) == DEMO_FILE
    made = files(tmp_path)
    assert made >= {str(DEMO / name) for name in ("demo.toml", "recipients.db", "products.db", "live.db", "key")}
    assert {Path(name).parent for name in made} == {DEMO}


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
def test_commands_that_look_use_the_demo_where_it_is_all_there_is_and_say_so(
    words: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    make_demo(8000)
    result = run(*words)
    assert WORD in result.stderr
    assert result.exit_code == 0 or words[0] == "doctor"
    assert not {name for name in files(tmp_path / ".livecontent") if not name.startswith("demo/")}


@pytest.mark.parametrize("words", LOOKS, ids=lambda words: words[0])
@pytest.mark.parametrize("own", ["file", "variable", "recipients"])
def test_whoever_has_settings_or_recipients_never_gets_the_demos(
    words: tuple[str, ...], own: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_demo(8000)
    if own == "file":
        (tmp_path / "livecontent.toml").touch()
    elif own == "variable":
        monkeypatch.setenv("LIVECONTENT_TIMEZONE", "UTC")
    else:
        (tmp_path / "people.csv").write_text("id\n1\n")
        assert run("import", "recipients", "people.csv").exit_code == 0
    result = run(*words)
    assert WORD not in said(result)
    assert "r-0001" not in said(result)
    assert not settings_or_demo().preview


def test_what_is_kept_of_the_demo_is_found_by_those_who_look_at_it(run: Run, tmp_path: Path) -> None:
    make_demo(8000)
    (tmp_path / "decisions.csv").write_text("id,consent\nr-0002,none\n")
    for words in (
        ("consent", "set", "r-0001", "full"),
        ("consent", "import", "decisions.csv"),
        ("sends", "add", "friday", "--at", "2026-11-27T08:00"),
    ):
        result = run(*words)
        assert (WORD in result.stderr, result.exit_code) == (True, 0)
    assert run("consent", "show", "r-0001").stdout.startswith("full since")
    assert run("consent", "show", "r-0002").stdout.startswith("none since")
    assert "friday" in run("sends", "list").stdout
    assert run("links", "umbrella", "--send", "friday").exit_code == 0
    assert all(name.startswith("demo/") for name in files(tmp_path / ".livecontent"))


@pytest.mark.usefixtures("demo_creatives")
def test_an_import_is_never_one_into_the_demo(run: Run, tmp_path: Path) -> None:
    make_demo(8000)
    (tmp_path / "people.csv").write_text("id\n1\n")
    assert "1 added" in run("import", "recipients", "people.csv").output
    links = run("links", "umbrella").stdout.splitlines()
    assert [line.split(",")[0] for line in links] == ["id", "1"]


@pytest.mark.usefixtures("demo_creatives")
def test_links_of_a_file_are_never_made_with_the_demos_key(run: Run, tmp_path: Path) -> None:
    make_demo(8000)
    (tmp_path / "people.csv").write_text("id\nr-0001\n")
    result = run("links", "umbrella", "--recipients", "people.csv")
    assert WORD not in result.stderr
    assert result.stdout.splitlines()[1] != run("links", "umbrella").stdout.splitlines()[1]
    assert (tmp_path / ".livecontent" / "key").is_file()


@pytest.mark.usefixtures("demo_creatives")
def test_a_look_before_the_demo_is_not_in_its_way(run: Run) -> None:
    assert "no recipients" in said(run("links", "umbrella"))
    assert run("render", "umbrella").exit_code == 0
    make_demo(8000)
    assert len(run("links", "umbrella").stdout.splitlines()) == 1001


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that a server starts with, which is told to be ready and then ends."""
    found: list[Settings] = []

    def answer(_listening: socket.socket, services: Services, sign: Callable[[], object]) -> None:
        found.append(services.settings)
        sign()
        asyncio.run(services.aclose())

    monkeypatch.setenv("LIVECONTENT_CONFIG", "")  # to be put back
    monkeypatch.setenv("LIVECONTENT_METRICS", "off")
    monkeypatch.setenv(SERVER, "1")
    for module in (demo, worker):
        monkeypatch.setattr(module, "make_app", lambda services, *_, **__: services)
        monkeypatch.setattr(module, "answer_requests", answer)
        monkeypatch.setattr(module, "set_up_logs", lambda: None)
    return found


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Starts a worker, without its parent; what it tells."""
    monkeypatch.chdir(tmp_path)

    def start() -> str:
        reading, writing = os.pipe()
        with socket.socket() as listening:
            worker.run_worker(os.dup(listening.fileno()), writing, slot=0, replaces=0)
        os.close(writing)
        with os.fdopen(reading) as told:
            return told.read()

    return start


@pytest.mark.usefixtures("demo_creatives")
def test_serve_never_serves_the_demo(serve: Callable[[], str], served: list[Settings]) -> None:
    make_demo(8000)
    assert "0 recipients" in serve()
    assert (served[0].demo, served[0].preview, is_demo(served[0])) == (False, False, False)


def test_the_demo_never_serves_what_is_yours(
    run: Run, served: list[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.csv").write_text("id\n1\n")
    monkeypatch.setenv("LIVECONTENT_DATA", "mine")
    assert run("import", "recipients", "people.csv").exit_code == 0
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    assert "1,000 recipients" in said(run("demo"))
    assert served[0].data == Path("mine/demo")
    assert is_demo(served[0])
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())


@pytest.mark.usefixtures("demo_creatives")
def test_the_inbox_can_be_on_before_anybody_is_known(
    serve: Callable[[], str], served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECONTENT_DEMO", "true")
    assert "0 recipients" in serve()
    assert served[0].demo
