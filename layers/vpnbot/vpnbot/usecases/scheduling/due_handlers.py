"""The handler of each kind of due work; the kinds are in `domain/scheduling.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vpnbot.domain.answers import Answer
from vpnbot.domain.keys.access import Access
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.orders.followups import PendingReceipt, RenewalStop
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import Refund
from vpnbot.domain.people.items import Waiting, claimed
from vpnbot.domain.people.user import User
from vpnbot.domain.questions import Question
from vpnbot.domain.scheduling import (
    ADVANCE_SUBSCRIPTION,
    CLOSE_HOURS,
    DELIVER_ALERT,
    DELIVER_NOTIFICATION,
    END_OUTAGE,
    ERASE_HISTORY,
    FOLLOW_DOWNTIME,
    FOLLOW_ORDER,
    FOLLOW_RECEIPT,
    FOLLOW_UNMATCHED,
    PROBE_PROVIDER,
    PROVISION,
    RECONCILE_PAYMENTS,
    RECONCILE_SERVER,
    RELAY_ANSWER,
    RELAY_QUESTION,
    REMOVE_TOPIC,
    REPORT_SUPPORT_TROUBLE,
    RUN_BROADCAST,
    SEND_REFUND,
    SHOW_PROFILE,
    STOP_RENEWAL,
    TELL_PLANS_OPEN,
    WATCH_SERVER,
    DueItem,
    WorkKind,
)
from vpnbot.domain.servers.server_watch import ServerWatch
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.topics import Topic
from vpnbot.errors import ClaimLost, UnknownWork, UnreadableItem
from vpnbot.usecases.broadcasts.run_broadcast import BroadcastWork, run_broadcast
from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts
from vpnbot.usecases.keys.place_keys import place_keys
from vpnbot.usecases.keys.provision_keys import provision_key, provision_pending
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.notifications.notify_operators import notify_operators
from vpnbot.usecases.payments.charge_renewal import is_still_sold
from vpnbot.usecases.payments.deliver_alert import deliver_alert
from vpnbot.usecases.payments.follow_order import follow_order
from vpnbot.usecases.payments.follow_receipt import follow_receipt
from vpnbot.usecases.payments.follow_unmatched import follow_unmatched
from vpnbot.usecases.payments.reconcile import reconcile
from vpnbot.usecases.payments.send_refund import send_refund
from vpnbot.usecases.payments.stop_renewal import stop_renewal
from vpnbot.usecases.payments.watch_provider import probe_provider
from vpnbot.usecases.people.delete_data import erase_history
from vpnbot.usecases.plans.tell_plans_open import tell_plans_open
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
from vpnbot.usecases.servers.downtime_work import DowntimeWork
from vpnbot.usecases.servers.end_outage import end_outage
from vpnbot.usecases.servers.follow_downtime import follow_downtime
from vpnbot.usecases.servers.measure_downtime import note_bad
from vpnbot.usecases.servers.reconcile_server import reconcile_server
from vpnbot.usecases.servers.watch_server import adopt_watch
from vpnbot.usecases.staff.show_profile import menus_of_staff, show_profile
from vpnbot.usecases.statistics.close_hours import close_hours
from vpnbot.usecases.subscriptions.advance_subscription import advance_subscription
from vpnbot.usecases.support.adopt_question import move_to_questions
from vpnbot.usecases.support.deliver_answers import deliver_answers
from vpnbot.usecases.support.deliver_questions import deliver_questions
from vpnbot.usecases.support.remove_topic import remove_topic
from vpnbot.usecases.support.report_support_trouble import report_support_trouble


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


def _advance(_: Subscription, __: DueItem, session: Session, ports: WorkerPorts) -> None:
    advance_subscription(session, ports.context, lambda offer: is_still_sold(offer, ports.payments))
    place_keys(session, ports.fleet, ports.context)
    provision_pending(session, ports.fleet, ports.context, notify=True)


def _provision(access: Access, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    provision_key(session, ports.fleet, ports.context, access, notify=True)


def _adopt(stored: ServerWatch, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    adopt_watch(stored, session, ports.fleet, ports.context)


def _erase(user: User, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    retention = ports.payments.sales.settings.load().retention
    erase_history(user, item, session, ports.people, ports.context, ports.index, retention)


def _deliver(message: Notification, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    """Move a question of an earlier release; `for_person` delivers all other notifications after every handler."""
    if message.kind is NotificationKind.SUPPORT_QUESTION:
        move_to_questions(session, ports.context, message)


def _relay(question: Question, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    deliver_questions(session, ports.operators, ports.context, {question.id})


def _answer(answer: Answer, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    deliver_answers(session, ports.people, ports.operators, ports.context, {answer.id})


def _remove_topic(_: Topic, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    remove_topic(item, session, ports.operators, ports.context)


def _report(item: DueItem, ports: WorkerPorts) -> None:
    report_support_trouble(item, ports.people, ports.fleet, ports.operators, ports.context, ports.sender, ports.index)


def _end_outage(item: DueItem, ports: WorkerPorts) -> None:
    seen = end_outage(item, ports.people, ports.fleet, ports.bulk, ports.context, ports.sender, ports.index)
    if seen is not None:
        note_bad(ports.staff.downtimes, item.sort_key.partition("#")[2], seen, ports.context.clock())


def _follow_downtime(item: DueItem, ports: WorkerPorts) -> None:
    follow_downtime(
        DowntimeWork(
            item,
            ports.staff.downtimes,
            ports.staff.hurt,
            ports.people,
            ports.fleet,
            ports.bulk,
            ports.context,
            ports.sender,
            ports.index,
        )
    )


def _run_broadcast(item: DueItem, ports: WorkerPorts) -> None:
    staff, owners = ports.staff, [*map(ports.fleet.ring().person_id, ports.operators.admin_ids)]
    needed = BroadcastPorts(staff.broadcasts, staff.deliveries, ports.people, ports.bulk, ports.broadcasts, owners)
    run_broadcast(BroadcastWork(item, needed, ports.context, ports.index))


def _tell_plans_open(item: DueItem, ports: WorkerPorts) -> None:
    sales = ports.payments.sales
    tell_plans_open(item, ports.people, sales, ports.bulk, ports.context, ports.sender, ports.index)


def _reconcile(item: DueItem, ports: WorkerPorts) -> None:
    def report(message: Notification, cause: str) -> None:
        notify_operators(message, cause, ports.operators, ports.people, ports.fleet, ports.context, ports.sender)

    downtimes = ports.staff.downtimes
    reconcile_server(item, ports.people, ports.fleet, ports.context, report, downtimes)


def _follow(order: Order, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    follow_order(order, item, session, ports.payments, ports.context, ports.index)
    place_keys(session, ports.fleet, ports.context)
    provision_pending(session, ports.fleet, ports.context, notify=True)


def _refund(refund: Refund, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    send_refund(refund, item, session, ports.payments, ports.context, ports.index)
    provision_pending(session, ports.fleet, ports.context)


def _receipt(receipt: PendingReceipt, item: DueItem, session: Session, ports: WorkerPorts) -> None:
    follow_receipt(receipt, item, session, ports.payments, ports.context, ports.index)


def _stop(stop: RenewalStop, _: DueItem, session: Session, ports: WorkerPorts) -> None:
    stop_renewal(stop, session, ports.payments, ports.context)


def _reconcile_payments(item: DueItem, ports: WorkerPorts) -> None:
    reconcile(item, ports.payments, ports.context)


def _unmatched(item: DueItem, ports: WorkerPorts) -> None:
    follow_unmatched(item, ports.payments, ports.context, ports.index)


def _probe(item: DueItem, ports: WorkerPorts) -> None:
    probe_provider(item, ports.payments, ports.context, ports.sender, ports.index, ports.bulk.turn)


def _alert(item: DueItem, ports: WorkerPorts) -> None:
    def notify(message: Notification, cause: str) -> int:
        return notify_operators(
            message, cause, ports.operators, ports.people, ports.fleet, ports.context, ports.sender
        )

    deliver_alert(item, ports.operators, ports.payments, ports.context, ports.index, notify, ports.staff)


def _show_profile(item: DueItem, ports: WorkerPorts) -> None:
    name = ports.payments.sales.settings.load(fresh=True).name
    menus = menus_of_staff(ports.people, ports.operators, ports.staff.members)
    show_profile(item, name, menus, ports.staff.menus, ports.profile, ports.context, ports.index)


def _close_hours(item: DueItem, ports: WorkerPorts) -> None:
    close_hours(item, ports.staff.statistics, ports.staff.audience, ports.context)


HANDLERS: Mapping[WorkKind, Handler] = {
    ERASE_HISTORY: for_person(User, _erase),
    ADVANCE_SUBSCRIPTION: for_person(Subscription, _advance),
    PROVISION: for_person(Access, _provision),
    DELIVER_NOTIFICATION: for_person(Notification, _deliver),
    RELAY_QUESTION: for_person(Question, _relay, notify=False),
    RELAY_ANSWER: for_person(Answer, _answer, notify=False),
    REMOVE_TOPIC: for_person(Topic, _remove_topic, notify=False),
    REPORT_SUPPORT_TROUBLE: _report,
    WATCH_SERVER: for_person(ServerWatch, _adopt),
    END_OUTAGE: _end_outage,
    FOLLOW_DOWNTIME: _follow_downtime,
    RECONCILE_SERVER: _reconcile,
    FOLLOW_ORDER: for_person(Order, _follow),
    SEND_REFUND: for_person(Refund, _refund),
    FOLLOW_UNMATCHED: _unmatched,
    FOLLOW_RECEIPT: for_person(PendingReceipt, _receipt),
    STOP_RENEWAL: for_person(RenewalStop, _stop),
    RECONCILE_PAYMENTS: _reconcile_payments,
    PROBE_PROVIDER: _probe,
    DELIVER_ALERT: _alert,
    TELL_PLANS_OPEN: _tell_plans_open,
    RUN_BROADCAST: _run_broadcast,
    SHOW_PROFILE: _show_profile,
    CLOSE_HOURS: _close_hours,
}
