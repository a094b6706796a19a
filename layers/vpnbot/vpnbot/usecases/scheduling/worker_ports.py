"""What the handlers of due work have in common: the ports of a worker, and how an item of a person is handled."""

from collections.abc import Callable
from dataclasses import dataclass

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.items import Waiting, claimed
from vpnbot.domain.scheduling import (
    DueItem,
)
from vpnbot.errors import ClaimLost, UnknownWork, UnreadableItem
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import (
    BulkPorts,
    Context,
    DueIndex,
    Fleet,
    Metric,
    NotificationSender,
    Operators,
    PaymentPorts,
    People,
    Session,
    StaffPorts,
)
from vpnbot.usecases.ports.bot_profile import BotProfile
from vpnbot.usecases.ports.broadcasts import BroadcastSender


@dataclass(frozen=True, slots=True)
class WorkerPorts:
    """The ports of a due worker; each handler passes to its use case what that needs."""

    people: People
    fleet: Fleet
    context: Context
    sender: NotificationSender
    index: DueIndex
    operators: Operators
    payments: PaymentPorts
    staff: StaffPorts
    bulk: BulkPorts
    broadcasts: BroadcastSender
    profile: BotProfile


type Handler = Callable[[DueItem, WorkerPorts], None]
"""Checks that the claim is still valid, and does the work; `ERROR_POLICIES` says how its errors are handled."""


def for_person[W: Waiting](
    stored_as: type[W], handle: Callable[[W, DueItem, Session, WorkerPorts], None], *, notify: bool = True
) -> Handler:
    """Return a handler of items of a person: load the person, check the claim, `handle`.

    With `notify` the person's notifications are delivered afterwards.
    """

    def run(item: DueItem, ports: WorkerPorts) -> None:
        session = ports.people.open(PersonId(item.partition))
        if item.sort_key in session.person.unreadable:
            raise UnreadableItem(item.sort_key)
        waiting = claimed(session.person, item)
        if not isinstance(waiting, stored_as):
            raise ClaimLost(item.sort_key)
        handle(waiting, item, session, ports)
        if notify:
            own = {waiting.id} if isinstance(waiting, Notification) else frozenset[str]()
            deliver_notifications(session, ports.people, ports.context, ports.sender, own)

    return run


def leave_to_newer_version(item: DueItem, ports: WorkerPorts) -> None:
    """Count an item of a kind that this version does not know, and do not change it.

    Raises:
        UnknownWork: always; the item waits.
    """
    ports.context.metrics.count(Metric.UNKNOWN_WORK)
    raise UnknownWork(f"this version knows no work of the kind {item.prefix}")
