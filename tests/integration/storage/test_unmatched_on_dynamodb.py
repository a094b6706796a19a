"""Payments that belong to no order, on an emulated DynamoDB."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.functional.usecases.test_return_unmatched import (
    test_a_part_that_was_sent_back_elsewhere_leaves_it_to_the_operators,
    test_a_payment_that_is_reported_again_changes_nothing,
    test_a_refund_that_is_refused_for_good_leads_back_to_the_operators,
    test_a_refund_that_stays_pending_is_looked_at_until_it_has_arrived,
    test_a_refund_that_was_made_ends_it,
    test_a_refusal_that_may_pass_is_tried_again_with_another_key,
    test_a_tap_that_is_delivered_again_is_done,
    test_an_old_key_that_has_made_nothing_is_replaced,
    test_an_operator_asks_once_to_send_it_back,
    test_an_operator_says_that_it_was_sent_by_hand,
    test_operators_read_of_it_and_are_reminded_daily_until_they_decide,
    test_two_operators_at_once_send_it_back_once,
)
from vpnbot.domain.money import Money
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.payments.unmatched import UnmatchedDecision, kept, sent_by_hand, unmatched_key
from vpnbot.domain.shop import SHOP
from vpnbot.errors import AlreadyDecided, Conflict
from vpnbot.storage.payments.unmatched import StoredUnmatchedPayments
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record

__all__ = (
    "test_a_part_that_was_sent_back_elsewhere_leaves_it_to_the_operators",
    "test_a_payment_that_is_reported_again_changes_nothing",
    "test_a_refund_that_is_refused_for_good_leads_back_to_the_operators",
    "test_a_refund_that_stays_pending_is_looked_at_until_it_has_arrived",
    "test_a_refund_that_was_made_ends_it",
    "test_a_refusal_that_may_pass_is_tried_again_with_another_key",
    "test_a_tap_that_is_delivered_again_is_done",
    "test_an_old_key_that_has_made_nothing_is_replaced",
    "test_an_operator_asks_once_to_send_it_back",
    "test_an_operator_says_that_it_was_sent_by_hand",
    "test_operators_read_of_it_and_are_reminded_daily_until_they_decide",
    "test_two_operators_at_once_send_it_back_once",
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAID = PaymentReport("card", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"), payer=42)


def test_a_payment_is_read_as_it_was_written(table_name: str) -> None:
    assert table_name
    stored, settlement = StoredUnmatchedPayments(), kept(PAID, NOON)
    stored.save(settlement.after, settlement.entry, *settlement.effects)
    found = stored.get(settlement.after.mark)
    assert found is not None
    assert (found.version, found.payer, found.money, found.due) == (1, 42, PAID.money, settlement.after.due)
    with pytest.raises(AlreadyDecided):
        stored.save(settlement.after, settlement.entry, *settlement.effects)
    with pytest.raises(Conflict):
        stored.save(settlement.after)
    stored.save(found)
    with pytest.raises(Conflict):
        stored.save(found)


def test_dynamodb_deletes_it_when_it_was_kept_long_enough(table_name: str) -> None:
    assert table_name
    stored, settlement = StoredUnmatchedPayments(), kept(PAID, NOON)
    stored.save(settlement.after)
    key = unmatched_key(settlement.after.mark)
    assert Record.get(SHOP, key).expires_at is None
    found = stored.get(settlement.after.mark)
    assert found is not None
    decision = UnmatchedDecision("admin:1", "operator", NOON, timedelta(days=5 * 365))
    stored.save(sent_by_hand(found, decision).after)
    record = Record.get(SHOP, key)
    assert record.expires_at == (NOON + decision.retention).timestamp()
    assert "payer" not in {name for name, value in record.plain().items() if value is not None}


def test_what_a_later_release_has_added_stays(table_name: str) -> None:
    assert table_name
    stored, settlement = StoredUnmatchedPayments(), kept(PAID, NOON)
    stored.save(settlement.after)
    key = unmatched_key(settlement.after.mark)
    record = Record.get(SHOP, key)
    Record(SHOP, key, body={**record.plain(), "note": "from later"}, version=record.version).save()
    found = stored.get(settlement.after.mark)
    assert found is not None
    stored.save(found)
    raw = read_item(SHOP, key)
    assert raw is not None
    assert raw.body["note"] == "from later"
