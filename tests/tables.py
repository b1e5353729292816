"""Tables of texts, as tests are given them."""

import re


def rows(table: str) -> list[tuple[str, ...]]:
    """The rows of a table: a line each, its cells parted by two spaces or more."""
    return [tuple(re.split(r" {2,}", line.strip())) for line in table.strip().splitlines()]
