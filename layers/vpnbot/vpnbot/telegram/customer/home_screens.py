"""Home: what is so, and what to do about it, for each state a person can be in."""

from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import LAST_DAY, Status
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import BROKEN, CONNECT, PLANS, SERVERS, SETTINGS, TRY, View

_ATTEMPTS_OF_A_MINUTE = 3
_WORTH_SHOWING_BYTES = 100_000_000


def home(view: View) -> Screen:
    """Return the one screen that is true for this person now; whoever runs the shop gets to its servers, too."""
    screen = _own(view)
    return Screen(screen.paragraphs, (*screen.rows, (SERVERS,)), screen.qr) if view.administers else screen


def _own(view: View) -> Screen:
    person, subscription = view.person, view.person.subscription
    if person.paused:
        return Screen((phrase("home-paused"),), rows((view.support,), (SETTINGS,)))
    if not person.readable:
        return Screen((phrase("home-unreadable"),), _making_rows(view))
    if subscription.waits_for_key:
        return making_key(view)
    if subscription.entitled(view.now) and person.traffic_used_up:
        return _used_up(view)
    if subscription.entitled(view.now) and not person.served:
        return Screen((phrase("home-making-again"),), _making_rows(view))
    if subscription.entitled(view.now):
        return _last_day(view) if subscription.left(view.now) < LAST_DAY else _running(view)
    if subscription.status is Status.EXPIRED:
        return _expired(view)
    return new(view) if person.trial_available else _trial_used(view)


def new(view: View) -> Screen:
    """Return what a stranger sees first."""
    return Screen(
        (phrase("home-new", devices=TRIAL.devices, days=TRIAL.duration.days),),
        rows((TRY,), (view.support, other_language(view))),
    )


def making_key(view: View) -> Screen:
    """Return what one sees while the first key is made; a promise that time has broken is not made again."""
    accesses = view.person.living_accesses
    slow = not accesses or any(access.due and access.due.attempts >= _ATTEMPTS_OF_A_MINUTE for access in accesses)
    return Screen((phrase("home-making-longer" if slow else "home-making"),), _making_rows(view))


def traffic(view: View) -> tuple[Phrase, ...]:
    """Return how much traffic is used, where there is anything to tell."""
    used, limit = view.person.used_bytes, view.person.traffic_limit_bytes
    if limit:
        return (phrase("home-traffic-of", used=gigabytes(used), limit=gigabytes(limit)),)
    return (phrase("home-traffic", used=gigabytes(used)),) if used >= _WORTH_SHOWING_BYTES else ()


def other_language(view: View) -> Button | None:
    """Return the way to the other language, in its own name; to the settings when there are several."""
    others = [(language, name) for language, name in view.languages.items() if language != view.language]
    if len(others) != 1:
        return Button(phrase("button-languages"), action=Action.SETTINGS) if others else None
    language, name = others[0]
    return Button(phrase("button-language", name=name), action=Action.LANGUAGE.on(language))


def _running(view: View) -> Screen:
    subscription = view.person.subscription
    text = phrase(
        "home-running-trial" if subscription.status is Status.TRIAL else "home-running-paid",
        left=subscription.left(view.now),
        end=subscription.ends_at or view.now,
        devices=subscription.plan.devices if subscription.plan else TRIAL.devices,
    )
    return Screen((text, *traffic(view)), rows((CONNECT,), (BROKEN, SETTINGS)))


def _used_up(view: View) -> Screen:
    limit = gigabytes(view.person.traffic_limit_bytes or 0)
    return Screen((phrase("home-used-up", limit=limit), *_telegram(view)), rows((PLANS,), (view.support, SETTINGS)))


def _telegram(view: View) -> tuple[Phrase, ...]:
    return (phrase("home-telegram-stays"),) if view.person.telegram_only else ()


def _making_rows(view: View) -> Rows:
    return rows((Button(phrase("button-refresh"), action=Action.REFRESH), view.support))


def _last_day(view: View) -> Screen:
    left = view.person.subscription.left(view.now)
    return Screen(
        (phrase("home-last-day", left=left), *traffic(view)), rows((PLANS,), (CONNECT, BROKEN), (SETTINGS,))
    )


def _expired(view: View) -> Screen:
    keep = view.person.subscription.kept_until
    kept = keep is not None and view.person.subscription.key is not None
    text = phrase("home-expired", keep=keep) if kept and keep else phrase("home-link-gone")
    return Screen((text, *_telegram(view)), rows((PLANS,), (view.support, SETTINGS)))


def _trial_used(view: View) -> Screen:
    return Screen((phrase("home-trial-used"),), rows((PLANS,), (view.support, SETTINGS)))
