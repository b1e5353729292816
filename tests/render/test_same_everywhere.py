"""Equal scenes are equal pictures and equal files: in one process, in a fresh one, in whatever order they are drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path
from typing import get_args

from test_animation import countdown

from any_scene import asset_of, runs_of
from livecontent.links import Format
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_images import encoder_of, make_base
from livecontent.scene import Box, Gradient, Group, Picture, Scene, Shadow, Shape, Stroke, Text
from pixels import BLUE, RED, WHITE, difference

ROOT = Path(__file__).resolve().parents[2]


def rich(painter: Painter) -> Scene:
    """A scene of everything there is."""
    fonts = painter.fonts
    shapes = (
        Shape(box=Box(0, 0, 190, 64), paint=Gradient((WHITE, BLUE), 130)),
        Shape(box=Box(10, 10, 40, 30), kind="ellipse", paint=RED, shadow=Shadow(3, 4, 9, BLUE), opacity=0.7),
        Picture(box=Box(60, 5, 30, 30), asset=asset_of(painter, "RGBA"), radius=6),
    )
    texts = [
        Text(box=Box(0, 0, 9, 9), runs=runs_of(fonts, word, 18, 10 + 25 * index, 58, 500), colour=RED, stroke=stroke)
        for index, (word, stroke) in enumerate([("Åfi", Stroke(2, WHITE)), ("كلمة", None), ("क्ष", None), ("☔", None)])
    ]
    group = Group(box=Box(0, 0, 9, 9), nodes=tuple(texts), shadow=Shadow(1, 1, 3, BLUE))
    nodes = (*shapes, group, countdown(fonts, 61, "Fraunces", y=12))
    return Scene(190, 64, WHITE, nodes, 5, tuple(range(len(nodes))))


def files(painter: Painter) -> list[bytes]:
    """Every file there is of the scene."""
    scene = rich(painter)
    first = painter.draw(scene)
    encoder = encoder_of("gif", first, [RED[:3]])
    base = make_base("a", "gif", scene._replace(nodes=(), moving=()), 0, painter, encoder)
    return [first.tobytes(), *(Renderer(painter).render_now(scene, base, one) for one in get_args(Format))]


def fingerprint() -> str:
    """The digest of every file, drawn from scratch."""
    painter = Painter(Fonts([ROOT / "fonts"], system=()))
    return blake2b(b"".join(files(painter)), digest_size=16).hexdigest()


def test_the_same_scene_gives_the_same_bytes_again(painter: Painter) -> None:
    once = files(painter)
    assert files(painter) == once
    assert files(Painter(Fonts([ROOT / "fonts"], system=()))) == once


def test_what_was_drawn_before_makes_no_difference() -> None:
    fresh = Painter(Fonts([ROOT / "fonts"], system=()))
    scene = rich(fresh)
    before = fresh.draw(scene)
    for size in range(8, 40):
        runs = runs_of(fresh.fonts, "Åfi☔", size, 4, 40, 100 + size * 20)
        fresh.draw(Scene(90, 60, WHITE, (Text(box=Box(0, 0, 1, 1), colour=RED, runs=runs),)))
    assert difference(fresh.draw(scene), before) is None


def test_another_process_gives_the_same_bytes() -> None:
    here = Path(__file__).resolve()
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", f"import {here.stem}; print({here.stem}.fingerprint())"],
            cwd=here.parent,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join([str(here.parents[1]), *sys.path]),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout.strip())
    assert found == {fingerprint()}
