"""Folders to run commands in."""

from pathlib import Path

import pytest
from PIL import Image
from running import Run
from served import HELLO
from typer.testing import CliRunner

from livecontent.cli.demo import make_demo
from livecontent.cli.main import program
from shop_creatives import link_creatives


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(program, list(words))


@pytest.fixture
def demo_creatives(tmp_path: Path) -> None:
    """The demo's creatives, where a command is run that needs some."""
    link_creatives(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the demo's data in it."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        make_demo(8000)
    return folder


@pytest.fixture
def run_demo(demo: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in the demo's folder."""
    monkeypatch.chdir(demo)
    return run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder to serve, with one creative that is quickly made."""
    folder = tmp_path / "templates" / "hello"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(HELLO)
    Image.new("RGB", (60, 20), "red").save(folder / "hello.png")
    (tmp_path / "livecontent.toml").write_text('templates = "templates"\nconsent = "full"')
    return tmp_path
