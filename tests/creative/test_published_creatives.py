from __future__ import annotations

import os
from pathlib import Path

import pytest

from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.values import Fit, Font
from livecontent.creative.load import MAX_ASSET, LoadedCreative
from livecontent.creative.model import AvailableAssets, Creative
from livecontent.creative.schema import creative_schema
from livecontent.errors import CreativeError
from livecontent.scene import Colour
from made_creatives import load_shipped, loaded_of

HEAD = "title: T\nsize: 60x30\nalt: x\n"
TEXT = f"{HEAD}variants: [{{name: a, layers: [fill: white]}}]\n"


def only_text(published: LoadedCreative) -> TextLayer:
    (layer,) = published.creative.variants[0].layers
    assert isinstance(layer, TextLayer)
    return layer


def published_layer(folder: Path, styles: str, layer: str, available: AvailableAssets) -> LoadedCreative:
    return loaded_of(folder, f"{HEAD}styles: {styles}\nvariants: [{{name: a, layers: [{layer}]}}]\n", available)


def test_a_style_stands_under_the_layers_own_keys_and_fonts_and_fits_merge(
    tmp_path: Path, available: AvailableAssets
) -> None:
    style = "{color: white, align: center, font: {size: 20, weight: 700}, fit: {lines: 2, shrink_to: 9}}"
    layer = only_text(
        published_layer(
            tmp_path / "a",
            f"{{s: {style}, other: {{color: black}}}}",
            "{text: hi, style: s, align: end, font: {size: 30}, fit: {lines: 1}}",
            available,
        )
    )
    assert layer.font == Font(size=30, weight=700)
    assert layer.fit == Fit(lines=1, shrink_to=9)
    assert (layer.color, layer.align) == (Colour(255, 255, 255), "end")


def test_styles_reach_layers_in_groups_and_repeats(tmp_path: Path, available: AvailableAssets) -> None:
    text = "{text: hi, style: s}"
    layers = f"{{group: [{{group: [{text}]}}]}}, {{repeat: stores, layers: [{text}]}}"
    creative = published_layer(tmp_path / "a", "{s: {color: white}}", layers, available).creative
    group, repeat = creative.variants[0].layers
    white = Colour(255, 255, 255)
    assert group.group[0].group[0].color == repeat.layers[0].color == white  # type: ignore[attr-defined]


def test_a_style_goes_with_every_kind_of_layer(tmp_path: Path, available: AvailableAssets) -> None:
    layers = "{shape: ellipse, style: s}, {countdown: '2026-12-24', style: t}, {fill: white, style: u}"
    styles = "{s: {fill: white, box: [1, 2, 3, 4]}, t: {font: {size: 9}}, u: {opacity: 0.5}}"
    shape, countdown, fill = published_layer(tmp_path / "a", styles, layers, available).creative.variants[0].layers
    assert (shape.box, countdown.font, fill.opacity) == ((1, 2, 3, 4), Font(weight=400, size=9), 0.5)  # type: ignore[attr-defined]


def test_a_style_is_shared_but_never_changed(tmp_path: Path, available: AvailableAssets) -> None:
    layers = "{text: a, style: s, font: {size: 9}}, {text: b, style: s}"
    creative = published_layer(tmp_path / "a", "{s: {font: {weight: 700}}}", layers, available).creative
    first, second = creative.variants[0].layers
    assert (first.font, second.font) == (Font(size=9, weight=700), Font(weight=700))  # type: ignore[attr-defined]


def version_of(folder: Path, available: AvailableAssets, text: str = TEXT, **files: bytes) -> str:
    named = {name.replace("_", "."): data for name, data in files.items()}
    for old in folder.glob("*.*"):
        old.unlink()
    return loaded_of(folder, text, available, named).version


def test_the_version_changes_with_every_byte_of_a_file_and_with_nothing_else(
    tmp_path: Path, available: AvailableAssets
) -> None:
    def version(text: str = TEXT, **files: bytes) -> str:
        return version_of(tmp_path / "a", available, text, **files)

    versions = [
        version(),
        version(f"{TEXT}#"),
        version(TEXT.replace("T", "U", 1)),
        version(a_jpg=b"a"),
        version(a_jpg=b"b"),
        version(a_jpg=b""),
        version(b_jpg=b"a"),
        version(a_jpg=b"a", b_jpg=b"b"),
        version(a_jpg=b"b", b_jpg=b"a"),
        version(a_jpg=b"ab", b_jpg=b""),
        version(a_jpg=b"a\0b.jpgb"),
        version(a_jpg=b"a\0b.jpg\0b"),
    ]
    assert len(set(versions)) == len(versions)
    assert version(a_jpg=b"a", b_jpg=b"b") == versions[7]
    assert version(a_jpg=b"a", notes_txt=b"not shown") == versions[3]
    assert version_of(tmp_path / "b", available, a_jpg=b"a") == versions[3]


def test_pictures_in_folders_are_assets_and_links_out_of_the_folder_are_not(
    tmp_path: Path, available: AvailableAssets
) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    folder = tmp_path / "a"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "b.PNG").write_bytes(b"b")
    (folder / "link.jpg").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "a.svg").write_bytes(b"<svg/>")
    (folder / "gone.jpg").symlink_to(tmp_path / "gone")
    assert dict(loaded_of(folder, TEXT, available).assets) == {"deep/b.PNG": b"b"}


