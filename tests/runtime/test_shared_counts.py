"""Counts of several processes, added up."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from livecontent.runtime import shared_counts
from livecontent.runtime.shared_counts import CountFile, CountsOfAll, SharedCounts, counts_of_server
from told import new_counts, text_of, until, values


def test_counts_of_processes_are_added_up_and_told_as_prometheus_itself_tells_them(tmp_path: Path) -> None:
    one, two = new_counts(tmp_path), SharedCounts(tmp_path)
    for counts, by in ((one, 2), (two, 3)):
        counts.counter("eaten", "Apples", "kind", "who")['re"d', "é\\"][0] += by
        counts.gauge("left", "In the basket")[()][0] = by
        counts.gauge("most", "Of all", of="max")[()][0] = by
    registry = CollectorRegistry()
    Counter("eaten", "Apples", ["kind", "who"], registry=registry).labels('re"d', "é\\").inc(5)
    Gauge("left", "In the basket", registry=registry).set(5)
    Gauge("most", "Of all", registry=registry).set(3)
    theirs = {line for line in generate_latest(registry).decode().splitlines() if "_created" not in line}
    assert set(text_of(tmp_path).splitlines()) == theirs


def test_a_count_goes_on_where_the_process_before_has_stopped_and_a_gauge_does_not(tmp_path: Path) -> None:
    new_counts(tmp_path).close()
    for life in range(3):
        counts = SharedCounts(tmp_path)
        assert counts.slot == 0
        counts.counter("eaten", "", "who")["a",][0] += 1
        counts.gauge("left", "", "life")[str(life),][0] = 1
        assert values(text_of(tmp_path)) == {("eaten_total", "a"): life + 1, ("left", str(life)): 1}
        counts.close()
    assert values(text_of(tmp_path)) == {("eaten_total", "a"): 3}
    assert CountsOfAll(tmp_path).living() == []


def count_for_ever(folder: Path) -> None:
    counts = SharedCounts(folder)
    eaten = counts.counter("eaten", "", "number")
    counts.gauge("living", "")[()][0] = 1
    number = 0
    while True:
        eaten[f"{number % 1000:0400}",][0] += 1
        number += 1


def test_counts_never_fall_while_processes_are_killed_and_others_come(tmp_path: Path) -> None:
    """Read while files grow and processes end at any moment."""
    clear = new_counts(tmp_path)
    clear.close()
    spawn = multiprocessing.get_context("spawn")
    totals = [0.0]
    for _ in range(2):
        pair = [spawn.Process(target=count_for_ever, args=(tmp_path,)) for _ in range(2)]
        for process in pair:
            process.start()
        until(lambda: values(text_of(tmp_path)).get(("living",)) == 2)
        begun = totals[-1]
        until(lambda: totals.append(total(tmp_path)) or totals[-1] > begun + 5000)  # noqa: B023
        for process in pair:
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            totals += [total(tmp_path) for _ in range(3)]
        assert ("living",) not in values(text_of(tmp_path))
    assert all(before <= after for before, after in pairwise(totals))
    assert sorted(file.name for file in tmp_path.glob("counter*")) == ["counter_0.db", "counter_1.db"]


def total(folder: Path) -> float:
    return sum(value for key, value in values(text_of(folder)).items() if key[0] == "eaten_total")


def test_what_follows_a_count_elsewhere_goes_on_when_that_begins_anew(tmp_path: Path) -> None:
    looks = new_counts(tmp_path).counter("looks", "")
    for seen in (3, 5, 5, 2, 4):
        looks.follow((), seen)
    assert looks[()][0] == 9


def test_a_full_disk_costs_metrics_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = new_counts(tmp_path).counter("eaten", "", "who")
    counts["a",][0] += 1

    def full(_file: CountFile, _size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(CountFile, "_grow", full)
    for number in range(shared_counts.SIZE // 50):
        counts[str(number),][0] += 1
    told = values(text_of(tmp_path))
    assert told["eaten_total", "a"] == 1
    assert 1000 < len(told) < shared_counts.SIZE // 50


def test_counts_of_servers_that_have_ended_go(tmp_path: Path) -> None:
    one = counts_of_server(tmp_path, "1")
    counts_of_server(tmp_path, "2").close()
    three = counts_of_server(tmp_path, "3")
    folders = tmp_path / "metrics"
    assert sorted(folder.name for folder in folders.glob("*/")) == ["1", "3"]
    assert CountsOfAll(folders / "1").living() == CountsOfAll(folders / "3").living() == [0]
    for counts in (one, three):
        counts.close()


def test_a_server_that_starts_has_its_slot_before_another_tidies_up(tmp_path: Path) -> None:
    """Whichever comes first, at whatever moment: the other waits."""
    with ThreadPoolExecutor(8) as pool:
        servers = list(pool.map(lambda number: counts_of_server(tmp_path, str(number)), range(40)))
    for counts in servers:
        assert counts.folder
        assert CountsOfAll(counts.folder).living() == [0]
        counts.close()


def test_who_looks_at_the_same_time_is_no_process_that_lives(tmp_path: Path) -> None:
    new_counts(tmp_path).close()
    with (tmp_path / "0.lock").open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert CountsOfAll(tmp_path).living() == []


@pytest.mark.parametrize("place", ["metrics", "metrics/1", "metrics/1/0.lock"])
def test_without_a_place_for_them_counts_are_missing_and_nothing_else(
    place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken = tmp_path / place
    taken.parent.mkdir(parents=True, exist_ok=True)
    if place.endswith("lock"):
        taken.mkdir()
    else:
        taken.write_text("")
    counts = counts_of_server(tmp_path, "1")
    counts.counter("eaten", "")[()][0] += 1
    assert counts.folder is None
    (told,) = caplog.messages
    assert "metrics are missing" in told
    assert place in told or str(taken.parent) in told
