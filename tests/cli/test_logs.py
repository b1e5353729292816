"""What a server logs: on a terminal lines for people, else JSON; everything, whoever logs it."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from served import HELLO, PATIENCE, linux, serving

from livecontent.cli.logs import set_up_logs
from told import until

NAME = "Zebulon"


@pytest.fixture
def own_logs() -> Iterator[None]:
    """What is set up is as before afterwards."""
    loggers = [logging.getLogger(name) for name in ("", "livecontent", "uvicorn", "uvicorn.error")]
    before = [(one.level, one.propagate, one.handlers) for one in loggers]
    for one in loggers[2:]:  # as they are before a test starts a server in this process
        one.setLevel(logging.NOTSET)
        one.propagate = True
    yield
    for one, (level, propagate, handlers) in zip(loggers, before, strict=True):
        one.setLevel(level)
        one.propagate = propagate
        one.handlers = handlers


def log_all() -> None:
    logging.getLogger("livecontent.some").info("%s: published", "hello")
    logging.getLogger("uvicorn.error").warning("of uvicorn")
    logging.getLogger("httpx2").info("GET https://shop.example/?key=1")
    name = NAME
    try:
        assert name == ""
    except AssertionError:
        logging.getLogger("livecontent.some").exception("it failed")


@pytest.mark.usefixtures("own_logs")
def test_lines_of_json_have_time_level_logger_and_process(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    log_all()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["level"], line["logger"], line["message"]) for line in lines] == [
        ("info", "livecontent.some", "hello: published"),
        ("warning", "uvicorn.error", "of uvicorn"),
        ("error", "livecontent.some", "it failed"),
    ]
    for line in lines:
        assert datetime.now(UTC) - datetime.fromisoformat(line["time"]) < timedelta(seconds=PATIENCE)
        assert line["time"].endswith("Z")
        assert line["process"] == os.getpid()
    assert "AssertionError" in lines[-1]["exception"]


def test_a_terminal_gets_text_and_a_traceback_without_values() -> None:
    ours, theirs = pty.openpty()
    code = "import sys; sys.path[:0] = sys.argv[1:]; from test_logs import *; set_up_logs(); log_all()"
    command = [sys.executable, "-c", code, *sys.path]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # at its end
            while part := os.read(ours, 65536):
                said += part
        os.close(ours)
        assert process.wait(PATIENCE) == 0, said
    text = re.sub(r"\x1b\[[0-9;]*m", "", said.decode())
    assert re.search(r"^20\d\d-\S+Z \[info +\] hello: published +\[livecontent.some\] process=\d+", text, re.MULTILINE)
    assert "AssertionError" in text
    assert NAME not in text.replace(f'NAME = "{NAME}"', "")


@linux
def test_each_thing_that_happens_to_a_server_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "templates" / "hello" / "creative.yaml"
    file.parent.mkdir(parents=True)
    good = HELLO.replace("image: hello.png", "fill: white")
    file.write_text(good)
    (tmp_path / "livecontent.toml").write_text('templates = "templates"')

    def said(text: str) -> list[dict[str, object]]:
        lines = (tmp_path / "log").read_text().splitlines(keepends=True)
        return [
            line
            for line in map(json.loads, lines if lines[-1:] and lines[-1].endswith("\n") else lines[:-1])
            if text in str(line["message"])
        ]

    with serving(tmp_path, "serve", "--workers", "2") as served:
        first, _ = pair = served.workers()
        file.write_text("title: [")
        until(lambda: said("creative.yaml"))
        file.write_text(good.replace("white", "black"))
        until(lambda: said("hello: published, version"))
        os.kill(first, signal.SIGKILL)
        until(lambda: said("is lost") and len(served.workers()) == 2 and served.workers() != pair)
        served.get("/i/hello/*|REF|*.jpg", {"user-agent": "Secretive/7", "x-forwarded-for": "192.0.2.77"})
        until(lambda: said("merge tag"))
    whole = {str(line["message"]): line for line in said("")}
    for text in ("starting on http", "Serving 1 creative", "Ready on http", "stopping", "stopped"):
        assert len(said(text)) == 1, (text, list(whole))
    assert len(said("hello: published")) == 1
    assert len(said("creative.yaml")) == 1
    assert {line["level"] for line in said("creative.yaml")} == {"error"}
    assert "killed by SIGKILL" in str(said("is lost")[0]["message"])
    assert "Secretive" not in str(whole)
    assert "192.0.2.77" not in str(whole)
    assert len({line["process"] for line in whole.values()}) >= 2
