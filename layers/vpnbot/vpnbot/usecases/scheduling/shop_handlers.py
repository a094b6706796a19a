"""The handlers of due work of the shop: servers, outages, jobs on many people, gifts, payments without an order."""

from collections.abc import Mapping

from vpnbot.domain.notifications import Notification
from vpnbot.domain.scheduling import (
    CLOSE_HOURS,
    DELIVER_ALERT,
    END_OUTAGE,
    FOLLOW_DOWNTIME,
    FOLLOW_GIFT,
    FOLLOW_UNMATCHED,
    PROBE_PROVIDER,
    RECONCILE_PAYMENTS,
    RECONCILE_SERVER,
    REPORT_SUPPORT_TROUBLE,
    RUN_BROADCAST,
    SHOW_PROFILE,
    TELL_PLANS_OPEN,
    TELL_TRIALS,
    DueItem,
    WorkKind,
)
from vpnbot.usecases.notifications.notify_operators import notify_operators
from vpnbot.usecases.payments.deliver_alert import deliver_alert
from vpnbot.usecases.payments.follow_unmatched import follow_unmatched
from vpnbot.usecases.payments.reconcile import reconcile
from vpnbot.usecases.payments.watch_provider import probe_provider
from vpnbot.usecases.plans.tell_plans_open import tell_plans_open
from vpnbot.usecases.scheduling.worker_ports import Handler, WorkerPorts
from vpnbot.usecases.servers.downtime_work import DowntimeWork
from vpnbot.usecases.servers.end_outage import end_outage
from vpnbot.usecases.servers.follow_downtime import follow_downtime
from vpnbot.usecases.servers.measure_downtime import note_bad
from vpnbot.usecases.servers.reconcile_server import reconcile_server
from vpnbot.usecases.staff.show_profile import menus_of_staff, show_profile
from vpnbot.usecases.statistics.close_hours import close_hours
from vpnbot.usecases.subscriptions.tell_trials import tell_trials
from vpnbot.usecases.support.report_support_trouble import report_support_trouble


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
    from vpnbot.usecases.broadcasts.run_broadcast import BroadcastWork, run_broadcast  # with the first one
    from vpnbot.usecases.broadcasts.send_slice import BroadcastPorts

    staff, owners = ports.staff, [*map(ports.fleet.ring().person_id, ports.operators.admin_ids)]
    needed = BroadcastPorts(staff.broadcasts, staff.deliveries, ports.people, ports.bulk, ports.broadcasts, owners)
    run_broadcast(BroadcastWork(item, needed, ports.context, ports.index))


def _tell_trials(item: DueItem, ports: WorkerPorts) -> None:
    sales = ports.payments.sales
    tell_trials(item, ports.people, sales, ports.bulk, ports.context, ports.sender, ports.index)


def _tell_plans_open(item: DueItem, ports: WorkerPorts) -> None:
    sales = ports.payments.sales
    tell_plans_open(item, ports.people, sales, ports.bulk, ports.context, ports.sender, ports.index)


def _follow_gift(item: DueItem, ports: WorkerPorts) -> None:
    from vpnbot.usecases.gifts.follow_gift import GiftWork, follow_gift  # with the first one: there are few

    gifts = ports.payments.gifts
    follow_gift(GiftWork(item, gifts, ports.people, ports.fleet, ports.context, ports.sender, ports.index))


def _reconcile(item: DueItem, ports: WorkerPorts) -> None:
    def report(message: Notification, cause: str) -> None:
        notify_operators(message, cause, ports.operators, ports.people, ports.fleet, ports.context, ports.sender)

    downtimes = ports.staff.downtimes
    reconcile_server(item, ports.people, ports.fleet, ports.context, report, downtimes)


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


SHOP_HANDLERS: Mapping[WorkKind, Handler] = {
    REPORT_SUPPORT_TROUBLE: _report,
    END_OUTAGE: _end_outage,
    FOLLOW_DOWNTIME: _follow_downtime,
    RECONCILE_SERVER: _reconcile,
    FOLLOW_UNMATCHED: _unmatched,
    RECONCILE_PAYMENTS: _reconcile_payments,
    PROBE_PROVIDER: _probe,
    DELIVER_ALERT: _alert,
    TELL_PLANS_OPEN: _tell_plans_open,
    TELL_TRIALS: _tell_trials,
    RUN_BROADCAST: _run_broadcast,
    FOLLOW_GIFT: _follow_gift,
    SHOW_PROFILE: _show_profile,
    CLOSE_HOURS: _close_hours,
}
