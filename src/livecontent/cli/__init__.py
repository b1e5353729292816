"""Commands for people: `livecontent --help` lists them."""

from __future__ import annotations

import gc


def main() -> None:
    """The program."""
    gc.disable()  # while all is loaded, there is nothing to collect, and looking for it takes a fifth of the time
    from livecontent.cli.main import main as run

    gc.enable()
    run()
