"""A person: all data that a decision about one person uses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.answers import Answer
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.people.limits import LimitedAct
from vpnbot.domain.people.person_state import PersonState
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import Due
from vpnbot.domain.subscriptions.renewal import Renewal
from vpnbot.domain.subscriptions.subscription import RUNNING, Status, Subscription


@dataclass(frozen=True, slots=True)
class Person(PersonState):
    """A person with the changes of a decision: each method returns another person."""

    def acted(self, act: LimitedAct, now: datetime) -> "Person":
        """Return this person after one more limited act.

        Raises:
            TooOften: the limit is reached.
        """
        return replace(self, user=self.user.acted(act, now))

    def as_of(self, now: datetime) -> "Person":
        """Return this person with all scheduled events up to `now` applied, whether or not due work did it."""
        subscription, _ = self.subscription.settled(now)
        return self if subscription is self.subscription else replace(self, subscription=subscription)

    def without_discount(self, source: str) -> "Person":
        """Return this person without a discount for the next order."""
        offered = None if self.winback is None else self.winback.discount
        winback = None if offered is not None and offered.source == source else self.winback
        return replace(self, user=self.user.without_discount(source), winback=winback)

    def with_order(self, changed: Order) -> "Person":
        """Return this person with an order added, or replaced if there is one with its id."""
        return replace(self, orders=(*(order for order in self.orders if order.id != changed.id), changed))

    def with_refund(self, changed: Refund) -> "Person":
        """Return this person with a refund added, or replaced if there is one of this number for the order."""
        key = (changed.order_id, changed.number)
        others = (refund for refund in self.refunds if (refund.order_id, refund.number) != key)
        return replace(self, refunds=(*others, changed))

    def without_refund(self, ended: Refund) -> "Person":
        """Return this person without a refund that has ended."""
        return replace(self, refunds=tuple(refund for refund in self.refunds if refund != ended))

    def with_receipt(self, added: PendingReceipt) -> "Person":
        """Return this person with one more receipt that is to be registered."""
        return replace(self, receipts=(*self.receipts, added))

    def with_method(self, saved: PaymentMethod) -> "Person":
        """Return this person with a saved method, instead of an earlier one of the same provider."""
        others = self.without_method(saved.provider)
        return replace(others, methods=(*others.methods, saved))

    def without_method(self, provider: str) -> "Person":
        """Return this person without the saved method of a provider: it is never charged again."""
        return replace(self, methods=tuple(method for method in self.methods if method.provider != provider))

    def with_stop(self, stop: RenewalStop) -> "Person":
        """Return this person with charges to be stopped at their provider; nothing is added if they are already."""
        same = {(known.provider, known.first_payment_id) for known in self.stops}
        return self if (stop.provider, stop.first_payment_id) in same else replace(self, stops=(*self.stops, stop))

    def with_renewal(self, renewal: Renewal | None) -> "Person":
        """Return this person with another renewal of the subscription."""
        return replace(self, subscription=self.subscription.with_renewal(renewal))

    def with_rotated_key(self, subscription: Subscription) -> "Person":
        """Return this person with a rotated key: traffic of retired keys still counts, and all places are free."""
        kept = replace(subscription, spent_bytes=self.subscription.spent_bytes)
        return replace(self, subscription=kept, devices=self.devices and self.devices.emptied())

    def with_access(self, changed: Access) -> "Person":
        """Return this person with one access added, or replaced if it is for the same server and key."""
        others = [a for a in self.accesses if (a.server_id, a.key.tag) != (changed.server_id, changed.key.tag)]
        return replace(self, accesses=(*others, changed))

    def with_key_retired(self, access: Access, now: datetime) -> "Person":
        """Return this person with one key to be removed; its traffic still counts."""
        spent = self.subscription.spent_bytes + access.used_bytes
        retired = self.with_access(access.changed(Wanted.ABSENT, now))
        return replace(retired, subscription=replace(self.subscription, spent_bytes=spent))

    def with_placement_due(self, due: Due) -> "Person":
        """Return this person due for placement if keys are missing, uncounted or unreadable; otherwise unchanged."""
        if self.keys_readable and not self.missing_keys and not self.uncounted_keys:
            return self
        return replace(self, subscription=self.subscription.retry_placement(due))

    def with_accesses(self, change: Callable[[Access], Access]) -> "Person":
        """Return this person with `change` applied to every access."""
        return replace(self, accesses=tuple(change(access) for access in self.accesses))

    def with_notifications(self, *added: Notification) -> "Person":
        """Return this person with notifications added to the outbox."""
        return replace(self, outbox=(*self.outbox, *added))

    def without_notification(self, notification_id: str) -> "Person":
        """Return this person with one notification removed from the outbox."""
        return replace(self, outbox=tuple(message for message in self.outbox if message.id != notification_id))

    def with_question(self, question: Question) -> "Person":
        """Return this person with one more question to the operators."""
        return replace(self, questions=(*self.questions, question))

    def with_answer(self, answer: Answer) -> "Person":
        """Return this person with one more answer of the operators."""
        return replace(self, answers=(*self.answers, answer))

    def without_notifications(self, *kinds: NotificationKind) -> "Person":
        """Return this person without the waiting notifications of these kinds."""
        return replace(self, outbox=tuple(waiting for waiting in self.outbox if waiting.kind not in kinds))

    def paused_at(self, now: datetime) -> "Person":
        """Return this person suspended: barred from the trial, and the remaining time, if there is any, is kept."""
        barred = replace(self, user=replace(self.user, banned=True))
        if self.subscription.status not in RUNNING:
            return barred
        return replace(barred, subscription=self.subscription.suspended(now))

    def resumed_at(self, now: datetime) -> "Person":
        """Return this person after the end of a suspension; one who is not suspended is returned unchanged."""
        unbarred = replace(self, user=replace(self.user, banned=False))
        if self.subscription.status is not Status.SUSPENDED:
            return unbarred
        return replace(unbarred, subscription=self.subscription.resumed(now))
