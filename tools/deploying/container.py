"""The container, built from deploy/Containerfile and run with the rights that deploy/compose.yaml gives it."""

import io
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import yaml
from PIL import Image

from tools.deploying.document import ROOT
from tools.deploying.machine import trust

FILE = ROOT / "deploy" / "Containerfile"
NAME = "livecontent-deploy-check"
PORT = 8765
PATIENCE = 120.0  # seconds for a start
XML = """<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id><g:title>Umbrella</g:title>
<g:link>https://shop.example/1</g:link><g:image_link>https://shop.example/1.jpg</g:image_link><g:price>9 EUR</g:price>
<g:description>A</g:description><g:availability>in_stock</g:availability></item></channel></rss>"""
HELD = ["sh", "-c", "touch /x /tmp/x /site/x 2>/dev/null; ls -d /x /tmp/x /site/x 2>/dev/null; id -u"]


def check(folder: Path) -> list[str]:
    """What was seen of an image and its containers; `folder` is empty. Raises `RuntimeError`."""
    engine = engine_here()
    base = base_here(engine)
    print(f"{engine} build, on {base} ...", flush=True)
    _run(
        engine,
        "build",
        "--network",
        "host",
        "--build-arg",
        f"BASE={base}",
        "--file",
        str(FILE),
        "--tag",
        NAME,
        str(ROOT),
    )
    site = folder / "site"
    _run(sys.executable, "-m", "livecontent", "init", str(site))
    (site / "products.xml").write_text(XML)
    site.chmod(0o755)
    seen = [f"built by {engine} on {base}"]
    try:
        with _running(engine, site):
            seen += _look(engine)
            _run(engine, "stop", NAME)
            seen.append("stopped by SIGTERM: " + _run(engine, "logs", NAME).splitlines()[-1][-60:])
        with _running(engine, site):
            found = _run(engine, "exec", NAME, "livecontent", "doctor", check=False)
            if "recipients   3" not in found:
                raise RuntimeError(f"recipients are not there after a restart:\n{found}")
            seen.append("started again: its recipients are there")
    finally:
        _run(engine, "volume", "rm", "--force", NAME, check=False)
    return seen


def engine_here() -> str:
    """The program for containers. Raises `RuntimeError` where there is none that works."""
    for engine in ("docker", "podman"):
        if shutil.which(engine) and not subprocess.run([engine, "info"], capture_output=True, check=False).returncode:
            return engine
    raise RuntimeError("neither docker nor podman works here")


def base_here(engine: str) -> str:
    """The image that the file asks for, or one of this machine with the same Python. Raises `RuntimeError`."""
    asked = str(re.findall(r"^ARG BASE=(\S+)$", FILE.read_text(), re.MULTILINE)[0])
    own = f"localhost/debian-{asked.rpartition('/')[2].removesuffix('-slim')}"
    for image in (asked, own):
        if not subprocess.run([engine, "image", "inspect", image], capture_output=True, check=False).returncode:
            return image
    if subprocess.run([engine, "pull", "--quiet", asked], capture_output=True, check=False).returncode:
        raise RuntimeError(f"{asked} can't be pulled, and there is no {own}: python -m tools.deploying base")
    return asked


def make_base(engine: str, folder: Path) -> None:
    """That of this machine, from debootstrap: Debian 13 has the Python that the file asks for."""
    packages = "python3,python3-venv,ca-certificates"
    _run("debootstrap", "--variant=minbase", f"--include={packages}", "trixie", str(folder))
    trust(folder, ())
    with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
        subprocess.run([engine, "import", "-", "localhost/debian-python:3.13"], stdin=tar.stdout, check=True)


@contextmanager
def _running(engine: str, site: Path) -> Iterator[None]:
    """A container with the rights of the compose file."""
    service = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["livecontent"]
    rights = [f"--cap-drop={name}" for name in service["cap_drop"]]
    rights += [f"--security-opt={name}" for name in service["security_opt"]]
    rights += ["--read-only"] * service["read_only"] + (["--read-only-tmpfs=false"] if engine == "podman" else [])
    files = ["--ulimit=nofile=4096", "--ulimit=nproc=4096"]  # as many as any machine can give
    shared = ["--network=host", f"--volume={site}:/site:ro", f"--volume={NAME}:/data"]
    serve = ["serve", "--host", "127.0.0.1", "--port", str(PORT)]
    _run(engine, "rm", "--force", NAME, check=False)
    _run(engine, "run", "--detach", f"--name={NAME}", *rights, *files, *shared, NAME, *serve)
    try:
        _wait(engine)
        yield
    finally:
        _run(engine, "rm", "--force", NAME, check=False)


def _wait(engine: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2):
            return
        time.sleep(0.5)
    raise RuntimeError(f"the container is not ready after {PATIENCE:g} s:\n{_run(engine, 'logs', NAME, check=False)}")


def _look(engine: str) -> list[str]:
    """What a container that runs may do, and what it answers."""
    inside = (engine, "exec", NAME)
    if (held := _run(*inside, *HELD).split()) != ["10001"]:
        raise RuntimeError(f"the container can write, or is not the user 10001: {held}")
    with urlopen(f"http://127.0.0.1:{PORT}/i/hello.jpg", timeout=10) as answer:
        picture = Image.open(io.BytesIO(answer.read()))
        picture.load()
    health = yaml.safe_load(re.findall(r"^HEALTHCHECK CMD (.*)$", FILE.read_text(), re.MULTILINE)[0])
    _run(*inside, *(part.replace(":8000", f":{PORT}") for part in health))
    seen = [
        "the user 10001, who can write /data alone",
        f"image {picture.size} {picture.format}",
        "its health check passes",
    ]
    for kind, name in (("recipients", "recipients.csv"), ("products", "products.xml")):
        said = _run(*inside, "livecontent", "import", kind, name)
        seen.append(f"import of {name}: {said.splitlines()[-1]}")
    return seen


def _run(*command: str, check: bool = True) -> str:
    """What a command says. Raises `RuntimeError` with it where the command fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=ROOT)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}")
    return done.stdout
