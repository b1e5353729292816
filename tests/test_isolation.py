"""Tests see nothing of the folder and the environment that they are started in."""

from __future__ import annotations

import os
from pathlib import Path

from livecontent.config import config_file

ROOT = Path(__file__).resolve().parents[1]


def test_no_settings_of_the_clone_or_the_environment_are_read() -> None:
    assert not Path.cwd().is_relative_to(ROOT)
    assert config_file() is None
    assert not [name for name in os.environ if name.startswith("LIVECONTENT_")]
