"""The storage contract for orders: open and closed ones, and the register of payments."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import AWAITING, CLOSED, Outside, entry, met, with_money_items
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Put
from vpnbot.domain.orders.order import Order, OrderStatus
from vpnbot.domain.orders.order_id import new_order_id
from vpnbot.domain.payments.registry import PaymentOwner, registered
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.errors import Conflict, ItemExists


def stored(shop: Shop, *orders: Order) -> Person:
    """Store a person with these orders."""
    session = shop.open()
    met(session)
    return session.commit(replace(session.person, orders=orders), entry("update:1:2"))


class TestOrders:
    """An order that is closed leaves the person's partition, and can be recalled."""

    def test_a_load_returns_what_was_committed(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        committed = session.commit(with_money_items(session.person), entry("update:1:2"))
        assert shop.look() == committed == session.person

    def test_a_load_has_the_orders_for_which_something_is_due_and_no_closed_ones(self, shop: Shop) -> None:
        stored(shop, AWAITING, CLOSED)
        assert shop.look().orders == (AWAITING,)

    def test_a_closed_order_is_recalled_now_and_with_each_reload(self, shop: Shop) -> None:
        stored(shop, AWAITING, CLOSED)
        session = shop.open()
        assert session.recall(CLOSED.id).order(CLOSED.id) == CLOSED
        assert session.reload().order(CLOSED.id) == CLOSED

    def test_an_order_that_does_not_exist_is_not_recalled(self, shop: Shop) -> None:
        stored(shop, CLOSED)
        assert shop.open().recall(AWAITING.id).orders == ()

    def test_an_order_that_is_closed_moves_to_the_second_partition(self, shop: Shop) -> None:
        stored(shop, AWAITING)
        session = shop.open()
        closed = replace(AWAITING, status=OrderStatus.PAID, due=None)
        session.commit(session.person.with_order(closed), entry("payment:1"))
        assert shop.look().orders == ()
        assert shop.open().recall(AWAITING.id).orders == (closed,)

    def test_a_closed_order_that_is_due_again_moves_back(self, shop: Shop) -> None:
        stored(shop, CLOSED)
        session = shop.open()
        held = replace(CLOSED, status=OrderStatus.HELD, due=Due(START))
        session.commit(session.recall(CLOSED.id).with_order(held), entry("payment:1"))
        assert shop.look().orders == (held,)
        assert shop.people.orders(shop.person_id()) == []

    def test_an_open_order_that_another_session_closed_is_read_from_its_new_place(self, shop: Shop) -> None:
        stored(shop, AWAITING)
        session, other = shop.open(), shop.open()
        session.recall(AWAITING.id)
        closed = replace(AWAITING, status=OrderStatus.CANCELLED, due=None)
        other.commit(other.person.with_order(closed), entry("update:1:3"))
        with pytest.raises(Conflict):
            session.commit(session.person.with_order(replace(AWAITING, reason="late")), entry("update:1:4"))
        assert session.reload().orders == (closed,)

    def test_a_change_of_a_recalled_order_conflicts_with_another_one(self, shop: Shop) -> None:
        stored(shop, CLOSED)
        first, second = shop.open(), shop.open()
        first.commit(first.recall(CLOSED.id).with_order(replace(CLOSED, reason="1")), entry("update:1:3"))
        with pytest.raises(Conflict):
            second.commit(second.recall(CLOSED.id).with_order(replace(CLOSED, reason="2")), entry("update:1:4"))

    def test_closed_orders_are_listed_by_pages_the_newest_first(self, shop: Shop) -> None:
        ids = [new_order_id(START + timedelta(days=day), "a" * 32) for day in range(4)]
        stored(shop, AWAITING, *(replace(CLOSED, id=each) for each in ids))
        first = shop.people.orders(shop.person_id(), limit=3)
        assert [order.id for order in first] == [ids[3], ids[2], ids[1]]
        rest = shop.people.orders(shop.person_id(), before=first[-1].id, limit=3)
        assert [order.id for order in rest] == [ids[0]]

    def test_a_payment_is_registered_once(self, shop: Shop) -> None:
        person = stored(shop)
        owner = PaymentOwner(person.id, CLOSED.id)
        session = shop.open()
        session.commit(session.person, effects=[registered("yookassa", "100", "pay-1", owner)])
        assert shop.people.owner_of("yookassa", "100", "pay-1") == owner
        assert shop.people.owner_of("yookassa", "200", "pay-1") is None
        with pytest.raises(ItemExists):
            session.commit(session.person, effects=[registered("yookassa", "100", "pay-1", owner)])

    def test_an_effect_can_make_due_work(self, shop: Shop, outside: Outside) -> None:
        stored(shop)
        session = shop.open()
        effect = Put("SHOP", "ALERT#1", {"kind": "held"}, due=Due(START), urgency=Urgency.NORMAL)
        session.commit(session.person, effects=[effect])
        assert outside.row("SHOP", "ALERT#1") is not None
        (item,) = shop.index.due(START, 10)
        assert (item.partition, item.sort_key) == ("SHOP", "ALERT#1")
        claim = shop.index.claim(item, START)
        assert claim is not None
        shop.index.done(claim)
        assert shop.index.due(START + timedelta(days=1), 10) == []
