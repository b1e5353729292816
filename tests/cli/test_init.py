"""`init` makes a folder that works as it stands."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from PIL import Image
from running import Run, said


@pytest.fixture
def shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that was just made, to run in."""
    result = run("init", "shop")
    assert result.exit_code == 0, said(result)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def test_what_it_says_to_type_next_works(run: Run, shop: Path) -> None:
    told = [line.strip() for line in run("init", str(shop.parent / "other")).output.splitlines()]
    commands = [line.split()[1:] for line in told if line.startswith("livecontent ")]
    assert [command[0] for command in commands] == ["import", "render", "serve"]
    for command in commands[:2]:
        assert run(*command).exit_code == 0, said(run(*command))
    with Image.open(shop / "hello.jpg") as image:
        assert image.size == (1200, 480)
    assert run("explain", "hello", "--recipient", "sample-1").output.count("points") > 1


def test_nothing_is_wrong_with_it(run: Run, shop: Path) -> None:
    assert "1 creative: 0 errors, 0 warnings (in templates)" in said(run("check"))
    found = {one["what"]: one for one in json.loads(run("doctor", "--json").stdout)}
    assert [what for what, one in found.items() if one["level"] == "error"] == []
    schema = json.loads((shop / "templates" / "creative.schema.json").read_text())
    text = (shop / "templates" / "hello" / "creative.yaml").read_text()
    jsonschema.validate(yaml.safe_load(text), schema)
    assert text.startswith("# yaml-language-server: $schema=../creative.schema.json\n")


def test_nothing_is_ever_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "recipients.csv").write_text("id\nmine\n")
    result = run("init", ".")
    assert result.exit_code == 1
    assert "recipients.csv already: nothing was written" in said(result)
    assert [file.name for file in tmp_path.iterdir()] == ["recipients.csv"]


def test_every_setting_that_is_left_out_is_one(run: Run, shop: Path) -> None:
    settings = shop / "livecontent.toml"
    text = settings.read_text()
    settings.write_text(re.sub(r"(?m)^# (?=\w+ = |\[)", "", text).replace("stores =", "# stores ="))
    assert "no such setting" not in said(run("check"))
