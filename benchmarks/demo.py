"""The demo, with three times its people: a folder and a tree in; settings and recipients in it out.

Each tree brings its own creatives, places, stores and weather. All people are of the demo's list; those added have ids,
first names and points of others who speak their language, so that each image is their own.
"""

import csv
import random
from collections import defaultdict
from pathlib import Path

from benchmarks.shop import KEY, ROOT, import_recipients

COPIES = 3
SEED = 1931
NETWORKS = 128  # of the demo's GeoIP file, in 198.18.0.0/15, each with readers

_TOML = """
preview = true
templates = "{templates}"
data = "{folder}/data"
key_file = "{folder}/key"
trusted_proxies = ["127.0.0.0/8"]
consent = "full"
timezone = "Europe/Paris"
geoip = "{data}/places.mmdb"
places = "{data}/places.csv"
stores = "{data}/stores.csv"

[weather]
provider = "file"
file = "{data}/weather.json"
"""

Row = dict[str, str]


def write_demo(folder: Path, tree: Path = ROOT, templates: Path | None = None) -> None:
    """Writes all files, and imports the recipients with the code of the tree; its creatives, or those of a folder."""
    (folder / "key").write_text(KEY.hex(), encoding="ascii")
    text = _TOML.format(folder=folder, templates=templates or tree / "templates", data=_data(tree))
    (folder / "livecontent.toml").write_text(text, encoding="utf-8")
    rows = everybody()
    with (folder / "recipients.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    import_recipients(folder, tree)


def everybody() -> list[Row]:
    """The rows of all recipients: the same for both sides, in an order drawn once."""
    with (_data(ROOT) / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    chance = random.Random(SEED)
    found = list(rows)
    for copy in range(1, COPIES):
        found += [{**row, "id": f"{row['id']}-{copy}"} for row in _mixed(rows, chance)]
    chance.shuffle(found)
    return found


def address(number: int) -> str:
    """The address that somebody opens from."""
    return f"198.18.{number % NETWORKS}.{number % 250 + 1}"


def _mixed(rows: list[Row], chance: random.Random) -> list[Row]:
    """First names and points are dealt anew among those who speak a language."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["language"]].append(row)
    found: list[Row] = []
    for group in groups.values():
        names, points = ([row[column] for row in group] for column in ("first_name", "points"))
        chance.shuffle(names)
        chance.shuffle(points)
        for row, name, point in zip(group, names, points, strict=True):
            found.append({**row, "first_name": name, "points": point})
    return found


def _data(tree: Path) -> Path:
    """The folder of the demo's data."""
    return next((tree / "src").rglob("weather.json")).parent
