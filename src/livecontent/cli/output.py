"""Where commands write: the screen, or a file that is whole or as it was."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TextIO

from livecontent.errors import DataError


def open_output(target: Path | None) -> AbstractContextManager[TextIO]:
    """The screen, without a target or with `-`; else a file that replaces the target once it is complete.

    Raises `DataError` where it can't be written.
    """
    return nullcontext(sys.stdout) if target in (None, Path("-")) else _whole(target)


@contextmanager
def _whole(target: Path) -> Iterator[TextIO]:
    target = target.resolve()
    ordinary = target.is_file() or not target.exists()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}") if ordinary else target
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # there are people in it
        with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as out:
            yield out
        if draft != target:
            draft.replace(target)
    except OSError as error:
        raise DataError(f"{target} can't be written: {error.strerror or error}") from None
    finally:
        if draft != target:
            with suppress(OSError):  # it has replaced the target, or was never made
                draft.unlink()
