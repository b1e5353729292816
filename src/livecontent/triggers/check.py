"""What is wrong with triggers, for `check`, `doctor` and the log."""

from pathlib import Path

from livecontent.errors import CreativeError, Problem
from livecontent.triggers.rules import Triggers, read_triggers
from livecontent.triggers.webhook import Webhooks
from livecontent.vocabulary import Vocabulary


def lost_triggers(triggers: Triggers, webhooks: Webhooks) -> list[Problem]:
    """Those that lead nowhere, or that nothing signs: they fire nothing."""
    found = ((one, webhooks.problem(one.url)) for one in triggers.values())
    return [one.problem(problem) for one, problem in found if problem]


def check_triggers(templates: Path, vocabulary: Vocabulary, webhooks: Webhooks) -> list[Problem]:
    """All that is wrong with the triggers in a folder of creatives."""
    try:
        return lost_triggers(read_triggers(templates, vocabulary), webhooks)
    except CreativeError as error:
        return error.problems
