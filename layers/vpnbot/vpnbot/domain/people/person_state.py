"""A person as loaded: the items, and what follows from them; `person.py` has how a decision changes them."""

from dataclasses import dataclass, field

from vpnbot.domain.answers import Answer
from vpnbot.domain.invites.reward import Reward
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.devices import Devices
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.notifications import Notification
from vpnbot.domain.orders.discount import Discount
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.method import PaymentMethod
from vpnbot.domain.orders.order import Order, OrderKind
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.people.user import User
from vpnbot.domain.questions import Question
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import RUNNING, Status, Subscription
from vpnbot.domain.topics import Topic
from vpnbot.domain.winback import Winback


@dataclass(frozen=True, slots=True)
class PersonState:
    """The items of one person as loaded, immutable. A decision returns a changed copy; the difference is committed.

    `unreadable` are the sort keys of items that another release has written in a form that this one cannot read. They
    are missing here, and no commit changes or removes them. `orders` are those for which something is due, and the
    closed ones that the session was asked to read (`Session.recall`).
    """

    id: PersonId
    user: User = field(default_factory=User)
    subscription: Subscription = field(default_factory=Subscription)
    accesses: tuple[Access, ...] = ()
    outbox: tuple[Notification, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    topic: Topic | None = None
    fetch: LinkFetch | None = None
    devices: Devices | None = None
    watches: tuple[ServerWatch, ...] = ()
    orders: tuple[Order, ...] = ()
    refunds: tuple[Refund, ...] = ()
    receipts: tuple[PendingReceipt, ...] = ()
    stops: tuple[RenewalStop, ...] = ()
    methods: tuple[PaymentMethod, ...] = ()
    reward: Reward | None = None
    winback: Winback | None = None
    unreadable: frozenset[str] = frozenset()

    @property
    def profile_readable(self) -> bool:
        """Whether this version can read the profile."""
        return not self._unreadable("USER")

    @property
    def subscription_readable(self) -> bool:
        """Whether this version can read the subscription."""
        return not self._unreadable("SUB")

    @property
    def keys_readable(self) -> bool:
        """Whether this version can read all keys."""
        return not self._unreadable("ACCESS")

    @property
    def readable(self) -> bool:
        """Whether this version can read profile and subscription; otherwise nothing is decided about the person."""
        return self.profile_readable and self.subscription_readable

    def _unreadable(self, prefix: str) -> bool:
        return any(key.partition("#")[0] == prefix for key in self.unreadable)

    @property
    def living_accesses(self) -> tuple[Access, ...]:
        """The accesses of the current key, except those that are to be removed."""
        return tuple(a for a in self.accesses if a.wanted is not Wanted.ABSENT and a.key == self.subscription.key)

    @property
    def offered_accesses(self) -> tuple[Access, ...]:
        """The accesses that a link shows: the ones that stay, if one can be used; otherwise all living ones."""
        staying = tuple(access for access in self.living_accesses if access.leaving_at is None)
        usable = any(access.works or access.telegram_only for access in staying)
        return staying if usable else self.living_accesses

    @property
    def missing_keys(self) -> int:
        """How many keys of the plan are not placed on a server; 0 while this version cannot read all keys."""
        subscription = self.subscription
        if (
            not self.keys_readable
            or subscription.key is None
            or subscription.plan is None
            or subscription.status not in RUNNING
        ):
            return 0
        staying = [access for access in self.living_accesses if access.leaving_at is None]
        return max(subscription.plan.keys - len(staying), 0)

    @property
    def uncounted_keys(self) -> tuple[Access, ...]:
        """The enabled keys that no capacity shard counts, for example after a renewal."""
        return tuple(access for access in self.living_accesses if access.uncounted)

    @property
    def used_bytes(self) -> int:
        """The traffic of all keys since the first plan, in bytes, as last read from the panels; never negative."""
        return max(self.subscription.spent_bytes + sum(access.used_bytes for access in self.living_accesses), 0)

    @property
    def traffic_limit_bytes(self) -> int | None:
        """The total traffic that was granted, in bytes; None without a limit."""
        return self.subscription.traffic_limit_bytes

    @property
    def traffic_used_up(self) -> bool:
        """Whether the granted traffic is used up."""
        limit = self.traffic_limit_bytes
        return limit is not None and self.used_bytes >= limit

    @property
    def connected(self) -> bool:
        """Whether an app of the person ever loaded the link, or used traffic."""
        return self.fetch is not None or self.used_bytes > 0 or self._unreadable("FETCH")

    @property
    def out_of_sync(self) -> tuple[Access, ...]:
        """The accesses whose panel does not have the desired state yet."""
        return tuple(access for access in self.accesses if not access.in_sync)

    @property
    def message_ids(self) -> frozenset[str]:
        """The ids of the notifications to the person, of the person's questions, and of the answers that wait."""
        queues = (self.outbox, self.questions, self.answers)
        return frozenset(message.id for queue in queues for message in queue)

    @property
    def paused(self) -> bool:
        """Whether the operator has suspended this person."""
        return self.user.banned or self.subscription.status is Status.SUSPENDED

    @property
    def served(self) -> bool:
        """Whether at least one key works, as last confirmed by the panels."""
        return any(access.works for access in self.offered_accesses)

    @property
    def carries_traffic(self) -> bool:
        """Whether the keys carry traffic; those of the demo panel do not."""
        return all(access.endpoint is None or access.endpoint.carries_traffic for access in self.living_accesses)

    @property
    def telegram_only(self) -> bool:
        """Whether there is a key with which only Telegram can be reached."""
        return any(access.telegram_only for access in self.living_accesses)

    @property
    def can_rotate_key(self) -> bool:
        """Whether the link, and all its keys, can be replaced by new ones."""
        if not self.keys_readable:
            return False
        return self.subscription.key is not None and not self.subscription.waits_for_key and not self.paused

    @property
    def trial_available(self) -> bool:
        """Whether the person can start the free trial."""
        unsubscribed = self.subscription.status in {Status.NONE, Status.DELETED}
        return unsubscribed and self.readable and not self.user.trial_used and not self.user.banned

    def access(self, server_id: str, key_tag: str) -> Access | None:
        """Return the access of one key on one server; None if there is none."""
        return next((a for a in self.accesses if (a.server_id, a.key.tag) == (server_id, key_tag)), None)

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """The discounts that the person has for the next order, of which the best counts; of equal ones the first."""
        offered = None if self.winback is None else self.winback.discount
        return tuple(discount for discount in (offered, self.user.discount) if discount is not None)

    def order(self, order_id: str) -> Order | None:
        """Return an order that was read; None if there is none of this id."""
        return next((order for order in self.orders if order.id == order_id), None)

    @property
    def open_purchase(self) -> Order | None:
        """The purchase, for the person or for another one, that waits for its payment; there is at most one."""
        return next((order for order in self.orders if order.open and order.kind is not OrderKind.RENEWAL), None)

    @property
    def open_renewal(self) -> Order | None:
        """The charge of a renewal of which the end is not known; there is at most one."""
        return next((order for order in self.orders if order.open and order.kind is OrderKind.RENEWAL), None)

    def refund_of(self, payment_id: str) -> Refund | None:
        """Return the refund of a payment that is on its way; None if there is none."""
        return next((refund for refund in self.refunds if refund.payment_id == payment_id), None)

    def method(self, provider: str) -> PaymentMethod | None:
        """Return the saved method of a provider; None if there is none."""
        return next((method for method in self.methods if method.provider == provider), None)
