"""Mistakes that marketers make, one at a time in their own creatives; § stands where `check` is to point to."""

import shutil
from pathlib import Path

import pytest
import yaml

from livecontent.checked import publish
from livecontent.config import Settings
from livecontent.errors import CreativeError, Problem
from livecontent.lint import load_checked
from livecontent.render.compile import Workshop
from livecontent.services import make_workshop

CASES = Path(__file__).parents[1] / "cases"
SHOP = CASES / "marketer/templates"

MISTAKES = [tuple(mistake.values()) for mistake in yaml.safe_load((CASES / "mistakes.yaml").read_text("utf-8"))]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return make_workshop(Settings(data=tmp_path_factory.mktemp("data")))


def checked(folder: Path, workshop: Workshop) -> list[Problem]:
    """All that `livecontent check` tells of a creative."""
    try:
        loaded = load_checked(folder, workshop.vocabulary, workshop.available)
        publish(loaded, workshop)
    except CreativeError as error:
        return error.problems
    return list(loaded.warnings)


@pytest.mark.parametrize(("name", "meant", "written", "words", "remedy"), MISTAKES)
def test_a_mistake_is_found_in_its_place_with_the_remedy(
    name: str, meant: str, written: str, words: str, remedy: str, tmp_path: Path, workshop: Workshop
) -> None:
    folder = tmp_path / name
    shutil.copytree(SHOP / name, folder)
    file = folder / "creative.yaml"
    right = file.read_text(encoding="utf-8")
    assert meant in right
    marked = right.replace(meant, written, 1)
    file.write_text(marked.replace("§", ""), encoding="utf-8")
    before = marked[: marked.index("§")]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    told = [(one.line, one.column, f"{one.message} {one.help}") for one in checked(folder, workshop)]
    assert [text for *at, text in told if tuple(at) == place and words in text and remedy in text], (place, told)
