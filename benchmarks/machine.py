"""What a figure was measured on: without it, it says little."""

import os
import platform
import subprocess
import sysconfig
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    *(
        "livecontent",
        "pillow",
        "starlette",
        "uvicorn",
        "uvloop",
        "httptools",
        "python-liquid",
        "cel-expr-python",
        "apsw",
    ),
    *("maxminddb", "geoip2", "isal"),
)


def describe() -> dict[str, object]:
    """Processor, memory, system, versions, state of the sources, load of others, and day."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "python_built_with": sysconfig.get_config_var("CONFIG_ARGS"),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
        "commit": commit(),
        "load_of_the_last_minute": round(os.getloadavg()[0], 2),
    }


def _version(name: str) -> str:
    """Of a package, "" where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def commit() -> str:
    """The commit measured, with a + where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
