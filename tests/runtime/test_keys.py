"""Keys can be replaced: the newest signs, all in use verify, a retired one does not."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import ConfigError
from livecontent.runtime.keys import SecretKeys


@pytest.fixture
def keys(tmp_path: Path) -> SecretKeys:
    return SecretKeys(tmp_path / "key", tmp_path)


def test_the_newest_signs_and_all_in_use_verify(keys: SecretKeys, tmp_path: Path) -> None:
    first, before = keys.live[0], keys.sign("params", b"a=1")
    assert keys.add() == keys.live[0] != first
    assert keys.live[1:] == (first,)  # with its time
    after = keys.sign("params", b"a=1")
    assert before != after
    for one in (keys, SecretKeys(tmp_path / "key", tmp_path)):
        assert one.verify("params", b"a=1", before)
        assert one.verify("params", b"a=1", after)
    keys.retire(first)
    assert not keys.verify("params", b"a=1", before)
    assert keys.verify("params", b"a=1", after)
    assert keys.retired == (first,)


@given(message=st.binary(), other=st.binary(), bit=st.integers(0, 127))
def test_a_signature_is_of_one_message_and_purpose(
    tmp_path_factory: pytest.TempPathFactory, message: bytes, other: bytes, bit: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "signing"
    keys = SecretKeys(folder / "key", folder)
    made = keys.sign("params", message)
    assert keys.verify("params", message, made)
    assert keys.verify("params", other, made) == (message == other)
    assert not keys.verify("images", message, made)
    assert not keys.verify("params", message, made[:-1])
    assert not keys.verify("params", message, (int.from_bytes(made) ^ 1 << bit).to_bytes(16))


def test_others_see_what_has_changed(keys: SecretKeys, tmp_path: Path) -> None:
    server = SecretKeys(tmp_path / "key", tmp_path)
    signed = server.sign("params", b"")
    keys.add()
    server.refresh()
    assert server.live == keys.live
    keys.retire(keys.live[1])
    server.refresh()
    assert not server.verify("params", b"", signed)


def test_files_of_keys_are_for_their_owner_only(keys: SecretKeys, tmp_path: Path) -> None:
    keys.add()
    keys.retire(keys.live[1])
    for file in (tmp_path / "key", *(file for file in (tmp_path / "keys").iterdir() if file.name[0] != ".")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_that_can_not_be_read_changes_nothing(
    keys: SecretKeys, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys.add()
    before = keys.live
    (tmp_path / "key").write_text("no key")
    with caplog.at_level(logging.WARNING):
        keys.refresh()
        keys.refresh()
        (tmp_path / "key").unlink()
        keys.refresh()
    assert keys.live == before
    assert [record.message.split(str(tmp_path))[1] for record in caplog.records] == [
        "/key is not hexadecimal digits; the keys in use stay",
        "/key is gone; the keys in use stay",
    ]
    assert not (tmp_path / "key").exists()  # a running server makes none in its place


def test_the_newest_can_not_be_retired(keys: SecretKeys) -> None:
    with pytest.raises(ConfigError, match="is the newest key"):
        keys.retire(keys.live[0])


def test_a_key_that_is_stopped_in_the_middle_of_being_added_is_not_there_twice(
    keys: SecretKeys, tmp_path: Path
) -> None:
    first = keys.live[0]
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / first.id).write_text(first.secret.hex())
    keys.refresh()
    assert keys.live == (first,)
    keys.add()
    assert keys.live[1:] == (first,)
