"""Images of others, decoded in a process of its own with limits, and written anew in a size that creatives can use.

`python -m livecontent.render.paint.foreign FILE DRAFT` writes a JPEG, or a PNG where anything can be seen through.
"""

import sys
from pathlib import Path

from PIL import Image

from livecontent.errors import DrawingError
from livecontent.render.paint.images import decode
from livecontent.runtime.memory import limit_process

LARGEST = 1600  # pixels wide and high
QUALITY = 92
_MEMORY = 1 << 30  # bytes
_SECONDS = 10  # of a processor


def shrink(file: Path, draft: Path) -> None:
    """What the process does. Exits with 1, and says why, where it can't."""
    limit_process(_MEMORY, _SECONDS)
    try:
        picture = decode(file.read_bytes())
    except DrawingError as error:
        sys.exit(str(error))
    picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255):
        picture.save(draft, "PNG", compress_level=1)
    else:
        picture.convert("RGB").save(draft, "JPEG", quality=QUALITY, subsampling=0)


if __name__ == "__main__":
    shrink(Path(sys.argv[1]), Path(sys.argv[2]))
