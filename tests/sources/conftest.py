"""Real .mmdb files, written for each test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

WriteMmdb = Callable[..., Path]


@pytest.fixture
def write_mmdb(tmp_path: Path) -> WriteMmdb:
    """Writes networks with their records to a file."""

    def write(
        networks: Mapping[str, Any], name: str = "cities.mmdb", kind: str = "Test-City", version: int = 6
    ) -> Path:
        writer = MMDBWriter(version, kind, languages=["en"], ipv4_compatible=version == 6)
        for network, record in networks.items():
            writer.insert_network(IPSet([network]), record)
        writer.to_db_file(str(tmp_path / name))
        return tmp_path / name

    return write
