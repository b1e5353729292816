"""A shop to measure: a folder in; settings, creatives, 40,000 recipients, weather and GeoIP in it out."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from benchmarks.people import City, Person, cities, networks, people, places_file
from livecontent.config import Settings, load_settings
from livecontent.imports.recipients import import_recipients
from livecontent.links import ref_of
from livecontent.runtime.secret import load_secret
from livecontent.storage.sqlite.recipients import SqliteRecipients

CREATIVES = Path(__file__).parent / "creatives"
MOVING = 3  # layers of R1, the last ones: headline, icon, temperature


@dataclass(frozen=True, slots=True)
class Shop:
    """A folder with all that a server needs, and the people it knows."""

    folder: Path
    unique: Sequence[Person]
    crowd: Sequence[Person]
    refs: Mapping[str, str]  # by id

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that serves the shop."""
        return {**os.environ, "LIVECONTENT_CONFIG": str(self.folder / "livecontent.toml")}

    def settings(self) -> Settings:
        """The settings, for this process."""
        os.environ["LIVECONTENT_CONFIG"] = str(self.folder / "livecontent.toml")
        return load_settings()


@contextmanager
def make_shop() -> Iterator[Shop]:
    """A shop in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="livecontent-bench-") as name:
        folder = Path(name)
        known = cities()
        unique, crowd = people(known)
        _write_creatives(folder / "templates")
        _write_weather(folder / "weather.json", known)
        _write_mmdb(folder / "places.mmdb", known)
        _write_settings(folder)
        refs = _import(folder, [*unique, *crowd])
        yield Shop(folder, unique, crowd, refs)


def _write_creatives(templates: Path) -> None:
    """R1, R2 and R3, and two made of R1: `r1-png`, and `r1-base` without what moves, a background for others."""
    shutil.copytree(CREATIVES, templates, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("r1-png", "r1-base"):
        shutil.copytree(templates / "r1", templates / name)
        file = templates / name / "creative.yaml"
        yaml = YAML()
        creative = yaml.load(file.read_text(encoding="utf-8"))
        if name == "r1-png":
            creative["format"] = "png"
        else:
            del creative["variants"][0]["layers"][-MOVING:]
        with file.open("w", encoding="utf-8") as out:
            yaml.dump(creative, out)


def _write_settings(folder: Path) -> None:
    text = f"""
templates = "{folder}/templates"
data = "{folder}/data"
geoip = "{folder}/places.mmdb"
places = "{places_file()}"
trusted_proxies = ["127.0.0.0/8"]
consent = "full"

[weather]
provider = "file"
file = "{folder}/weather.json"
"""
    (folder / "livecontent.toml").write_text(text, encoding="utf-8")


def _write_weather(file: Path, known: Sequence[City]) -> None:
    cells = [
        {
            "latitude": city.latitude,
            "longitude": city.longitude,
            "temperature": city.temperature,
            "condition": city.condition,
            "is_day": True,
        }
        for city in known
    ]
    file.write_text(json.dumps({"attribution": "invented", "cells": cells}), encoding="utf-8")


def _write_mmdb(file: Path, known: Sequence[City]) -> None:
    """Networks in the schema of GeoIP2 City: a small file, so that a look-up is about as fast as it can be."""
    writer = MMDBWriter(ip_version=4, database_type="livecontent-bench-City", languages=["en"], description="invented")
    for first, city in networks(known):
        record = {
            "city": {"names": {"en": city.name}},
            "country": {"iso_code": city.country},
            "location": {"latitude": city.latitude, "longitude": city.longitude, "time_zone": city.timezone},
        }
        writer.insert_network(IPSet([f"{first}/26"]), record)
    writer.to_db_file(str(file))


def _import(folder: Path, everybody: Sequence[Person]) -> dict[str, str]:
    """Takes all people in, as a shop would; their refs by id."""
    file = folder / "recipients.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "first_name", "language", "city", "country", "deadline"))
        for person in everybody:
            place = (person.city.name, person.city.country) if person.profiled else ("", "")
            rows.writerow((person.id, person.name, "fr", *place, person.deadline.isoformat()))
    data = folder / "data"
    data.mkdir()
    key = load_secret(data / "key")
    store = SqliteRecipients(data / "recipients.db")
    report = asyncio.run(import_recipients(file, store, key, {}, lambda _done, _all: None))
    assert report.added == len(everybody), report.refused[:3]
    return {person.id: ref_of(person.id, key) for person in everybody}
