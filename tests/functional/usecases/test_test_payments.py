"""A payment in the test mode of a provider is no money: in production no operator can grant time for it."""

from dataclasses import replace

import pytest

from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import applies, paid_report, places, stored
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.domain.payments.outcome_rules import Outcome
from vpnbot.usecases.payments.grant_held import NothingToGrant, acts_for, grant_held


def test_no_operator_can_grant_time_for_a_test_payment(shop: Shop) -> None:
    shop.arrives()
    order_id = places(shop).id
    report = replace(paid_report(shop, order_id), test=True)
    assert applies(shop, report).outcome is Outcome.TEST
    order, payment_id = stored(shop, order_id), report.payment_id
    offered = acts_for(shop.look(), order, payment_id, shop.payments, shop.context)
    assert [act.act for act in offered] == [Act.SEND_BACK]
    with pytest.raises(NothingToGrant):
        grant_held(shop.open(), shop.payments, shop.context, update(), "operator", order_id, payment_id)
    assert not shop.look().subscription.lots
