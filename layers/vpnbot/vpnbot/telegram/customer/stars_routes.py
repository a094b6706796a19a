"""Registration of the handlers for payments in Stars; their module is imported on first use.

Registered before all other features and without an FSM state, so that no payment is lost.
"""

from aiogram import F, Router

from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule


def register(router: Router) -> None:
    """Register the handlers of this module."""
    payments = LateModule("vpnbot.telegram.customer.payments")
    router.pre_checkout_query.register(payments.answer_checkout)
    router.message.register(payments.paid, F.successful_payment)
    router.message.register(payments.refunded, F.refunded_payment)
    router.subscription.register(payments.subscription_changed)
