"""The other files for operation: the service and the container."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The service, with a program that there is."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    text = (DEPLOY / "livecontent.service").read_text()
    assert "/opt/livecontent/bin/livecontent serve" in text
    (tmp_path / "livecontent.service").write_text(text.replace("/opt/livecontent/bin/livecontent", "/bin/true"))
    return tmp_path / "livecontent.service"


def test_systemd_knows_every_word_of_the_service(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=True)
    assert done.stderr == ""  # an unknown key is told there, with exit code 0


def test_the_service_may_do_little(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)]  # at most 2.0 of 10
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


def test_the_container_has_no_rights_and_copies_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in source.split())
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["livecontent"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (ROOT / service["build"]["dockerfile"]).is_file()
