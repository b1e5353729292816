"""What tests of all rooms share: the shipped fonts, a painter, the demo's creatives, moments made of plain values."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from livecontent.creative.model import AvailableAssets
from livecontent.imports import encoding
from livecontent.imports.letters import LetterModels
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from shop_creatives import link_creatives

ROOT = Path(__file__).resolve().parents[1]

# The same examples each time, on machines as slow as they like; `make nightly` takes others, and more.
settings.register_profile("ci", max_examples=100, derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=1000, deadline=None)
settings.load_profile("ci")

# Where the whole run was started in the background, Ctrl-C is ignored; commands under test must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # by nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: tests that start servers mostly wait for them."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that takes new pictures."""
    parser.addoption("--update-golden", action="store_true", help="keep what is drawn now as what is right")


def pytest_collection_finish() -> None:
    """All tests are there by now and stay: no server that a test starts looks through a million objects for circles."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def nobodys_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder to run in with the demo's creatives alone: no test reads settings of the clone or the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LIVECONTENT_")]:
            patch.delenv(name)
        folder = tmp_path_factory.mktemp("nobodys")
        link_creatives(folder)
        patch.chdir(folder)
        yield


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    """The fonts that ship, and none of the system's: the same pictures on every machine."""
    return Fonts([ROOT / "fonts"], system=())


@pytest.fixture(scope="session")
def painter(fonts: Fonts) -> Painter:
    """Draws with the shipped fonts."""
    return Painter(fonts)


@pytest.fixture(scope="session")
def available(fonts: Fonts) -> AvailableAssets:
    """What creatives may name."""
    return AvailableAssets(fonts.families, frozenset(fonts.icons))


@pytest.fixture(scope="module")
def letter_models() -> Iterator[None]:
    """Languages are read once for all files of a module, not for each whose encoding is looked for."""
    models = LetterModels()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "LetterModels", lambda: models)
        yield


@pytest.fixture(scope="session")
def templates() -> Path:
    """The demo's creatives."""
    return ROOT / "templates"
