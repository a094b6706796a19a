"""Offer a person a discount to come back: decide on its day, store that it is being sent, send it, store that it was.

The message is news, so it is sent at most once: one of which it is unknown whether it has arrived is not sent again,
and its discount counts all the same.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.winning_back import known_well_enough, may_be_won_back, money_on_its_way
from vpnbot.domain.shop import Offering, begins
from vpnbot.domain.winback import OFFERED_ENTRY, TOO_LATE, VALID_FOR, Winback, WinbackState
from vpnbot.errors import (
    AlreadyDecided,
    MessageRefused,
    Misconfigured,
    TelegramNotCalled,
    TelegramSilent,
    TelegramUnavailable,
    Unreachable,
    UnreadableItem,
)
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import opens_at
from vpnbot.usecases.people.record_blocked import record_blocked
from vpnbot.usecases.ports import Context, Metric, NotificationSender, People, Sales, Session

LATER = timedelta(hours=6)
"""When an offer is looked at again that comes too early: nothing is sold, or money of the person is on its way."""


@dataclass(frozen=True, slots=True)
class WinbackPorts:
    """What an offer needs: the people, what is sold, and who sends the message."""

    people: People
    sales: Sales
    sender: NotificationSender


def offer_winback(session: Session, ports: WinbackPorts, context: Context) -> None:
    """Do the next step of the offer for which this process has the claim.

    Raises:
        TelegramUnavailable, Misconfigured, MessageRefused: it was certainly not sent, and is tried again.
        UnreadableItem: this version cannot read the person, or the settings of the shop; due work tries again.
        Conflict, StorageUnavailable: due work tries again.
    """
    winback = session.person.winback
    if winback is not None and winback.state is WinbackState.SENDING:
        _offered(session, context, winback)  # its process has ended
        return
    earlier = session.person.user.winback_at
    begun = _begin(session, ports, context)
    if begun is None:
        return
    try:
        _send(session, ports, context, begun)
    except Unreachable:
        context.metrics.count(Metric.UNDELIVERED)
        _not_sent(session, context, begun, None, earlier)
        record_blocked(ports.people, session.person, context.clock())
        return
    except (TelegramUnavailable, Misconfigured, MessageRefused):
        _not_sent(session, context, begun, begun.not_sent(), earlier)
        raise
    _offered(session, context, begun)


def _begin(session: Session, ports: WinbackPorts, context: Context) -> Winback | None:
    """Commit that the message is being sent, from when the discount counts; None: it is not sent now."""
    settings, selling, begun = ports.sales.settings.load(), ports.sales.selling, None

    def chosen(person: Person) -> Decision | None:
        nonlocal begun
        now, waiting, begun = context.clock(), person.winback, None
        if waiting is None or waiting.state is not WinbackState.WAITING:
            return None
        at = _sent_at(person, waiting, settings, context, now, selling=selling)
        if at is None:
            return Decision(replace(person, winback=None))
        if at > now:
            return Decision(replace(person, winback=waiting.postponed(at)))
        begun = waiting.sending(settings.winback_percent, now)
        return Decision(replace(person, winback=begun, user=replace(person.user, winback_at=now)))

    apply_fact(session, context, chosen)
    return begun


def _sent_at(
    person: Person, waiting: Winback, settings: ShopSettings, context: Context, now: datetime, *, selling: bool
) -> datetime | None:
    """Return when the message is sent, or looked at again; None: never.

    Raises:
        UnreadableItem: an item of the person, of whom too little is known.
    """
    after = settings.winback_after
    if after is None or now >= waiting.ended_at + after + TOO_LATE:
        return None
    if not known_well_enough(person):
        raise UnreadableItem("nothing is offered to a person who cannot be read")
    if not may_be_won_back(person, now):
        return None
    at = waiting.ended_at + after
    if now < at:  # the staff have chosen more days meanwhile
        return at
    if not selling or not begins(settings.mode, Offering.ORDER) or money_on_its_way(person):
        return now + LATER
    return opens_at(person, context, NotificationKind.WINBACK, now) or now


def _send(session: Session, ports: WinbackPorts, context: Context, begun: Winback) -> None:
    """Send the message.

    Raises:
        TelegramUnavailable, Misconfigured, MessageRefused: it has certainly not arrived.
        Unreachable: nor has it, because the person has blocked the bot.
    """
    now, offered_at = context.clock(), begun.offered_at or context.clock()
    until = (offered_at + VALID_FOR).isoformat()
    message = notification(NotificationKind.WINBACK, begun.cause, now, percent=str(begun.percent), until=until)
    try:
        ports.sender.notify(session.person, message, now)
    except TelegramNotCalled:
        raise
    except TelegramSilent:
        return  # it may have arrived, so that it is never sent again


def _not_sent(
    session: Session, context: Context, begun: Winback, instead: Winback | None, earlier: datetime | None
) -> None:
    """Commit that the message has certainly not arrived, unless the person has ordered with the discount already."""

    def taken_back(person: Person) -> Decision | None:
        discount = begun.discount
        used = discount is not None and person.user.reserved_for(discount.source) is not None
        if person.winback != begun or used:
            return None
        return Decision(replace(person, winback=instead, user=replace(person.user, winback_at=earlier)))

    apply_fact(session, context, taken_back)


def _offered(session: Session, context: Context, begun: Winback) -> None:
    """Commit that the discount was offered, once; it may be used, or the person gone, already."""
    entry = Entry(begun.cause, OFFERED_ENTRY, context.clock(), actor="clock")

    def told(person: Person) -> Decision:
        same = person.winback == begun
        return Decision(replace(person, winback=begun.offered()) if same else person, (entry,))

    with suppress(AlreadyDecided):
        apply_fact(session, context, told)
