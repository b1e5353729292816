"""A shop to measure: a folder in; settings, creatives, 40,000 recipients, weather and GeoIP in it out.

Recipients are imported by the command line, so that the code of another commit can make its own shop of the same
people: see `benchmarks.compare`.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from benchmarks.people import City, Person, Population, cities, networks, people, places_file
from livecontent.config import Settings, load_settings
from livecontent.links import ref_of

ROOT = Path(__file__).resolve().parents[1]
CREATIVES = Path(__file__).parent / "creatives"
MOVING = 3  # layers of R1, the last ones: headline, icon, temperature
KEY = bytes(range(32))  # of refs: the same in each shop

_TOML = """
templates = "{folder}/templates"
data = "{folder}/data"
geoip = "{folder}/places.mmdb"
places = "{places}"
key_file = "{folder}/key"
trusted_proxies = ["127.0.0.0/8"]
consent = "full"

[weather]
provider = "file"
file = "{folder}/weather.json"
"""


@dataclass(frozen=True, slots=True)
class Shop(Population):
    """A folder with all that a server needs, and the people it knows."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that serves the shop."""
        return environment_of(self.folder)

    def settings(self) -> Settings:
        """The settings, for this process."""
        os.environ["LIVECONTENT_CONFIG"] = str(self.folder / "livecontent.toml")
        return load_settings()


@contextmanager
def make_shop(start: datetime | None = None) -> Iterator[Shop]:
    """A shop in a folder that is gone afterwards; deadlines of its people count from `start`, else from now."""
    with TemporaryDirectory(prefix="livecontent-bench-") as name:
        unique, crowd = people(cities(), start)
        write_shop(Path(name), [*unique, *crowd])
        yield Shop(unique, crowd, refs_of(person.id for person in (*unique, *crowd)), Path(name))


def write_shop(folder: Path, everybody: Sequence[Person], tree: Path = ROOT) -> None:
    """Writes all files of a shop, with the creatives and the code of a tree of livecontent."""
    known = cities()
    _write_creatives(tree / "benchmarks" / "creatives", folder / "templates")
    _write_weather(folder / "weather.json", known)
    _write_mmdb(folder / "places.mmdb", known)
    (folder / "key").write_text(KEY.hex(), encoding="ascii")
    (folder / "livecontent.toml").write_text(_TOML.format(folder=folder, places=places_file()), encoding="utf-8")
    _write_recipients(folder / "recipients.csv", everybody)
    import_recipients(folder, tree)


def environment_of(folder: Path, tree: Path = ROOT) -> dict[str, str]:
    """The variables of a process that runs the code of a tree with the settings in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVECONTENT_")}
    return {**kept, "PYTHONPATH": str(tree / "src"), "LIVECONTENT_CONFIG": str(folder / "livecontent.toml")}


def import_recipients(folder: Path, tree: Path = ROOT, name: str = "recipients.csv") -> None:
    """Imports a file of a folder, as a shop would. Raises `RuntimeError` where not every row was taken."""
    command = [sys.executable, "-m", "livecontent", "import", "recipients", name]
    done = subprocess.run(
        command, cwd=folder, env=environment_of(folder, tree), capture_output=True, text=True, check=False
    )
    if done.returncode or (folder / f"{name}.refused.csv").exists():
        raise RuntimeError(f"{' '.join(command)} of {tree}:\n{done.stdout}{done.stderr}")


def refs_of(ids: Iterable[str]) -> dict[str, str]:
    """Refs by id, in each of these shops."""
    return {recipient_id: ref_of(recipient_id, KEY) for recipient_id in ids}


def _write_creatives(source: Path, templates: Path) -> None:
    """R1, R2 and R3, and two made of R1: `r1-png`, and `r1-base` without what moves, a background for others."""
    shutil.copytree(source, templates, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
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


def _write_recipients(file: Path, everybody: Sequence[Person]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "first_name", "language", "city", "country", "deadline"))
        for person in everybody:
            place = (person.city.name, person.city.country) if person.profiled else ("", "")
            rows.writerow((person.id, person.name, "fr", *place, person.deadline.isoformat()))
