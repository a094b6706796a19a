"""A claim on a downtime, and what its due work needs."""

from dataclasses import dataclass

from vpnbot.domain.scheduling import DueItem
from vpnbot.usecases.ports import BulkPorts, Context, DueIndex, Fleet, NotificationSender, People
from vpnbot.usecases.ports.downtimes import Downtimes, HurtPeople


@dataclass(frozen=True, slots=True)
class DowntimeWork:
    """One claim on a downtime, and what it needs."""

    item: DueItem
    downtimes: Downtimes
    hurt: HurtPeople
    people: People
    fleet: Fleet
    bulk: BulkPorts
    context: Context
    sender: NotificationSender
    index: DueIndex
