"""An operator decides about money: each act is asked once with its consequence, and done once.

Two operators may tap the same button, or one twice: what has been done is then shown as it stands. The cause of a
decision is `admin:<bot>:<update>`.
"""

from dataclasses import replace

from aiogram.types import CallbackQuery

from vpnbot.domain.orders.order import Order
from vpnbot.domain.payments.operator_acts import Act, PossibleAct
from vpnbot.telegram.admin import money_screens as screens
from vpnbot.telegram.admin.person_screens import back
from vpnbot.telegram.admin.unmatched_money import tap_unmatched
from vpnbot.telegram.customer.money_callbacks import Subject, Tap, read, read_unmatched
from vpnbot.telegram.messages.reply import Reply, Show, Silence
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.payments.accounts import refunds_of
from vpnbot.usecases.payments.decide_payment import REASONS, OperatorDecision, decide_payment
from vpnbot.usecases.payments.grant_held import acts_for
from vpnbot.usecases.ports import Session
from vpnbot.usecases.ports.payments import Refunds
from vpnbot.usecases.read_gifts import gifts_of


async def tap(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Handle the tap of an operator on a button about money."""
    unmatched = read_unmatched(query.data)
    if unmatched is not None:
        return _leading_on(tap_unmatched(context, *unmatched), context)
    asked = read(query.data)
    if asked is None:
        return Silence()
    session = context.open(asked[2].person)
    return _leading_on(_about_order(session, context, *asked), context, back(session.person))


def _leading_on(reply: Reply, context: UpdateContext, *buttons: Button) -> Reply:
    """Return the reply with these buttons and one to the home of the staff, if it is in a chat with the bot alone.

    In the operators' group a screen about money is an alert that stays.
    """
    message = context.content.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    private = isinstance(chat, dict) and chat.get("type") == "private"
    if not private or not isinstance(reply, Show):
        return reply
    return replace(reply, screen=replace(reply.screen, rows=(*reply.screen.rows, (*buttons, ADMIN))))


def _about_order(session: Session, context: UpdateContext, tapped: Tap, act: Act | None, subject: Subject) -> Reply:
    order = session.recall(subject.order).order(subject.order)
    payment = None if order is None else subject.payment_of(order)
    if order is None or payment is None:
        return Show(screens.gone())
    possible = _possible(session, context, order, subject, act)
    if tapped is Tap.ANSWER:
        return Show(_order(session, context, subject), toast=phrase("toast-money-answer"), alert=True)
    if tapped is Tap.SHOW or act is None:
        return Show(_order(session, context, subject))
    if tapped is Tap.ASK:
        if possible is None:
            return Show(_order(session, context, subject, phrase("money-decided")))
        return Show(screens.question(session.person, order, possible, subject, _language(context)))
    done = _done(session, context, order, payment.id, possible) if possible else None
    return Show(_order(session, context, subject, done or phrase("money-decided")))


def _done(
    session: Session, context: UpdateContext, order: Order, payment_id: str, possible: PossibleAct
) -> Phrase | None:
    """Do an act, and return its result; None if it was done before, or is not possible any more.

    Raises:
        Conflict, StorageUnavailable: Telegram delivers the tap again.
    """
    cause = f"admin:{context.cause.removeprefix('update:')}"
    decision = OperatorDecision(cause, context.actor, order.id, payment_id, possible)
    done = decide_payment(session, context.fleet, context.payments, context, decision)
    if not done:
        return None
    return screens.result(possible, by_hand=possible.act in REASONS and _by_hand(context, order))


def _possible(
    session: Session, context: UpdateContext, order: Order, subject: Subject, act: Act | None
) -> PossibleAct | None:
    return next((each for each in _acts(session, context, order, subject) if each.act is act), None)


def _acts(session: Session, context: UpdateContext, order: Order, subject: Subject) -> list[PossibleAct]:
    payment = subject.payment_of(order)
    if payment is None:
        return []
    return acts_for(session.person, order, payment.id, context.payments, context)


def _order(session: Session, context: UpdateContext, subject: Subject, heading: Phrase | None = None) -> Screen:
    order = session.person.order(subject.order)
    if order is None:
        return screens.gone()
    acts = _acts(session, context, order, subject)
    gifts = gifts_of(context.payments.gifts, order).values()
    screen = screens.order_screen(session.person, order, acts, subject, _language(context), gifts)
    return screen if heading is None else screen.headed(heading)


def _by_hand(context: UpdateContext, order: Order) -> bool:
    return refunds_of(context.payments.providers, order.provider) is Refunds.NONE


def _language(context: UpdateContext) -> str:
    return context.views.language_of(context.session.person)
