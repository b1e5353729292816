"""Which variant is shown, and why. Pure: equal facts, counts, draws and weights give the same decision."""

from livecontent.decide.circumstances import ANYBODY, Circumstances, Deciding
from livecontent.decide.decision import Best, Decision, Tried
from livecontent.decide.rules import decide, may_hold, possible

__all__ = ["ANYBODY", "Best", "Circumstances", "Deciding", "Decision", "Tried", "decide", "may_hold", "possible"]
