"""The screens of gifts: for the buyer its state and its link, for the friend what it does and what became of it."""

from datetime import timedelta
from urllib.parse import urlencode

from vpnbot.domain.gifts.gift import Gift, GiftRefusal, GiftState
from vpnbot.domain.payments.gift_opening import OpeningKind, OpeningPreview
from vpnbot.domain.people.standing import Standing
from vpnbot.telegram.customer.home_screens import home_below
from vpnbot.telegram.customer.payment_words import end_argument, period, plan_title
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Day, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, PAYMENTS, View

_SHARE = "https://t.me/share/url"


def of_buyer(view: View, gift: Gift, link: str, order_id: str) -> Screen:
    """Return a gift for its buyer: with its link while it can be opened, otherwise what became of it.

    `link` is its address, empty: the name of the bot is not known from this update.
    """
    payment = Button(phrase("button-gift-payment"), action=Action.ORDER.on("one", order_id))
    back = rows((payment,), (PAYMENTS, HOME))
    about = _about(view, gift)
    match gift.state:
        case GiftState.PAID if view.now < gift.ends_at:
            text = phrase("gift-send", **about, end=end_argument(gift.ends_at, view.now))
            return Screen((text, *([link] if link else [])), (*_sending(gift, link), *back))
        case GiftState.HELD:
            text = phrase("gift-held" if gift.awaits_answer else "gift-sending", **about)
            keep = Button(phrase("button-gift-keep"), action=Action.GIFT.on("keep", gift.id))
            return Screen((text,), rows((keep if gift.awaits_answer else None,), (payment,), (view.support, HOME)))
        case GiftState.REDEEMED | GiftState.REVOKING:
            day = Day(gift.redeemed_at or gift.paid_at)
            return Screen((phrase("gift-was-opened", **about, day=day),), back)
        case GiftState.VOID:
            return Screen((phrase("gift-void", **about),), back)
        case _:
            return Screen((phrase("gift-ended", **about),), rows((payment,), (view.support, HOME)))


def _sending(gift: Gift, link: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that send the link; without the name of the bot, the one that shows the gift again."""
    show = Button(phrase("button-gift-show"), action=Action.GIFT.on("show", gift.id))
    again = Button(phrase("button-gift-new-link"), action=Action.GIFT.on("ask", gift.id))
    if not link:
        return rows((show,), (again,))
    share = Button(phrase("button-gift-share"), url=f"{_SHARE}?{urlencode({'url': link})}")
    return rows((share, Button(phrase("button-gift-copy"), copy=link)), (again,))


def ask_new_link(gift: Gift) -> Screen:
    """Ask before the present link of a gift stops working."""
    keep = Button(phrase("button-keep"), action=Action.GIFT.on("show", gift.id))
    renew = Button(phrase("button-gift-new-link"), action=Action.GIFT.on("new", gift.id))
    return Screen((phrase("gift-ask-new-link"),), rows((keep,), (renew,), (HOME,)))


def unknown(view: View) -> Screen:
    """Return the answer to a button of a gift that this person has not bought."""
    return Screen((phrase("gift-unknown"),), rows((PAYMENTS,), (view.support, HOME)))


def offered(view: View, gift: Gift, preview: OpeningPreview, token: str) -> Screen:
    """Return what a gift is, and what it does to the person who may open it."""
    about = _about(view, gift)
    take = Button(phrase("button-gift-take"), action=Action.GIFT.on("t", token))
    return Screen(((phrase("gift-offered", **about), _effect(view, preview)),), rows((take,), (HOME,)))


def _effect(view: View, preview: OpeningPreview) -> Phrase:
    if view.person.paused:
        return phrase("gift-effect-paused")
    if preview.kind is OpeningKind.NEW:
        return phrase("gift-effect-new")
    arguments: dict[str, Argument] = {}
    if preview.kind is OpeningKind.CONVERTED:
        arguments |= {"plan": plan_title(preview.plan, view.language), "added": _rounded(preview.added)}
    waits = "" if preview.ends_at is not None else "-waiting"
    if preview.ends_at is not None:
        arguments["end"] = end_argument(preview.ends_at, view.now)
    return Phrase(f"gift-effect-{preview.kind}{waits}", arguments)


def _rounded(time: timedelta) -> timedelta:
    return timedelta(minutes=time // timedelta(minutes=1))


def refused(view: View, refusal: GiftRefusal, gift_id: str = "") -> Screen:
    """Say why a link opens no gift, and lead on: a new person to the trial, the buyer to the gift."""
    text = phrase(f"gift-refused-{refusal}")
    if refusal is GiftRefusal.OWN:
        show = Button(phrase("button-gift-show"), action=Action.GIFT.on("show", gift_id))
        return Screen((text,), rows((show,), (HOME,)))
    if view.standing is Standing.NEW or refusal is GiftRefusal.MINE:
        return home_below(text, view)
    return Screen((text,), rows((view.plans_button,), (view.support, HOME)))


def taken(view: View) -> Screen:
    """Return what the person has after opening a gift."""
    end = view.person.subscription.ends_at
    if view.person.paused:
        return Screen((phrase("gift-taken-paused"),), rows((view.support, HOME)))
    if end is None or view.standing.making:
        refresh = Button(phrase("button-refresh"), action=Action.REFRESH)
        return Screen((phrase("gift-taken-making"),), rows((refresh,), (view.support, HOME)))
    title = plan_title(view.plan, view.language)
    text = phrase("gift-taken", plan=title, end=end_argument(end, view.now))
    return Screen((text,), rows((CONNECT,), (HOME,)))


def _about(view: View, gift: Gift) -> dict[str, Argument]:
    return {"plan": plan_title(gift.offer.plan, view.language), "period": period(gift.offer.duration)}
