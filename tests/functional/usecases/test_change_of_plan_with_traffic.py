"""Plans with and without a limit of traffic, one after another: what reaches the panels, and what goes back."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.panel import Client
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import asks_back, card, places, stored
from tests.functional.usecases.ordering import pays as pays_order
from tests.functional.usecases.purchases import GB, MONTH
from tests.functional.usecases.reconciled_servers import taken, with_servers
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import PaymentState
from vpnbot.domain.payments.operator_acts import unused_money
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.status import Status
from vpnbot.usecases.keys.record_traffic import record_traffic
from vpnbot.usecases.subscriptions.suspend_subscription import resume, suspend

SMALL = replace(MONTH, id="small", traffic_limit_bytes=50 * GB)
LARGE = replace(MONTH, id="large", traffic_limit_bytes=300 * GB, devices=9)
OPEN = replace(MONTH, id="open", devices=3)


def buys(shop: Shop, plan: Plan) -> Order:
    """Let the person order a plan and pay; due work does the rest."""
    order = places(shop, plan)
    pays_order(shop, order)
    shop.settles(minutes=5)
    return order


def uses(shop: Shop, gigabytes: int) -> None:
    """Let the key have used so much traffic in all, and a reconciliation read it."""
    shop.panel.use("fi", gigabytes * GB)
    record_traffic(shop.open(), shop.context, "fi", shop.look().living_accesses[0].key.tag, gigabytes * GB)
    shop.settles(minutes=5)


def client(shop: Shop) -> Client:
    """Return the only client on the panel."""
    (only,) = shop.panel.held.values()
    return only


def days(shop: Shop) -> float:
    """Return the time left in days, as of now or of the suspension."""
    return round(shop.look().subscription.left(shop.clock()) / timedelta(days=1), 1)


def test_each_purchase_reaches_the_panel_with_what_it_grants(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=1)
    shop.arrives()
    buys(shop, SMALL)
    assert (client(shop).enabled, client(shop).traffic_limit_bytes, client(shop).devices) == (True, 50 * GB, 5)
    uses(shop, 50)
    assert (shop.look().served, taken(shop, "fi")) == (False, 0)
    buys(shop, OPEN)
    assert (client(shop).enabled, client(shop).traffic_limit_bytes, client(shop).devices) == (True, 0, 3)
    assert days(shop) == 30, "the time of the first plan had no traffic left"
    assert taken(shop, "fi") == 1
    uses(shop, 500)
    buys(shop, LARGE)
    limit = client(shop).traffic_limit_bytes
    assert (client(shop).enabled, client(shop).devices) == (True, 9)
    assert abs(limit - (500 + 600) * GB) < GB / 2, "thirty days of each of the two plans"
    uses(shop, 1_100)
    assert (shop.look().served, taken(shop, "fi")) == (False, 0)
    buys(shop, SMALL)
    limit = client(shop).traffic_limit_bytes
    assert (client(shop).enabled, shop.look().served) == (True, True)
    assert abs(limit - (1_100 + 50) * GB) < GB / 2


def test_a_purchase_during_a_pause_reaches_the_panel_when_it_ends(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=1)
    shop.arrives()
    buys(shop, SMALL)
    uses(shop, 40)
    suspend(shop.open(), shop.fleet, shop.context, update(), "operator")
    buys(shop, LARGE)
    assert (shop.look().subscription.status, client(shop).enabled) == (Status.SUSPENDED, False)
    shop.days(3)
    resume(shop.open(), shop.fleet, shop.context, update(), "operator")
    shop.settles(minutes=5)
    limit = client(shop).traffic_limit_bytes
    assert (client(shop).enabled, client(shop).devices, days(shop)) == (True, 9, 60.0)
    assert abs(limit - (40 + 60 + 300) * GB) < GB / 2, "a fifth of the traffic was left"


def test_a_refund_of_each_purchase_gives_back_what_was_not_used_and_ends_the_key(shop: Shop) -> None:
    with_servers(shop, "fi", capacity=1)
    shop.arrives()
    first = buys(shop, SMALL)
    uses(shop, 50)
    second = buys(shop, OPEN)
    third = buys(shop, LARGE)
    sent_back = []
    for order in (first, second, third):
        now = stored(shop, order.id)
        (payment,) = [payment for payment in now.payments if payment.state is PaymentState.CREDITED]
        offered = unused_money(shop.look(), now, payment, shop.clock(), whole_only=False)
        if offered is not None:
            asks_back(shop, now, payment, offered)
        shop.settles(minutes=5)
        sent_back.append(payment.money.amount_minor - card(shop).left(payment.id))
    assert sent_back[0] == 0, "all of its traffic was used"
    assert [29_500 < amount <= 30_000 for amount in sent_back[1:]] == [True, True], sent_back
    person = shop.look()
    assert not person.served
    assert person.subscription.status is Status.EXPIRED
    assert taken(shop, "fi") == 0
    assert shop.index.dead_lettered() == []
