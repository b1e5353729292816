"""Checks of the machine and what is installed on it."""

import os
import platform
import re
import resource
import shutil
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version

import apsw
import PIL
from PIL import features

from livecontent import __version__
from livecontent.cli.doctor.finding import Finding, judged
from livecontent.config import Settings
from livecontent.runtime.listening import parse_listening
from livecontent.services import make_fonts

# Below these, known bugs lose data or open holes: SQLite's lost commits in WAL, FreeType's CVE-2026-23865.
SQLITE_FLOOR = (3, 51, 3)
FREETYPE_FLOOR = (2, 14, 2)
OLD_ZONES = 1.5  # years after which countries have changed their clocks
WAIT, MOST = 5.0, 10_000_000  # seconds and bytes for an answer of another server
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
    yield judged("shaping", well, seen, f"install FriBiDi: {_install_fribidi()}", "warning")
    seen = f"{', '.join(sorted(fonts.families))}; {len(fonts.icons):,} icons"
    yield judged("fonts", bool(fonts.families), seen, "the installation is not whole: pip install --force-reinstall")


def check_open_files(_: Settings) -> Iterator[Finding]:
    """How many connections a worker can have: it takes all file descriptors that it may."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    endless = most == resource.RLIM_INFINITY
    remedy = "connections are closed early when many come: ulimit -Hn 65536, or LimitNOFILE=65536 in the systemd unit"
    seen = "no limit" if endless else f"{most:,} for each worker"
    yield judged("open files", endless or most >= FEW_FILES, seen, remedy, "warning")


def check_metrics(settings: Settings) -> Iterator[Finding]:
    """Whether Prometheus can read: the port is free, or a server of livecontent has it."""
    address = parse_listening(settings.metrics)
    if address is None:
        yield Finding("metrics", "ok", "off")
        return
    try:
        with socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET):
            yield Finding("metrics", "ok", f"{settings.metrics}, free: told once the server runs")
    except OSError as error:
        ours = _tells_metrics(*address)
        seen = (
            "told by a server that runs; a second one needs a port of its own"
            if ours
            else f"{error.strerror}, and not by livecontent"
        )
        remedy = f'give this server a port of its own: metrics = "{settings.metrics.rpartition(":")[0]}:9465"'
        yield judged("metrics", ours, f"{settings.metrics}: {seen}", remedy, "warning")


def _tells_metrics(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=WAIT)
    try:
        connection.request("GET", "/metrics")
        return b"livecontent_build_info" in connection.getresponse().read(MOST)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _install_fribidi() -> str:
    if shutil.which("apt-get"):
        return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install libfribidi0"
    return "dnf install fribidi, apk add fribidi, or brew install fribidi"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))
