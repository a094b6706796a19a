"""The screens for a person who had problems: which, and what helps."""

from itertools import batched

from vpnbot.domain.people.opinions import PROBLEMS
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import BROKEN, HOME, View

_BUTTONS_PER_ROW = 2


def which_problem(view: View) -> Screen:
    """Return the question what went wrong, with a button for each kind of problem."""
    kinds = [Button(phrase(f"button-problem-{kind}"), action=Action.OPINION.on(kind)) for kind in PROBLEMS]
    lines = (tuple(line) for line in batched(kinds, _BUTTONS_PER_ROW, strict=False))
    return Screen((phrase("which-problem"),), rows(*lines, (view.support, HOME)))


def help_with(problem: str, view: View) -> Screen:
    """Return what helps with a kind of problem; the diagnosis is offered while a key should work."""
    broken = BROKEN if view.standing.works else None
    return Screen((phrase(f"problem-{problem}"),), rows((broken,), (view.plans_button,), (view.support, HOME)))
