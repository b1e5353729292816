"""The best of the variants that may be shown: hard limits, then rank, then score, then as declared; or silence."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, Self

from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import Circumstances, Limits
from livecontent.decide.decision import Best, Decision, Silence, Tried, worth_of
from livecontent.decide.holding import hold
from livecontent.decide.sharing import Found, Turn
from livecontent.expressions.chance import CLICK_CHANCES
from livecontent.expressions.one_go import ALONE, Value
from livecontent.expressions.rule import RuleFacts
from livecontent.facts import Moment
from livecontent.showings import FIRST_CHANCE, Worth
from livecontent.vocabulary import Vocabulary

_TRUE = Tried("", "", value=True)


class FactsFor(NamedTuple):
    """The facts of a moment for variants that are good for long, and for others: on a prefetch, these are redacted."""

    trusted: RuleFacts
    others: RuleFacts

    @classmethod
    def of(cls, creative: Creative, moment: Moment, vocabulary: Vocabulary) -> Self:
        """Those of a moment."""
        live = RuleFacts(moment.words, timezone=creative.timezone)
        if not moment.prefetched:
            return cls(live, live)
        redacted, now = vocabulary.redact(moment.words), moment.words.get("now")
        return cls(live, RuleFacts(redacted, prefetched=True, timezone=creative.timezone, now=now))

    def with_words(self, words: Mapping[str, object]) -> "FactsFor":
        """The same and these, which time does not change."""
        trusted = self.trusted.with_words(words)
        return FactsFor(trusted, trusted if self.others is self.trusted else self.others.with_words(words))

    def variant(self, creative: Creative, variant: Variant) -> RuleFacts:
        """Those of one."""
        if self.trusted is self.others:
            return self.others
        return self.trusted if creative.trusts(variant) else self.others


class Ranking:
    """One decision of a creative in which more than rules decides."""

    def __init__(self, creative: Creative, moment: Moment, facts: FactsFor, known: Circumstances) -> None:
        self._creative = creative
        self._moment = moment
        chances = known.learned.chances
        self._chances = {one.name: chances.get(one.name, FIRST_CHANCE) for one in creative.by_chance}
        self._facts = facts.with_words({CLICK_CHANCES: self._chances}) if self._chances else facts
        self._known = known
        self._limits = Limits(creative, known)
        context = creative.explore.context if creative.explore else None
        self._context, self._context_note = context.label(facts.others) if context else ("", "")
        weights = known.learned.contexts.get(self._context, known.learned.weights)
        self._weights = {arm: weights.get(arm, weight) for arm, weight in creative.arms.items()}
        self._arm = self._drawn_once() if creative.split and not creative.explore else ""
        self._worked_out: dict[str, Value] = {}  # of rules and scores, by variant
        self._turn = Turn.of(creative, known, self._may) if creative.pool else None

    def decide(self) -> Decision:
        """Tries variants from the highest rank; those of lower ranks than the best are not tried."""
        creative = self._creative
        trace, found = self._all_tried()
        offer, kept = "", False
        if self._turn:
            found, offer, left = self._turn.share(found)
            kept = offer != "" and offer == self._turn.kept
            why: Literal["keeps", "place"] = "keeps" if kept else "place"
            trace = [tried._replace(left=why) if tried.variant in left else tried for tried in trace]
        share = 0.0
        arms = {one.name: self._weights[one.name] for one, _ in found if one.name in self._weights}
        if creative.explore and arms:
            self._arm = self._seen_arm(arms) or self._known.draws.arm(arms, "explore", *self._names, self._known.slot)
            share = arms[self._arm] / sum(arms.values())
            trace = [self._passed_over(tried, arms) for tried in trace]
            found = [(one, tried) for one, tried in found if one.name == self._arm or one.name not in arms]
        elif self._arm:
            share = self._weights[self._arm] / sum(self._weights.values())
        best = self._best(found)
        return self._decision(best, trace, share)._replace(offer=offer, kept=kept)

    def _all_tried(self) -> tuple[list[Tried], list[Found]]:
        """Those that were tried, and of these the ones that may be shown."""
        trace: list[Tried] = []
        found: list[Found] = []
        rank: int | None = None
        taken = self._turn.taken if self._turn else {}
        for variant in self._creative.ranked:
            if variant.rank != rank and self._is_found(found, variant.rank):
                break
            rank = variant.rank
            tried = self._try(variant)
            if tried.eligible:
                if variant.offers and variant.name in taken:
                    tried = tried._replace(taken=taken[variant.name])
                else:
                    found.append((variant, tried))
            trace.append(tried)
        return trace, found

    def _is_found(self, found: list[Found], rank: int) -> bool:
        """Whether what comes now, of this rank, comes too late."""
        if self._turn is None:
            return bool(found) and rank < found[0][0].rank
        return any(not one.offers and rank < one.rank for one, _ in found) or self._turn.is_found(found, rank)

    def _may(self, name: str) -> bool:
        variant = next((one for one in self._creative.ranked if one.name == name and one.offers), None)
        return variant is not None and self._try(variant).eligible

    def _decision(self, best: tuple[Variant, Worth] | None, trace: list[Tried], share: float) -> Decision:
        creative, last = self._creative, self._creative.variants[-1]
        silence = self._silence(best[1] if best else None)
        if best is None or silence:
            trace.append(Tried(last.name, "", value=True))
        return Decision(
            best[0] if best and not silence else last,
            tuple(trace),
            silence,
            Best(best[0].name, best[1]) if best else None,
            self._arm,
            share,
            self._known.learned.version,
            self._weights if creative.arms else {},
            self._context,
            self._context_note,
        )

    @property
    def _names(self) -> tuple[str, str]:
        """What draws are by: all images that share offers draw the same."""
        return "offers" if self._creative.pool else self._known.creative, self._known.person

    def _try(self, variant: Variant) -> Tried:
        name, rule = variant.name, variant.when.source if variant.when else ""
        facts = self._facts.variant(self._creative, variant)
        worked_out = self._value(variant, facts)
        if worked_out is None:
            return Tried(name, rule, False)
        tried = _TRUE if worked_out is not ALONE else hold(self._creative, variant, self._moment, facts)
        if not tried.value:
            return tried
        passed_over = self._arm if self._arm and name in self._weights and name != self._arm else ""
        uncounted, hit, score, note, chance = "", None, None, "", None
        if not passed_over and (variant.limited or self._creative.cap):
            uncounted = self._uncounted(facts)
            hit = None if uncounted else self._limits.hit(variant)
        if variant.scored and not (passed_over or uncounted or hit):
            score, note = variant.scored.number(facts) if worked_out is ALONE else (worked_out, "")
            chance = self._chances.get(name)
        return Tried(name, rule, True, tried.note, tried.window, hit, uncounted, passed_over, score, note, chance)

    def _value(self, variant: Variant, facts: RuleFacts) -> Value:
        """What its rule and score come to where they are worked out with others: None where it does not hold."""
        name = variant.name
        if name not in self._worked_out:
            together = self._creative.together.get(name)
            self._worked_out |= together.values(facts) if together else {name: ALONE}
        return self._worked_out[name]

    def _uncounted(self, facts: RuleFacts) -> str:
        """Why nobody knows what somebody will have seen."""
        if not self._known.counted:
            return "nobody" if not self._known.person else "consent"
        return "prefetch" if facts.prefetched else ""

    def _best(self, found: list[Found]) -> tuple[Variant, Worth] | None:
        """Of equal scores the first that is declared."""
        if not found:
            return None
        variant, tried = max(found, key=lambda pair: worth_of(*pair))  # of equals the first
        tie = self._known.tie if self._creative.silence else 0.0
        return variant, Worth(*worth_of(variant, tried), tie)

    def _silence(self, worth: Worth | None) -> Silence:
        creative, known = self._creative, self._known
        if creative.holdout and known.is_held_out(creative.holdout):
            return "holdout"
        if worth is None:
            return "nothing" if creative.silence or creative.holdout else ""
        if not creative.silence:
            return ""
        if known.learned.threshold is None:  # nothing is learned yet: as many by chance
            return "threshold" if worth.draw < creative.silence else ""
        return "threshold" if worth < known.learned.threshold else ""

    def _drawn_once(self) -> str:
        """Of a split: the same for a person in all sends; of nobody the first."""
        if not self._known.person:
            return next(iter(self._weights))
        return self._known.draws.arm(self._weights, "split", *self._names)

    def _seen_arm(self, arms: Mapping[str, float]) -> str:
        """What the person has seen in this send: it stays, whatever was learned since."""
        here = (self._known.creative, self._known.slot)
        seen = (one.variant for one in self._known.seen if (one.creative, one.slot) == here)
        return next((variant for variant in seen if variant in arms), "")

    def _passed_over(self, tried: Tried, arms: Mapping[str, float]) -> Tried:
        if tried.variant == self._arm or tried.variant not in arms:
            return tried
        return tried._replace(passed_over=self._arm)
