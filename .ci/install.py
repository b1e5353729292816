#!/usr/bin/env python3
"""Installs what a requirements file lists, with the pip of this Python, and says how far it is.

    .venv/bin/python .ci/install.py requirements.txt

On a terminal one line moves; elsewhere there is a line every ten seconds. What pip says is shown where it fails.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

PIP = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]


def main(file: str) -> int:
    total = len(re.findall(r"^[\w.-]+==", Path(file).read_text(encoding="utf-8"), re.MULTILINE))
    said, seen, shown = [], 0, 0.0
    with subprocess.Popen(
        [*PIP, "--require-hashes", "-r", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if package := re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line):
                seen += 1
                shown = show(f"  {min(seen, total)} of {total}  {package[1]}", shown)
            elif line.startswith("Installing collected"):
                shown = show("  unpacking, which takes as long again", 0.0)
    if pip.returncode:
        print(f"\n{''.join(said)}", file=sys.stderr)
    elif sys.stdout.isatty():
        print("\r\033[K", end="")
    return pip.returncode


def show(text: str, before: float) -> float:
    """Prints it, unless another line was printed just before; the time of the last line."""
    now = time.monotonic()
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif before and now - before < 10:
        return before
    else:
        print(text, flush=True)
    return now


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
