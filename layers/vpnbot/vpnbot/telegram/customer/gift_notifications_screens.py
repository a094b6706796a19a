"""The notifications about gifts: to the buyer, and to the friend whose time was taken back."""

from vpnbot.domain.payments.money_notifications import Arguments
from vpnbot.telegram.customer.payment_words import end_argument, period
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View


def bought(view: View, given: Arguments) -> Screen:
    """Return what the buyer reads when a gift is paid; the button shows its link."""
    text = phrase("notice-gift_bought", **_about(given), end=end_argument(given.time("date"), view.now))
    return Screen((text,), rows((_show(given, "button-gift-send"),), (HOME,)))


def reminder(view: View, given: Arguments) -> Screen:
    """Return what the buyer reads while a gift is not opened."""
    text = phrase("notice-gift_reminder", **_about(given), end=end_argument(given.time("date"), view.now))
    return Screen((text,), rows((_show(given, "button-gift-send"),), (HOME,)))


def opened(_: View, given: Arguments) -> Screen:
    """Return what the buyer reads when the friend has opened a gift."""
    return Screen((phrase("notice-gift_opened", **_about(given)),), rows((HOME,)))


def expired(view: View, given: Arguments) -> Screen:
    """Return what the buyer reads when a gift was not opened in time."""
    return Screen((phrase("notice-gift_expired", **_about(given)),), rows((view.support, HOME)))


def waits(_: View, given: Arguments) -> Screen:
    """Return what the buyer reads while the staff have not answered about the money: it can be waited for, or not."""
    keep = Button(phrase("button-gift-keep"), action=Action.GIFT.on("keep", given.value("gift")))
    return Screen(
        (phrase("notice-gift_waits", **_about(given)),), rows((keep,), (_show(given, "button-gift-show"),), (HOME,))
    )


def again(view: View, given: Arguments) -> Screen:
    """Return what the buyer reads when the staff have answered without sending the money."""
    text = phrase("notice-gift_again", **_about(given), end=end_argument(given.time("date"), view.now))
    return Screen((text,), rows((_show(given, "button-gift-send"),), (view.support, HOME)))


def taken_back(view: View) -> Screen:
    """Return what the friend reads when the money for a gift was sent back, with the time that is left now."""
    end = view.person.subscription.ends_at
    if view.person.subscription.waits_for_key or view.person.paused:
        text = phrase("notice-gift_taken-open")
    elif end is None or end <= view.now:
        text = phrase("notice-gift_taken-off")
    else:
        text = phrase("notice-gift_taken", end=end_argument(end, view.now))
    return Screen((text,), rows((view.plans_button,), (view.support, HOME)))


def _about(given: Arguments) -> dict[str, Argument]:
    return {"plan": given.value("title"), "period": period(given.duration("duration"))}


def _show(given: Arguments, label: str) -> Button:
    return Button(phrase(label), action=Action.GIFT.on("show", given.value("gift")))
