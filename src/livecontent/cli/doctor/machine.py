"""Checks of the machine and what is installed on it."""

import os
import platform
import re
import shutil
import time
from collections.abc import Iterator
from importlib.metadata import version

import apsw
import PIL
from PIL import features

from livecontent import __version__
from livecontent.cli.doctor.finding import Finding, judged
from livecontent.config import Settings
from livecontent.services import make_fonts

# Below these, known bugs lose data or open holes: SQLite's lost commits in WAL, FreeType's CVE-2026-23865.
SQLITE_FLOOR = (3, 51, 3)
FREETYPE_FLOOR = (2, 14, 2)
OLD_ZONES = 1.5  # years after which countries have changed their clocks
FEW_FILES = 4096  # connections, databases and fonts of a worker


def check_versions(_: Settings) -> Iterator[Finding]:
    """The program, and libraries with known bugs."""
    yield Finding("livecontent", "ok", f"{__version__}, Python {platform.python_version()}")
    sqlite = apsw.sqlite_lib_version()
    remedy = "commits can be lost before 3.51.3: pip install -U apsw"
    yield judged("SQLite", _numbers(sqlite) >= SQLITE_FLOOR, sqlite, remedy)
    freetype = features.version("freetype2") or "0"
    seen = f"Pillow {PIL.__version__}, FreeType {freetype}"
    yield judged("drawing", _numbers(freetype) >= FREETYPE_FLOOR, seen, "fonts can do harm: pip install -U pillow")


def check_time_zones(_: Settings) -> Iterator[Finding]:
    """The age of the time zones, by their name: 2026.3 is the third of 2026."""
    installed = version("tzdata")
    recent = _numbers(installed)[0] >= time.gmtime().tm_year - OLD_ZONES
    remedy = "clocks of some countries may be wrong: pip install -U tzdata"
    yield judged("time zones", recent, installed, remedy, "warning")


def check_text(settings: Settings) -> Iterator[Finding]:
    """Fonts, and the library for scripts that run from right to left."""
    fonts = make_fonts(settings)
    well = fonts.shapes and fonts.bidi.available
    seen = "FriBiDi is installed" if well else "without FriBiDi, Arabic, Hebrew and Devanagari come out wrong"
    yield judged("shaping", well, seen, f"install FriBiDi: {_install('libfribidi0')}", "warning")
    seen = f"{', '.join(sorted(fonts.families))}; {len(fonts.icons):,} icons"
    yield judged("fonts", bool(fonts.families), seen, "the installation is not whole: pip install --force-reinstall")


def check_open_files(_: Settings) -> Iterator[Finding]:
    """How many connections a worker can have: it takes all file descriptors that it may."""
    try:
        import resource
    except ImportError:  # Windows
        return
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    endless = most == resource.RLIM_INFINITY
    remedy = "connections are closed early when many come: ulimit -Hn 65536, or LimitNOFILE=65536 in the systemd unit"
    seen = "no limit" if endless else f"{most:,} for each worker"
    yield judged("open files", endless or most >= FEW_FILES, seen, remedy, "warning")


def _install(package: str) -> str:
    if shutil.which("apt-get"):
        return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {package}"
    return "dnf install fribidi, apk add fribidi, or brew install fribidi"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))
