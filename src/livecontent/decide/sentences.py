"""An explanation as sentences: what is shown and why, then why each of the others is not."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from math import isinf

from babel import Locale
from babel.numbers import format_decimal, format_percent

from livecontent.decide.different import Way, Ways
from livecontent.decide.explained import Explanation, VariantStep
from livecontent.decide.situation import Alteration
from livecontent.decide.words import WORDS
from livecontent.expressions.calendar import written_date
from livecontent.expressions.chance import CLICK_CHANCE
from livecontent.expressions.parts import RulePart
from livecontent.expressions.unknown import UNSTEADY
from livecontent.showings import Worth

LANGUAGES = tuple(WORDS)
_ODD = ("stale", "missing", "late", "broken")
_SKY = ("weather", "condition")
_UNSTEADY = {"en": UNSTEADY, "fr": "peut avoir changé quand on la lira"}


def told_why(found: Explanation, language: str = "en") -> list[str]:
    """What is shown and why, then why each other variant is not; English or French."""
    return list(_Speaker(found, language).all())


def told_ways(ways: Ways, language: str = "en") -> list[str]:
    """A sentence for each way, and one more where not all was tried; English or French."""
    speaker = _Speaker(Explanation("", "", (), {}), language)
    return [*map(speaker.way, ways.found), *([] if ways.whole else [WORDS[language]["ways cut"]])]


def _plain(text: str) -> str:
    """Without the mark that code stands in, which parts a sentence where it is drawn."""
    return text.replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}")


class _Speaker:
    def __init__(self, found: Explanation, language: str) -> None:
        self._found = found
        self._language = language
        self._words = WORDS[language]
        self._zone: tzinfo = (found.at.tzinfo if found.at else None) or UTC

    def way(self, way: Way) -> str:
        alone = way.changes[0]
        if len(way.changes) == 1 and (key := f"way {alone.kind}") in self._words:
            return self._say(key, variant=way.variant, until=self._moment(alone.value) if alone.value else "")
        said = self._say("way", variant=way.variant, changes=self._joined(map(self._if, way.changes)))
        return said.replace("si il ", "s’il ") if self._language == "fr" else said

    def _if(self, change: Alteration) -> str:
        if change.kind in ("time", "limit"):
            return self._say(f"if {change.kind}", until=self._moment(change.value))
        if change.path == _SKY and (sky := self._words.get(f"if {change.value}")):
            return sky
        return self._say(f"if {change.kind}", name=f"`{'.'.join(change.path)}`", value=self._value(change.value))

    def all(self) -> Iterator[str]:
        found = self._found
        yield self._say("shown", variant=found.variant)
        yield from self._silence() if found.silence else self._because()
        if found.prefetched:
            yield self._words["prefetched"]
        for step in found.steps:
            if step.score_parts and (len(step.score_parts) > 1 or step.score_parts[0].names):
                parts = self._joined(map(self._part, step.score_parts))
                yield self._say("sum", variant=step.variant, parts=parts)
        told = [step for step in found.steps if step.variant != found.variant and step.outcome != "last"]
        yield from map(self._other, told)
        odd = {name: reason for name, reason in found.facts.items() if reason in _ODD}
        if odd:
            said = (f"{name} ({self._words[reason]})" for name, reason in sorted(odd.items()))
            yield self._say("facts", facts=", ".join(said))

    def _silence(self) -> Iterator[str]:
        found = self._found
        quota = self._percent(found.quota)
        key = f"silence {found.silence}"
        if found.silence == "threshold" and found.learned.threshold is None:
            key = "silence chance"
        yield self._say(
            key,
            variant=found.variant,
            quota=quota,
            best=found.best,
            worth=self._worth(found.worth),
            threshold=self._worth(found.learned.threshold),
        )

    def _because(self) -> Iterator[str]:
        found = self._found
        own = next(step for step in found.steps if step.variant == found.variant)
        if not found.best and own is found.steps[-1]:
            yield self._words["because last"] if len(found.steps) > 1 else self._words["because only"]
        elif found.arm == found.variant:
            whole = sum(found.weights.values())
            shares = {arm: self._percent(weight / whole) for arm, weight in found.weights.items()}
            weights = ", ".join(f"{arm} {share}" for arm, share in shares.items())
            yield self._say("because drawn", share=self._percent(found.share), weights=weights)
            yield self._words["kept" if found.kept else "drawn anew"]
            if found.context:
                key = "context own" if found.context in found.learned.contexts else "context few"
                yield self._say(key, context=f"`{found.context}`")
            elif found.context_note:
                yield self._say("context unknown", note=self._note(found.context_note))
        else:
            yield self._better(own)
        if found.quota and found.worth:
            key = "spoke" if found.learned.threshold else "spoke by chance"
            threshold, worth = self._worth(found.learned.threshold), self._worth(found.worth)
            yield self._say(key, worth=worth, threshold=threshold, quota=self._percent(found.quota))

    def _better(self, own: VariantStep) -> str:
        if self._found.share_of_email:
            return self._words[f"because {self._found.share_of_email}"]
        beaten = {step.outcome for step in self._found.steps if step.behind == own.variant}
        decided = ("name", "order", "score", "rank", "later")  # the last thing that it was compared by comes first
        key = next((one for one in decided if one in beaten), "only")
        return self._say(f"because {key}", rank=own.rank, score=self._score(own.score))

    def _other(self, step: VariantStep) -> str:
        hit = step.hit
        values: dict[str, object] = {"variant": step.variant, "behind": step.behind, "rank": step.rank}
        values |= {"score": self._score(step.score), "note": self._note(step.note)}
        if step.outcome in ("rule", "unknown"):
            values["parts"] = self._joined(map(self._rule, step.parts)) or self._note(step.note)
        if step.outcome == "uncounted":
            values["why"] = self._words[step.note]
        if hit:
            over = self._words.get(f"over {hit.over}") or self._say("over group", over=hit.over)
            until = self._moment(datetime.fromtimestamp(hit.until, self._zone)) if hit.until else ""
            values |= {"over": over, "shown": hit.shown, "times": hit.times, "per": self._span(hit.per), "until": until}
        key = f"{step.outcome} unknown" if step.outcome in ("score", "order", "name") and step.note else step.outcome
        return self._words[key].format_map(values)

    def _rule(self, part: RulePart) -> str:
        said = self._say("false" if part.value is False else "not known", text=f"`{_plain(part.text)}`")
        known = [(name, value) for name, value in part.names if value is not None and name != part.text]
        if part.value is False and known:
            values = self._joined(self._say("is", name=name, value=self._value(value)) for name, value in known)
            return self._say("with", said=said, values=values)
        return self._say("with", said=said, values=self._note(part.note)) if part.note else said

    def _part(self, part: RulePart) -> str:
        value = self._words["unknown score"] if part.value is None else self._score(float(part.value))
        said = self._say("part", text=f"`{_plain(part.text)}`", value=value)
        known = [(name, value) for name, value in part.names if value is not None]
        values = self._joined(self._of_score(name, value) for name, value in known)
        return self._say("with", said=said, values=values) if values else said

    def _of_score(self, name: str, value: object) -> str:
        if name == CLICK_CHANCE and isinstance(value, float):
            return self._say("chance", share=self._percent(value))
        return self._say("is", name=name, value=self._value(value))

    def _note(self, note: str) -> str:
        if self._language == "fr":
            note = note.replace(UNSTEADY, _UNSTEADY["fr"]).replace(" is not known", " n’est pas connu")
        return note

    def _say(self, key: str, **values: object) -> str:
        return self._words[key].format_map(values)

    def _worth(self, worth: Worth | None) -> str:
        return self._say("worth", rank=worth.rank, score=self._score(worth.score)) if worth else ""

    def _score(self, score: float | None) -> str:
        if score is None or isinf(score):
            return self._words["unknown score"]
        return format_decimal(score, "#,##0.###", locale=self._language)

    def _percent(self, share: float) -> str:
        pattern = "#,##0.#\N{NO-BREAK SPACE}%" if self._language == "fr" else "#,##0.#%"
        return format_percent(share, pattern, locale=self._language)

    def _value(self, value: object) -> str:
        if isinstance(value, bool):
            return self._words["true" if value else "untrue"]
        return self._score(float(value)) if isinstance(value, int | float) else _plain(f"{value}")

    def _moment(self, at: datetime) -> str:
        """On its clock; UTC is nobody's, and so it is named."""
        return written_date(at, "d MMMM y, HH:mm" + " 'UTC'" * (at.tzname() == "UTC"), Locale(self._language))

    def _span(self, span: timedelta) -> str:
        minutes = int(span.total_seconds() // 60)
        for unit, size in (("day", 1440), ("hour", 60)):
            if minutes % size == 0 and minutes:
                count = minutes // size
                return self._words[unit] if count == 1 else self._say(f"{unit}s", n=count)
        return self._say("minutes", n=minutes)

    def _joined(self, parts: Iterable[str]) -> str:
        found = list(parts)
        if len(found) < 2:
            return "".join(found)
        return f"{', '.join(found[:-1])}{self._words['and']}{found[-1]}"
