"""The decision loop: it distinguishes rejected requests, bugs, and facts that must be applied."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.contract import KEY, Outside, entry, with_a_key
from tests.fakes.shop import Shop
from tests.fakes.table import Row
from vpnbot.domain.effects import MoveCounter, Put, PutIfAbsent
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.waiters import waiter_shard
from vpnbot.errors import AlreadyDecided, CapacityExhausted, Conflict, ItemExists, Rejected, StorageUnavailable
from vpnbot.usecases.decide import ATTEMPTS, Decision, FactRejected, apply_fact, decide
from vpnbot.usecases.ports import Metric, Session

CAUSE = "update:1:9"
FACT = "payment:demo:1:succeeded"


class RejectedRequest(Rejected):
    """A rejection for a business reason."""


def russian(person: Person) -> Person:
    """Change the person's language."""
    return replace(person, user=replace(person.user, language="ru"))


def paid(person: Person) -> Decision:
    """Apply a payment, which is a fact."""
    return Decision(russian(person), (entry(FACT),))


def rejecting(person: Person) -> Person:
    """Reject a request."""
    raise RejectedRequest(f"not for {person.id}")


@pytest.fixture
def session(shop: Shop) -> Session:
    """A session with a person who has opened the bot."""
    shop.arrives()
    return shop.open()


class TestARequest:
    """A decision that can be rejected."""

    def test_a_rejection_is_raised_and_nothing_is_committed(self, shop: Shop, session: Session) -> None:
        before = shop.look()
        with pytest.raises(RejectedRequest):
            decide(session, entry(CAUSE), rejecting, shop.meter)
        assert shop.look() == before
        assert CAUSE not in shop.history()

    def test_a_rejection_of_a_cause_that_was_granted_before_is_a_duplicate(
        self, shop: Shop, session: Session
    ) -> None:
        decide(session, entry(CAUSE), russian, shop.meter)
        with pytest.raises(AlreadyDecided, match=CAUSE):
            decide(session, entry(CAUSE), rejecting, shop.meter)
        assert shop.meter.counts[Metric.DUPLICATES] == 1

    def test_additional_entries_and_effects_are_committed_with_the_decision(
        self, shop: Shop, session: Session, outside: Outside
    ) -> None:
        choice = Decision(session.person, (entry(f"{CAUSE}/friend"),), (PutIfAbsent("PROMO#A", "USE#x", {"n": 1}),))
        decide(session, entry(CAUSE), lambda person: choice, shop.meter)
        assert shop.history()[-2:] == [CAUSE, f"{CAUSE}/friend"]
        assert outside.row("PROMO#A", "USE#x") == Row({"n": 1})

    def test_an_effect_on_an_existing_item_is_not_retried(self, shop: Shop, session: Session) -> None:
        session.commit(session.person, effects=[Put("P", "a")])
        seen: list[Person] = []

        def choose(person: Person) -> Decision:
            seen.append(person)
            return Decision(person, effects=(PutIfAbsent("P", "a"),))

        with pytest.raises(ItemExists):
            decide(session, entry(CAUSE), choose, shop.meter)
        assert len(seen) == 1
        assert CAUSE not in shop.history()

    def test_a_full_counter_makes_the_loop_choose_again_up_to_three_times(
        self, shop: Shop, session: Session, outside: Outside
    ) -> None:
        outside.put_counter("P", "1", 0, 1)
        shards = iter("321")
        decide(
            session,
            entry(CAUSE),
            lambda person: Decision(person, effects=(MoveCounter("P", next(shards), 1),)),
            shop.meter,
        )
        assert outside.row("P", "1") == Row(taken=1, limit=1)
        with pytest.raises(CapacityExhausted):
            decide(
                session,
                entry("update:1:10"),
                lambda person: Decision(person, effects=(MoveCounter("P", "1", 1),)),
                shop.meter,
            )
        assert shop.meter.counts[Metric.CONFLICTS] == 2 + ATTEMPTS


