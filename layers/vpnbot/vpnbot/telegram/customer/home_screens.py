"""The home screens: one for each standing."""

from collections.abc import Callable, Mapping

from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.people.standing import Standing
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.localization.server_names import flag
from vpnbot.telegram.customer.discount_words import own_winback
from vpnbot.telegram.customer.payment_words import end_argument, plan_title
from vpnbot.telegram.customer.settings_screens import deleted
from vpnbot.telegram.customer.terms_screens import privacy_button, terms_button
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN, BROKEN, CONNECT, PAYMENTS, SETTINGS, TRY, View

_ATTEMPTS_IN_A_MINUTE = 3
_SHOWN_FROM_BYTES = 100_000_000


def home(view: View) -> Screen:
    """Return the home screen for the standing of this person; members of the staff get a button to their own."""
    screen = _screen(view)
    return Screen(screen.paragraphs, (*screen.rows, (ADMIN,)), screen.qr) if view.role else screen


def home_below(heading: Phrase, view: View) -> Screen:
    """Return the home screen below what a message says: its first text, or for a new person what a trial accepts."""
    screen = home(view)
    text = screen.paragraphs[-1 if view.standing is Standing.NEW else 0]
    return Screen((heading, text), screen.rows)


def _screen(view: View) -> Screen:
    """Return the screen of the standing; with an order that is not paid, or held, it leads to the payments."""
    if not view.person.readable:
        return _unreadable(view)
    screen = SCREENS[view.standing](view)
    unpaid = any(order.status is not OrderStatus.PAID for order in view.person.orders)
    return Screen(screen.paragraphs, (*screen.rows, (PAYMENTS,)), screen.qr) if unpaid else screen


def new(view: View) -> Screen:
    """Return the home screen of a person who can start the trial."""
    return Screen(
        (
            *named(view),
            phrase("home-new", devices=view.trial.devices, days=view.trial.duration.days),
            *_invited(view),
            phrase("home-new-terms"),
        ),
        rows((TRY,), (terms_button(view), privacy_button(view)), (view.support, other_language(view))),
    )


def _invited(view: View) -> tuple[Phrase, ...]:
    """Return what an invited person gets for the first payment; empty if it is nothing, or no friend has invited."""
    invited = view.person.user.invited_by is not None and view.front.invites
    return (phrase("home-new-invited", days=view.front.welcome_days),) if invited and view.front.welcome_days else ()


def named(view: View) -> tuple[Phrase, ...]:
    """Return the name of the shop as a heading; empty if it has none."""
    return (phrase("home-name", name=view.shop_name),) if view.shop_name else ()


def traffic(view: View) -> tuple[Phrase, ...]:
    """Return the used traffic; empty if there is no limit and hardly any traffic."""
    used, limit = view.person.used_bytes, view.person.traffic_limit_bytes
    if limit:
        return (phrase("home-traffic-of", used=gigabytes(used), limit=gigabytes(limit)),)
    return (phrase("home-traffic", used=gigabytes(used)),) if used >= _SHOWN_FROM_BYTES else ()


def other_language(view: View) -> Button | None:
    """Return a button for the other language, with its own name; for the settings if there are several."""
    others = [(language, name) for language, name in view.languages.items() if language != view.language]
    if len(others) != 1:
        return Button(phrase("button-languages"), action=Action.SETTINGS) if others else None
    language, name = others[0]
    return Button(phrase("button-language", name=name), action=Action.LANGUAGE.on(language))


def _running(view: View) -> Screen:
    subscription, renews = view.person.subscription, _renews(view)
    arguments: dict[str, Argument] = {"left": subscription.left(view.now), "devices": view.plan.devices}
    if not renews:  # otherwise the date of the charge says it
        arguments["end"] = end_argument(subscription.ends_at or view.now, view.now)
    if not subscription.is_trial:
        arguments["plan"] = plan_title(view.plan, view.language)
    text = phrase(_running_message(trial=subscription.is_trial, renews=bool(renews)), **arguments)
    plans = view.plans_button if view.selling else None
    return Screen(
        (text, *renews, *traffic(view), *servers(view)),
        rows((CONNECT,), (plans,), (view.invite_button,), (BROKEN, SETTINGS)),
    )


