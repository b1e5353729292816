"""Help answers at once: it imports nothing that draws, parses or validates."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import Run

from livecontent import __version__

HEAVY = {"PIL", "liquid", "babel", "cel_expr_python", "apsw", "starlette", "rich"}  # typer itself needs pydantic
LIGHT = {"livecontent", "livecontent.errors"}  # beside livecontent.cli

# Asks every command for its help, and prints what was imported by then.
ASK = """
import json, sys
from typer.main import get_command
from typer.testing import CliRunner
from livecontent.cli.main import program

def paths(command, path=()):
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, (*path, name))

asked = {" ".join(path): CliRunner().invoke(program, [*path, "-h"]).exit_code for path in paths(get_command(program))}
print(json.dumps({"asked": asked, "modules": list(sys.modules)}))
"""


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert {"", "render", "consent set", "import recipients"} <= found["asked"].keys()
    assert set(found["asked"].values()) == {0}
    assert HEAVY & set(found["modules"]) == set()
    own = {name for name in found["modules"] if name.startswith("livecontent")}
    assert {name for name in own if not name.startswith("livecontent.cli")} == LIGHT


def test_commands_about_people_import_nothing_that_draws(tmp_path: Path) -> None:
    rooms = [f"livecontent.cli.{name}" for name in ("codes", "events", "importing", "people", "tokens")]
    code = f"import json, sys\nfor name in {rooms}: __import__(name)\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    draws = {"PIL", "liquid", "starlette", "livecontent.compose", "livecontent.creative", "livecontent.services"}
    assert draws & set(json.loads(done.stdout)) == set()


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output == f"livecontent {__version__}\n"


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [("snippet umbrella --esp", "mailc", "mailchimp"), ("render umbrella --client", "apple-m", "apple-mpp")],
)
def test_the_shell_completes_names(tmp_path: Path, words: str, incomplete: str, expected: str) -> None:
    line = f"livecontent {words} {incomplete}"
    place = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_LIVECONTENT_COMPLETE": "complete_bash"}
    program = "import sys; sys.argv[0] = 'livecontent'; from livecontent.cli import main; main()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | place, capture_output=True, text=True, check=False)
    assert expected in done.stdout.split()
