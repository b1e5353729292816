"""Files that are read in a process of their own with limits, as a small one can ask for all memory; CSV comes out."""

import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from livecontent.errors import DataError

REFUSED = "can't be read: "  # what the process says last where it can't, before the reason
LIMITS = 3 << 30, 600  # bytes, and seconds of a processor


def convert_file(module: str, file: Path, out: BinaryIO, otherwise: str) -> str:
    """Writes a file as CSV in UTF-8 with `python -m module FILE`, and returns what to tell of it.

    Raises `DataError`, where the process was ended with what can be done `otherwise`.
    """
    command = [sys.executable, "-m", module, str(file)]
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603  ours
    told = done.stderr.strip().splitlines()
    if done.returncode < 0 or (done.returncode and not (told and told[-1].startswith(REFUSED))):
        raise DataError(f"{file}: {otherwise}")
    if done.returncode:
        raise DataError(f"{file}: {told[-1].removeprefix(REFUSED)}")
    return told[-1] if told else ""
