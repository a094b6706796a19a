"""Fixtures: a shop whose people and due work are on an emulated DynamoDB."""

import pytest
from pynamodb.exceptions import DoesNotExist

from tests.fakes.clock import Clock
from tests.fakes.contract import Outside
from tests.fakes.faults import Faults
from tests.fakes.shop import Shop
from tests.fakes.table import Row
from vpnbot.demo.crash_points import PeopleWithCrashPoints
from vpnbot.storage.ads.links import StoredAdLinks
from vpnbot.storage.audience.people import StoredAudience
from vpnbot.storage.audience.turn import StoredTurn
from vpnbot.storage.audience.waiters import StoredWaiterRows
from vpnbot.storage.gifts import StoredGifts
from vpnbot.storage.payments.alerts import StoredAlerts
from vpnbot.storage.payments.breakers import StoredProviderBreakers
from vpnbot.storage.payments.notices import StoredNotices
from vpnbot.storage.payments.reconciliations import StoredReconciliations
from vpnbot.storage.payments.shop_ledger import StoredShopLedger
from vpnbot.storage.payments.unmatched import StoredUnmatchedPayments
from vpnbot.storage.payments.waiters import StoredProviderWaiters
from vpnbot.storage.people.people import People
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.promo.codes import StoredPromoCodes
from vpnbot.storage.scheduling import DueIndex
from vpnbot.storage.servers.outages import StoredOutages
from vpnbot.storage.staff.ports import stored_staff
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.support_records import StoredSupportRecords
from vpnbot.storage.table import Record, from_text


@pytest.fixture
def empty_shop(table_name: str) -> Shop:
    """A shop whose people and due work are in the table; nothing is stored yet."""
    assert table_name
    clock, faults = Clock(), Faults()
    settings = StoredShopSettings()
    return Shop(
        clock,
        faults,
        PeopleWithCrashPoints(People(clock), faults.reached),
        DueIndex(),
        on_dynamodb=True,
        outages=StoredOutages(),
        turn=StoredTurn(),
        waiter_rows=StoredWaiterRows(),
        audience=StoredAudience(),
        support_chat=StoredSupportChat(),
        support_records=StoredSupportRecords(),
        sales=stored_sales(settings),
        ledger=StoredShopLedger(),
        reconciliations=StoredReconciliations(clock),
        alerts=StoredAlerts(),
        breakers=StoredProviderBreakers(settings),
        waiters=StoredProviderWaiters(),
        notices=StoredNotices(),
        unmatched=StoredUnmatchedPayments(),
        codes=StoredPromoCodes(),
        links=StoredAdLinks(),
        gifts=StoredGifts(),
        staff=stored_staff(),
    )


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """The empty shop; a test module can override this fixture with another shop."""
    return empty_shop


class Records:
    """Reads and writes single items of the table."""

    def row(self, partition: str, key: str) -> Row | None:
        """Return one item."""
        try:
            record = Record.get(partition, key, consistent_read=True)
        except DoesNotExist:
            return None
        at = record.attribute_values.get("at")
        return Row(record.plain(), from_text(at) if at else None, int(record.taken or 0), int(record.limit or 0))

    def put_counter(self, partition: str, key: str, taken: int, limit: int) -> None:
        """Store a counter."""
        Record(partition, key, taken=taken, limit=limit).save()


@pytest.fixture
def outside(table_name: str) -> Outside:
    """Access to single items of the table."""
    assert table_name
    return Records()
