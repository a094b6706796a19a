"""What every storage promises about the ledger where money is concerned. Collected in memory and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided

LATER = START + timedelta(seconds=1)
PAID = Entry("payment:demo:77:succeeded", "paid", LATER, "provider", "01ORDER", Money(29900, "RUB"), 30 * 86400)


def with_a_history(shop: Shop) -> None:
    """Let a person come, and pay."""
    session = shop.open()
    user = session.person.user.met(42, "en", None, START)
    session.commit(replace(session.person, user=user), Entry("update:1:1", "met", START))
    session.commit(session.person, PAID)


class TestMoneyInTheLedger:
    """Entries name what moved, and those of payments outlive a deletion."""

    def test_an_entry_names_order_money_and_seconds(self, shop: Shop) -> None:
        with_a_history(shop)
        met, paid = shop.people.history(shop.person_id())
        assert (paid["order"], paid["money"], paid["seconds"]) == (
            "01ORDER",
            {"minor": 29900, "currency": "RUB"},
            2592000,
        )
        assert not {"order", "money", "seconds"} & met.keys(), "what did not move is not stored"

    def test_after_deletion_the_same_payment_is_still_known(self, shop: Shop) -> None:
        with_a_history(shop)
        assert shop.people.erase_history(shop.person_id(), START + timedelta(days=1))
        assert shop.people.history(shop.person_id()) == []
        session = shop.open()
        assert session.decided(PAID.cause)
        assert not session.decided("update:1:1")
        with pytest.raises(AlreadyDecided):
            session.commit(session.person, PAID)

    def test_erasing_ends_however_many_payments_are_kept(self, shop: Shop) -> None:
        session = shop.open()
        for number in range(30):
            session.commit(session.person, replace(PAID, cause=f"payment:demo:{number}:succeeded"))
        slices = 1
        while not shop.people.erase_history(shop.person_id(), START + timedelta(days=1)):
            slices += 1
        assert slices == 2
        assert shop.open().decided("payment:demo:29:succeeded")
