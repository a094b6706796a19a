"""An operator decides about a payment that belongs to no order: each act is asked once, and done once."""

from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.payments.unmatched import UnmatchedPayment
from vpnbot.telegram.admin import unmatched_money_screens as screens
from vpnbot.telegram.admin.money_screens import gone
from vpnbot.telegram.customer.money_callbacks import Tap
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.decide_unmatched import decide_unmatched, unmatched_acts


def tap_unmatched(context: UpdateContext, tapped: Tap, act: Act | None, mark: str) -> Reply:
    """Handle the tap of an operator.

    Raises:
        Conflict: another operator, or due work, is changing it; Telegram delivers the tap again.
        StorageUnavailable: Telegram delivers the tap again.
    """
    payment = context.payments.unmatched.get(mark)
    if payment is None:
        return Show(gone())
    if act is None or tapped not in {Tap.ASK, Tap.DO}:
        return Show(_screen(context, payment))
    possible = any(each.act is act for each in unmatched_acts(payment, context.payments))
    if possible and tapped is Tap.ASK:
        return Show(screens.question(payment, act))
    cause = f"admin:{context.cause.removeprefix('update:')}"
    done = possible and decide_unmatched(payment, act, cause, context.actor, context.payments, context)
    current = context.payments.unmatched.get(mark) or payment
    return Show(_screen(context, current, screens.result(payment, act) if done else phrase("money-decided")))


def _screen(context: UpdateContext, payment: UnmatchedPayment, heading: Phrase | None = None) -> Screen:
    screen = screens.payment_screen(payment, unmatched_acts(payment, context.payments))
    return screen if heading is None else screen.headed(heading)
