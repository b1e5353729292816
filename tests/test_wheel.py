"""The built wheel holds all that it needs: it serves the demo where there is no checkout."""

import io
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]


def built(folder: Path) -> Path:
    """The wheel, as `make wheel` builds it."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    epoch = {"SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(build, env=os.environ | epoch, check=True, capture_output=True, timeout=300)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A folder with what the wheel installs; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*install, str(folder), str(wheel)], check=True, capture_output=True, timeout=120)
    return folder


def test_the_same_sources_give_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    (ROOT / "src" / "livecontent" / "py.typed").touch()  # its time says nothing of it
    assert wheel.read_bytes() == built(tmp_path).read_bytes()


def environment(installed: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(installed)}


def test_the_wheel_serves_the_demo(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "livecontent"]
    started = [*command, "demo", "--port", str(port)]
    with subprocess.Popen(started, cwd=tmp_path, env=environment(installed), stderr=subprocess.DEVNULL) as server:
        try:
            links = wait_for_links([*command, "links", "umbrella"], tmp_path, environment(installed), port)
            response = httpx.get(links[1].split(",")[2], trust_env=False, timeout=60)
            picture = Image.open(io.BytesIO(response.content))
            assert (response.status_code, picture.format, picture.size) == (200, "JPEG", (1200, 640))
            page = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=60)
            assert page.status_code == 200
        finally:
            server.terminate()
    where = [sys.executable, "-c", "import livecontent; print(livecontent.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment(installed), capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(installed))


def test_the_wheel_has_the_places_with_their_licence(installed: Path, tmp_path: Path) -> None:
    find = "from livecontent.sources.place import packed as p; print(p.PackedPlaces().named(p.fold_place('Lyon'))[0])"
    command = [sys.executable, "-c", find]
    done = subprocess.run(command, cwd=tmp_path, env=environment(installed), capture_output=True, text=True, check=True)
    assert "country='FR'" in done.stdout
    assert (installed / "livecontent" / "sources" / "place" / "data" / "LICENSE").is_file()


def test_the_wheel_makes_a_folder_and_writes_its_snippet(installed: Path, tmp_path: Path) -> None:
    made = [sys.executable, "-m", "livecontent", "init", "."]
    subprocess.run(made, cwd=tmp_path, env=environment(installed), capture_output=True, check=True)
    command = [sys.executable, "-m", "livecontent", "snippet", "hello", "--esp", "mailchimp"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(installed), capture_output=True, text=True, check=True)
    assert "/i/hello/*|LIVEREF|*.jpg" in done.stdout


def wait_for_links(command: list[str], cwd: Path, env: dict[str, str], port: int) -> list[str]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=60).raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()
