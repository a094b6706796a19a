"""Limits of a person hold for taps at the same time, for redelivered ones, and after a crash at any point."""

from collections.abc import Callable

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, update
from tests.functional.usecases.ordering import PAYMENTS, places
from tests.functional.usecases.renewing import STANDARD, buys_by_card, sells
from vpnbot.domain.payments.money_events import PaymentColumn
from vpnbot.domain.people.limits import LIMITS, LimitedAct, TooOften
from vpnbot.usecases.payments.switch_renewal import turn_renewal_off, turn_renewal_on
from vpnbot.usecases.people.change_profile import change_language
from vpnbot.usecases.people.count_act import count_act
from vpnbot.usecases.people.export_data import export_data
from vpnbot.usecases.ports import Session
from vpnbot.usecases.support.diagnose import run_diagnosis
from vpnbot.usecases.support.relay_question import relay_question

type Request = Callable[[Shop, Session, str], object]

REQUESTS: dict[LimitedAct, Request] = {
    LimitedAct.QUESTION: lambda shop, session, cause: relay_question(session, shop.context, cause, 7),
    LimitedAct.CHECK: lambda shop, session, _: run_diagnosis(session, shop.fleet, shop.context),
    LimitedAct.EXPORT: lambda shop, session, _: export_data(session, shop.people, shop.context),
    LimitedAct.SETTING: lambda shop, session, cause: change_language(
        session, shop.context, cause, "ru" if shop.look().user.language == "en" else "en"
    ),
}


def almost_at_the_limit(shop: Shop, act: LimitedAct) -> None:
    """Let the person do an act as often as allowed but once."""
    shop.on_trial()
    for _ in range(LIMITS[act].times - 1):
        REQUESTS[act](shop, shop.open(), update())


@pytest.mark.parametrize("act", [LimitedAct.QUESTION, LimitedAct.CHECK, LimitedAct.EXPORT])
def test_of_two_taps_at_once_only_the_one_that_is_left_passes(shop: Shop, act: LimitedAct) -> None:
    almost_at_the_limit(shop, act)
    first, second = shop.open(), shop.open()
    REQUESTS[act](shop, first, update())
    with pytest.raises(TooOften):
        REQUESTS[act](shop, second, update())
    assert len(shop.look().user.acts[act]) == LIMITS[act].times


@pytest.mark.parametrize("act", [LimitedAct.QUESTION, LimitedAct.SETTING])
def test_the_last_allowed_one_that_is_delivered_again_is_not_refused(shop: Shop, act: LimitedAct) -> None:
    almost_at_the_limit(shop, act)
    cause = update()
    for _ in range(3):
        REQUESTS[act](shop, shop.open(), cause)
    assert len(shop.look().user.acts[act]) == LIMITS[act].times


@pytest.mark.parametrize("point", ["commit.before", "commit.after"])
def test_after_a_crash_a_question_is_counted_if_it_is_stored_and_only_then(shop: Shop, point: str) -> None:
    almost_at_the_limit(shop, LimitedAct.QUESTION)
    before = len(shop.look().questions)
    cause = update()
    shop.faults.at(point, Crash())
    with pytest.raises(Crash):
        REQUESTS[LimitedAct.QUESTION](shop, shop.open(), cause)
    person = shop.look()
    assert len(person.user.acts[LimitedAct.QUESTION]) == len(person.questions)
    REQUESTS[LimitedAct.QUESTION](shop, shop.open(), cause)
    assert len(shop.look().questions) == before + 1
    with pytest.raises(TooOften):
        REQUESTS[LimitedAct.QUESTION](shop, shop.open(), update())


def test_an_act_is_counted_before_it_is_done_and_leaves_no_entry_in_the_history(shop: Shop) -> None:
    shop.on_trial()
    before = shop.history()
    count_act(shop.open(), shop.context, LimitedAct.CHECK)
    assert len(shop.look().user.acts[LimitedAct.CHECK]) == 1
    assert shop.history() == before


def test_orders_have_a_limit_of_their_own_beside_those_that_wait(shop: Shop) -> None:
    shop.arrives()
    began = shop.clock.now
    for _ in range(LIMITS[LimitedAct.ORDER].times):
        PAYMENTS[PaymentColumn.CANCELED](shop)
    with pytest.raises(TooOften) as refused:
        PAYMENTS[PaymentColumn.CANCELED](shop)
    assert began < refused.value.again_at <= shop.clock.now + LIMITS[LimitedAct.ORDER].within
    shop.clock.now = refused.value.again_at
    PAYMENTS[PaymentColumn.CANCELED](shop)


def test_an_order_for_the_same_that_is_used_again_does_not_count(shop: Shop) -> None:
    shop.arrives()
    first = places(shop)
    for _ in range(20):
        assert places(shop).id == first.id
    assert len(shop.look().user.acts[LimitedAct.ORDER]) == 1


def test_renewal_can_always_be_turned_off_and_turned_on_so_often(shop: Shop) -> None:
    sells(shop, STANDARD)
    shop.arrives()
    buys_by_card(shop)
    for _ in range(LIMITS[LimitedAct.RENEWAL_ON].times):
        turn_renewal_off(shop.open(), shop.context, update())
        turn_renewal_on(shop.open(), shop.payments, shop.context, update())
    turn_renewal_off(shop.open(), shop.context, update())
    with pytest.raises(TooOften):
        turn_renewal_on(shop.open(), shop.payments, shop.context, update())
    assert not shop.look().subscription.renews
    turn_renewal_off(shop.open(), shop.context, update())
