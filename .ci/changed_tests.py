"""Prints the tests of what has changed since a branch: changed tests, and those that name a changed module.

Left to `make test` are those that start servers, browsers or builds, and the farther ones of a module that many import.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST = 10  # test files
SLOW = re.compile(r"_in_browser|test_wheel|test_serving|test_replayed_day|test_commands|/golden/|test_golden")


def changed(branch: str) -> list[Path]:
    """Files that differ from where a branch was left, or are new."""
    base = git("merge-base", "HEAD", branch) or ["HEAD"]
    names = git("diff", "--name-only", base[0]) + git("ls-files", "--others", "--exclude-standard")
    return [Path(name) for name in names if name.endswith(".py") and (ROOT / name).is_file()]


def git(*words: str) -> list[str]:
    """The lines that git prints."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.split()


def tests_of(module: Path, tests: dict[Path, str]) -> list[Path]:
    """The tests that import a module, those of its own room and name first; else those of its room."""
    *package, name = module.with_suffix("").parts[1:]
    pattern = re.compile(rf"\b{'.'.join(package)}(\.| import .*\b){name}\b")
    found = [test for test, text in tests.items() if pattern.search(text)]
    found = found or [test for test in tests if package[-1] in test.parts]
    return sorted(found, key=lambda test: (name not in test.stem, package[-1] not in test.parts))[:MOST]


def main() -> None:
    """Prints paths for pytest."""
    tests = {path.relative_to(ROOT): path.read_text() for path in sorted((ROOT / "tests").rglob("test_*.py"))}
    files = changed(sys.argv[1])
    own = [path for path in files if path in tests]
    near = [test for path in files if path.parts[0] == "src" for test in tests_of(path, tests)]
    wanted = [path for path in dict.fromkeys(own + near) if not SLOW.search(str(path))]
    if len(wanted) > MOST:
        sys.stderr.write(f"{MOST} of {len(wanted)} test files; make test runs all\n")
    sys.stdout.write("\n".join(map(str, wanted[:MOST])))


main()
