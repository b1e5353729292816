"""A new kind of layer is one file and its line in the list of kinds: all else is derived from what it declares."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "tests" / "toys" / "pips.py"

CREATIVE = """title: Points
size: 220x40
format: png
scale: 1
variants:
  - name: points
    layers:
      - pips: "{{ recipient.points }}"
        fill: "#ff0000"
        track: "#0000ff"
        box: [10, 10, 200, 20]
      - pips: "{{ weather.temperature }}"
        prefetched: [{fill: "#00ff00", box: [0, 0, 5, 5]}]
        box: [0, 35, 220, 5]
"""

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of a livecontent that has the kind, in a folder with a creative and a recipient."""
    home = tmp_path_factory.mktemp("pips")
    package = home / "package" / "livecontent"
    shutil.copytree(ROOT / "src" / "livecontent", package, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "package" / "livecontent" / "_data").mkdir()
    for kind in ("templates", "fonts"):
        (package / "_data" / kind).symlink_to(ROOT / kind)
    shutil.copy(TOY, package / "compose" / "kinds")
    kinds = package / "compose" / "kinds" / "__init__.py"
    text = kinds.read_text()
    before = "from livecontent.compose.kinds.progress import"
    text = text.replace(before, f"from livecontent.compose.kinds.pips import PipsLayer\n{before}", 1)
    kinds.write_text(text.replace("    IconLayer,\n", "    IconLayer,\n    PipsLayer,\n", 1))
    folder = home / "shop"
    (folder / "templates" / "points").mkdir(parents=True)
    (folder / "templates" / "points" / "creative.yaml").write_text(CREATIVE)
    (folder / "livecontent.toml").write_text('templates = "templates"\nconsent = "full"\n')
    (folder / "people.csv").write_text("id,points\nann,3\n")
    environment = {**os.environ, "PYTHONPATH": str(home / "package")}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "livecontent", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)

    assert run("import", "recipients", "people.csv").returncode == 0
    return run


def test_it_is_checked_and_its_mistakes_have_their_place(run: Run) -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout
    assert b"recipient.points may be unknown" in done.stdout


def test_editors_are_told_of_it(run: Run) -> None:
    schema = json.loads(run("schema").stdout)
    assert set(schema["$defs"]["PipsLayer"]["properties"]) >= {
        "pips",
        "segments",
        "fill",
        "box",
        "when",
        "prefetched",
    }


def test_it_is_rendered(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "points.png"
    done = run("render", "points", "--recipient", "ann", "--weather", "rain:2", "-o", str(file))
    assert done.returncode == 0, done.stderr
    with Image.open(file) as image:
        colours = [image.convert("RGB").getpixel((30 + 41 * place, 20)) for place in range(5)]
    assert colours == [(255, 0, 0)] * 3 + [(0, 0, 255)] * 2


def test_it_is_explained_and_replaced_on_a_prefetch(run: Run) -> None:
    done = run("explain", "points", "--recipient", "ann", "--weather", "rain:2", "--client", "apple-mpp")
    assert done.returncode == 0, done.stderr
    assert b"pips replaced" in done.stdout
