"""Updates about payments. Registered before all other features, without an FSM state, so that none is lost."""

from aiogram import F, Router
from aiogram.types import BotSubscriptionUpdated, Message, PreCheckoutQuery

from vpnbot.errors import PaymentNotApplied
from vpnbot.telegram.messages.reply import AnswerCheckout, Reply
from vpnbot.telegram.messages.screen import phrase


async def check_out(_: PreCheckoutQuery) -> Reply:
    """Reject a payment: there is no order for it."""
    return AnswerCheckout(phrase("checkout-outdated"))


async def money_moved(_: Message) -> Reply:
    """Quarantine a payment or a refund for the operator: there is no order for it.

    Raises:
        PaymentNotApplied: always.
    """
    raise PaymentNotApplied("it belongs to no order")


async def subscription_changed(_: BotSubscriptionUpdated) -> Reply:
    """Quarantine a change of a paid subscription for the operator: the bot offers none.

    Raises:
        PaymentNotApplied: always.
    """
    raise PaymentNotApplied("it belongs to no subscription")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.pre_checkout_query.register(check_out)
    router.message.register(money_moved, F.successful_payment)
    router.message.register(money_moved, F.refunded_payment)
    router.subscription.register(subscription_changed)
