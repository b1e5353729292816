"""Groups of people that are named once, for all creatives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from livecontent.config import Settings
from livecontent.creative.shared import SharedFiles
from livecontent.errors import CreativeError
from livecontent.expressions.rule import Rule
from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.habit import HABIT, Habits
from livecontent.sources.history import HISTORY, PersonHistory
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.sources.segment import SegmentSource, read_segments

WRITTEN = """
loyal: history.orders_in_a_year >= 3
reds: habit.colour == "red"   # by what they buy
lille: recipient.city == "Lille"
"""
OPENING = Opening("x", "a" * 26, datetime(2026, 11, 30, tzinfo=UTC))


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "segments.yaml").write_text(WRITTEN)
    return tmp_path


def test_each_is_true_false_or_not_known(templates: Path) -> None:
    source = SegmentSource(read_segments(templates))
    assert source.needs == {"history", "habit", "recipient"}
    facts = {
        "history": Fact(PersonHistory(orders_in_a_year=4), Reason.FRESH),
        "habit": Fact(Habits(), Reason.FRESH),
        "recipient": Fact({"city": "Lyon"}, Reason.FRESH),
    }
    found = source.ask(OPENING, facts)
    assert isinstance(found, Fact)
    assert found.value == {"loyal": True, "lille": False}
    nobody = source.ask(OPENING, dict.fromkeys(facts, Fact(None, Reason.MISSING)))
    assert isinstance(nobody, Fact)
    assert nobody.value == {}


def test_rules_of_creatives_know_their_names(templates: Path) -> None:
    vocabulary = make_vocabulary(SOURCES, Settings(templates=templates))
    assert Rule("segment.loyal && !segment.reds", vocabulary).volatile, "history changes with time"
    assert not Rule("segment.lille", vocabulary).volatile
    with pytest.raises(ValueError, match="royal"):
        Rule("segment.royal", vocabulary)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("loyal: histori.orders > 3", "history"),
        ("loyal: history.orders_in_years > 3", "orders_in_a_year"),
        ("Loyal: 'true'", "not a valid name"),
        ("loyal: history.orders_in_a_year >", "missing at the end"),
        ("sunny: weather.temperature > 20", "weather"),
        ('cooks: latest["Recipe Cooked"].receipe == "soup"', "did you mean 'recipe'"),
        ("cooks: latest[recipient.favourite].times > 3", "write the name of the event"),
    ],
)
def test_what_can_not_work_is_an_error_that_says_where(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "segments.yaml").write_text(f"{text}\n")
    _declare(tmp_path, '{"properties": {"recipe": {"type": "string"}}}')
    with pytest.raises(CreativeError) as raised:
        read_segments(tmp_path)
    (problem,) = raised.value.problems
    assert problem.line == 1
    assert words in f"{problem.message} {problem.help}"


def _declare(templates: Path, schema: str) -> None:
    (templates / "events").mkdir()
    (templates / "events" / "recipe_cooked.json").write_text(schema)


def test_an_event_that_is_declared_wrong_is_told_with_its_own_file(templates: Path) -> None:
    _declare(templates, "{")
    with pytest.raises(CreativeError) as raised:
        read_segments(templates)
    assert [Path(problem.file).name for problem in raised.value.problems] == ["recipe_cooked.json"]


@pytest.mark.parametrize("written", ["", "# none yet\n", "- loyal\n"])
def test_a_file_without_segments_says_what_stands_in_one(written: str, tmp_path: Path) -> None:
    (tmp_path / "segments.yaml").write_text(written)
    with pytest.raises(CreativeError, match="each line has the name of a segment and its rule"):
        read_segments(tmp_path)


@pytest.mark.parametrize(("file", "words"), [("brand.yaml", "a brand is"), ("offers/sun.yaml", "an offer is")])
def test_so_do_other_shared_files(file: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / file).write_text("# empty\n")
    shared = SharedFiles(tmp_path)
    with pytest.raises(CreativeError, match=words):
        _ = shared.brand, shared.offers


def test_samples_are_of_everybody() -> None:
    assert HISTORY.sample
    assert HABIT.sample
    assert SegmentSource({}).fact.names == {}
