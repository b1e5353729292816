"""Creatives compiled and opened with real parts: a kit of sources that tell plain values, and pictures read back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from livecontent.checked import publish
from livecontent.creative.model import AvailableAssets
from livecontent.facts import Client, Fact, Opening, Reason
from livecontent.links import Format
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.fallback import FallbackChain
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer, render_whole
from livecontent.render.static_images import StaticBase
from livecontent.runtime.pool import RenderPool
from livecontent.runtime.turns import Turns
from livecontent.scene import Scene
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import VOCABULARY
from livecontent.vocabulary import FactType
from made_creatives import loaded_of
from pixels import difference

AT = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
BROWSER = Client("browser", proxy=False, time="live", place_trust="ip", webp=True)
Told = Fact[Any] | Awaitable[Fact[Any]]


class Teller(Source):
    """A source that tells whatever it is given to tell."""

    def __init__(self, name: str, tell: Callable[[Opening], Told], needs: frozenset[str] = frozenset()) -> None:
        self.fact = FactType(name)
        self.needs = needs
        self._tell = tell
        self.asked = 0

    def ask(self, opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Told:
        self.asked += 1
        return self._tell(opening)


def telling(name: str, value: object, reason: Reason = Reason.FRESH) -> Teller:
    return Teller(name, lambda _: Fact(value if reason.known else None, reason, name))


def compiled_of(
    folder: Path, text: str, available: AvailableAssets, painter: Painter, files: Mapping[str, bytes] | None = None
) -> CompiledCreative:
    return publish(loaded_of(folder, text, available, dict(files or {})), Workshop.of(painter, VOCABULARY))


def kit_of(painter: Painter, *sources: Teller, deadline: float = 0.2, **creatives: CompiledCreative) -> Engine:
    pool = RenderPool(deadline=60)  # of a machine as slow as it likes
    renderer = Renderer(painter, pool, turns=Turns(patience=60))
    return Engine(creatives, Gatherer(sources, deadline), renderer, FallbackChain(pool))


def printed(scene: Scene, base: StaticBase, painter: Painter, format_: Format) -> bytes:
    """The file of a scene, of which only what moves was made anew: the same as if all of it had been."""
    renderer = Renderer(painter)
    data = renderer.render_now(scene, base, format_)
    ready = f"{base.ready} of {len(scene.nodes)} nodes are in the base, those at {scene.moving} move"
    again = renderer.render_now(scene, base, format_)
    assert again == data, f"kept and new: {told_apart(again, data)}; {ready}"
    whole = render_whole(scene, base, format_, painter)
    assert whole == data, f"whole and by parts: {told_apart(whole, data)}; {ready}"
    return data


def told_apart(one: bytes, other: bytes) -> str:
    """What two files are, from which byte on they differ, and in which pixels of their frames."""
    pairs = enumerate(zip(one, other, strict=False))
    start = next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
    with Image.open(BytesIO(one)) as first, Image.open(BytesIO(other)) as second:
        told = " and ".join(
            f"{file.format} {file.width}x{file.height} of {getattr(file, 'n_frames', 1)} frames in {len(data)} bytes"
            for file, data in ((first, one), (second, other))
        )
        if first.size != second.size:
            return told
        unlike = []
        for frame in range(min(getattr(first, "n_frames", 1), getattr(second, "n_frames", 1))):
            first.seek(frame)
            second.seek(frame)
            if box := difference(first.convert("RGB"), second.convert("RGB")):
                unlike.append(f"frame {frame}: {box}")
    return f"{told}, other bytes from {start} on, {'; '.join(unlike) or 'the same pixels'}"


def opening_of(creative: str = "a", ref: str = "", **more: Any) -> Opening:
    return Opening(creative, ref, AT, **{"client": BROWSER, **more})


def opened(kit: Engine, opening: Opening | None = None) -> Answer:
    return asyncio.run(answer(opening or opening_of(), kit))


def picture_of(data: bytes, format_: str) -> Image.Image:
    """The picture, read to its last byte; a failure if the file is of another format."""
    names = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
    picture = Image.open(BytesIO(data), formats=[names[format_]])
    picture.load()
    return picture


def file_of(colour: str = "red", format_: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture in one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, format_)
    return out.getvalue()
