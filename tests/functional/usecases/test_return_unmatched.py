"""A payment that belongs to no order is sent back by an operator, once, or was sent by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.provider import EVERYTHING, FakeProvider
from tests.fakes.reconciliations import ShopLedger
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import alerts_ever, card
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.reports import PaymentReport, ReportedState
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.money_events import UnmatchedColumn, UnmatchedEvent
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.payments.outcomes import UNMATCHED_OUTCOMES
from vpnbot.domain.payments.unmatched import UnmatchedDecision as Asked
from vpnbot.domain.payments.unmatched import (
    UnmatchedPayment,
    refund_refused,
    return_asked,
    sent_by_hand,
    unmatched_key,
    unmatched_mark,
)
from vpnbot.domain.shop import SHOP
from vpnbot.errors import Conflict
from vpnbot.storage.stored_item import read_item
from vpnbot.usecases.payments.apply_refund import apply_refund
from vpnbot.usecases.payments.decide_unmatched import decide_unmatched, unmatched_acts
from vpnbot.usecases.payments.keep_unmatched import keep_unmatched
from vpnbot.usecases.payments.request_refund import NothingToSendBack
from vpnbot.usecases.payments.return_unmatched import find_payment, return_unmatched
from vpnbot.usecases.ports.payments import Refunds

PAID = PaymentReport("card", "shop-1", "pay-9", ReportedState.SUCCEEDED, Money(29_900, "RUB"), payer=42)
MARK = unmatched_mark("card", "shop-1", "pay-9")
RETENTION = timedelta(days=5 * 365)


def keeps(shop: Shop, report: PaymentReport = PAID) -> UnmatchedPayment:
    """Let a genuine payment arrive that belongs to no order."""
    card(shop).payments[report.payment_id] = report
    keep_unmatched(report, shop.payments, shop.context)
    return kept(shop)


def kept(shop: Shop, mark: str = MARK) -> UnmatchedPayment:
    """Return the payment as it is stored."""
    with shop.faults.quiet():
        found = shop.payments.unmatched.get(mark)
    assert found is not None
    return found


def assert_limited(shop: Shop) -> None:
    """Assert that the payment, whose money is back, names no payer and is kept for the time of the settings."""
    payment = kept(shop)
    assert payment.returned_at is not None
    assert (payment.payer, payment.kept_until) == (None, payment.returned_at + RETENTION)


def decides(shop: Shop, act: Act = Act.SEND_BACK, cause: str | None = None) -> bool:
    """Let an operator decide."""
    return decide_unmatched(kept(shop), act, cause or update(), "operator", shop.payments, shop.context)


def acts(shop: Shop) -> list[Act]:
    """Return what operators can do now."""
    return [each.act for each in unmatched_acts(kept(shop), shop.payments)]


def entry(shop: Shop, cause: str) -> tuple[str, str, int | None] | None:
    """Return what the ledger of the shop has: what, who, and the amount."""
    if shop.on_dynamodb:
        found = read_item(f"{SHOP}#LOG", f"LOG#{cause}")
        if found is None:
            return None
        money = found.body.get("money")
        return found.body["what"], found.body["actor"], None if money is None else int(money["minor"])
    assert isinstance(shop.ledger, ShopLedger)
    known = shop.ledger.entries.get(cause)
    return None if known is None else (known.what, known.actor, known.money.amount_minor if known.money else None)


def kinds(shop: Shop) -> list[AlertKind]:
    """Return the kinds of all alerts."""
    return [kind for kind, _ in alerts_ever(shop)]


def _held(shop: Shop) -> None:
    keeps(shop)


def _sending(shop: Shop) -> None:
    keeps(shop)
    assert decides(shop)


def _returned(shop: Shop) -> None:
    _sending(shop)
    shop.settles(minutes=3)


COLUMNS: dict[UnmatchedColumn, Callable[[Shop], None]] = {
    UnmatchedColumn.HELD: _held,
    UnmatchedColumn.SENDING: _sending,
    UnmatchedColumn.RETURNED: _returned,
}
columns = pytest.mark.parametrize("column", UnmatchedColumn)


def prepare(shop: Shop, column: UnmatchedColumn) -> UnmatchedPayment:
    """Return the payment in a state."""
    COLUMNS[column](shop)
    payment = kept(shop)
    assert payment.column is column
    return payment


@columns
def test_a_payment_that_is_reported_again_changes_nothing(shop: Shop, column: UnmatchedColumn) -> None:
    before, known = prepare(shop, column), kinds(shop)
    assert UNMATCHED_OUTCOMES[UnmatchedEvent.SEEN_PAID][column] is Outcome.DONE
    assert keeps(shop) == before
    assert kinds(shop) == known


@columns
def test_an_operator_asks_once_to_send_it_back(shop: Shop, column: UnmatchedColumn) -> None:
    before, cause = prepare(shop, column), update()
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUND_ASKED][column]
    assert return_asked(before, Asked(cause, "operator", shop.clock(), RETENTION)).outcome is outcome
    assert decides(shop, cause=cause) is (outcome is Outcome.SEND)
    if outcome is Outcome.NONE:
        assert kept(shop) == before
        return
    assert entry(shop, cause) == (RULES[outcome].entry, "operator", None)
    after = kept(shop)
    assert after.refund is not None
    assert (after.refund.money, after.due is not None, acts(shop)) == (PAID.money, True, [])
    assert not decides(shop)
    assert kept(shop) == after


@columns
def test_an_operator_says_that_it_was_sent_by_hand(shop: Shop, column: UnmatchedColumn) -> None:
    before, cause = prepare(shop, column), update()
    card(shop).abilities = replace(EVERYTHING, refunds=Refunds.NONE)
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.SENT_BY_HAND][column]
    assert sent_by_hand(before, Asked(cause, "operator", shop.clock(), RETENTION)).outcome is outcome
    assert decides(shop, Act.SENT_BY_HAND, cause) is (outcome is Outcome.RETD)
    if outcome is Outcome.NONE:
        assert kept(shop) == before
        return
    assert entry(shop, cause) == (RULES[outcome].entry, "operator", -PAID.money.amount_minor)
    assert (kept(shop).column, kept(shop).due) == (UnmatchedColumn.RETURNED, None)
    assert_limited(shop)
    assert not decides(shop, Act.SENT_BY_HAND)


@columns
def test_a_refund_that_was_made_ends_it(shop: Shop, column: UnmatchedColumn) -> None:
    before = prepare(shop, column)
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUNDED][column]
    report = card(shop).refunds[card(shop).sends_back("pay-9", PAID.money)]
    for _ in range(2):
        assert apply_refund(report, shop.payments, shop.context) is None
    cause = f"refund:card:shop-1:{report.refund_id}:succeeded"
    if outcome is Outcome.DONE:
        assert (kept(shop), entry(shop, cause)) == (before, None)
        return
    assert entry(shop, cause) == (RULES[outcome].entry, "provider", -PAID.money.amount_minor)
    assert (kept(shop).column, kept(shop).due, acts(shop)) == (UnmatchedColumn.RETURNED, None, [])
    assert_limited(shop)


@columns
def test_a_refund_that_is_refused_for_good_leads_back_to_the_operators(shop: Shop, column: UnmatchedColumn) -> None:
    before = prepare(shop, column)
    outcome = UNMATCHED_OUTCOMES[UnmatchedEvent.REFUND_REFUSED][column]
    assert refund_refused(before, "rejected_by_payee", shop.clock()).outcome is outcome
    if outcome is Outcome.DONE:
        return
    card(shop).decline_refunds.append("rejected_by_payee")
    shop.settles(minutes=3)
    assert before.refund is not None
    cause = f"refund:card:shop-1:{before.refund.idempotence_key}:refused"
    assert entry(shop, cause) == (RULES[outcome].entry, "provider", None)
    assert kinds(shop).count(AlertKind.REFUND_REFUSED) == 1
    assert kept(shop).column is UnmatchedColumn.HELD
    assert acts(shop) == [Act.SEND_BACK, Act.SENT_BY_HAND]
    assert decides(shop)
    shop.settles(minutes=3)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    assert len(card(shop).refunds) == 1


def test_every_event_is_in_the_table_in_every_state() -> None:
    assert set(UNMATCHED_OUTCOMES) == set(UnmatchedEvent)
    assert all(set(row) == set(UnmatchedColumn) for row in UNMATCHED_OUTCOMES.values())


def test_operators_read_of_it_and_are_reminded_daily_until_they_decide(shop: Shop) -> None:
    shop.support_chat_id, shop.admin_ids = None, frozenset()
    payment = keeps(shop)
    assert [about["unmatched"] for kind, about in alerts_ever(shop) if kind is AlertKind.NO_ORDER] == [payment.mark]
    for _ in range(2):
        shop.days(1.1)
        assert entry(shop, f"unmatched:{MARK}:held:{shop.clock():%Y-%m-%d}") == ("operators reminded", "clock", None)
    decides(shop)
    shop.days(2)
    assert entry(shop, f"unmatched:{MARK}:held:{shop.clock():%Y-%m-%d}") is None


def test_two_operators_at_once_send_it_back_once(shop: Shop) -> None:
    payment = keeps(shop)
    assert decide_unmatched(payment, Act.SEND_BACK, update(), "one", shop.payments, shop.context)
    with pytest.raises(Conflict):
        decide_unmatched(payment, Act.SEND_BACK, update(), "other", shop.payments, shop.context)
    shop.settles(minutes=3)
    assert len(card(shop).refunds) == 1


def test_a_tap_that_is_delivered_again_is_done(shop: Shop) -> None:
    payment, cause = keeps(shop), update()
    assert decide_unmatched(payment, Act.SEND_BACK, cause, "one", shop.payments, shop.context)
    assert not decide_unmatched(payment, Act.SEND_BACK, cause, "one", shop.payments, shop.context)


@pytest.mark.parametrize("point", ["card.refund.before", "card.refund.after"])
def test_without_an_answer_the_same_key_is_sent_again(shop: Shop, point: str) -> None:
    keeps(shop)
    decides(shop)
    shop.faults.at(point, ProviderUnavailable("no answer"))
    shop.settles(minutes=10)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    assert len(card(shop).refunds) == 1


def test_an_old_key_is_not_sent_again_before_the_list_was_read(shop: Shop) -> None:
    keeps(shop)
    decides(shop)
    shop.faults.at("card.refund.after", ProviderUnavailable("no answer"))
    shop.minute()
    first = kept(shop)
    assert first.refund is not None
    assert first.refund.sent_at is not None
    card(shop).refunds_by_key.clear()  # the provider has forgotten the key
    shop.clock.advance(timedelta(hours=24))
    shop.settles(minutes=10)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    assert len(card(shop).refunds) == 1


def test_an_old_key_that_has_made_nothing_is_replaced(shop: Shop) -> None:
    keeps(shop)
    decides(shop)
    shop.faults.at("card.refund.before", ProviderUnavailable("no answer"))
    shop.minute()
    shop.clock.advance(timedelta(hours=24))
    shop.settles(minutes=10)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    (key,) = card(shop).refunds_by_key
    assert key.endswith("-r1-2")


def test_a_refusal_that_may_pass_is_tried_again_with_another_key(shop: Shop) -> None:
    keeps(shop)
    decides(shop)
    card(shop).decline_refunds.extend(["rejected_by_timeout"] * 2)
    shop.settles(minutes=10)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    assert AlertKind.REFUND_REFUSED not in kinds(shop)
    (key,) = card(shop).refunds_by_key
    assert key.endswith("-r1-3")


def test_a_refund_that_stays_pending_is_looked_at_until_it_has_arrived(shop: Shop) -> None:
    keeps(shop)
    decides(shop)
    card(shop).refunds_stay_pending = True
    shop.days(1)
    assert kept(shop).column is UnmatchedColumn.SENDING
    card(shop).refunds_succeed()
    shop.days(0.5)
    assert kept(shop).column is UnmatchedColumn.RETURNED
    assert len(card(shop).refunds) == 1


def test_a_part_that_was_sent_back_elsewhere_leaves_it_to_the_operators(shop: Shop) -> None:
    before = keeps(shop)
    part = card(shop).refunds[card(shop).sends_back("pay-9", Money(100, "RUB"))]
    assert apply_refund(part, shop.payments, shop.context) is None
    assert kept(shop) == before


def test_without_a_call_for_refunds_an_operator_sends_it_by_hand(shop: Shop) -> None:
    keeps(shop)
    decides(shop)
    card(shop).abilities = replace(EVERYTHING, refunds=Refunds.NONE)
    shop.settles(minutes=3)
    assert acts(shop) == [Act.SENT_BY_HAND], "the call is gone meanwhile"
    assert not card(shop).refunds


def test_a_subscription_in_stars_is_stopped_before_its_payment_goes_back(shop: Shop) -> None:
    stars: FakeProvider = shop.providers.get("stars")
    report = replace(PAID, provider="stars", account="1", payment_id="charge", payer=42, first_of_renewals=True)
    stars.payments["charge"] = report
    keep_unmatched(report, shop.payments, shop.context)
    payment = kept(shop, unmatched_mark("stars", "1", "charge"))
    assert decide_unmatched(payment, Act.SEND_BACK, update(), "operator", shop.payments, shop.context)
    shop.settles(minutes=3)
    assert stars.stopped == [(42, "charge")]
    assert [refund.payment_id for refund in stars.refunds.values()] == ["charge"]


def by_id(shop: Shop, payment_id: str = "pay-9") -> UnmatchedPayment:
    """Send the payment back with the command."""
    provider = shop.providers.get("card")
    return return_unmatched(provider, payment_id, shop.payments, shop.context, update(), "operator")


class TestTheCommand:
    """The payment is named by its id, whether or not it was noticed."""

    def test_all_of_it_is_sent_back_once_however_often_it_is_asked(self, shop: Shop) -> None:
        card(shop).payments["pay-9"] = PAID
        assert by_id(shop).column is UnmatchedColumn.SENDING
        by_id(shop)
        shop.settles(minutes=3)
        assert by_id(shop).column is UnmatchedColumn.RETURNED
        assert [refund.money for refund in card(shop).refunds.values()] == [PAID.money]

    def test_a_payment_that_an_earlier_release_kept_in_the_ledger_alone_is_sent_back(self, shop: Shop) -> None:
        keeps(shop)
        if shop.on_dynamodb:
            pytest.skip("the item is removed from the table in memory")
        assert isinstance(shop.ledger, ShopLedger)
        del shop.ledger.table.items[SHOP][unmatched_key(MARK)]
        by_id(shop)
        shop.settles(minutes=3)
        assert len(card(shop).refunds) == 1

    def test_what_was_not_paid_is_not_sent_back(self, shop: Shop) -> None:
        card(shop).payments["pay-9"] = replace(PAID, state=ReportedState.PENDING)
        with pytest.raises(NothingToSendBack):
            by_id(shop)
        assert card(shop).refunds == {}

    def test_a_provider_that_cannot_send_money_back_says_so(self, shop: Shop) -> None:
        card(shop).payments["pay-9"], card(shop).abilities = PAID, replace(EVERYTHING, refunds=Refunds.NONE)
        with pytest.raises(NothingToSendBack, match="by hand"):
            by_id(shop)

    def test_a_payment_in_stars_is_found_in_the_list_of_transactions(self, shop: Shop) -> None:
        stars = shop.providers.get("stars")
        stars.payments["charge"] = replace(PAID, provider="stars", payment_id="charge", payer=42)
        assert find_payment(stars, "charge", shop.clock()) == stars.payments["charge"]
        assert find_payment(stars, "other", shop.clock()) is None
