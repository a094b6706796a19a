"""What a person reads who has done something as often as allowed: when it is possible again."""

from datetime import datetime

from vpnbot.domain.people.limits import LimitedAct, TooOften
from vpnbot.telegram.messages.screen import Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View

_WITH_SUPPORT = frozenset({LimitedAct.CHECK, LimitedAct.NEW_LINK, LimitedAct.ORDER})
"""Acts of people who may need help."""


def limited(view: View, refused: TooOften, now: datetime) -> Screen:
    """Say when it is possible again, and lead on."""
    message = f"limit-{refused.act}-busy" if refused.busy else f"limit-{refused.act}"
    text = phrase(message, wait=refused.wait(now))
    return Screen((text,), rows((view.support if refused.act in _WITH_SUPPORT else None,), (HOME,)))
