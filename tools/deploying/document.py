"""What docs/deploy.md tells people to type."""

from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "deploy.md"


def blocks(text: str) -> list[list[str]]:
    """The lines of each block of commands in the first section, as they stand there."""
    first = text.partition("\n## ")[0].splitlines()
    groups = groupby(first, key=lambda line: line.startswith("    "))
    return [[line.strip() for line in lines] for typed, lines in groups if typed]


def typed_lines() -> list[str]:
    """All that is typed on a machine with systemd: until the server answers, and then to look after it."""
    serving, commands, *_ = blocks(DOCUMENT.read_text(encoding="utf-8"))
    return serving + commands