def _running_message(*, trial: bool, renews: bool) -> str:
    if trial:
        return "home-running-trial"
    return "home-running-renews" if renews else "home-running-paid"


def servers(view: View) -> tuple[Phrase, ...]:
    """Return the countries of the person's keys, those whose server is known to be down marked; empty: none is known.

    It is known from the person's own watches, which end when the server works again: a tap reads nothing else.
    """
    down = {watch.server_id for watch in view.person.watches}
    known: dict[str, bool] = {}
    for access in view.person.offered_accesses:
        country = flag(access.endpoint.country) if access.endpoint is not None else ""
        if country:
            known[country] = known.get(country, True) and access.server_id in down
    flags = "".join(f"🔴{country}" if failing else country for country, failing in known.items())
    return (phrase("home-servers", flags=flags),) if flags else ()


def _renews(view: View) -> tuple[Phrase, ...]:
    """Return the date and the price of the next charge; empty if there is none."""
    renewal, ends_at = view.person.subscription.present_renewal, view.person.subscription.ends_at
    date = None if renewal is None or ends_at is None else renewal.next_on(ends_at, view.now)
    if renewal is None or date is None:
        return ()
    return (phrase("home-renews", date=end_argument(date, view.now), price=renewal.offer.price),)


def _used_up(view: View) -> Screen:
    limit = gigabytes(view.person.traffic_limit_bytes or 0)
    return Screen(
        (phrase("home-used-up", limit=limit), *_telegram_note(view)),
        rows((view.plans_button,), (view.support, SETTINGS)),
    )


def _telegram_note(view: View) -> tuple[Phrase, ...]:
    return (phrase("home-telegram-stays"),) if view.person.telegram_only else ()


def _making_key(view: View) -> Screen:
    buttons = rows((Button(phrase("button-refresh"), action=Action.REFRESH), view.support))
    if view.standing is Standing.KEY_AGAIN:
        return Screen((phrase("home-making-again"),), buttons)
    return Screen((phrase("home-making-longer" if _takes_long(view) else "home-making"),), buttons)


def _takes_long(view: View) -> bool:
    """Tell whether the first key takes longer than a minute, as it usually does not."""
    accesses = view.person.living_accesses
    return not accesses or any(access.due and access.due.attempts >= _ATTEMPTS_IN_A_MINUTE for access in accesses)


def _last_day(view: View) -> Screen:
    left = view.person.subscription.left(view.now)
    renews = _renews(view)
    text = phrase("home-last-day-renews" if renews else "home-last-day", left=left)
    return Screen(
        (text, *renews, *traffic(view)),
        rows((view.plans_button,), (CONNECT, BROKEN), (SETTINGS,)),
    )


def _expired(view: View) -> Screen:
    if view.standing is Standing.EXPIRED:
        text = phrase("home-expired", keep=view.person.subscription.kept_until or view.now)
    else:
        text = phrase("home-link-gone")
    return Screen(
        (text, *own_winback(view), *_telegram_note(view)), rows((view.plans_button,), (view.support, SETTINGS))
    )


def _trial_used(view: View) -> Screen:
    return Screen((phrase("home-trial-used"),), rows((view.plans_button,), (view.support, SETTINGS)))


def _unreadable(view: View) -> Screen:
    return Screen(
        (phrase("home-unreadable"),), rows((Button(phrase("button-refresh"), action=Action.REFRESH), view.support))
    )


def _paused(view: View) -> Screen:
    return Screen((phrase("home-paused"),), rows((view.support,), (SETTINGS,)))


SCREENS: Mapping[Standing, Callable[[View], Screen]] = {
    Standing.NEW: new,
    Standing.TRIAL_USED: _trial_used,
    Standing.FIRST_KEY: _making_key,
    Standing.KEY_AGAIN: _making_key,
    Standing.RUNNING: _running,
    Standing.LAST_DAY: _last_day,
    Standing.USED_UP: _used_up,
    Standing.EXPIRED: _expired,
    Standing.LINK_GONE: _expired,
    Standing.PAUSED: _paused,
    Standing.DELETED: lambda _: deleted(),
    Standing.UNREADABLE: _unreadable,
}
"""The screen of each standing; a test checks that none is missing."""
