"""Chinese letters have the shapes of who reads them: 骨 is not the same in Taipei, Tokyo and Beijing."""

from __future__ import annotations

import pytest

from livecontent.render.paint.fonts import Fonts
from made_creatives import composed, creative_of, moment_of

NAME = "骨直角"


def shapes(fonts: Fonts, text: str, reader: str | None, **keys: str) -> set[str]:
    """The languages whose shapes the Chinese letters of a text have."""
    recipient = {"name": NAME, **({"language": reader} if reader else {})}
    scene, _ = composed(creative_of(f"text: {text}", **keys), moment_of(recipient=recipient), fonts)
    runs = [run for node in scene.nodes for run in getattr(node, "runs", ())]
    return {run.face.language for run in runs if set(run.text) & set(NAME)}


@pytest.mark.parametrize(
    ("reader", "own"),
    [
        *(("ja", "ja"), ("ja-JP", "ja"), ("ko", "ko"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant")),
        *(("zh-Hant-TW", "zh-Hant"), ("zh-HK", "zh-HK"), ("yue", "zh-HK"), ("fr", ""), (None, ""), ("zz" * 40, "")),
    ],
)
def test_a_name_in_an_english_text_is_written_as_its_reader_does(fonts: Fonts, reader: str | None, own: str) -> None:
    assert shapes(fonts, '"Hello {{ recipient.name }}"', reader) == {own}


def test_a_text_in_a_language_of_east_asia_has_its_shapes(fonts: Fonts) -> None:
    assert shapes(fonts, f"{{ja: {NAME}, en: a}}", "ja") == {"ja"}
    assert shapes(fonts, f"{{zh-TW: {NAME}, ja: a}}", "zh-TW") == {"zh-Hant"}
    assert shapes(fonts, NAME, "fr", language="ko") == {"ko"}
    assert shapes(fonts, f"{{ja: {NAME}}}", "zh-CN") == {"ja"}  # it does not speak Chinese


def test_shapes_differ_in_width_or_ink_and_are_kept_apart(fonts: Fonts) -> None:
    faces = [fonts.split(NAME, "Inter", 400, False, language)[0][1] for language in ("ja", "zh", "zh-TW")]
    masks = [fonts.mask(NAME, face, 60).image.tobytes() for face in faces]
    assert len(set(masks)) == 3
    assert [fonts.mask(NAME, face, 60).image.tobytes() for face in reversed(faces)] == masks[::-1]


def test_latin_letters_are_the_same_for_all(fonts: Fonts) -> None:
    assert {fonts.split("Zoë", "Inter", 400, False, language)[0][1] for language in ("", "ja", "zh-TW", "fr")} == {
        fonts.split("Zoë", "Inter", 400, False)[0][1]
    }
