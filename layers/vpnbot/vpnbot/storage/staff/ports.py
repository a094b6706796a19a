"""All ports of the staff over the table."""

from vpnbot.storage.audience.people import StoredAudience
from vpnbot.storage.broadcasts.broadcasts import StoredBroadcasts
from vpnbot.storage.broadcasts.deliveries import StoredDeliveries
from vpnbot.storage.servers.downtimes import StoredDowntimes, StoredHurtPeople
from vpnbot.storage.staff.bot_profile import StoredMenuRows
from vpnbot.storage.staff.feed import StoredFeed
from vpnbot.storage.staff.finding import StoredActLog, StoredDaysGiven, StoredFinding, StoredMembers
from vpnbot.storage.staff.needs import StoredNeeds
from vpnbot.storage.statistics.statistics import StoredStatistics
from vpnbot.usecases.ports import StaffPorts


def stored_staff() -> StaffPorts:
    """Return the ports."""
    return StaffPorts(
        needs=StoredNeeds(),
        feed=StoredFeed(),
        finding=StoredFinding(),
        acts=StoredActLog(),
        given=StoredDaysGiven(),
        members=StoredMembers(),
        menus=StoredMenuRows(),
        statistics=StoredStatistics(),
        broadcasts=StoredBroadcasts(),
        deliveries=StoredDeliveries(),
        audience=StoredAudience(),
        downtimes=StoredDowntimes(),
        hurt=StoredHurtPeople(),
    )
