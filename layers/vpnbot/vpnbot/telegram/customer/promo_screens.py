"""The screens of promo codes for people: asked for, what the code has given, and why one does not work."""

from vpnbot.domain.people.standing import Standing
from vpnbot.domain.promo.code import PromoCode, Refusal
from vpnbot.telegram.customer.home_screens import home_below
from vpnbot.telegram.customer.payment_words import end_argument
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, View

PROMO = Button(phrase("button-promo"), action=Action.PROMO)
_AGAIN = Button(phrase("button-promo-again"), action=Action.PROMO)
_FOR_SUPPORT = frozenset({Refusal.PAUSED})


def ask() -> Screen:
    """Ask for a code."""
    return Screen((phrase("promo-ask"),), rows((HOME,)))


def given(view: View, code: PromoCode) -> Screen:
    """Return what the code has given, and until when the person has time now."""
    ends_at, making = view.person.subscription.ends_at, view.standing.making
    if ends_at is None or making:
        text = phrase("promo-given-waiting", days=code.days)
    else:
        text = phrase("promo-given", days=code.days, end=end_argument(ends_at, view.now))
    return Screen((text,), rows((CONNECT if view.standing.works else None,), (HOME,)))


def refused(view: View, refusal: Refusal) -> Screen:
    """Say why the code does not work, and lead on: a new person to the trial."""
    text = phrase(f"promo-refused-{refusal}")
    if view.standing is Standing.NEW:
        return home_below(text, view)
    further = view.support if refusal in _FOR_SUPPORT else _AGAIN
    return Screen((text,), rows((further,), (HOME,)))
