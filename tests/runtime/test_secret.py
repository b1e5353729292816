from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from livecontent.errors import ConfigError
from livecontent.runtime.private_files import KEY_BYTES, load_secret


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "key"
    old = os.umask(0)
    try:
        key = load_secret(file)
    finally:
        os.umask(old)
    assert len(key) == KEY_BYTES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_secret(file) == key
    assert list(file.parent.iterdir()) == [file]


def test_two_keys_differ(tmp_path: Path) -> None:
    assert load_secret(tmp_path / "a") != load_secret(tmp_path / "b")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("00" * 16, bytes(16)),
        ("  FF" * 32 + "\n", b"\xff" * 32),
        ("ab" * 64, b"\xab" * 64),
        ("ab cd " * 10, b"\xab\xcd" * 10),
    ],
)
def test_a_key_is_read_as_hexadecimal_digits(tmp_path: Path, text: str, key: bytes) -> None:
    (tmp_path / "key").write_text(text)
    assert load_secret(tmp_path / "key") == key


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "has 0 bytes; 16 to 64"),
        (b"ab" * 15, "has 15 bytes"),
        (b"ab" * 65, "has 65 bytes"),
        (b"abc" * 11, "not hexadecimal digits"),
        (b"no key", "not hexadecimal digits"),
        (b"\xff\xfe" * 32, "not hexadecimal digits"),
        (bytes(range(128, 160)), "not hexadecimal digits"),
    ],
)
def test_a_file_that_is_no_key_is_told_and_left_as_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=words) as raised:
        load_secret(file)
    assert str(file) in str(raised.value)
    assert file.read_bytes() == data


def test_where_there_can_be_no_key_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        load_secret(tmp_path / "folder")
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"can't be (made|read): Not a directory"):
        load_secret(tmp_path / "file" / "key")


LOAD = """
import sys
from pathlib import Path
from livecontent.runtime.private_files import load_secret
print("ready", flush=True)
sys.stdin.read()
print(load_secret(Path(sys.argv[1])).hex())
"""


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOAD, str(tmp_path / "key")]
    with ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(4)
        ]
        assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * 4
        for process in started:
            assert process.stdin is not None
            process.stdin.close()
        keys = {process.stdout.read() for process in started if process.stdout}
    assert len(keys) == 1
    assert load_secret(tmp_path / "key").hex() == keys.pop().strip()
    assert len(list(tmp_path.iterdir())) == 1


def test_the_loser_of_a_race_takes_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    link = os.link

    def late(draft: str, target: str) -> None:
        if not file.exists():
            file.write_text("ab" * 32)
        link(draft, target)

    monkeypatch.setattr(os, "link", late)
    assert load_secret(file) == b"\xab" * 32
    assert list(tmp_path.iterdir()) == [file]


def test_a_draft_that_a_crash_left_behind_is_not_in_the_way(tmp_path: Path) -> None:
    (tmp_path / f"key.{os.getpid()}").write_text("half")
    assert len(load_secret(tmp_path / "key")) == KEY_BYTES
