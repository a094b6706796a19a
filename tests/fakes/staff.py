"""The rows by which the staff find people, and of what the staff does, over the in-memory table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.bot_profile import MenuRowsInMemory
from tests.fakes.broadcasts import BroadcastsInMemory, DeliveriesInMemory
from tests.fakes.bulk import AudienceInMemory
from tests.fakes.downtimes import DowntimesInMemory, HurtPeopleInMemory
from tests.fakes.faults import Faults
from tests.fakes.feed import FeedInMemory
from tests.fakes.needs import NeedsInMemory
from tests.fakes.people import Row, Table
from tests.fakes.statistics import StatisticsInMemory
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.order_id import is_order_id, shown_number
from vpnbot.domain.people.found_by import name_partition, number_partition
from vpnbot.domain.people.roles import STAFF, Role
from vpnbot.domain.staff.acts import Act, act_key, act_of, acts_partition, month_of
from vpnbot.domain.staff.given_days import given_partition
from vpnbot.storage.table import from_text
from vpnbot.usecases.ports import StaffPorts


@dataclass
class _Rows:
    table: Table = field(default_factory=Table)

    def rows(self, partition: str) -> Iterator[tuple[str, Row]]:
        """Yield the rows of a partition in the order of their keys."""
        with self.table.lock:
            found = sorted((key, row) for (known, key), row in self.table.rows.items() if known == partition)
        yield from found


class FindingInMemory(_Rows):
    """Implements the port `Finding`."""

    def by_username(self, username: str, *, limit: int) -> Sequence[PersonId]:
        """Return who was seen with a username, the last one first."""
        seen = sorted(self.rows(name_partition(username)), key=lambda item: str(item[1].at), reverse=True)
        return [PersonId(key) for key, _ in seen[:limit]]

    def by_order(self, number: str, *, limit: int) -> Sequence[PersonId]:
        """Return who has placed an order."""
        whole = is_order_id(number)
        found = list(self.rows(number_partition(shown_number(number) if whole else number)))[:limit]
        owners = (str(row.body["person"]) for key, row in found if not whole or key == number)
        return [PersonId(owner) for owner in dict.fromkeys(owners)]


class ActLogInMemory(_Rows):
    """Implements the port `ActLog`."""

    def page(self, month: str, *, before: str = "", limit: int) -> Sequence[Act]:
        """Return acts of a month, the newest first."""
        found = [(key, row) for key, row in self.rows(acts_partition(month)) if not before or key < before]
        return [_act(key, row) for key, row in found[::-1][:limit]]

    def act(self, at: datetime, cause: str) -> Act | None:
        """Return one act."""
        key = act_key(at, cause)
        row = self.table.row(acts_partition(month_of(at)), key)
        return None if row is None else _act(key, row)


class DaysGivenInMemory(_Rows):
    """Implements the port `DaysGiven`."""

    def taken(self, giver: str, day: str) -> Sequence[tuple[int, str]]:
        """Return the numbers that are taken."""
        return [(int(key), str(row.body["cause"])) for key, row in self.rows(given_partition(giver, day))]


class MembersInMemory(_Rows):
    """Implements the port `Members`."""

    def listed(self, *, limit: int = 50) -> Sequence[tuple[PersonId, Role]]:
        """Return who has a role."""
        return [(PersonId(key), Role(str(row.body["role"]))) for key, row in self.rows(STAFF)][:limit]


def staff_in_memory(table: Table | None = None, faults: Faults | None = None) -> StaffPorts:
    """Return the ports of the staff over one table."""
    shared = table or Table()
    return StaffPorts(
        needs=NeedsInMemory(shared),
        feed=FeedInMemory(shared),
        finding=FindingInMemory(shared),
        acts=ActLogInMemory(shared),
        given=DaysGivenInMemory(shared),
        members=MembersInMemory(shared),
        menus=MenuRowsInMemory(shared),
        statistics=StatisticsInMemory(shared, faults or Faults()),
        broadcasts=BroadcastsInMemory(shared, faults or Faults()),
        deliveries=DeliveriesInMemory(faults or Faults()),
        audience=AudienceInMemory(shared),
        downtimes=DowntimesInMemory(shared, faults or Faults()),
        hurt=HurtPeopleInMemory(faults or Faults()),
    )


def _act(key: str, row: Row) -> Act:
    return act_of(key, row.body, from_text(key.partition("#")[0]))
