"""The storage contract for promo codes and their uses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import Outside, commit, met
from tests.fakes.shop import Shop
from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import ReservedUse, promo_source
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import CodeState, PromoCode
from vpnbot.domain.promo.uses import (
    Use,
    counter_limits,
    given_back,
    of_one_time_code,
    one_time_key,
    use_effects,
    use_key,
)
from vpnbot.domain.statistics.flow import FlowKind
from vpnbot.domain.statistics.sale import Sale, promo_sale_effects
from vpnbot.errors import AlreadyDecided, CapacityExhausted, Conflict, ItemExists

SIMPLE = PromoCode("SPRING", 7, made_at=START)
FULL = PromoCode(
    "FRIENDS",
    14,
    total=100,
    per_person=3,
    ends_at=START + timedelta(days=30),
    newcomers=True,
    state=CodeState.PAUSED,
    author="a member",
    made_at=START,
)
REDUCING = PromoCode(
    "AUTUMN",
    0,
    amount=Money(10_000, "RUB"),
    starts_at=START,
    plans=("standard", "family"),
    minimum=Money(29_900, "RUB"),
    made_at=START,
)


def entry(number: int) -> Entry:
    """Return the entry of a decision about a code."""
    return Entry(f"act:1:{number}", "changed", START, "admin:1")


class TestPromoCodes:
    """Codes are versioned, each decision is made once, and uses are counted with the commit that they belong to."""

    @pytest.mark.parametrize("code", [SIMPLE, FULL, REDUCING, replace(SIMPLE, plan="family"), SIMPLE.ended()])
    def test_a_code_is_read_as_it_was_written(self, shop: Shop, code: PromoCode) -> None:
        stored = shop.codes.decide(None, code, entry(1))
        assert stored == replace(code, version=1)
        assert shop.codes.get(code.id) == stored
        assert shop.codes.get("ANOTHER") is None

    def test_a_decision_is_made_once_and_about_the_stored_version_alone(self, shop: Shop) -> None:
        first = shop.codes.decide(None, SIMPLE, entry(1))
        with pytest.raises(AlreadyDecided):
            shop.codes.decide(first, first.paused(), entry(1))
        second = shop.codes.decide(first, first.paused(), entry(2))
        with pytest.raises(Conflict):
            shop.codes.decide(first, first.ended(), entry(3))
        assert shop.codes.get(SIMPLE.id) == second
        assert [shop.codes.decided(f"act:1:{number}") for number in (1, 2, 3)] == [True, True, False]

    def test_a_second_code_of_a_name_is_refused(self, shop: Shop) -> None:
        shop.codes.decide(None, SIMPLE, entry(1))
        with pytest.raises(Conflict):
            shop.codes.decide(None, replace(SIMPLE, days=99), entry(2))

    def test_codes_are_listed_from_the_newest_on_in_pages(self, shop: Shop) -> None:
        for number in range(5):
            code = PromoCode(f"CODE{number}", 7, made_at=START + timedelta(microseconds=number))
            shop.codes.decide(None, code, entry(number))
        newest = shop.codes.latest(limit=3)
        assert [code.id for code in newest] == ["CODE4", "CODE3", "CODE2"]
        older = shop.codes.latest(before=newest[-1].made_at, limit=3)
        assert [code.id for code in older] == ["CODE1", "CODE0"]

    def test_uses_are_counted_up_to_the_limit_and_a_second_use_of_a_person_is_named(
        self, shop: Shop, outside: Outside
    ) -> None:
        code = replace(SIMPLE, total=1)
        (counter,) = counter_limits(code)
        session = shop.open()
        met(session)
        assert shop.codes.taken(code.id) == {}
        commit(session, *use_effects(code, Use("ann", 1, counter), START))
        assert shop.codes.taken(code.id) == {counter: 1}
        with pytest.raises(ItemExists):
            commit(session, *use_effects(code, Use("ann", 1, counter), START))
        with pytest.raises(CapacityExhausted):
            commit(session, *use_effects(code, Use("bob", 1, counter), START))
        assert outside.row(f"PROMO#{code.id}", "USE#bob#1") is None
        assert shop.codes.taken(code.id) == {counter: 1}

    def test_a_use_is_given_back_and_can_be_taken_again(self, shop: Shop) -> None:
        code = replace(SIMPLE, total=1, one_time=True)
        (counter,) = counter_limits(code)
        session = shop.open()
        met(session)
        use = Use(session.person.id, 1, counter, 7)
        keys = (use_key(session.person.id, 1), one_time_key(7))
        for _ in range(2):
            commit(session, *use_effects(code, use, START))
            assert [shop.codes.used(code.id, key) for key in keys] == [True, True]
            assert shop.codes.taken(code.id) == {counter: 1}
            reserved = (ReservedUse(promo_source(code.id, 7), 1, counter),)
            person = session.person
            _, effects = given_back(replace(person, user=replace(person.user, reserved=reserved)))
            commit(session, *effects)
            assert [shop.codes.used(code.id, key) for key in keys] == [False, False]
            assert shop.codes.taken(code.id) == {counter: 0}

    def test_what_a_code_has_brought_is_summed_by_currency(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        assert tuple(shop.codes.brought(SIMPLE.id)) == ()
        moves = [(300, "RUB"), (199, "XTR"), (-100, "RUB")]
        for number, (minor, currency) in enumerate(moves):
            sale = Sale(FlowKind.PAID, Money(minor, currency), START, START, discount=promo_source(SIMPLE.id))
            commit(session, *promo_sale_effects([sale, replace(sale, discount="offer:x")], f"mark{number}"))
        assert tuple(shop.codes.brought(SIMPLE.id)) == (Money(200, "RUB"), Money(199, "XTR"))

    def test_a_one_time_code_is_used_once_by_whomever(self, shop: Shop) -> None:
        code = replace(SIMPLE, total=10, one_time=True)
        counter = next(iter(counter_limits(code)))
        session = shop.open()
        met(session)
        commit(session, *use_effects(code, Use("ann", 1, counter, 7), START))
        with pytest.raises(ItemExists) as caught:
            commit(session, *use_effects(code, Use("bob", 1, counter, 7), START))
        assert of_one_time_code(caught.value.key)
        with pytest.raises(ItemExists) as caught:
            commit(session, *use_effects(code, Use("ann", 1, counter, 7), START))
        assert not of_one_time_code(caught.value.key), "the person's own use is named first"
        assert shop.codes.taken(code.id) == {counter: 1}
