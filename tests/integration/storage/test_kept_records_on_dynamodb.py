"""Records of payments after a deletion: DynamoDB deletes them when they are not needed any more."""

from datetime import timedelta

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import PAYMENTS, places, stored
from tests.functional.usecases.test_money_after_a_deletion import TestDeletion, TestExport
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.payments.registry import PAYMENT_KEY, payment_partition
from vpnbot.domain.people.user import ERASE_AFTER
from vpnbot.storage.codec import LEDGER_PREFIX, epoch, ledger_partition
from vpnbot.storage.table import Record
from vpnbot.usecases.people.delete_data import delete_data

__all__ = ("TestDeletion", "TestExport")


def test_they_expire_after_the_years_of_the_setting(shop: Shop) -> None:
    shop.arrives()
    order = PAYMENTS[PaymentColumn.CREDITED](shop)
    shop.settles(minutes=10)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    shop.settles(minutes=60)
    log, payment_id = ledger_partition(shop.person_id()), order.payments[0].id
    records = [
        Record.get(log, f"ORDER#{order.id}"),
        Record.get(log, f"{LEDGER_PREFIX}payment:card:shop-1:{payment_id}:succeeded"),
        Record.get(payment_partition("card", "shop-1", payment_id), PAYMENT_KEY),
    ]
    years = shop.sales.settings.load().retention_years
    earliest = epoch(shop.clock() - timedelta(minutes=60) + years * timedelta(days=365))
    latest = epoch(shop.clock() + ERASE_AFTER + years * timedelta(days=365))
    assert all(earliest <= int(record.expires_at or 0) <= latest for record in records)


def test_an_order_of_somebody_else_does_not_expire(shop: Shop) -> None:
    shop.arrives()
    order = places(shop)
    shop.settles(minutes=60)
    assert Record.get(shop.person_id(), f"ORDER#{order.id}").expires_at is None
    assert stored(shop, order.id).contact is not None
