"""The storage contract for the ledger: order, content, erasure, and entries of payments."""

from dataclasses import replace
from datetime import timedelta
from itertools import batched

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import met
from tests.fakes.shop import Shop
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided

LATER = START + timedelta(seconds=1)
PAID = Entry("payment:demo:77:succeeded", "paid", LATER, "provider", "01ORDER", Money(29900, "RUB"), 30 * 86400)
KEPT_UNTIL = START + timedelta(days=5 * 365)
MANY = 90
"""As many entries as one transaction takes, with the profile."""


def with_a_history(shop: Shop) -> None:
    """Commit a first contact and a payment."""
    session = shop.open()
    user = session.person.user.met(42, "en", None, START)
    session.commit(replace(session.person, user=user), Entry("update:1:1", "met", START))
    session.commit(session.person, PAID)


class TestLedgerHistory:
    """The history is in order of time, names what changed, and can be erased up to a time."""

    def test_it_is_in_order_of_time_not_in_order_of_causes(self, shop: Shop) -> None:
        session = shop.open()
        for number, minute in ((3, 5), (1, 9), (2, 7)):
            at = START + timedelta(minutes=minute)
            session.commit(session.person, Entry(f"update:1:{number}", "x", at))
        assert shop.history() == ["update:1:3", "update:1:2", "update:1:1"]

    def test_an_entry_has_its_time_cause_actor_and_changes(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        user = replace(session.person.user, language="ru")
        later = START + timedelta(minutes=1)
        session.commit(replace(session.person, user=user), Entry("ops:1", "language changed", later, "operator"))
        last = dict(shop.people.history(shop.person_id())[-1])
        assert last == {
            "at": "2026-03-01T12:01:00.000000Z",
            "cause": "ops:1",
            "what": "language changed",
            "actor": "operator",
            "changes": {"language": ["en", "ru"]},
        }

    def test_erasing_goes_in_slices_and_keeps_later_entries(self, shop: Shop) -> None:
        session = shop.open()
        entries = (Entry(f"update:1:{number}", "x", START + timedelta(seconds=number)) for number in range(460))
        for some in batched(entries, MANY, strict=False):
            session.commit(session.person, *some)
        until = START + timedelta(seconds=454)
        slices = [shop.people.erase_history(shop.person_id(), until, KEPT_UNTIL) for _ in range(3)]
        assert slices == [False, False, True]
        assert shop.history() == [f"update:1:{number}" for number in range(455, 460)]
        assert shop.people.erase_history(shop.person_id(), until, KEPT_UNTIL)


class TestPaymentsInTheLedger:
    """An entry of a payment names order, money and time bought, and its cause is known after a deletion."""

    def test_an_entry_names_order_money_and_seconds(self, shop: Shop) -> None:
        with_a_history(shop)
        met, paid = shop.people.history(shop.person_id())
        assert (paid["order"], paid["money"], paid["seconds"]) == (
            "01ORDER",
            {"minor": 29900, "currency": "RUB"},
            2592000,
        )
        assert not {"order", "money", "seconds"} & met.keys(), "an entry that is no payment has no fields of payments"

    def test_after_a_deletion_the_same_payment_is_still_known(self, shop: Shop) -> None:
        with_a_history(shop)
        assert shop.people.erase_history(shop.person_id(), START + timedelta(days=1), KEPT_UNTIL)
        assert shop.people.history(shop.person_id()) == []
        session = shop.open()
        assert session.decided(PAID.cause)
        assert not session.decided("update:1:1")
        with pytest.raises(AlreadyDecided):
            session.commit(session.person, PAID)

    def test_erasing_ends_even_if_many_payments_are_kept(self, shop: Shop) -> None:
        session = shop.open()
        payments = (replace(PAID, cause=f"payment:demo:{number}:succeeded") for number in range(210))
        for some in batched(payments, MANY, strict=False):
            session.commit(session.person, *some)
        slices = 1
        while not shop.people.erase_history(shop.person_id(), START + timedelta(days=1), KEPT_UNTIL):
            slices += 1
        assert slices == 2
        assert shop.open().decided("payment:demo:209:succeeded")
