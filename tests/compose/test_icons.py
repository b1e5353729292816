"""Icons stand in the middle of their box."""

import pytest
from PIL import Image, ImageChops

from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from made_creatives import composed, creative_of, moment_of


@pytest.mark.parametrize("name", ["drop-half-bottom", "map-pin", "exclamation-mark", "umbrella-fill", "x"])
def test_an_icon_that_is_the_same_in_a_mirror_stands_in_the_middle(name: str, fonts: Fonts, painter: Painter) -> None:
    scene, _ = composed(creative_of(f"{{icon: {name}, box: [10, 10, 80, 80]}}", size="100x100"), moment_of(), fonts)
    picture = painter.draw(scene).convert("RGB")
    left, _, right, _ = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox() or (0,) * 4
    assert abs(left - (100 - right)) <= 1
