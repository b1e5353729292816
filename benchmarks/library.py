"""A worker with many creatives: processor time of its start, its memory, what it takes to publish one, and to wait.

The creatives are the demo's, over and over, each with images of its own. All is measured from outside: processor time
and memory of the process, and whether its images change.
"""

import io
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from ruamel.yaml import YAML

from benchmarks.compare.cases import DEMO, SIZES
from benchmarks.demo import everybody, write_demo
from benchmarks.figures import rounds
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, Server, livecontent, pinned, serve, settle
from benchmarks.shop import ROOT, environment_of, refs_of

PATIENCE = 900.0  # seconds that a start, or publishing, may take
PAUSE = 0.5  # seconds between two looks at whether a change is published
LOOKS = 20  # at an image, to know what one takes
IDLE = 10.0  # seconds without a request
READERS = 3  # who open each creative
PUBLISHED = 4  # creatives that are changed
_TITLE, _FILL = "TITLE-OF-THIS", "#010203"


def measure(options: Options) -> dict[str, object]:
    """Seconds of processor time, and MiB."""
    with TemporaryDirectory(prefix="livecontent-library-") as name, pinned(LOAD_CORE):
        folder = Path(name)
        names = write_library(folder / "templates", options.creatives)
        write_demo(folder, templates=folder / "templates")
        with serve(livecontent(), environment_of(folder), {SERVER_CORE}, "/readyz", PATIENCE) as server:
            start = server.cpu_seconds()
            settle(server)
            begun = server.memory()
            refs = list(refs_of(row["id"] for row in everybody()[:READERS]).values())
            for creative, kind in names.items():
                for ref in refs:
                    _look(server, f"/i/{creative}/{ref}.{DEMO[kind]}", kind)
            settle(server)
            opened = server.memory()
            idle = _idle(server)
            chosen = list(names)[:: max(len(names) // PUBLISHED, 1)][:PUBLISHED]
            published = [_publish(server, folder / "templates", one, names[one], idle) for one in chosen]
            return {
                "creatives": len(names),
                "start_cpu_seconds": round(start, 2),
                "memory_at_start": begun,
                "memory_after_openings": opened,
                "memory_after_publishing": server.memory(),
                "publish_cpu_seconds": rounds(published, 2),
                "idle_cpu_milliseconds_per_second": round(idle * 1000, 2),
            }


def write_library(templates: Path, count: int) -> dict[str, str]:
    """Writes so many creatives; of which of the demo's each is a copy, by name."""
    sources = {name: _source(ROOT / "templates" / name) for name in DEMO}
    names: dict[str, str] = {}
    for number in range(count):
        kind = list(DEMO)[number % len(DEMO)]
        name = f"{kind}-{number:04}"
        folder = templates / name
        folder.mkdir(parents=True)
        for file in (ROOT / "templates" / kind).iterdir():
            if file.suffix in (".jpg", ".png"):
                _own_image(file, folder / file.name, number)
        text = sources[kind].replace(_TITLE, f"Creative {number}")
        (folder / "creative.yaml").write_text(text, encoding="utf-8")
        names[name] = kind
    return names


def _source(folder: Path) -> str:
    """A creative with a title to fill in, and a small square in each variant whose colour can be changed."""
    yaml = YAML()
    yaml.width = 10_000
    creative = yaml.load((folder / "creative.yaml").read_text(encoding="utf-8"))
    creative["title"] = _TITLE
    for variant in creative["variants"]:
        variant["layers"].append({"shape": "rectangle", "fill": _FILL, "box": [0, 0, 8, 8]})
    out = io.StringIO()
    yaml.dump(creative, out)
    return out.getvalue()


def _own_image(source: Path, target: Path, number: int) -> None:
    """The image with a square of its own in a corner."""
    with Image.open(source) as opened:
        image = opened.convert("RGBA" if source.suffix == ".png" else "RGB")
    square = Image.new("RGB", (24, 24), (number * 37 % 256, number * 91 % 256, number % 256))
    image.paste(square, (0, 0))
    image.save(target, quality=85)


def _look(server: Server, path: str, kind: str) -> bytes:
    """An image. Raises `RuntimeError` where there is none of the right size."""
    status, data = server.get(path)
    with Image.open(io.BytesIO(data)) as image:
        size = f"{image.width}x{image.height}"
    if status != 200 or size != SIZES[kind]:
        raise RuntimeError(f"{path}: {status}, {size}")
    return data


def _cost(server: Server, path: str, kind: str) -> float:
    """Seconds of processor time of an image for nobody in particular."""
    before = server.cpu_seconds()
    for _ in range(LOOKS):
        _look(server, path, kind)
    return (server.cpu_seconds() - before) / LOOKS


def _idle(server: Server) -> float:
    """Seconds of processor time that a second without requests takes."""
    before = server.cpu_seconds()
    time.sleep(IDLE)
    return (server.cpu_seconds() - before) / IDLE


def _publish(server: Server, templates: Path, name: str, kind: str, idle: float) -> float:
    """Seconds of processor time from a change of a title and a colour until nothing is left to do.

    What looking for the new image and waiting take is not in it. Raises `RuntimeError` where it does not come.
    """
    path = f"/i/{name}.{DEMO[kind]}"
    cost = _cost(server, path, kind)
    old, looks = _corner(_look(server, path, kind)), 0
    file = templates / name / "creative.yaml"
    text = file.read_text(encoding="utf-8").replace("title: ", "title: Again ").replace(_FILL, "#f0f0f0")
    began, before = time.monotonic(), server.cpu_seconds()
    file.write_text(text, encoding="utf-8")
    while _corner(_look(server, path, kind)) == old:
        looks += 1
        if time.monotonic() > began + PATIENCE:
            raise RuntimeError(f"{name} was changed, and its image is the old one")
        time.sleep(PAUSE)
    settle(server)
    used = server.cpu_seconds() - before
    return used - cost * (looks + 1) - idle * (time.monotonic() - began)


def _corner(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L").getpixel((6, 6))
