"""Static images in files: what is read back is what was made, and takes no memory of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from livecontent.links import Format
from livecontent.render.paint.fonts import Fonts
from livecontent.render.static_images import StaticBase, StaticImages, StaticLibrary, encoder_of
from livecontent.render.static_store import StaticStore
from livecontent.scene import Scene

FORMATS: list[tuple[Format, bool]] = [("jpg", False), ("png", False), ("png", True), ("webp", False), ("gif", False)]
WHITE = (255, 255, 255, 255)


@pytest.fixture(scope="module")
def photo(templates: Path) -> Image.Image:
    with Image.open(templates / "umbrella" / "rain.jpg") as opened:
        return opened.convert("RGB").resize((600, 320))


def made_of(picture: Image.Image, format_: Format, *, few: bool = False) -> StaticImages:
    encoder = encoder_of(format_, picture, [(1, 2, 3), (250, 0, 0)], few)
    base = StaticBase("made", format_, 3, picture, encoder, tuple(encoder.segments(picture)))
    return StaticImages(base, encoder.join(base.segments))


def scene() -> Scene:
    """Without nodes."""
    return Scene(600, 320, WHITE, ())


def never() -> StaticImages:
    raise AssertionError("made again")


@pytest.mark.parametrize("folder", [Path("static"), None], ids=["in files", "in memory"])
@pytest.mark.parametrize(("format_", "few"), FORMATS)
def test_what_is_read_back_is_what_was_made(
    photo: Image.Image, fonts: Fonts, tmp_path: Path, folder: Path | None, format_: Format, few: bool
) -> None:
    store = StaticStore(folder and tmp_path / folder)
    made = made_of(photo, format_, few=few)
    libraries = [StaticLibrary(store, fonts), StaticLibrary(store, fonts)]
    others: list[Callable[[], StaticImages]] = [lambda: made, never if folder else lambda: made]
    for library, make in zip(libraries, others, strict=True):
        found = library.images("key", scene, make)
        assert library.images("key", scene, never) is found
        assert bytes(found.fallback) == made.fallback
        assert (found.base.id, found.base.format, found.base.ready) == ("key", format_, 3)
        assert found.base.segments == made.base.segments
        assert found.base.image.mode == "RGB"
        assert found.base.image.tobytes() == photo.tobytes()
        encoder = found.base.encoder
        assert encoder.join(found.base.segments) == made.fallback
        assert encoder.segments(photo.rotate(180)) == made.base.encoder.segments(photo.rotate(180))


def test_pixels_are_read_in_place(photo: Image.Image, fonts: Fonts, tmp_path: Path) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("tells of memory on Linux only")
    large = photo.resize((1200, 640))
    library = StaticLibrary(StaticStore(tmp_path), fonts)
    made = made_of(large, "jpg")
    held, before = [], anonymous()
    for number in range(20):
        held.append(library.images(str(number), scene, lambda: made).base.image)
        held[-1].crop((10, 10, 1000, 500)).paste("red", (0, 0, 9, 9))
    assert anonymous() - before < 10  # MiB; pixels are 59
    assert all(image.tobytes() == large.tobytes() for image in held)


def anonymous() -> float:
    """Memory that is this process's own, in MiB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


def test_other_fonts_and_other_names_make_another_key(fonts: Fonts) -> None:
    libraries = [StaticLibrary(StaticStore(None), one) for one in (fonts, Fonts([], system=()))]
    names = [("version", "a"), ("version", "b"), ("other", "a"), ("versiona",)]
    assert len({library.key(*name) for library in libraries for name in names}) == 8
    assert libraries[0].key("version", "a") == StaticLibrary(StaticStore(None), fonts).key("version", "a")
