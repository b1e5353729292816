"""Names of people in the scripts of the world, five or more in each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def names_of_scripts() -> Mapping[str, list[str]]:
    """The names by their script."""
    lines = (Path(__file__).parent / "cases" / "names-of-scripts.txt").read_text(encoding="utf-8").splitlines()
    return {script: names.split(" ") for script, _, names in (line.partition(": ") for line in lines)}
