"""The Chromium that tests look at pages with, and what it is started with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")

# Its address bar is made of pages of its own, which cost each page of a test twice what it costs itself;
# and it starts a process for a page that may never come.
BESIDE = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess")
# Playwright turns these off; of two such switches Chromium hears the last.
ALSO = ("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning")
ALSO += ("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "MediaRouter", "OptimizationHints")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FLAGS += [f"--disable-features={','.join((*BESIDE, *ALSO))}"]


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """A browser of one's own; contexts part what is looked at with it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of a module: beyond it Playwright would stand in the way of other loops."""
    with started_chromium() as started:
        yield started
