"""The erasure of a history with more orders than a page, when its process ends at any call to the table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop
from tests.functional.usecases.kept_records import kept_records
from tests.functional.usecases.ordering import PAYMENTS, deletes
from tests.functional.usecases.test_kept_after_deletion import assert_only_money_stays
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.people.user import ERASE_AFTER
from vpnbot.storage.codec import to_record
from vpnbot.storage.table import Record

ORDERS = 60


class CallsThatEnd:
    """Lets the process end before or after a call of the erasure to the table: the first one has number 1."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.left, self.after, self.reached = number, after, False

    def around[**P, R](self, call: Callable[P, R]) -> Callable[P, R]:
        """Return the call, which may end the process."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            if args and str(args[0]).startswith(("urgent-", "due-", "bulk-")):
                return call(*args, **kwargs)  # the dispatcher
            self.left -= 1
            if self.left == 0 and not self.after:
                self.reached = True
                raise Crash
            result = call(*args, **kwargs)
            if self.left == 0:
                self.reached = True
                raise Crash
            return result

        return counted


def _with_many_orders(shop: Shop) -> None:
    shop.arrives()
    order = PAYMENTS[PaymentColumn.CREDITED](shop)
    shop.minute()
    paid = shop.open().recall(order.id).order(order.id)
    assert paid is not None
    with Record.batch_write() as batch:
        for number in range(ORDERS):
            another = replace(paid, id=new_order_id(shop.clock(), f"{number:020x}"))
            batch.save(to_record(shop.person_id(), another))


def _calls(monkeypatch: pytest.MonkeyPatch, ending: CallsThatEnd) -> None:
    calls: Any = Record._get_connection()
    for name in ("query", "update_item", "batch_write_item"):
        monkeypatch.setattr(calls, name, ending.around(getattr(calls, name)))


@pytest.mark.parametrize(
    ("number", "after"), [(2, False), (3, False), (4, False), (4, True), (5, True), (6, True), (40, True)]
)
def test_it_is_repeated_until_nothing_personal_is_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, number: int, after: bool
) -> None:
    _with_many_orders(shop)
    deletes(shop)
    shop.clock.advance(ERASE_AFTER)
    ending = CallsThatEnd(number, after=after)
    with monkeypatch.context() as patched:
        _calls(patched, ending)
        with pytest.raises(Crash):
            shop.minute()
    assert ending.reached
    shop.queue.claims.clear()
    shop.until(shop.clock.now + ERASE_AFTER, step=timedelta(minutes=5))
    assert len([record for record in kept_records(shop) if record.key.startswith("ORDER#")]) == ORDERS + 1
    assert_only_money_stays(shop)
    assert shop.index.next_due() is None
