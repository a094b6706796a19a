"""Registration of the handlers for plans, codes, gifts, orders, payments, refunds and renewal, imported on first use.

It comes before `home`: `/start` with the mark of an order belongs to `orders`, that of a promo code to `promo`,
that of a gift to `gifts`.
"""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart, StateFilter

from vpnbot.domain.bot_link import GIFT_MARK
from vpnbot.domain.promo.entered import PROMO_MARK
from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.bot_api.incoming_update import ORDER_MARK
from vpnbot.telegram.customer.states import Buying, Entering
from vpnbot.telegram.messages.callbacks import CONTACT_BACK, Action

_PACKAGE = "vpnbot.telegram.customer"


def register(router: Router) -> None:
    """Register the handlers of this module."""
    _orders(router)
    _plans(router)
    _promo(router)
    _gifts(router)
    _payments_history(router)
    _refunds(router)
    _renewal(router)


def _orders(router: Router) -> None:
    orders = LateModule(f"{_PACKAGE}.orders")
    router.message.register(orders.back_from_page, CommandStart(deep_link=True, magic=F.args.startswith(ORDER_MARK)))
    router.callback_query.register(orders.show, F.data.startswith(Action.ORDER.on("show") + ":"))
    router.callback_query.register(orders.paid_already, F.data.startswith(Action.ORDER.on("paid") + ":"))
    router.callback_query.register(orders.cancel, F.data.startswith(Action.ORDER.on("cancel") + ":"))


def _plans(router: Router) -> None:
    plans = LateModule(f"{_PACKAGE}.plans")
    router.message.register(plans.plans_command, Command("plans"))
    router.message.register(plans.terms, Command("terms"))
    router.callback_query.register(plans.plans, F.data == Action.PLANS)
    router.callback_query.register(plans.buy, F.data.regexp(rf"^{Action.BUY}(:|$)"))
    router.callback_query.register(plans.pay, F.data.startswith(Action.PAY + ":"))
    contact = LateModule(f"{_PACKAGE}.contact_question")
    router.callback_query.register(contact.none_given, F.data == Action.CONTACT.on("none"))
    router.callback_query.register(contact.back, F.data == CONTACT_BACK)
    router.message.register(contact.sent, StateFilter(Buying.contact), F.text, ~F.text.startswith("/"))
    router.message.register(contact.not_text, StateFilter(Buying.contact), ~F.text)


def _promo(router: Router) -> None:
    promo = LateModule(f"{_PACKAGE}.promo")
    router.message.register(promo.from_link, CommandStart(deep_link=True, magic=F.args.startswith(PROMO_MARK)))
    router.callback_query.register(promo.ask, F.data == Action.PROMO)
    router.callback_query.register(promo.take_off, F.data == Action.PROMO.on("off"))
    router.callback_query.register(promo.see, F.data.startswith(Action.PROMO.on("see") + ":"))
    router.callback_query.register(promo.use, F.data.startswith(Action.PROMO.on("use") + ":"))
    router.message.register(promo.typed, StateFilter(Entering.code), F.text, ~F.text.startswith("/"))


def _gifts(router: Router) -> None:
    gifts = LateModule(f"{_PACKAGE}.gifts")
    router.message.register(gifts.from_link, CommandStart(deep_link=True, magic=F.args.startswith(GIFT_MARK)))
    router.callback_query.register(gifts.take, F.data.startswith(Action.GIFT.on("t") + ":"))
    router.callback_query.register(gifts.show, F.data.startswith(Action.GIFT.on("show") + ":"))
    router.callback_query.register(gifts.ask_new_link, F.data.startswith(Action.GIFT.on("ask") + ":"))
    router.callback_query.register(gifts.new_link, F.data.startswith(Action.GIFT.on("new") + ":"))
    router.callback_query.register(gifts.keep, F.data.startswith(Action.GIFT.on("keep") + ":"))


def _payments_history(router: Router) -> None:
    history = LateModule(f"{_PACKAGE}.payments_history")
    router.message.register(history.paysupport, Command("paysupport"))
    router.message.register(history.payments_command, Command("payments"))
    router.callback_query.register(history.payments, F.data == Action.PAYMENTS)
    router.callback_query.register(history.payments, F.data.startswith(Action.PAYMENTS + ":"))
    router.callback_query.register(history.one, F.data.startswith(Action.ORDER.on("one") + ":"))
    router.callback_query.register(history.receipt, F.data.startswith(Action.ORDER.on("receipt") + ":"))


def _refunds(router: Router) -> None:
    refunds = LateModule(f"{_PACKAGE}.refunds")
    router.callback_query.register(refunds.ask, F.data.startswith(Action.REFUND.on("ask") + ":"))
    router.callback_query.register(refunds.wanted, F.data.startswith(Action.REFUND.on("do") + ":"))
    router.callback_query.register(refunds.second, F.data.startswith(Action.REFUND.on("second") + ":"))
    router.callback_query.register(refunds.keep_both, F.data == Action.REFUND.on("keep"))


def _renewal(router: Router) -> None:
    renewal = LateModule(f"{_PACKAGE}.renewal")
    router.callback_query.register(renewal.show, F.data == Action.RENEWAL.on("show"))
    router.callback_query.register(renewal.off, F.data == Action.RENEWAL.on("off"))
    router.callback_query.register(renewal.consent, F.data == Action.RENEWAL.on("consent"))
    router.callback_query.register(renewal.ask_remove, F.data == Action.RENEWAL.on("ask_remove"))
    router.callback_query.register(renewal.remove, F.data == Action.RENEWAL.on("remove"))
    router.callback_query.register(renewal.agree, F.data.startswith(Action.RENEWAL.on("agree") + ":"))
