"""`python -m tools.deploying [machine] [container]`: deploys, and says what was seen; `base` makes an image.

Exits with 1 where something is not as it should be.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.deploying import container, machine


def main() -> None:
    """Deploys in each way asked for, or both."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploying", description=__doc__)
    ways = ("machine", "container", "base")
    parser.add_argument("ways", nargs="*", choices=[[], *ways], metavar="WAY", help=", ".join(ways))
    failed = False
    for way in parser.parse_args().ways or ways[:2]:
        print(f"{way} ...", flush=True)
        start = time.monotonic()
        try:
            seen = _deploy(way)
        except RuntimeError as error:
            failed = True
            seen = [f"failed: {error}"]
        print("\n".join(f"  {line}" for line in (*seen, f"{time.monotonic() - start:.0f} s")), flush=True)
    sys.exit(1 if failed else 0)


def _deploy(way: str) -> list[str]:
    if way == "machine":
        return machine.check()
    with TemporaryDirectory() as folder:
        if way == "container":
            Path(folder).chmod(0o755)
            return container.check(Path(folder))
        container.make_base(container.engine_here(), Path(folder))
        return ["localhost/debian-python:3.13"]


if __name__ == "__main__":
    main()
