"""What tests of pages in a browser share."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
Visit = Callable[..., Page]

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
