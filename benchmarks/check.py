"""Whether answers are right: a sample of answers in, what was found out; raises `WrongAnswerError`.

Speed is worth nothing where pictures are wrong. What the server answers is decoded, and compared with the same opening
in this process: with the file of all cells, byte by byte, and with a picture that is drawn from nothing and saved by
Pillow alone, pixel by pixel.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from statistics import mean

from PIL import Image, ImageChops, ImageSequence, ImageStat

from benchmarks.design import quality_of
from benchmarks.processes import Server
from benchmarks.shop import Shop
from benchmarks.traffic import Hit
from livecontent.pipeline import Answer, answer
from livecontent.render.fallback import FallbackLevel
from livecontent.render.renderer import render_whole
from livecontent.services import Services

SAMPLE = 12
SIZES = {"r1": (1200, 600), "r1-png": (1200, 600), "r2": (600, 150), "r3": (1200, 800), "cards": (1200, 768)}
ALIKE = 8.0  # mean difference of values of 0 to 255 that engines may have: edges of letters and of pictures
SECONDS = 60  # of a countdown
LIMITS = {"r2": 3.0}  # mean difference of values of 0 to 255 that a palette and a passing second may make


class WrongAnswerError(Exception):
    """The server answers something else than it should."""


async def check_ours(server: Server, shop: Shop, parts: Services, hits: Iterator[Hit]) -> dict[str, object]:
    """Looks at a sample of livecontent's answers."""
    differences: list[float] = []
    seen: set[bytes] = set()
    for hit in islice(hits, SAMPLE):
        path = hit.path(shop)
        status, data = server.get(path, hit.headers)
        picture = decode(data, SIZES[hit.creative], f"{path}: {status}")
        found = await answer(await hit.opening(shop, parts.storage.people, datetime.now(UTC)), parts.kit)
        if found.prepared is None or found.compiled is None or found.level is not FallbackLevel.LIVE:
            raise WrongAnswerError(f"{path}: answered from {found.level.value}: {found.left_out}")
        variant = found.compiled.variants[found.variant]
        scene = variant.scene(found.prepared.content)
        if found.data != render_whole(scene, variant.images().base, found.format, parts.kit.renderer.painter):
            raise WrongAnswerError(f"{path}: not the file that encoding all of it makes")
        if hit.creative == "r2":  # a second may have passed
            _check_seconds(data)
        elif data != found.data:
            raise WrongAnswerError(f"{path}: not the file that this process makes")
        differences.append(difference(picture, _saved(parts.kit.renderer.painter.draw(scene), found)))
        seen.add(data)
    if len(seen) < SAMPLE:
        raise WrongAnswerError(f"{SAMPLE} openings, and only {len(seen)} pictures")
    if max(differences) > LIMITS.get(hit.creative, 0.0):
        raise WrongAnswerError(f"pictures are {max(differences):.2f} off what they should be")
    return {"sampled": SAMPLE, "largest_mean_difference_from_pillow_alone": round(max(differences), 3)}


def _saved(picture: Image.Image, found: Answer) -> Image.Image:
    """What a picture becomes that Pillow saves in one go: what is lost by the quality of JPEG is no fault."""
    if found.format != "jpg":
        return picture
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality_of(found.data), subsampling="4:2:0")
    return Image.open(out).convert("RGB")


def check_peer(server: Server, paths: Sequence[str], expected: Sequence[Image.Image]) -> dict[str, object]:
    """Looks at a sample of a peer's answers: pictures that differ from each other, and look like livecontent's."""
    seen = set()
    differences = []
    for path, ours in zip(paths, expected, strict=True):
        status, data = server.get(path)
        differences.append(difference(decode(data, ours.size, f"{path}: {status}"), ours))
        seen.add(data)
    if len(seen) < len(paths):
        raise WrongAnswerError(f"{paths[0]}: {len(seen)} pictures for {len(paths)} people")
    if max(differences) > ALIKE:
        raise WrongAnswerError(f"{paths[0]}: {max(differences):.1f} off the picture of livecontent")
    return {"sampled": len(seen), "largest_mean_difference_from_livecontent": round(max(differences), 2)}


def decode(data: bytes, size: tuple[int, int], what: str) -> Image.Image:
    """The picture, all of it. Raises `WrongAnswerError` where it is none, or of another size."""
    try:
        picture = Image.open(BytesIO(data))
        picture.load()
    except OSError as error:
        raise WrongAnswerError(f"{what}: no picture: {error}") from None
    if picture.size != size:
        raise WrongAnswerError(f"{what}: {picture.size} instead of {size}")
    return picture.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart: the mean over all pixels and colours, of 255."""
    return mean(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def _check_seconds(data: bytes) -> None:
    frames = ImageSequence.Iterator(Image.open(BytesIO(data)))
    seconds = sum(frame.info.get("duration", 0) for frame in frames) / 1000
    if seconds != SECONDS:
        raise WrongAnswerError(f"a countdown of {seconds:g} seconds")
