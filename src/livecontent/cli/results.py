"""`results`: what a creative showed, what people clicked and bought, and whether that is more than chance."""

from datetime import UTC, datetime, timedelta
from itertools import repeat

import typer

from livecontent.cli.one_open import known_creative
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.creative.load import load_creative
from livecontent.creative.model import Creative
from livecontent.decide.statistics import LEAST, LEAST_CLICKS, Difference
from livecontent.errors import ConfigError
from livecontent.learning.results import HELD, REST, ArmResult, CreativeResults, results_since
from livecontent.services import make_workshop
from livecontent.storage.base import Storage


def print_results(name: str, days: int) -> None:
    """Prints what was counted in so many days."""
    settings = settings_or_demo()
    folder = settings.templates / known_creative(name, settings)
    creative = load_creative(folder, make_workshop(settings).vocabulary).creative
    if not creative.ranked:
        raise ConfigError(
            f"{name}: nothing is counted, as it has no rank, score, cap, silence, holdout, split or explore"
        )
    since = datetime.now(UTC) - timedelta(days=days)

    async def found(storage: Storage) -> CreativeResults:
        return await results_since(storage, name, creative, since.timestamp())

    if settings.demo:
        typer.echo(
            "this is the demo: these people do not exist, and what they did is made up; your own opens count too"
        )
    for line in results_in_words(name, creative, with_storage(settings, found), days):
        typer.echo(line)


def results_in_words(name: str, creative: Creative, found: CreativeResults, days: int) -> list[str]:
    """The results in words; people only count with their consent."""
    lines = [f"{name}: {counted(found.opens, 'open')} of {found.people:,} people who consent, in {days} days"]
    lines += [f"  {variant:<24} {n:,}" for variant, n in sorted(found.shown.items(), key=lambda pair: -pair[1])]
    if creative.silence and found.silent is not None:
        threshold = found.learned.threshold
        level = f"threshold: rank {threshold.rank}, score {threshold.score:g}" if threshold else "no threshold yet"
        lines.append(f"silence: {found.silent:.1%} of the last opens, asked for {creative.silence:.1%}; {level}")
    if found.arms:
        lines += _arms(creative, found)
    if creative.holdout:
        lines += _lift(found)
    for what in found.alarms:
        lines.append(f"ALARM: the {what} has not the shares that were meant; do not trust these results")
    return lines


def _arms(creative: Creative, found: CreativeResults) -> list[str]:
    unit = "opens" if creative.explore else "people"
    lines = [f"{'explore: thompson' if creative.explore else 'split'}, by {unit} who clicked:"]
    lines += map(_arm, found.arms, repeat(found.arms[0].name))
    for context, arms in found.contexts.items():
        lines += [f"where {context}:", *map(_arm, arms, repeat(arms[0].name))]
    if found.winner:
        return [*lines, f"  winner: {found.winner}"]
    if any(arm.n < LEAST or arm.clicked < LEAST_CLICKS for arm in found.arms):
        return [*lines, f"  no winner before {LEAST} {unit} and {LEAST_CLICKS} clicks of each"]
    if found.missing is None:
        return [*lines, "  no winner yet: the difference may be chance"]
    return [*lines, f"  no winner yet: it may take {found.missing:,} more {unit}, if shares stay as they are"]


def _arm(arm: ArmResult, first: str) -> str:
    above = f"  {_above(arm.above, first)}" if arm.above else ""
    return f"  {arm.name:<24} {arm.clicked:,} of {arm.n:,} ({arm.share:.2%}), weight {arm.weight:.0%}{above}"


def _above(found: Difference, first: str) -> str:
    return f"{found.value:+.2%} than {first} ({found.low:+.2%} to {found.high:+.2%})"


def _lift(found: CreativeResults) -> list[str]:
    (held, held_bought), (rest, rest_bought) = found.held, found.rest
    lines = [f"holdout: {HELD} {held_bought:,} of {held:,} bought, {REST} {rest_bought:,} of {rest:,}"]
    if found.lift is None or min(held, rest) < 2:
        return [*lines, "  lift: not known yet"]
    sure = "" if found.lift.surely else "; may be chance"
    lift = found.lift
    return [*lines, f"  lift: {lift.value:+.2%} of people ({lift.low:+.2%} to {lift.high:+.2%}){sure}"]
