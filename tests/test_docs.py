"""The documents name everything there is, and nothing that is not."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

from livecontent.cli.main import program
from livecontent.compose.kinds import KINDS
from livecontent.config import Settings, shipped
from livecontent.creative import model
from livecontent.declared import item_names
from livecontent.expressions.filters import FILTERS
from livecontent.lint import load_checked
from livecontent.render.paint.fonts import Fonts
from livecontent.sources.registry import VOCABULARY
from livecontent.vocabulary import FactType
from livecontent.web.email_tools import load_tools

ROOT = Path(__file__).resolve().parents[1]
CREATIVES = (ROOT / "docs" / "creatives.md").read_text(encoding="utf-8")
FACTS = CREATIVES.partition("\n## Facts\n")[2].partition("\n## ")[0]
CODES = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
PRODUCTS = (ROOT / "docs" / "products.md").read_text(encoding="utf-8")
EMAIL = (ROOT / "docs" / "email.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def keys_of(kind: type[BaseModel]) -> set[str]:
    return {f"`{field.alias or name}`" for name, field in kind.model_fields.items()}


NAMES = {f"`{name}`" for name in FILTERS}.union(*map(keys_of, (model.Creative, model.Variant, *KINDS.values())))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_a_creative_may_say_is_in_the_documents(name: str) -> None:
    assert name in CREATIVES


@pytest.mark.parametrize("fact", VOCABULARY.types.values(), ids=lambda fact: fact.root)
def test_the_table_of_facts_has_a_row_for_each_with_all_its_names_and_what_they_may_be(fact: FactType) -> None:
    (row,) = re.findall(rf"^\| [^|]*`{fact.root}`[^|]* \| (.*) \|$", FACTS, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) >= fact.names.keys()
    if fact.names:
        inside = {name for kind in fact.names.values() for name in item_names(kind)}
        assert set(re.findall(r"`(\w+)`", row)) == fact.names.keys() | inside
    few = {name: choices for name, choices in fact.choices.items() if len(choices) < 8 and name != "weekday"}
    assert all(choice in row for choices in few.values() for choice in choices)


def names_of_settings() -> set[str]:
    """Those of sections after the section's name."""
    sections = {name: fields for name, field in Settings.model_fields.items() if (fields := section_of(field))}
    inner = {f"{section}.{name}" for section, fields in sections.items() for name in fields}
    return {*Settings.model_fields, *inner} - set(sections)


def section_of(field: FieldInfo) -> Iterable[str]:
    return getattr(field.annotation, "model_fields", ())


@pytest.mark.parametrize("name", sorted(names_of_settings()))
def test_every_setting_is_in_the_documents(name: str) -> None:
    assert f"| `{name}` |" in SETTINGS


def test_every_setting_in_the_documents_exists() -> None:
    named = set(re.findall(r"^\| `([a-z_.]+)` \|", SETTINGS, re.MULTILINE))
    assert named == names_of_settings()


COMMANDS = set(get_command(program).commands)  # type: ignore[attr-defined]


def commands_of(text: str) -> set[str]:
    """The words that follow `livecontent` in code: at the start of an indented line, or of a quote."""
    return set(re.findall(r"(?m)(?:^    |`)livecontent +([\w-]+)", text))


def test_the_readme_names_every_command_and_no_other() -> None:
    assert commands_of(README) == COMMANDS
    assert commands_of("    livecontent go -o x\nlivecontent is\nor `livecontent serve`") == {"go", "serve"}


def test_every_email_tool_is_in_the_documents() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| `(.+)` \| (yes|no) \|$", EMAIL, re.MULTILINE)
    assert [(key, name, tag.replace("\\|", "|"), checked == "yes") for key, name, tag, checked in rows] == [
        (key, tool.name, tool.usual_tag, tool.checked) for key, tool in load_tools().items()
    ]
    assert f"It knows {len(rows)} email tools" in README


@pytest.mark.parametrize("text", [CREATIVES, SETTINGS, EMAIL], ids=["creatives", "settings", "email"])
def test_every_command_in_the_documents_exists(text: str) -> None:
    assert commands_of(text) <= COMMANDS


def test_every_picture_and_file_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\(((?!http)[^)#]+)\)", README) + re.findall(r'src="((?!http)[^"*]+)"', README):
        assert (ROOT / target).exists(), target


WRITTEN = [
    (f"{name}-{place}", example)
    for name, text in (
        *(("readme", README), ("creatives", CREATIVES), ("email", EMAIL), ("codes", CODES), ("products", PRODUCTS)),
    )
    for place, example in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
]
SHARED = {found[1]: example for _, example in WRITTEN if (found := re.match(r"# templates/(\S+)\n", example))}
EXAMPLES = [pytest.param(text, id=name) for name, text in WRITTEN if text not in SHARED.values()]
LAYERS = """title: Layers
size: 600x300
params: {until: {type: moment}}
variants:
  - name: example
    layers:
"""


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_creative_without_errors(example: str, tmp_path: Path) -> None:
    if example.startswith("- "):
        example = LAYERS + indent(example, "      ")
    elif "title:" not in example:
        example = f"title: An example\nsize: 600x300\n{example}"
    folder = tmp_path / "example"
    folder.mkdir()
    for name, text in SHARED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (folder / "creative.yaml").write_text(example, encoding="utf-8")
    for name in re.findall(r"(?:image|mask): (\w+\.\w+)", example):
        shutil.copy(ROOT / "templates" / "umbrella" / "rain.jpg", folder / name)
    fonts = Fonts([shipped("fonts")])
    load_checked(folder, VOCABULARY, model.AvailableAssets(fonts.families, frozenset(fonts.icons)))


def test_every_file_that_contributors_are_sent_to_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+[\w.]*)`", text)
    assert len(named) > 30
    assert [name for name in named if not any((ROOT / room / name).exists() for room in ("", "src/livecontent"))] == []
