"""Due work: probe a payment provider that has failed, and notify the people whose orders waited, in slices.

The first failure of a call that makes a payment starts it, see `outage_effects`. Where people wait, the payment for
one of them is the probe: a provider whose other calls work may still make no payments.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vpnbot.domain.audience.turn import ASKS_AGAIN_AFTER, TURN, BulkUrgency, rank_of
from vpnbot.domain.effects import Delete
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.provider_errors import (
    OtherAccount,
    ProviderNotCalled,
    ProviderRejected,
    ProviderUnavailable,
)
from vpnbot.domain.orders.provider_waiters import provider_waiters
from vpnbot.domain.payments.provider_breaker import PROBED_AFTER, ProviderBreaker, probe_key
from vpnbot.domain.people.items import order_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import Misconfigured, StorageUnavailable, TelegramUnavailable, UnreadableItem, VpnbotError
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.payments.resume_order import resume_order, waiting_order
from vpnbot.usecases.ports import BulkTurn, Context, DueIndex, NotificationSender, PaymentPorts
from vpnbot.usecases.ports.payments import PaymentProvider

SLICE = 25
"""The people of one slice: with a payment and a message each it ends well before the worker's time-out. One worker
does it, one person after the other: fewer requests a second than a provider accepts."""
LONGEST_SLICE = timedelta(seconds=40)
"""A slice that is slow ends after this time, and the next one goes on."""
LEFT_AGAIN_AFTER = timedelta(hours=1)
"""People whose orders could not go on are tried again after this time."""

_WORK = "PROBE"
_BEFORE_ALL_OTHERS = datetime(2026, 1, 1, tzinfo=UTC)
"""The start by which it is ranked: people who want to pay come before all others who are told something."""


def probe_provider(
    item: DueItem,
    ports: PaymentPorts,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
    turn: BulkTurn,
) -> None:
    """Probe a provider; when it works, go on with one slice of the orders that waited, and end when none is left.

    While people wait, it takes the turn of the bulk jobs: whom it lets go on, it also sends a message.

    Raises:
        Misconfigured: there are no credentials any more; due work tries again.
        TelegramUnavailable, StorageUnavailable: due work tries again.
        Exception: a bug with one person, whose order waits on; all others were notified.
    """
    name = item.sort_key.removeprefix(probe_key(""))
    breaker = ports.breakers.read(name)
    if breaker is not None and breaker.blocks(context.clock()):
        index.postpone(item, breaker.probe_at, attempts=0)
        return
    if not ports.waiters.waiting(name, limit=1):
        _probe(item, name, breaker, ports, context, sender, index)
        return
    now, rank = context.clock(), rank_of(BulkUrgency.TELL, _BEFORE_ALL_OTHERS, f"provider-{name}")
    until = now + TURN
    taken = turn.take(rank, now, until)
    if taken is None:
        index.postpone(item, now + ASKS_AGAIN_AFTER, attempts=0)
        return
    try:
        pause = taken.pause(now)
        if pause:
            index.postpone(item, now + pause, attempts=0)
        else:
            _probe(item, name, breaker, ports, context, sender, index)
    finally:
        with suppress(StorageUnavailable):  # it ends by its time
            turn.end(rank, until, context.clock())


def _probe(
    item: DueItem,
    name: str,
    breaker: ProviderBreaker | None,
    ports: PaymentPorts,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> None:
    provider = ports.providers.get(name)
    work = _Slice(name, ports, context, sender)
    try:
        if breaker is not None and not _asks_by_order(provider, ports):
            provider.probe()
        is_last = work.go_on(0 if breaker is None else breaker.failures)
        if is_last and ports.breakers.read(name) is not None:
            provider.probe()  # no order that is left has shown that it works
    except (ProviderUnavailable, Misconfigured) as error:
        _again(item, name, error, ports, context, index)
        return
    if not is_last:
        index.postpone(item, context.clock(), attempts=0)
    elif work.bug is not None:
        raise work.bug
    elif work.left:
        index.postpone(item, context.clock() + LEFT_AGAIN_AFTER, attempts=0)
    else:
        index.done(item)


def _asks_by_order(provider: PaymentProvider, ports: PaymentPorts) -> bool:
    """Tell whether the payment of an order that waits is the probe; otherwise a call without an order is."""
    can = provider.abilities.idempotent or not provider.abilities.looks
    return can and bool(ports.waiters.waiting(provider.name, limit=1))


def _again(
    item: DueItem, name: str, error: VpnbotError, ports: PaymentPorts, context: Context, index: DueIndex
) -> None:
    """Set the time of the next probe: when the breaker allows it."""
    context.metrics.deferred(_WORK, error)
    now, breaker = context.clock(), ports.breakers.read(name)
    at = now + PROBED_AFTER if breaker is None or not breaker.open else max(breaker.probe_at, now)
    index.postpone(item, at, attempts=0)


@dataclass
class _Slice:
    """One slice. `resumed` counts the orders that went on, `left` those that wait on for a reason of their own."""

    provider: str
    ports: PaymentPorts
    context: Context
    sender: NotificationSender
    resumed: int = 0
    left: int = 0
    bug: Exception | None = None

    def go_on(self, failures: int) -> bool:
        """Go on with the orders of the next people; return whether these were the last.

        After `failures` in a row it begins with another person each time: one order may fail while others do not.

        Raises:
            ProviderUnavailable, WrongAccount: the provider does not work; those who are left wait on.
        """
        ends_at, last = self.context.clock() + LONGEST_SLICE, ""
        while found := self.ports.waiters.waiting(self.provider, after=last, limit=SLICE):
            first = 0 if last else failures % len(found)
            for person_id in (*found[first:], *found[:first]):
                if self.resumed >= SLICE or self.context.clock() >= ends_at:
                    return False
                self._resume(person_id)
            last = found[-1]
        return True

    def _resume(self, person_id: PersonId) -> None:
        """Go on with the order of one person. An error of this order alone does not keep the others waiting."""
        try:
            session = self.ports.people.open(person_id)
            order = waiting_order(session.person, self.provider)
            if order is None:
                apply_fact(session, self.context, self._without_row)
                return
            resume_order(session, self.ports, self.context, order)
            self.resumed += 1
            deliver_notifications(session, self.ports.people, self.context, self.sender)
        except (TelegramUnavailable, StorageUnavailable, ProviderNotCalled):
            raise
        except ProviderRejected:
            return  # the order has ended with the reason
        except ProviderUnavailable as error:
            if error.down and not self.resumed:
                raise
            self._leave(error)
        except OtherAccount as error:
            self._leave(error)
        except Misconfigured:
            raise
        except VpnbotError as error:
            self._leave(error)
        except Exception as error:  # noqa: BLE001 - a bug in one person's data must not keep the others waiting
            self.left += 1
            self.bug = self.bug or error

    def _leave(self, error: VpnbotError) -> None:
        self.left += 1
        self.context.metrics.deferred(_WORK, error)

    def _without_row(self, person: Person) -> Decision:
        """Return the removal of a row without an order; the commit fails if the person begins to wait meanwhile."""
        if any(key.startswith(order_key("")) for key in person.unreadable):
            raise UnreadableItem("an order of this person cannot be read")
        return Decision(person, effects=(Delete(provider_waiters(self.provider), person.id),))
