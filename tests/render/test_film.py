"""Layers that come and go: the file made of parts is that of the whole, and its frames are those drawn from scratch."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from any_scene import HEIGHT, WIDTH
from any_scene import nodes as any_nodes
from livecontent.links import Format
from livecontent.looks import Stay
from livecontent.render.film import all_frames, film_of, frames_of, moments_of
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer, render_whole
from livecontent.render.static_images import StaticBase, encoder_of, make_base
from livecontent.scene import Box, Colour, Group, Node, Scene, Shape, tickers_of
from nightly import cases
from pixels import BLUE, RED, WHITE

GROUND = Colour(240, 230, 220)
MUCH = 10_000_000
FORMATS: tuple[Format, ...] = ("gif", "webp", "png")
stays = st.none() | st.builds(
    lambda start, long: Stay(start, None if long is None else start + long),
    st.sampled_from([0.0, 1.0, 1.5, 3.0]),
    st.sampled_from([None, 0.5, 1.0, 2.0]),
)


def timed(node: Node, stay: Stay | None) -> Group:
    return Group(node.box, (node,), stay=stay)


def a_film(nodes: tuple[Node, ...], still: int = 0, loop: int = 1, most: int = MUCH) -> Scene:
    """A scene of which the first so many nodes are the same for everybody, always."""
    scene = Scene(WIDTH, HEIGHT, GROUND, nodes, 4, tuple(range(still, len(nodes))))
    return scene._replace(film=film_of(scene, loop, most))


def base_of(scene: Scene, painter: Painter, format_: Format) -> StaticBase:
    still = len(scene.nodes) - len(scene.moving)
    static = scene._replace(nodes=scene.nodes[:still], film=None)
    encoder = encoder_of(format_, painter.draw(static), colours=all_frames(scene, painter))
    return make_base("a", format_, static, still, painter, encoder)


@st.composite
def films(draw: st.DrawFn, painter: Painter) -> tuple[int, list[tuple[Node, ...]]]:
    """How many nodes are the same for everybody, and scenes of nodes that begin with these."""
    node = any_nodes(painter)
    below = [one for one in draw(st.lists(node, max_size=1)) if not tickers_of((one,))]
    moving = st.lists(st.builds(timed, node, stays), min_size=1, max_size=4)
    return len(below), [(*below, *turn) for turn in draw(st.lists(moving, min_size=1, max_size=2))]


def test_whatever_comes_and_goes_the_file_is_that_of_the_whole(painter: Painter) -> None:
    @settings(max_examples=cases(40, by_night=400))
    @given(drawn=films(painter))
    def law(drawn: tuple[int, list[tuple[Node, ...]]]) -> None:
        still, turns = drawn
        for format_ in FORMATS:
            base = base_of(a_film(turns[0], still), painter, format_)
            renderer = Renderer(painter)
            for turn in (*turns, turns[0]):
                scene = a_film(turn, still)
                file = renderer.render_now(scene, base, format_)
                assert file == render_whole(scene, base, format_, painter), format_
                if format_ == "gif" and scene.film:
                    frames_are_whole(file, scene, base, painter)

    law()


def frames_are_whole(file: bytes, scene: Scene, base: StaticBase, painter: Painter) -> None:
    """At each moment of the film, what is shown is what is drawn for it."""
    shown: dict[float, Image.Image] = {}
    second = 0.0
    with Image.open(BytesIO(file)) as opened:
        for number in range(opened.n_frames):  # type: ignore[attr-defined]
            opened.seek(number)
            shown[second] = opened.convert("RGB")
            second = round(second + opened.info.get("duration", 0) / 1000, 3)
    for moment in (0.0, *moments_of(scene)):
        drawn = painter.draw(scene, frame=moment)
        picture = drawn.quantize(palette=base.encoder.palette, dither=Image.Dither.NONE)  # type: ignore[attr-defined]
        seen = shown[max(start for start in shown if start <= moment)]
        assert ImageChops.difference(seen, picture.convert("RGB")).getbbox() is None, moment


def test_what_stands_still_looks_as_it_did_at_its_second(painter: Painter) -> None:
    @settings(max_examples=60)
    @given(drawn=films(painter))
    def law(drawn: tuple[int, list[tuple[Node, ...]]]) -> None:
        scene = a_film(drawn[1][0])
        cuts = (0.0, *scene.film.cuts) if scene.film else (0.0,)
        for cut, still in zip(cuts, frames_of(scene), strict=True):
            assert painter.draw(still).tobytes() == painter.draw(scene, frame=cut).tobytes()

    law()


def card(x: int, colour: Colour, stay: Stay | None) -> Group:
    return timed(Shape(box=Box(x, 5, 30, 30), paint=colour), stay)


SLIDES = (card(5, RED, Stay(0, 2)), card(5, BLUE, Stay(2, 4.5)), card(5, WHITE, Stay(4.5, 6)))


@pytest.mark.parametrize("format_", ["gif", "webp"])
@pytest.mark.parametrize("loop", [0, 1, 3])
def test_slides_stand_as_long_as_they_say(painter: Painter, format_: Format, loop: int) -> None:
    scene = a_film(SLIDES, loop=loop)
    file = render_whole(scene, base_of(scene, painter, format_), format_, painter)
    durations, colours = [], []
    with Image.open(BytesIO(file)) as opened:
        for number in range(opened.n_frames):  # type: ignore[attr-defined]
            opened.seek(number)
            frame = opened.convert("RGB")
            colours.append(frame.getpixel((20, 20)))
            edge = [frame.convert("L").getpixel((x, 20)) for x in (5, 34)]  # an odd place: WebP knows only even ones
            middle = frame.convert("L").getpixel((20, 20))
            assert all(abs(level - middle) < 30 for level in edge), (number, edge)  # type: ignore[operator]
            durations.append(opened.info["duration"])
        if format_ == "webp":
            assert opened.info["loop"] == loop
        else:  # Netscape's block counts how often it plays again
            assert opened.info.get("loop") == {0: 0, 1: None, 3: 2}[loop]
    assert durations == [2000, 2500, 1500]
    for found, wanted in zip(colours, (RED, BLUE, WHITE), strict=True):
        assert all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=False)), (found, wanted)  # type: ignore[arg-type]


def test_the_first_frame_is_all_of_a_format_that_does_not_move(painter: Painter) -> None:
    scene = a_film(SLIDES)
    for format_ in ("jpg", "png"):
        alone = scene._replace(nodes=SLIDES[:1], film=None, moving=(0,))
        made = Renderer(painter).render_now(scene, base_of(scene, painter, format_), format_)  # type: ignore[arg-type]
        assert made == Renderer(painter).render_now(alone, base_of(alone, painter, format_), format_)  # type: ignore[arg-type]


def test_frames_that_do_not_fit_are_left_out_from_the_last_on(painter: Painter) -> None:
    noise = tuple(card(x, colour, Stay(x / 10)) for x, colour in ((10, RED), (20, BLUE), (30, WHITE)))
    scene = a_film((card(0, WHITE, None), *noise))
    base = base_of(scene, painter, "gif")
    counts = []
    for most in range(0, 6000, 20):
        assert scene.film
        limited = scene._replace(film=scene.film._replace(most=most))
        file = Renderer(painter).render_now(limited, base, "gif")
        assert file == render_whole(limited, base, "gif", painter)
        with Image.open(BytesIO(file)) as opened:
            counts.append(opened.n_frames)  # type: ignore[attr-defined]
            assert opened.n_frames == 1 or len(file) <= most  # type: ignore[attr-defined]
    assert sorted(set(counts)) == [1, 2, 3, 4]
    assert counts == sorted(counts)


def test_a_film_that_ends_with_what_stays_lets_it_stand() -> None:
    scene = a_film((card(5, RED, Stay(0, 2)), card(5, BLUE, Stay(2))))
    assert scene.film
    assert (scene.film.cuts, scene.film.end) == ((2,), 5)
    assert moments_of(scene) == [2]


class Counting(Painter):
    drawn = 0

    def over(self, *args: object) -> Image.Image:  # type: ignore[override]
        self.drawn += 1
        return super().over(*args)  # type: ignore[arg-type]


def test_what_was_drawn_is_not_drawn_again(painter: Painter) -> None:
    counting = Counting(painter.fonts)
    still = (card(40, WHITE, None), *SLIDES)
    scene = a_film(still)
    base = base_of(scene, counting, "gif")
    renderer = Renderer(counting)
    renderer.render_now(scene, base, "gif")
    counting.drawn = 0
    renderer.render_now(scene, base, "gif")
    assert counting.drawn == 0
    other = a_film((still[0], *SLIDES[:2], card(5, GROUND, Stay(4.5, 6))))
    renderer.render_now(other, base, "gif")
    assert counting.drawn == 1


def test_what_is_taken_away_at_the_end_shows_what_was_under_it() -> None:
    scene = a_film((card(5, RED, None), card(5, BLUE, Stay(0, 2))))
    assert scene.film
    assert (scene.film.cuts, scene.film.end) == ((2,), 5)


def test_what_goes_is_wiped_away_though_nothing_comes(painter: Painter) -> None:
    scene = a_film((card(5, RED, Stay(0, 1)), card(40, BLUE, Stay(3))))
    base = base_of(scene, painter, "gif")
    frames_are_whole(render_whole(scene, base, "gif", painter), scene, base, painter)
