"""Payments that Telegram tells of. Registered before any other feature, and on content: no state may swallow them."""

from aiogram import F, Router
from aiogram.types import BotSubscriptionUpdated, Message, PreCheckoutQuery

from vpnbot.errors import PaymentNotApplied
from vpnbot.telegram.messages.reply import AnswerCheckout, Reply
from vpnbot.telegram.messages.screen import phrase


async def check_out(_: PreCheckoutQuery) -> Reply:
    """Refuse to let a payment go on: there is no order that it could belong to."""
    return AnswerCheckout(phrase("checkout-outdated"))


async def money_moved(_: Message) -> Reply:
    """Keep a payment or a refund for the operator: there is no order that it could belong to."""
    raise PaymentNotApplied("it belongs to no order")


async def subscription_changed(_: BotSubscriptionUpdated) -> Reply:
    """Keep what Telegram tells of a subscription that the bot never offered."""
    raise PaymentNotApplied("it belongs to no subscription")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.pre_checkout_query.register(check_out)
    router.message.register(money_moved, F.successful_payment)
    router.message.register(money_moved, F.refunded_payment)
    router.subscription.register(subscription_changed)
