"""The counters of payments without a notification, on an emulated DynamoDB."""

from concurrent.futures import ThreadPoolExecutor

from tests.functional.usecases.test_watch_notifications import (
    test_a_late_notification_shows_that_the_address_is_right,
    test_a_notification_ends_the_row,
    test_a_payment_that_is_reported_again_counts_once,
    test_the_fifth_payment_in_a_row_without_a_notification_alerts_the_operators_once,
    test_they_read_of_it_again_only_after_notifications_have_come_meanwhile,
)
from vpnbot.domain.payments.notices import Notices
from vpnbot.storage.payments.notices import StoredNotices

__all__ = (
    "test_a_late_notification_shows_that_the_address_is_right",
    "test_a_notification_ends_the_row",
    "test_a_payment_that_is_reported_again_counts_once",
    "test_the_fifth_payment_in_a_row_without_a_notification_alerts_the_operators_once",
    "test_they_read_of_it_again_only_after_notifications_have_come_meanwhile",
)


def test_payments_that_are_counted_at_once_are_all_counted(table_name: str) -> None:
    assert table_name
    notices = StoredNotices()
    with ThreadPoolExecutor(4) as threads:
        counted = list(threads.map(lambda _: notices.missed("card").missed, range(8)))
    assert sorted(counted) == list(range(1, 9))
    assert notices.load("card") == Notices(8, 0)


def test_rows_end_once_and_providers_do_not_share_them(table_name: str) -> None:
    assert table_name
    notices = StoredNotices()
    assert notices.load("card") == Notices()
    notices.arrived("card")
    assert notices.load("card") == Notices()
    notices.missed("card")
    notices.missed("crypto_pay")
    notices.arrived("card")
    notices.arrived("card")
    assert (notices.load("card"), notices.load("crypto_pay")) == (Notices(0, 1), Notices(1, 0))
