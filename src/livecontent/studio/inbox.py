"""The mock inbox of the demo: a wish in the address in, a page with four live pictures and their reasons out.

The page is whole without its script: controls are a form, explanations stand in it. The script asks for the page of the
new wish and takes over what has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from livecontent.compose.desk import language_of
from livecontent.config import shipped
from livecontent.demo.cities import cities
from livecontent.facts import Opening
from livecontent.links import click_path, image_path
from livecontent.pipeline import Answer, Kit, answer
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.recipient.store import RecipientStore
from livecontent.studio.pages import people
from livecontent.studio.pages.catalogue import LANGUAGES, Catalogue, language_from, load_catalogues
from livecontent.studio.pages.why import explain, facts, gist, rules, values
from livecontent.studio.pages.wish import COLDEST, HOTTEST, SKIES, THEMES, Wish, read_wish
from livecontent.web.request import Reader

HERE = Path(__file__).parent
LETTER = ("umbrella", "countdown", "nearest-store", "loyalty")  # from top to bottom
CLIENTS = (
    "gmail",
    "yahoo",
    "apple-mail",
    "apple-privacy",
    "outlook-windows",
    "outlook-mac",
    "outlook-mobile",
    "thunderbird",
)  # of those there are, the ones with readers
# Addresses for examples (RFC 5737), and where the demo's GeoIP file says they are.
ADDRESSES: Mapping[str, str] = {
    "192.0.2.1": "Lille",
    "192.0.2.65": "Brest",
    "192.0.2.113": "Nice",
    "198.51.100.1": "London",
    "198.51.100.161": "Tromsø",
    "203.0.113.1": "Montréal",
    "203.0.113.49": "Tokyo",
    "203.0.113.81": "Sydney",
}
PARIS = ZoneInfo("Europe/Paris")
FOUND = 8  # people a search offers

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'self'; img-src 'self'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "vary": "accept-language",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
