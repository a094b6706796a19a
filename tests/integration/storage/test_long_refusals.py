"""What a panel answers is stored with keys: an answer of any length must not make an item too large for DynamoDB."""

from tests.fakes.shop import Shop, update
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def test_an_end_that_a_panel_refuses_with_half_a_megabyte_of_text_is_applied_when_it_accepts(shop: Shop) -> None:
    shop.on_trial()
    shop.panel.trouble = PanelRejected(PanelTrouble.REFUSED, "database is locked " * 30_000)
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
    shop.days(1)
    assert shop.index.dead_lettered() == []
    shop.panel.trouble = None
    shop.days(0.1)
    assert list(shop.panel.enabled()) == []
