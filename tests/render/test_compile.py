from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from PIL import ImageChops

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.facts import Moment
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative
from livecontent.render.inks import exact_colours
from livecontent.render.paint.painter import Painter
from livecontent.scene import Colour, Scene, Shape
from made_creatives import NOW, creative_of, moment_of
from opened_pictures import compiled_of, file_of, picture_of, printed

HEAD = "title: T\nsize: 60x30\n"
WHITE = Colour(255, 255, 255)
LAYERS = """
      - fill: '#102030'
      - {text: Fixed, color: white, font: {size: 9}}
      - {shape: ellipse, fill: '#ff0000', box: [30, 5, 20, 20]}
      - {text: "{{ recipient.name | default: 'you' }}", font: {size: 9}, color: white, box: [0, 15, 60, 15]}
      - {fill: white, box: [0, 0, 3, 3]}
"""


@pytest.fixture(scope="module")
def compiled(
    tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter
) -> CompiledCreative:
    text = f"{HEAD}link: 'https://a.example/{{{{ recipient.name }}}}'\nvariants:\n  - name: only\n    layers:{LAYERS}"
    return compiled_of(tmp_path_factory.mktemp("c") / "a", text, available, painter)


def scene_of(compiled: CompiledCreative, moment: Moment) -> Scene:
    """The scene of its first variant at a moment."""
    variant = compiled.variants[compiled.loaded.creative.variants[0].name]
    return variant.scene(variant.content(moment))


def test_the_static_base_holds_the_layers_below_the_first_that_may_change(compiled: CompiledCreative) -> None:
    variant = compiled.variants["only"]
    scene = scene_of(compiled, moment_of(recipient={"name": "Ann"}))
    assert [type(node).__name__ for node in scene.nodes] == ["Shape", "Text", "Shape", "Text", "Shape"]
    assert (scene.moving, variant.images().base.ready) == ((3,), 3)
    assert [layer.kind for layer in variant.changing] == ["text"]


def test_a_scene_drawn_on_its_plate_is_the_scene_drawn_from_scratch(
    compiled: CompiledCreative, painter: Painter
) -> None:
    base = compiled.variants["only"].images().base
    for name in ("Ann", "Élodie", "שלום", ""):
        scene = scene_of(compiled, moment_of(recipient={"name": name}))
        quick = painter.draw(scene, base.image, base.ready)
        assert ImageChops.difference(quick, painter.draw(scene)).getbbox() is None