class TestAFact:
    """A fact has happened, and must be applied in every state of the person."""

    def test_a_fact_is_committed_with_the_entries_of_the_choice(self, shop: Shop, session: Session) -> None:
        assert apply_fact(session, shop.context, paid).user.language == "ru"
        assert shop.history()[-1] == FACT

    def test_a_fact_without_a_decision_commits_nothing(self, shop: Shop, session: Session) -> None:
        before = shop.look()
        assert apply_fact(session, shop.context, lambda person: None) == before
        assert shop.look() == before

    @pytest.mark.parametrize("decided_before", [False, True])
    def test_a_rejection_of_a_fact_is_raised_as_a_bug(
        self, shop: Shop, session: Session, decided_before: bool
    ) -> None:
        if decided_before:
            apply_fact(session, shop.context, paid)
        before = shop.look()

        def illegal(person: Person) -> Decision:
            return Decision(replace(person, subscription=person.subscription.begun(shop.clock())), (entry(FACT),))

        with pytest.raises(FactRejected, match="IllegalTransition") as caught:
            apply_fact(session, shop.context, illegal)
        assert isinstance(caught.value.__cause__, Rejected)
        assert not isinstance(caught.value, Rejected)
        assert shop.look() == before

    def test_a_repeated_fact_is_applied_once_and_the_session_is_reloaded(self, shop: Shop, session: Session) -> None:
        apply_fact(shop.open(), shop.context, paid)
        with pytest.raises(AlreadyDecided, match=FACT):
            apply_fact(session, shop.context, paid)
        assert session.person == shop.look()
        assert session.person.user.language == "ru"
        assert shop.meter.counts[Metric.DUPLICATES] == 1

    def test_two_conflicts_are_retried_and_the_third_is_raised(self, shop: Shop, session: Session) -> None:
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"))
        assert apply_fact(session, shop.context, paid).user.language == "ru"
        shop.faults.at("commit.before", *(Conflict(str(number)) for number in range(ATTEMPTS)))
        with pytest.raises(Conflict):
            apply_fact(session, shop.context, Decision)
        assert shop.meter.counts[Metric.CONFLICTS] == 2 + ATTEMPTS


def as_request(session: Session, shop: Shop, choose: Callable[[Person], Decision]) -> Person:
    """Commit a choice with `decide`."""
    return decide(session, entry(CAUSE), choose, shop.meter)


def as_fact(session: Session, shop: Shop, choose: Callable[[Person], Decision]) -> Person:
    """Commit a choice with `apply_fact`."""
    return apply_fact(session, shop.context, choose)


@pytest.mark.parametrize("committed", [as_request, as_fact])
class TestBoth:
    """Errors of a choice that are no rejections, and the effects that a change of the person implies."""

    @pytest.mark.parametrize(
        "failure", [KeyError("a bug"), StorageUnavailable("slow"), Conflict("raised by the choice")]
    )
    def test_any_other_error_of_a_choice_is_raised_unchanged_without_a_retry(
        self,
        shop: Shop,
        session: Session,
        committed: Callable[[Session, Shop, Callable[[Person], Decision]], Person],
        failure: Exception,
    ) -> None:
        seen: list[Person] = []

        def choose(person: Person) -> Decision:
            seen.append(person)
            raise failure

        with pytest.raises(type(failure)) as caught:
            committed(session, shop, choose)
        assert caught.value is failure
        assert len(seen) == 1

    def test_counters_and_waitlist_are_changed_as_the_change_of_the_person_implies(
        self,
        shop: Shop,
        session: Session,
        outside: Outside,
        committed: Callable[[Session, Shop, Callable[[Person], Decision]], Person],
    ) -> None:
        outside.put_counter("SERVERS", "ROOM#nl#3", 0, 2)

        def choose(person: Person) -> Decision:
            waiting = replace(person, user=replace(person.user, wants_plans=True))
            key = Access("nl", KEY, Wanted.ENABLED, devices=2, capacity_shard=3)
            return Decision(with_a_key(waiting).with_access(key))

        after = committed(session, shop, choose)
        assert outside.row("SERVERS", "ROOM#nl#3") == Row(taken=1, limit=2)
        assert outside.row(f"WAIT#plans#{waiter_shard(after.id)}", after.id) is not None

    def test_an_effect_and_an_implied_change_of_the_same_counter_are_added(
        self,
        shop: Shop,
        session: Session,
        outside: Outside,
        committed: Callable[[Session, Shop, Callable[[Person], Decision]], Person],
    ) -> None:
        key = Access("nl", KEY, Wanted.ENABLED, devices=2, capacity_shard=3)
        give_back = MoveCounter("SERVERS", "ROOM#nl#3", -1)
        committed(session, shop, lambda person: Decision(with_a_key(person).with_access(key), effects=(give_back,)))
        assert outside.row("SERVERS", "ROOM#nl#3") is None
