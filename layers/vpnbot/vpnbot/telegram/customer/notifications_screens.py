"""What the bot says unasked. Each becomes the new home: its buttons lead on from there."""

from vpnbot.domain.notifications import Notice, Topic
from vpnbot.domain.subscriptions.traffic import gigabytes
from vpnbot.telegram.customer.connect_screens import demo_note, devices, granted
from vpnbot.telegram.customer.home_screens import home
from vpnbot.telegram.customer.support_screens import quoted
from vpnbot.telegram.messages.callbacks import Tap
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, PLANS, View


def notice_screen(notice: Notice, view: View) -> Screen:
    """Return how a notice looks to this person now."""
    plain = _rows_of(notice.topic, view)
    if plain is not None:
        return Screen((phrase(f"notice-{notice.topic}"),), plain)
    match notice.topic:
        case Topic.KEY_READY:
            return Screen((granted(view, "notice-key_ready"), *demo_note(view)), devices())
        case Topic.LINK_READY:
            return Screen((phrase("notice-link_ready"), *demo_note(view)), devices())
        case Topic.REMINDER_DAY | Topic.REMINDER_HOURS:
            return Screen((_reminder(notice, view),), _reminder_rows())
        case Topic.TRAFFIC_NEARLY | Topic.TRAFFIC_USED_UP:
            return Screen((_traffic(notice, view),), rows((PLANS,), (view.support, HOME)))
        case Topic.EXPIRY:
            return Screen((_expiry(view),), rows((PLANS,), (view.support,)))
        case Topic.SUPPORT_QUESTION:
            mark = phrase("support-question", person=notice.arguments["person"])
            return Screen((quoted(notice.arguments["text"]), mark))
        case _:
            return Screen((quoted(notice.arguments["text"]),), rows((view.support, HOME)))


def _rows_of(topic: Topic, view: View) -> Rows | None:
    """Return the buttons under a topic that has one sentence, always the same; None for any other topic."""
    match topic:
        case Topic.NOT_CONNECTED_HOUR | Topic.NOT_CONNECTED_DAY:
            return rows((CONNECT,), (view.support, HOME))
        case Topic.AFTERCARE:
            return _aftercare_rows()
        case Topic.SUSPENDED | Topic.RESUMED | Topic.SERVER_BACK:
            return home(view).rows
    return None


def _traffic(notice: Notice, view: View) -> Phrase:
    limit = view.person.traffic_limit_bytes or 0
    left = max(limit - view.person.used_bytes, 0)
    if notice.topic is Topic.TRAFFIC_NEARLY:
        return phrase("notice-traffic_nearly", left=gigabytes(left), limit=gigabytes(limit))
    return phrase("notice-traffic_used_up", limit=gigabytes(limit))


def _reminder(notice: Notice, view: View) -> Phrase:
    subscription = view.person.subscription
    end, left = subscription.ends_at or view.now, subscription.left(view.now)
    if notice.topic is Topic.REMINDER_DAY:
        return phrase("notice-reminder_day", end=end)
    return phrase("notice-reminder_hours", end=end, left=left)


def _reminder_rows() -> Rows:
    return rows((PLANS,), (Button(phrase("button-mute"), tap=Tap.MUTE),))


def _expiry(view: View) -> Phrase:
    plan = view.person.subscription.plan
    return phrase("notice-expiry" if plan is None or plan.id == "trial" else "notice-expiry-paid")


def _aftercare_rows() -> Rows:
    good = Button(phrase("button-good"), tap=Tap.OPINION.on("good"))
    bad = Button(phrase("button-bad"), tap=Tap.OPINION.on("bad"))
    return rows((good, bad), (PLANS,))