def test_a_png_may_have_a_palette_that_holds_the_colours_of_its_layers(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"{HEAD}format: png\npalette: true\nvariants:\n  - name: only\n    layers:{LAYERS}"
    compiled = compiled_of(tmp_path / "a", text, available, painter)
    scene = scene_of(compiled, moment_of(recipient={"name": "Ann"}))
    data = printed(scene, compiled.variants["only"].images().base, painter, "png")
    for picture in (picture_of(data, "png"), picture_of(compiled.fallback("png"), "png")):
        assert picture.mode == "P"
        colours = {colour for _, colour in picture.convert("RGB").getcolors(999)}
        assert {(16, 32, 48), (255, 0, 0), (255, 255, 255)} <= colours


def test_content_has_its_link_and_its_words(compiled: CompiledCreative) -> None:
    variant = compiled.variants["only"]
    known = variant.content(moment_of(recipient={"name": "Ann Lee"}))
    assert known.link == "https://a.example/Ann%20Lee"
    assert (known.words, known.left_out) == (("Fixed", "Ann Lee"), ())
    assert compiled.alt(variant.variant, Moment({}), known.words) == "Fixed. Ann Lee."
    unknown = variant.content(Moment({}))
    assert (unknown.link, unknown.words) == ("https://a.example/", ("Fixed", "you"))


@pytest.mark.parametrize("format_", get_args(Format))
def test_a_scene_becomes_a_file_of_each_format(compiled: CompiledCreative, painter: Painter, format_: Format) -> None:
    scene = scene_of(compiled, Moment({}))
    data = printed(scene, compiled.variants["only"].images().base, painter, format_)
    assert picture_of(data, format_).size == (120, 60)
    assert printed(scene, compiled.variants["only"].images().base, painter, format_) == data
    assert picture_of(compiled.fallback(format_), format_).size == (120, 60)
    assert format_ == "gif" or compiled.fallback(format_) == data  # a palette is made for the picture that asks for it


def test_a_variants_fallback_has_default_words_in_the_creatives_own_format(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"""{HEAD}format: png
variants:
  - name: a
    when: recipient.n > 5
    layers: [{{fill: '#00ff00'}}, {{fill: '#0000ff', when: recipient.n > 9}}]
  - name: b
    layers: [{{fill: '#ff0000'}}, {{text: "{{{{ recipient.name }}}}"}}]
"""
    compiled = compiled_of(tmp_path / "a", text, available, painter)
    green, red = (picture_of(compiled.variants[name].images().fallback, "png") for name in "ab")
    assert (green.getpixel((5, 5)), red.getpixel((5, 5))) == ((0, 255, 0), (255, 0, 0))
    assert picture_of(compiled.fallback("png"), "png").getpixel((5, 5)) == (255, 0, 0)


def test_a_fallback_made_in_advance_is_in_its_prefetched_form(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    layers = (
        "{fill: '#ff0000'}",
        "{fill: '#00ff00', prefetched: []}",
        "{text: now, prefetched: then, when: now.weekend}",
    )
    plain = ("{fill: '#ff0000'}", "{text: then}")
    found = []
    for name, written in (("a", layers), ("b", plain)):
        text = f"{HEAD}format: png\nvariants: [{{name: v, layers: [{', '.join(written)}]}}]\n"
        found.append(compiled_of(tmp_path / name, text, available, painter))
    assert found[0].variants["v"].images().fallback == found[1].variants["v"].images().fallback
    assert found[0].fallback("png") == found[1].fallback("png")


def test_the_fallback_is_the_file_that_the_creative_names_cut_to_its_size(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"{HEAD}fallback: f.png\nvariants: [{{name: a, layers: [{{countdown: '2999-01-01'}}]}}]\n"
    compiled = compiled_of(tmp_path / "a", text, available, painter, {"f.png": file_of("lime", size=(99, 10))})
    for format_ in get_args(Format):
        picture = picture_of(compiled.fallback(format_), format_)
        assert picture.size == (120, 60)
        red, green, blue = picture.convert("RGB").getpixel((60, 30))
        assert (red < 10, green > 245, blue < 10) == (True, True, True)
        assert getattr(picture, "n_frames", 1) == 1


def test_a_picture_that_ticks_is_a_gif_of_a_minute(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    layers = "[{countdown: '2999-01-01', labels: null, units: [minutes, seconds], font: {size: 9}}]"
    compiled = compiled_of(
        tmp_path / "a", f"{HEAD}format: gif\nvariants: [{{name: a, layers: {layers}}}]\n", available, painter
    )
    scene = scene_of(compiled, moment_of(now=NOW))
    gif = picture_of(printed(scene, compiled.variants["a"].images().base, painter, "gif"), "gif")
    assert (scene.seconds, gif.n_frames) == (60, 60)  # type: ignore[attr-defined]
    still = picture_of(printed(scene, compiled.variants["a"].images().base, painter, "png"), "png")
    assert still.size == gif.size


BROKEN = {
    "truncated.jpg": file_of(format_="JPEG", size=(400, 400))[:700],
    "cut.png": file_of(size=(400, 400))[:300],
    "text.png": b"no picture",
    "empty.gif": b"",
    "vector.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "page.webp": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "tiff.jpg": file_of(format_="TIFF"),
    "huge.png": file_of(size=(5000, 4000)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_can_not_be_drawn_is_a_problem_that_names_it(
    name: str, tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"{HEAD}alt: x\nvariants: [{{name: a, layers: [{{image: good.png}}]}}]\n"
    with pytest.raises(CreativeError) as raised:
        compiled_of(tmp_path / "a", text, available, painter, {name: BROKEN[name], "good.png": file_of()})
    (problem,) = raised.value.problems
    assert problem.file == f"a/{name}"


def test_a_layer_that_can_never_be_drawn_is_an_error_in_its_place(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    group = "{group: [{code: '12345', kind: ean13, when: now.weekend}], box: [0, 0, 60, 30]}"
    layers = f"[{{fill: '#ff0000'}}, {group}]"
    with pytest.raises(CreativeError) as raised:
        compiled_of(tmp_path / "a", f"{HEAD}alt: x\nvariants: [{{name: a, layers: {layers}}}]\n", available, painter)
    line = f"variants: [{{name: a, layers: {layers}}}]"
    found = [(problem.line, problem.column, problem.message) for problem in raised.value.problems]
    assert found == [
        (4, line.index("'12345'") + 1, "this can't be drawn: '12345' does not have the 12 or 13 digits of an EAN"),
    ]


def test_the_colours_that_layers_name_are_exact_in_the_palette() -> None:
    layers = (
        creative_of(
            "{fill: {gradient: ['#111111', '#222222']}}",
            "{text: x, color: '#ff0000'}",
            "{group: [{countdown: '2026-12-24', card: '#00ff00', label_color: '#0000ff'}]}",
        )
        .variants[0]
        .layers
    )
    colours = exact_colours(layers, WHITE)
    assert colours[:3] == [(255, 0, 0), (0, 0, 0), (0, 0, 255)]
    assert {(17, 17, 17), (34, 34, 34), (0, 255, 0)} <= set(colours)
    assert (128, 128, 0) in colours  # half way between red letters and a green card
    many = [f"{{text: x, color: '#{number:02x}0000'}}" for number in range(90)]
    colours = exact_colours(creative_of("fill: white", *many).variants[0].layers, WHITE)
    assert len(colours) == len(set(colours)) == 128
    assert exact_colours(creative_of("image: a.jpg").variants[0].layers, WHITE) == [(255, 255, 255)]


def test_colours_that_tags_name_are_exact_too() -> None:
    texts = (
        "text: {en: a, fr: \"<span color='#0000ff'>a</span>\"}",
        "{text: a, prefetched: \"<span color='#ff0000'>b</span>\"}",
    )
    colours = exact_colours(creative_of(*texts).variants[0].layers, WHITE)
    assert {(0, 0, 255), (255, 0, 0), (191, 191, 255)} <= set(colours)


def test_a_gradient_that_a_rule_chooses_has_its_shades_in_the_palette() -> None:
    chosen = "{fill: [{when: recipient.wet == true, use: {gradient: ['#2a4756', '#4a7182']}}, '#135a84']}"
    colours = exact_colours(creative_of(chosen).variants[0].layers, WHITE)
    ramp = sorted(colour for colour in colours if 0x2A <= colour[0] <= 0x4A)
    assert (ramp[0], ramp[-1]) == ((0x2A, 0x47, 0x56), (0x4A, 0x71, 0x82))
    assert all(after[1] - before[1] <= 2 for before, after in pairwise(ramp))  # no bands that anybody sees


def test_equal_plates_draw_equal_files_wherever_they_were_made(
    compiled: CompiledCreative, tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = f"{HEAD}variants:\n  - name: only\n    layers:{LAYERS}"
    other = compiled_of(tmp_path / "b", text, available, Painter(painter.fonts))
    scene = scene_of(compiled, Moment({}))
    assert printed(scene, other.variants["only"].images().base, painter, "jpg") == compiled.fallback("jpg")
    cover = Shape(box=scene.nodes[0].box, paint=Colour(1, 2, 3))
    changed = scene._replace(nodes=(*scene.nodes, cover), moving=(*scene.moving, len(scene.nodes)))
    assert printed(changed, other.variants["only"].images().base, painter, "jpg") != compiled.fallback("jpg")


def test_the_images_of_a_creative_have_so_many_pixels_in_all(
    tmp_path: Path, available: AvailableAssets, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{name}.png": file_of(f"#{number}0{number}000", size=(40, 30)) for number, name in enumerate("abc")}
    text = f"{HEAD}variants: [{{name: a, layers: [image: a.png]}}]\n"
    monkeypatch.setattr("livecontent.render.compile.MOST_PIXELS", 3600)
    compiled_of(tmp_path / "in", text, available, painter, files)
    monkeypatch.setattr("livecontent.render.compile.MOST_PIXELS", 2399)
    with pytest.raises(CreativeError) as error:
        compiled_of(tmp_path / "over", text, available, painter, files)
    (problem,) = error.value.problems
    assert problem.file == "over/b.png"
    assert "have 2,400 pixels; 2,399 are the most" in problem.message
