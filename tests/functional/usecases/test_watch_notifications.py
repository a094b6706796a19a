"""Five payments in a row without a notification: operators read once that the provider has a wrong address."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.fakes.shop import Shop
from tests.functional.usecases.ordering import alerts, applies, card, paid_report, places
from tests.functional.usecases.renewing import STANDARD, buys_by_card, sells
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.reports import Source
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.notices import WITHOUT_NOTICE, Notices
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.payments.receive_notification import receive_notification
from vpnbot.usecases.ports.payments import Hint, NotificationRequest, PaymentHint


def paid(shop: Shop, sources: Iterable[Source]) -> None:
    """Let one order be paid again and again; each payment becomes known first in one of these ways."""
    shop.arrives()
    order = places(shop)
    for source in sources:
        applies(shop, paid_report(shop, order.id), source)


def told(shop: Shop) -> list[str]:
    """Return the counts in the alerts about missing notifications."""
    return [about["count"] for kind, about in alerts(shop) if kind is AlertKind.NOT_NOTIFIED]


@pytest.mark.parametrize("source", sorted(WITHOUT_NOTICE))
def test_the_fifth_payment_in_a_row_without_a_notification_alerts_the_operators_once(
    shop: Shop, source: Source
) -> None:
    paid(shop, [source] * 4)
    assert told(shop) == []
    paid(shop, [source])
    assert told(shop) == ["5"]
    paid(shop, [source] * 6)
    assert told(shop) == ["5"]
    assert shop.payments.notices.load("card") == Notices(11, 0)


def test_a_notification_ends_the_row(shop: Shop) -> None:
    paid(shop, [Source.POLL] * 4)
    paid(shop, [Source.NOTIFICATION])
    paid(shop, [Source.POLL] * 4)
    assert told(shop) == []
    assert not shop.payments.notices.load("card").are_missing


def test_they_read_of_it_again_only_after_notifications_have_come_meanwhile(shop: Shop) -> None:
    paid(shop, [Source.POLL] * 5)
    paid(shop, [Source.NOTIFICATION] * 2)
    paid(shop, [Source.RECONCILIATION] * 5)
    assert told(shop) == ["5", "5"]


@pytest.mark.parametrize("source", sorted(set(Source) - WITHOUT_NOTICE - {Source.NOTIFICATION}))
def test_what_may_be_faster_than_a_notification_is_neither_counted_nor_written(shop: Shop, source: Source) -> None:
    paid(shop, [Source.POLL] * 4)
    before = len(shop.faults.passed)
    paid(shop, [source])
    assert not {"notices.missed", "notices.arrived"} & set(shop.faults.passed[before:])
    assert shop.payments.notices.load("card") == Notices(4, 0)
    paid(shop, [Source.POLL])
    assert told(shop) == ["5"]


def test_a_payment_that_is_reported_again_counts_once(shop: Shop) -> None:
    shop.arrives()
    report = paid_report(shop, places(shop).id)
    for source in (Source.POLL, Source.POLL, Source.RECONCILIATION):
        applies(shop, report, source)
    assert shop.payments.notices.load("card") == Notices(1, 0)


def test_a_provider_without_notifications_is_not_watched(shop: Shop) -> None:
    provider = card(shop)
    provider.abilities = replace(provider.abilities, notifies=False)
    paid(shop, [Source.RECONCILIATION] * 6)
    assert shop.payments.notices.load("card") == Notices()


def test_a_storage_that_does_not_answer_holds_back_no_payment(shop: Shop) -> None:
    if shop.on_dynamodb:
        pytest.skip("the storage fails at points of the fake only")
    shop.arrives()
    order = places(shop)
    shop.faults.at("notices.missed", StorageUnavailable("no answer"))
    applies(shop, paid_report(shop, order.id), Source.POLL)
    assert shop.look().subscription.lots
    assert shop.meter.deferred_work == [("NOTICES", "StorageUnavailable")]


def test_the_answer_to_a_charge_is_no_payment_without_a_notification(shop: Shop) -> None:
    sells(shop, STANDARD)
    shop.arrives()
    buys_by_card(shop)
    known = shop.payments.notices.load("card")
    shop.days(31)
    assert len(card(shop).payments) == 2, "the renewal was charged"
    assert shop.payments.notices.load("card") == known


def hints(shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch, *, is_foreign: bool = False) -> int:
    """Let the notification about the payment of an order arrive."""
    hint: Hint = PaymentHint(order.payments[0].id, order.id, shop.person_id(), is_foreign=is_foreign)
    monkeypatch.setattr(card(shop), "hint", lambda request: hint)
    return receive_notification(card(shop), NotificationRequest(b""), shop.payments, shop.context).status


@pytest.mark.parametrize("is_foreign", [True, False])
def test_a_late_notification_shows_that_the_address_is_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, is_foreign: bool
) -> None:
    shop.arrives()
    order = places(shop)
    card(shop).pays(order.payments[0].id)
    applies(shop, card(shop).payments[order.payments[0].id], Source.POLL)
    paid(shop, [Source.POLL] * 3)
    assert hints(shop, order, monkeypatch, is_foreign=is_foreign) == 200
    assert shop.payments.notices.load("card") == (Notices(4, 0) if is_foreign else Notices(0, 1))
