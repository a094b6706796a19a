"""The screens of notifications; each has the buttons for the next step.

The screens about money are imported when the first of them is sent.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vpnbot.domain.money import Money
from vpnbot.domain.notifications import MONEY_KINDS, Notification, NotificationKind
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.localization.panel_troubles import trouble_message
from vpnbot.localization.server_names import flag
from vpnbot.telegram.customer.connect_screens import demo_note, devices, granted
from vpnbot.telegram.customer.home_screens import home, home_below
from vpnbot.telegram.customer.settings_screens import NEWS_OFF
from vpnbot.telegram.customer.support_screens import quoted
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN, CONNECT, HOME, SERVERS, TRY_GROUP, View

_FOR_OPERATORS = frozenset(
    {
        NotificationKind.QUESTIONS_WAIT,
        NotificationKind.SERVER_FAILING,
        NotificationKind.SERVER_WORKS,
        NotificationKind.MONEY_ALERT,
    }
)


_OF_STAFF = frozenset(
    {
        NotificationKind.DAYS_GIVEN,
        NotificationKind.DAYS_TAKEN,
        NotificationKind.PLAN_CHANGED,
        NotificationKind.TRIAL_AGAIN,
        NotificationKind.TRIAL_OVER,
        NotificationKind.ROLE,
    }
)


_OF_INVITATIONS = frozenset({NotificationKind.REWARD, NotificationKind.WELCOME, NotificationKind.REWARD_TAKEN})


def notification_screen(notification: Notification, view: View) -> Screen:
    """Return the screen of a notification for this person now."""
    if notification.kind in _OF_STAFF:
        return _of_staff(notification, view)
    if notification.kind is NotificationKind.COMPENSATED:
        return _compensated(notification, view)
    if notification.kind is NotificationKind.WINBACK:
        return _winback(notification, view)
    if notification.kind in _OF_INVITATIONS:
        from vpnbot.telegram.customer.invites_screens import reward_notice

        return reward_notice(notification, view)
    if notification.kind not in MONEY_KINDS:
        return _about_access(notification, view)
    from vpnbot.telegram.customer.money_notifications_screens import money_screen

    return money_screen(notification, view)


def _about_access(notification: Notification, view: View) -> Screen:
    buttons = _rows_of(notification.kind, view)
    if buttons is not None:
        return Screen((phrase(f"notice-{notification.kind}"),), buttons)
    match notification.kind:
        case NotificationKind.KEY_READY:
            return Screen((granted(view, "notice-key_ready"), *demo_note(view)), devices())
        case NotificationKind.LINK_READY:
            return Screen((phrase("notice-link_ready"), *demo_note(view)), devices())
        case NotificationKind.REMINDER_DAY | NotificationKind.REMINDER_HOURS:
            return Screen((_reminder(notification, view),), _reminder_rows(view))
        case NotificationKind.TRAFFIC_NEARLY | NotificationKind.TRAFFIC_USED_UP:
            return Screen((_traffic(notification, view),), rows((view.plans_button,), (view.support, HOME)))
        case NotificationKind.RESUMED:
            return _resumed(view)
        case NotificationKind.EXPIRY:
            return Screen((_expiry(view),), rows((view.plans_button,), (view.support,)))
        case NotificationKind.PLANS_OPEN | NotificationKind.TRIAL_OPEN | NotificationKind.TRIALS_AGAIN:
            return _open_again(notification, view)
        case kind if kind in _FOR_OPERATORS:
            return _for_operators(notification)
        case _:
            return Screen((quoted(notification.arguments["text"]),), rows((view.support, HOME)))


def _rows_of(kind: NotificationKind, view: View) -> Rows | None:
    """Return the buttons of a kind whose text has no arguments; None for any other kind."""
    match kind:
        case NotificationKind.NOT_CONNECTED_HOUR | NotificationKind.NOT_CONNECTED_DAY:
            return rows((CONNECT,), (view.support, HOME))
        case NotificationKind.AFTERCARE:
            return _aftercare_rows(view)
        case NotificationKind.SUSPENDED | NotificationKind.SERVER_BACK:
            return home(view).rows
        case NotificationKind.SUPPORT_CLOSED:
            return rows((view.support, HOME))
    return None


def _for_operators(notification: Notification) -> Screen:
    if notification.kind is NotificationKind.MONEY_ALERT:
        from vpnbot.domain.payments.alerts import AlertMessage
        from vpnbot.telegram.customer.alert_screens import alert_screen

        return alert_screen(AlertMessage.restored(notification.arguments))
    if notification.kind is NotificationKind.QUESTIONS_WAIT:
        words = phrase("notice-questions_wait", trouble=phrase(f"group-trouble-{notification.arguments['trouble']}"))
        return Screen((words,), rows((TRY_GROUP,), (ADMIN, HOME)))
    return Screen(tuple(_server(notification)), rows((SERVERS, HOME)))


def _of_staff(notification: Notification, view: View) -> Screen:
    """Return what an act of the staff means for the person, above the home screen as it is now."""
    from vpnbot.telegram.customer.payment_words import plan_title

    if notification.kind is NotificationKind.ROLE:
        return home_below(phrase(f"notice-role-{notification.arguments['role'] or 'none'}"), view)
    arguments: dict[str, Argument] = {}
    if "days" in notification.arguments:
        arguments["days"] = int(notification.arguments["days"])
    if notification.kind is NotificationKind.PLAN_CHANGED:
        arguments["plan"] = plan_title(view.plan, view.language)
    return home_below(phrase(f"notice-{notification.kind}", **arguments), view)


def _compensated(notification: Notification, view: View) -> Screen:
    """Return what was given for an outage, and the new end; without it while the time does not run."""
    known, end = notification.arguments, view.person.subscription.ends_at
    runs = end is not None and view.standing.opens_everything
    arguments: dict[str, Argument] = {
        "date": datetime.fromisoformat(known["began"]),
        "lost": timedelta(seconds=int(known["seconds"])),
        "days": int(known["days"]),
    }
    if end is not None and runs:
        arguments["end"] = end
    words = phrase("notice-compensated" if runs else "notice-compensated-later", **arguments)
    return Screen((words,), rows((HOME,)))


def _open_again(notification: Notification, view: View) -> Screen:
    if notification.kind in {NotificationKind.TRIAL_OPEN, NotificationKind.TRIALS_AGAIN}:
        return home_below(phrase(f"notice-{notification.kind}"), view)
    amount, currency = notification.arguments["price"].split(" ")
    words = phrase("notice-plans_open", price=Money(int(amount), currency))
    return Screen((words,), rows((view.plans_button,), (HOME,)))


def _winback(notification: Notification, view: View) -> Screen:
    """Return by how much the next payment is cheaper, and until when; it is news, and can be turned off."""
    from vpnbot.telegram.customer.payment_words import end_argument

    known = notification.arguments
    end = end_argument(datetime.fromisoformat(known["until"]), view.now)
    words = phrase("notice-winback", percent=int(known["percent"]), end=end)
    return Screen((words,), rows((view.plans_button,), (Button(phrase("button-news-off"), action=NEWS_OFF),)))


def _server(notification: Notification) -> Iterator[Phrase]:
    """Yield what operators read about a server whose panel fails, or works again."""
    known = notification.arguments
    name = f"{flag(known['country'])} {known['server']}".strip()
    if notification.kind is not NotificationKind.SERVER_FAILING:
        yield phrase(f"notice-{notification.kind}", name=name)
        return
    trouble = PanelTrouble(known["trouble"])
    what = "core" if trouble is PanelTrouble.CORE_STOPPED else "panel"
    yield phrase(f"notice-{notification.kind}", name=name, what=what, waiting=int(known["waiting"]))
    message, arguments = trouble_message(trouble, known["detail"])
    yield phrase(message, **arguments)


def _resumed(view: View) -> Screen:
    """Return what the end of a pause means: access is on again, or it stays off for the reason on the home screen."""
    if view.standing.opens_everything:
        return Screen((phrase("notice-resumed"),), home(view).rows)
    return home_below(phrase("notice-pause_over"), view)


def _traffic(notification: Notification, view: View) -> Phrase:
    limit = view.person.traffic_limit_bytes or 0
    left = max(limit - view.person.used_bytes, 0)
    if notification.kind is NotificationKind.TRAFFIC_NEARLY:
        return phrase("notice-traffic_nearly", left=gigabytes(left), limit=gigabytes(limit))
    return phrase("notice-traffic_used_up", limit=gigabytes(limit))


def _reminder(notification: Notification, view: View) -> Phrase:
    """Return when VPN ends, and what the person can do now: renew or, while nothing is sold, ask to be told."""
    subscription = view.person.subscription
    end, left = subscription.ends_at or view.now, subscription.left(view.now)
    variant = "" if view.selling else "-unsold"
    if notification.kind is NotificationKind.REMINDER_DAY:
        return phrase(f"notice-reminder_day{variant}", end=end)
    return phrase(f"notice-reminder_hours{variant}", end=end, left=left)


def _reminder_rows(view: View) -> Rows:
    return rows((view.plans_button,), (Button(phrase("button-mute"), action=Action.MUTE),))


def _expiry(view: View) -> Phrase:
    return phrase("notice-expiry" if view.person.subscription.is_trial else "notice-expiry-paid")


def _aftercare_rows(view: View) -> Rows:
    good = Button(phrase("button-good"), action=Action.OPINION.on("good"))
    bad = Button(phrase("button-bad"), action=Action.OPINION.on("bad"))
    return rows((good, bad), (view.plans_button,))