def test_a_file_of_any_name_does_no_harm(tmp_path: Path, available: AvailableAssets) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    for name in (b"\xff.jpg", "é\n'.png".encode(), b"-rf.gif"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")
    assert len(loaded_of(folder, TEXT, available).assets) == 3


def test_what_can_not_be_read_is_a_problem_of_the_creative(tmp_path: Path, available: AvailableAssets) -> None:
    with pytest.raises(CreativeError, match="can't be read: No such file"):
        load_shipped(tmp_path / "a", available)
    with pytest.raises(CreativeError, match=r"big.jpg is larger than 5,242,880 bytes"):
        loaded_of(tmp_path / "b", TEXT, available, {"big.jpg": bytes(MAX_ASSET + 1)})
    with pytest.raises(CreativeError, match="lower-case letters, digits, hyphens"):
        loaded_of(tmp_path / "No_Name", TEXT, available)


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        ("{{ recipient.name }}", ["recipient.name"]),
        ("{{ recipient.name | default: 'you' }}", []),
        ("{% if recipient.name %}{{ recipient.name }}{% endif %}", []),
        ("{{ place.city }}, {{ place.city | default: 'x' }}", ["place.city"]),
        ("{{ now.hour }} {{ client.name }}", []),
        ("{{ param.sure }}", []),
        ("{{ param.unsure }}", ["param.unsure"]),
        ("{% for s in stores %}{{ s.name }}{{ forloop.index }}{% endfor %}", ["stores"]),
        ("{% if stores %}{% for s in stores %}{{ s.name }}{{ forloop.index }}{% endfor %}{% endif %}", []),
        ("{% if recipient.points < 100 %}few{% else %}many{% endif %}", ["recipient.points"]),
        ("{% if recipient.points %}{% if recipient.points < 100 %}few{% endif %}{% endif %}", []),
        ("{% unless recipient.name == blank %}{{ recipient.name }}{% endunless %}", []),
        ("{% unless recipient.name %}{{ recipient.name }}{% endunless %}", ["recipient.name"]),
        ("{% if recipient.name == nil %}Hello{% else %}{{ recipient.name }}{% endif %}", []),
        ("{% if recipient.name == nil or recipient.age == nil %}x{% else %}{{ recipient.age }}{% endif %}", []),
        ("{% if recipient.list.size > 1 %}{{ recipient.list[1].name }}{% endif %}", ["recipient.list.size"]),
        ("{% if recipient.list %}{% if recipient.list.size > 1 %}{{ recipient.list[1].a }}{% endif %}{% endif %}", []),
    ],
)
def test_a_text_that_may_lack_a_fact_is_warned_of(
    text: str, unsure: list[str], tmp_path: Path, available: AvailableAssets
) -> None:
    params = "params: {sure: {type: integer, min: 0, max: 9, default: 1}, unsure: {type: integer, min: 0, max: 9}}\n"
    layer = f'{{text: "{text}", when: weather.is_day}}'
    published = loaded_of(tmp_path / "a", f"{HEAD}{params}variants: [{{name: a, layers: [{layer}]}}]\n", available)
    assert [p.message for p in published.warnings] == [f"{n} may be unknown: this is then left out" for n in unsure]
    assert all(problem.warning for problem in published.warnings)


def test_what_a_condition_names_is_known_inside_it(tmp_path: Path, available: AvailableAssets) -> None:
    group = '{when: recipient.age > 5, group: [{text: "{{ recipient.age }} {{ weather.wind }}"}]}'
    variants = f"[{{name: a, when: weather.is_day, layers: [{group}]}}, {{name: b, layers: [fill: white]}}]"
    assert loaded_of(tmp_path / "a", f"{HEAD}variants: {variants}\n", available).warnings == ()


def test_a_variant_that_says_nothing_is_warned_of(tmp_path: Path, available: AvailableAssets) -> None:
    silent = f"{HEAD}variants:\n  - name: a\n    layers: [icon: star]\n".replace("alt: x\n", "")
    (warning,) = loaded_of(tmp_path / "a", silent, available).warnings
    assert warning.message == "variant 'a' has no alt text"


def test_of_a_variant_that_is_but_a_colour_there_is_nothing_to_say(tmp_path: Path, available: AvailableAssets) -> None:
    quiet = f"{HEAD}variants:\n  - name: a\n    layers: [fill: white]\n".replace("alt: x\n", "")
    assert loaded_of(tmp_path / "a", quiet, available).warnings == ()


def test_link_and_alt_are_the_variants_own_else_the_creatives(tmp_path: Path, available: AvailableAssets) -> None:
    text = f"""{HEAD}link: https://a.example/
variants:
  - {{name: a, when: now.weekend, link: 'https://b.example/', alt: y, layers: [fill: white]}}
  - {{name: b, layers: [fill: white]}}
"""
    published = loaded_of(tmp_path / "a", text, available)
    links = [published.creative.links_of(variant) for variant in published.creative.variants]
    alts = [published.creative.alt_of(variant) for variant in published.creative.variants]
    assert [[link.source for link in some] for some in links] == [
        ["https://b.example/", "https://a.example/"],
        ["https://a.example/"],
    ]
    assert [alt.speak("en").source for alt in alts if alt] == ["y", "x"]


def test_the_schema_names_every_key_and_nothing_else() -> None:
    schema = creative_schema()
    assert set(schema["properties"]) == set(Creative.model_fields)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"title", "size", "variants"}
    kinds = {"Fill", "Image", "Text", "Shape", "Icon", "Countdown", "Progress", "Code", "Group", "Repeat"}
    kinds |= {"Ring", "Gauge", "Stars", "Steps", "Sparkline", "Bars"}
    assert {f"{kind}Layer" for kind in kinds} <= set(schema["$defs"])
    assert set(schema["$defs"]["TextLayer"]["properties"]) == {
        field.alias or name for name, field in TextLayer.model_fields.items()
    }
