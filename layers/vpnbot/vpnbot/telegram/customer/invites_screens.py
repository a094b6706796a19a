"""The screens of invitations: what they bring, the link to share, and its QR code."""

from dataclasses import dataclass
from datetime import timedelta

from vpnbot.domain.invites.link import share_link
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.payments.shop_settings import Front
from vpnbot.domain.people.standing import Standing
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View

_QR = Button(phrase("button-qr"), action=Action.INVITE.on("qr"))
_HIDE = Button(phrase("button-hide"), action=Action.HIDE)
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Brought:
    """What the invitations of a person have brought: who came, who has paid, and how many days they are worth."""

    came: int
    paid: int = 0
    days: int = 0


def invite(front: Front, address: str, text: str, brought: Brought) -> Screen:
    """Return what a friend brings, and the ways to send the link; `text` is what Telegram proposes to write."""
    counts = phrase("invite-counts", came=brought.came, paid=brought.paid, days=brought.days)
    share = Button(phrase("button-share"), url=share_link(address, text))
    copy = Button(phrase("button-copy-invite"), copy=address)
    return Screen((_promise(front), counts), rows((share,), (copy, _QR), (HOME,)))


def picture(address: str) -> Screen:
    """Return the link as a QR code, for the camera of a friend."""
    return Screen((phrase("invite-qr"),), rows((_HIDE,)), qr=address)


def _promise(front: Front) -> Phrase:
    reward, welcome = front.reward_days, front.welcome_days
    if reward == welcome:
        return phrase("invite-each", days=reward)
    if not welcome:
        return phrase("invite-you", days=reward)
    if not reward:
        return phrase("invite-friend", days=welcome)
    return phrase("invite-both", days=reward, theirs=welcome)


def reward_notice(notification: Notification, view: View) -> Screen:
    """Return what was given for a friend, or taken back, and until when there is time; without it while it waits."""
    given, seconds = notification.kind is not NotificationKind.REWARD_TAKEN, int(notification.arguments["seconds"])
    arguments: dict[str, Argument] = (
        {"days": seconds // _DAY_SECONDS} if given else {"time": timedelta(seconds=seconds)}
    )
    end, form = view.person.subscription.ends_at, "-later"
    if end is not None and view.standing.opens_everything:
        arguments["end"], form = end, ""
    elif not given and not _waits(view):
        form = "-over"
    text = phrase(f"notice-{notification.kind}{form}", **arguments)
    return Screen((text,), _rows(notification.kind, view))


def _waits(view: View) -> bool:
    """Tell whether there is time, which does not run now or opens nothing."""
    return view.standing in {Standing.FIRST_KEY, Standing.PAUSED, Standing.USED_UP}


def _rows(kind: NotificationKind, view: View) -> Rows:
    match kind:
        case NotificationKind.REWARD if view.front.invites:
            return rows((Button(phrase("button-invite-more"), action=Action.INVITE),), (HOME,))
        case NotificationKind.REWARD_TAKEN if not (view.standing.opens_everything or _waits(view)):
            return rows((view.plans_button,), (view.support, HOME))
        case NotificationKind.REWARD_TAKEN:
            return rows((view.support, HOME))
        case _:
            return rows((HOME,))
