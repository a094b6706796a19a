"""The storage contract for alerts: put with a decision, due, deleted only by the worker that has the claim."""

from tests.fakes.clock import START
from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.payments.alerts import Alert, AlertKind, alert_key, alerted
from vpnbot.domain.scheduling import DELIVER_ALERT, Due, DueItem, kind_of
from vpnbot.domain.shop import SHOP


def put(shop: Shop) -> Alert:
    """Commit a decision with an alert, and return the alert as stored."""
    session = shop.open()
    met(session)
    effect = alerted(AlertKind.TOO_LITTLE, "payment:1", START, paid="200 RUB")
    session.commit(session.person, entry("payment:1"), effects=(effect,))
    stored = shop.alerts.get(effect.key)
    assert stored is not None
    return stored


class TestAlerts:
    """An alert is read as it was put, and stays until it was sent."""

    def test_an_alert_is_read_as_it_was_put_and_is_due_at_once(self, shop: Shop) -> None:
        alert = put(shop)
        assert (alert.kind, alert.arguments, alert.due) == (AlertKind.TOO_LITTLE, {"paid": "200 RUB"}, Due(START))
        (item,) = shop.index.due(START, 10)
        assert (item, kind_of(item)) == (DueItem(SHOP, alert_key(alert.id), START), DELIVER_ALERT)

    def test_an_alert_that_was_sent_is_deleted(self, shop: Shop) -> None:
        alert = put(shop)
        assert shop.alerts.delete(alert)
        assert shop.alerts.get(alert_key(alert.id)) is None
        assert not shop.alerts.delete(alert)
        assert shop.index.due(START, 10) == []

    def test_an_alert_whose_claim_another_worker_has_stays(self, shop: Shop) -> None:
        alert = put(shop)
        (item,) = shop.index.due(START, 10)
        assert shop.index.claim(item, START) is not None
        assert not shop.alerts.delete(alert)
        assert shop.alerts.get(alert_key(alert.id)) is not None

    def test_an_alert_that_does_not_exist_is_none(self, shop: Shop) -> None:
        assert shop.alerts.get(alert_key("x")) is None
