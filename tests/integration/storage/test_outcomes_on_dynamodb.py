"""The walks through the tables of outcomes, on an emulated DynamoDB."""

from tests.functional.usecases.test_order_outcomes import (
    TestANewPayment,
    test_a_payment_that_the_provider_has_made_is_kept,
    test_a_person_cancels_an_order_that_is_open,
    test_a_provider_that_is_down_is_asked_again_for_an_open_order_only,
    test_an_order_lapses_after_the_last_look_only_if_it_is_open,
    test_telegram_does_not_charge_for_an_order_that_does_not_exist,
    test_telegram_is_told_whether_it_may_charge,
)
from tests.functional.usecases.test_payment_outcomes import (
    test_a_payment_that_is_reported_as_canceled_ends_or_contradicts,
    test_a_payment_that_is_reported_as_paid_is_new_or_known,
    test_a_receipt_is_registered_or_refused,
    test_an_operator_grants_time_for_a_surplus,
)
from tests.functional.usecases.test_refund_outcomes import (
    test_a_refund_is_asked_for_only_while_there_is_money,
    test_a_refund_of_a_payment_that_was_never_paid_is_a_contradiction,
    test_a_refund_of_a_payment_that_we_missed_applies_the_payment_first,
    test_a_refund_that_is_refused_leaves_the_money_here,
    test_money_that_was_sent_back_takes_its_time,
)

__all__ = (
    "TestANewPayment",
    "test_a_payment_that_is_reported_as_canceled_ends_or_contradicts",
    "test_a_payment_that_is_reported_as_paid_is_new_or_known",
    "test_a_payment_that_the_provider_has_made_is_kept",
    "test_a_person_cancels_an_order_that_is_open",
    "test_a_provider_that_is_down_is_asked_again_for_an_open_order_only",
    "test_a_receipt_is_registered_or_refused",
    "test_a_refund_is_asked_for_only_while_there_is_money",
    "test_a_refund_of_a_payment_that_was_never_paid_is_a_contradiction",
    "test_a_refund_of_a_payment_that_we_missed_applies_the_payment_first",
    "test_a_refund_that_is_refused_leaves_the_money_here",
    "test_an_operator_grants_time_for_a_surplus",
    "test_an_order_lapses_after_the_last_look_only_if_it_is_open",
    "test_money_that_was_sent_back_takes_its_time",
    "test_telegram_does_not_charge_for_an_order_that_does_not_exist",
    "test_telegram_is_told_whether_it_may_charge",
)
