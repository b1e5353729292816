"""docs/deploy.md, whose lines `make deploy-check` types on a clean machine; and the container."""

from pathlib import Path

import pytest
from hypothesis import settings
from tools.deploying import container
from tools.deploying.document import DOCUMENT, blocks, typed_lines

MOST_TYPED = 15  # lines until the first image
NIGHTLY = settings().max_examples >= 1000


def test_an_own_image_is_served_after_few_lines() -> None:
    serving = blocks(DOCUMENT.read_text(encoding="utf-8"))[0]
    assert len(serving) <= MOST_TYPED
    assert serving[-1].startswith("curl ")


def test_each_line_that_edits_says_what() -> None:
    assert all(" # " in line for line in typed_lines() if line.startswith("sudoedit"))
    assert any("/bin/livecontent doctor" in line for line in typed_lines())


def test_blocks_are_those_of_the_first_section() -> None:
    assert blocks("# A\n\n    one\n    two\n\ntext\n\n    three\n\n## B\n\n    four\n") == [["one", "two"], ["three"]]


@pytest.mark.skipif(not NIGHTLY, reason="it takes minutes: `make nightly` or `make deploy-check` builds the container")
def test_the_container_builds_and_serves(tmp_path: Path) -> None:
    try:
        container.base_here(container.engine_here())
    except RuntimeError as error:
        pytest.skip(str(error))
    for folder in (*tmp_path.parents[:2], tmp_path):
        folder.chmod(0o755)
    assert len(container.check(tmp_path)) > 5
