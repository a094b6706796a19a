"""What was paid beyond the price at a provider that sends back whole payments only becomes time, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import (
    OFFER,
    PRICE,
    alerts,
    asks_back,
    card,
    entry_of,
    pays,
    places,
    stored,
    without_version,
)
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import OrderStatus
from vpnbot.domain.payments.alerts import AlertKind
from vpnbot.domain.payments.operator_acts import ACTS_OF_ALERT, Act, PossibleAct
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.subscriptions.entitlement import entitlement_seconds
from vpnbot.usecases.payments.decide_payment import OperatorDecision, decide_payment
from vpnbot.usecases.payments.grant_held import NothingToGrant, acts_for, grant_surplus
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports.payments import Refunds

SURPLUS = Money(PRICE.amount_minor // 3, PRICE.currency)


def paid_too_much(shop: Shop, able: Refunds = Refunds.WHOLE) -> tuple[str, str]:
    """Let an order be paid with a surplus; return order and payment."""
    provider = card(shop)
    provider.abilities = replace(provider.abilities, refunds=able)
    shop.arrives()
    order = places(shop)
    pays(shop, order, Money(PRICE.amount_minor + SURPLUS.amount_minor, PRICE.currency))
    return order.id, order.payments[0].id


def acts(shop: Shop, order_id: str, payment_id: str) -> dict[Act, PossibleAct]:
    """Return what operators can do now."""
    person = shop.open().recall(order_id)
    order = person.order(order_id)
    assert order is not None
    return {each.act: each for each in acts_for(person, order, payment_id, shop.payments, shop.context)}


def seconds(shop: Shop) -> int:
    """Return the time that was granted until now."""
    return entitlement_seconds(shop.look().subscription, shop.clock())


def grants(shop: Shop, order_id: str, payment_id: str, cause: str) -> Outcome:
    """Let an operator grant time for the surplus."""
    return grant_surplus(shop.open(), shop.payments, shop.context, cause, "operator", order_id, payment_id).outcome


@pytest.mark.parametrize(
    ("able", "possible"),
    [(Refunds.WHOLE, Act.GIVE_SURPLUS), (Refunds.PART, Act.SEND_SURPLUS), (Refunds.NONE, Act.SEND_SURPLUS)],
)
def test_time_is_offered_only_where_a_surplus_cannot_be_sent_back(shop: Shop, able: Refunds, possible: Act) -> None:
    found = acts(shop, *paid_too_much(shop, able))
    about_surplus = {Act.GIVE_SURPLUS, Act.SEND_SURPLUS} & found.keys()
    assert about_surplus == {possible}
    assert found[possible].money == SURPLUS
    assert possible in ACTS_OF_ALERT[AlertKind.SURPLUS]


def test_the_time_is_by_the_worth_of_the_surplus_and_in_the_ledger(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    before, cause = seconds(shop), update()
    offered = acts(shop, order_id, payment_id)[Act.GIVE_SURPLUS].time
    revenues = dict(shop.meter.revenues)
    assert grants(shop, order_id, payment_id, cause) is Outcome.EXTRA
    added = seconds(shop) - before
    assert offered == timedelta(seconds=added)
    assert added == OFFER.seconds * SURPLUS.amount_minor // PRICE.amount_minor
    entry = entry_of(shop, cause)
    assert entry is not None
    assert (entry["what"], entry["actor"], entry["seconds"]) == (RULES[Outcome.EXTRA].entry, "operator", added)
    order = stored(shop, order_id)
    assert (order.status, order.archived, order.payments[0].surplus_minor) == (OrderStatus.PAID, True, 0)
    assert shop.look().outbox[-1].kind is RULES[Outcome.EXTRA].notification
    assert shop.meter.revenues == revenues, "the surplus was counted when it arrived"


def test_it_is_granted_once_whoever_asks(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    cause = update()
    grants(shop, order_id, payment_id, cause)
    after = without_version(shop.look()), stored(shop, order_id)
    assert grants(shop, order_id, payment_id, cause) is not Outcome.EXTRA
    with pytest.raises(NothingToGrant):
        grants(shop, order_id, payment_id, update())
    assert (without_version(shop.look()), stored(shop, order_id)) == after
    assert Act.GIVE_SURPLUS not in acts(shop, order_id, payment_id)


def test_the_whole_payment_can_be_sent_back_afterwards_with_both_times(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    grants(shop, order_id, payment_id, update())
    whole = acts(shop, order_id, payment_id)[Act.REFUND].money
    assert whole == Money(PRICE.amount_minor + SURPLUS.amount_minor, PRICE.currency)
    order = stored(shop, order_id)
    asks_back(shop, order, order.payments[0])
    shop.settles(minutes=5)
    assert [refund.money for refund in card(shop).refunds.values()] == [whole]
    assert seconds(shop) == 0


def test_after_the_time_of_the_order_is_over_the_surplus_starts_anew(shop: Shop) -> None:
    with_servers(shop, "nl")
    order_id, payment_id = paid_too_much(shop)
    shop.settles(minutes=5)
    shop.days(31)
    assert not shop.look().served
    grants(shop, order_id, payment_id, update())
    shop.settles(minutes=5)
    person = shop.look()
    assert person.served
    assert person.subscription.ends_at is not None
    assert timedelta(days=9) < person.subscription.ends_at - shop.clock() < timedelta(days=10)


def test_a_person_who_has_deleted_their_data_gets_none(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    delete_data(shop.open(), shop.fleet, shop.context, update())
    assert Act.GIVE_SURPLUS not in acts(shop, order_id, payment_id)
    with pytest.raises(NothingToGrant):
        grants(shop, order_id, payment_id, update())


def test_while_the_payment_is_being_sent_back_nothing_is_granted(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    order = stored(shop, order_id)
    asks_back(shop, order, order.payments[0])
    with pytest.raises(NothingToGrant):
        grants(shop, order_id, payment_id, update())


def test_two_administrators_grant_it_once(shop: Shop) -> None:
    order_id, payment_id = paid_too_much(shop)
    chosen = acts(shop, order_id, payment_id)[Act.GIVE_SURPLUS]
    done = [
        decide_payment(
            shop.open(),
            shop.fleet,
            shop.payments,
            shop.context,
            OperatorDecision(f"admin:1:{number}", f"admin:{number}", order_id, payment_id, chosen),
        )
        for number in (1, 2)
    ]
    assert done == [True, False]


@pytest.mark.parametrize("kind", [kind for kind, offered in ACTS_OF_ALERT.items() if Act.SEND_SURPLUS in offered])
def test_every_alert_that_offers_to_send_a_surplus_offers_time_for_it(kind: AlertKind) -> None:
    assert Act.GIVE_SURPLUS in ACTS_OF_ALERT[kind]


def test_operators_read_of_the_surplus(shop: Shop) -> None:
    paid_too_much(shop)
    assert AlertKind.SURPLUS in [kind for kind, _ in alerts(shop)]
