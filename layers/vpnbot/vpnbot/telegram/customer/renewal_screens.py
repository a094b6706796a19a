"""The screens of automatic renewal: on, off, consent, the saved method, and what is said about each charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.telegram.customer.payment_words import (
    decline_words,
    end_argument,
    every,
    means_of,
    method_name,
    method_title,
    period,
    plan_title,
)
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View

_TURN_OFF = Button(phrase("button-turn-off"), action=Action.RENEWAL.on("off"))
_PAY_NOW = Button(phrase("button-pay-now"), action=Action.PLANS)
_WITHOUT_END: Mapping[str, str] = {
    "renewal-off": "renewal-off-open",
    "renewal-turned-off": "renewal-turned-off-open",
    "notice-renewed": "notice-renewed-making",
    "notice-renewal_failed": "notice-renewal_failed-off",
    "notice-renewal_skipped": "notice-renewal_skipped-off",
    "notice-renewal_retired": "notice-renewal_retired-off",
    "notice-renewal_off_in_telegram": "notice-renewal_off_in_telegram-open",
    "notice-renewal_no_stars": "notice-renewal_no_stars-off",
}
"""The variants of messages with an end, for a person without one: the key is being made, or the time is over."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge that comes again: `price` every `duration`, for `plan`, with `method` of `provider`.

    `method` is a title such as "Visa •• 4477"; empty: the provider has no more than its name.
    """

    plan: Plan
    duration: timedelta
    price: Money
    provider: str
    method: str = ""

    @property
    def method_name(self) -> Phrase | str:
        """How it is paid, in words."""
        return method_name(self.method, self.provider)


def off(view: View, offered: Charge | None, *, removable: str = "") -> Screen:
    """Return that automatic renewal is off; `offered` is what would be charged, None: a purchase is needed first.

    `removable` is the title of a saved method, which can be removed; empty: there is none.
    """
    remove = _remove(removable)
    if offered is None:
        text = (_until(view, "renewal-off"), phrase("renewal-with-purchase"))
        return Screen(text, rows((view.plans_button,), (remove,), (HOME,)))
    turn_on = Button(phrase("button-turn-on", price=offered.price), action=Action.RENEWAL.on("consent"))
    return Screen((_until(view, "renewal-off"),), rows((turn_on,), (remove,), (HOME,)))


def consent(charge: Charge, first_on: datetime | None, agree: str, back: str) -> Screen:
    """Ask for the consent to charges that come again; `agree` and `back` are the callback data of the answers.

    `first_on` is the date of the first charge; None: it is not known yet, because the time waits for a key.
    """
    again = every(charge.duration)
    if first_on is None:
        text = phrase("renewal-consent-open", price=charge.price, every=again, method=charge.method_name)
    else:
        text = phrase("renewal-consent", price=charge.price, every=again, method=charge.method_name, date=first_on)
    agree_button = Button(phrase("button-agree"), action=agree)
    terms = Button(phrase("button-terms"), action=Action.TERMS.on(Action.RENEWAL))
    return Screen((text,), rows((agree_button,), (terms, Button(phrase("button-back"), action=back))))


def on(charge: Charge, next_on: datetime | None, *, failing: bool = False, removable: str = "") -> Screen:
    """Return that automatic renewal is on; `next_on` None: the date of the next charge is not known yet.

    `failing`: no charge is tried any more, so the person has to pay. `removable` is as in `off`.
    """
    if next_on is not None:
        text = phrase("renewal-on", price=charge.price, date=next_on, method=charge.method_name)
    else:
        again = every(charge.duration)
        text = phrase("renewal-on-open", price=charge.price, every=again, method=charge.method_name)
    lines = (text, phrase("renewal-failing")) if failing else (text,)
    pay = _PAY_NOW if failing else None
    return Screen((lines,), rows((pay,), (_TURN_OFF,), (_remove(removable),), (HOME,)))


def _remove(method: str) -> Button | None:
    label = phrase("button-remove-method", method=method_title(method))
    return Button(label, action=Action.RENEWAL.on("ask_remove")) if method else None


def turned_off(view: View) -> Screen:
    """Return the confirmation that automatic renewal is off."""
    return Screen((_until(view, "renewal-turned-off"),), rows((HOME,)))


def remove_method(method: str) -> Screen:
    """Ask for confirmation before a saved method is removed."""
    keep = Button(phrase("button-keep"), action=Action.RENEWAL.on("show"))
    remove = Button(phrase("button-remove"), action=Action.RENEWAL.on("remove"))
    return Screen((phrase("method-remove", method=method_title(method)),), rows((keep,), (remove,)))


def method_removed(view: View) -> Screen:
    """Return the confirmation that a saved method is removed."""
    return Screen((phrase("method-removed"),), rows((view.plans_button,), (HOME,)))


def ahead(view: View, charge: Charge, date: datetime) -> Screen:
    """Return the notification before a charge."""
    text = phrase(
        "notice-renewal_ahead",
        date=date,
        means=means_of(charge.provider),
        price=charge.price,
        plan=plan_title(charge.plan, view.language),
        period=period(charge.duration),
        method=charge.method_name,
    )
    other = Button(phrase("button-another-way"), action=Action.PLANS)
    return Screen((text,), rows((_TURN_OFF,), (other,), (HOME,)))


def renewed(view: View, price: Money, order_id: str, *, receipt: bool = True) -> Screen:
    """Return the notification of a charge that went through."""
    button = Button(phrase("button-receipt"), action=Action.ORDER.on("receipt", order_id)) if receipt else None
    return Screen((_until(view, "notice-renewed", price=price),), rows((button, HOME)))


def retry(view: View, method: Phrase | str, provider: str, reason: str, date: datetime) -> Screen:
    """Return the notification of a charge that was declined and is tried again at `date`."""
    end = view.person.subscription.ends_at
    if end is None or end <= view.now:
        return failed(view, method, provider, reason)
    words = decline_words(reason, provider)
    text = phrase("notice-renewal_retry", method=method, reason=words, date=date, end=end_argument(end, view.now))
    return Screen((text,), rows((_PAY_NOW,), (_TURN_OFF,), (HOME,)))


def failed(view: View, method: Phrase | str, provider: str, reason: str) -> Screen:
    """Return the notification of a charge that was declined for good."""
    text = _until(view, "notice-renewal_failed", method=method, reason=decline_words(reason, provider))
    return Screen((text,), rows((_PAY_NOW,), (_TURN_OFF,), (HOME,)))


def skipped(view: View) -> Screen:
    """Return the notification that there is not enough time before the end to announce a charge."""
    return Screen((_until(view, "notice-renewal_skipped"),), rows((_PAY_NOW,), (_TURN_OFF,), (HOME,)))


def retired(view: View) -> Screen:
    """Return the notification that the agreed offer is not sold any more, so that automatic renewal has ended."""
    return Screen((_until(view, "notice-renewal_retired"),), rows((view.plans_button,), (HOME,)))


def charged_though_off(view: View, price: Money) -> Screen:
    """Return the apology for a charge that came although automatic renewal was off."""
    return Screen((phrase("notice-charged_though_off", price=price),), rows((view.support, HOME)))


def off_in_telegram(view: View) -> Screen:
    """Return the notification that the person has turned a subscription in Stars off in Telegram."""
    return Screen((_until(view, "notice-renewal_off_in_telegram"),), rows((view.plans_button,), (HOME,)))


def no_stars(view: View) -> Screen:
    """Return the notification that Telegram could not charge for a renewal."""
    return Screen((_until(view, "notice-renewal_no_stars"),), rows((view.plans_button,), (HOME,)))


def _until(view: View, message: str, **arguments: Argument) -> Phrase:
    """Return `message` with the end of the time as it is now, or its variant without an end."""
    end = view.person.subscription.ends_at
    if end is None or end <= view.now:
        return Phrase(_WITHOUT_END[message], arguments)
    return Phrase(message, {**arguments, "end": end_argument(end, view.now)})
