"""The storage contract for effects: writes outside the person's partition in the same commit."""

import pytest

from tests.fakes.clock import START
from tests.fakes.contract import CHAT, FSM_KEY, Outside, commit, entry, met, with_every_item
from tests.fakes.shop import Shop
from tests.fakes.table import Row
from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put, PutIfAbsent
from vpnbot.errors import AlreadyDecided, CapacityExhausted, Conflict, ItemExists
from vpnbot.usecases.ports import Session


class TestEffects:
    """Effects are written in the transaction of the commit, each kind with its own condition."""

    @pytest.fixture
    def session(self, shop: Shop) -> Session:
        session = shop.open()
        met(session)
        return session

    def test_a_put_replaces_the_stored_item_with_its_body_and_time(self, session: Session, outside: Outside) -> None:
        body = {"text": "a", "number": 7, "yes": True, "list": ["x", 1], "map": {"n": 2}}
        commit(session, Put("P", "a", {"old": "b"}), Put("P", "bare"))
        commit(session, Put("P", "a", body, at=START))
        assert outside.row("P", "a") == Row(body, START)
        assert outside.row("P", "bare") == Row()

    def test_a_put_if_absent_writes_its_body_and_time(self, session: Session, outside: Outside) -> None:
        commit(session, PutIfAbsent("P", "a", {"person": "x"}, at=START))
        assert outside.row("P", "a") == Row({"person": "x"}, START)

    def test_a_put_if_absent_of_an_existing_item_fails_and_names_it(self, session: Session, outside: Outside) -> None:
        commit(session, Put("P", "a", {"person": "the first"}))
        with pytest.raises(ItemExists) as caught:
            commit(session, Put("P", "b"), PutIfAbsent("P", "a", {"person": "the second"}))
        assert (caught.value.partition, caught.value.key) == ("P", "a")
        assert outside.row("P", "a") == Row({"person": "the first"})

    def test_a_delete_removes_an_item_and_succeeds_if_there_is_none(self, session: Session, outside: Outside) -> None:
        commit(session, Put("P", "a"), Put("P", "b"))
        commit(session, Delete("P", "a"))
        commit(session, Delete("P", "a"))
        assert (outside.row("P", "a"), outside.row("P", "b")) == (None, Row())

    def test_a_counter_rises_no_higher_than_its_limit(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "a", 1, 2)
        commit(session, MoveCounter("P", "a", 1))
        assert outside.row("P", "a") == Row(taken=2, limit=2)
        with pytest.raises(CapacityExhausted) as caught:
            commit(session, MoveCounter("P", "a", 1))
        assert (caught.value.partition, caught.value.key) == ("P", "a")
        assert outside.row("P", "a") == Row(taken=2, limit=2)

    def test_a_counter_that_does_not_exist_is_exhausted(self, session: Session, outside: Outside) -> None:
        with pytest.raises(CapacityExhausted):
            commit(session, MoveCounter("P", "a", 1))
        assert outside.row("P", "a") is None

    def test_a_counter_with_a_limit_of_the_move_begins_at_nothing_and_rises_no_higher(
        self, session: Session, outside: Outside
    ) -> None:
        move = MoveCounter("P", "new", 1, limit=2)
        commit(session, move)
        commit(session, move)
        with pytest.raises(CapacityExhausted) as caught:
            commit(session, move)
        assert (caught.value.partition, caught.value.key) == ("P", "new")
        commit(session, MoveCounter("P", "new", -1, limit=2))
        commit(session, move)
        assert outside.row("P", "new") == Row(taken=2)

    def test_an_unbounded_move_raises_a_full_counter_above_its_limit(
        self, session: Session, outside: Outside
    ) -> None:
        outside.put_counter("P", "a", 2, 2)
        commit(session, MoveCounter("P", "a", 1, bounded=False))
        assert outside.row("P", "a") == Row(taken=3, limit=2)

    def test_an_unbounded_move_creates_no_counter(self, session: Session, outside: Outside) -> None:
        with pytest.raises(CapacityExhausted):
            commit(session, MoveCounter("P", "a", 1, bounded=False))
        assert outside.row("P", "a") is None

    def test_a_counter_can_always_be_lowered(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "over its limit", 5, 2)
        commit(session, MoveCounter("P", "over its limit", -2), MoveCounter("P", "unknown", -1))
        assert outside.row("P", "over its limit") == Row(taken=3, limit=2)
        assert outside.row("P", "unknown") == Row(taken=-1)

    def test_moves_of_one_counter_in_one_commit_are_added_up(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "a", 1, 1)
        commit(session, MoveCounter("P", "a", 1), MoveCounter("P", "a", -1))
        assert outside.row("P", "a") == Row(taken=1, limit=1)

    @pytest.mark.parametrize("failing", [PutIfAbsent("P", "taken"), MoveCounter("P", "full", 1)], ids=repr)
    def test_a_failing_effect_leaves_nothing_of_the_commit_written(
        self, shop: Shop, session: Session, outside: Outside, failing: Effect
    ) -> None:
        commit(session, Put("P", "taken"), Put("P", "to delete"))
        outside.put_counter("P", "full", 3, 3)
        outside.put_counter("P", "free", 0, 3)
        before = session.person
        session.states.stage(CHAT, state="asking", data_json="{}")
        others = (Put("P", "a"), PutIfAbsent("P", "b"), Delete("P", "to delete"), MoveCounter("P", "free", 1))
        with pytest.raises((ItemExists, CapacityExhausted)):
            session.commit(with_every_item(before), entry("update:1:9"), effects=(*others, failing))
        assert (session.person, shop.look()) == (before, before)
        assert "update:1:9" not in shop.history()
        assert shop.open().states.get(CHAT).state is None
        assert [outside.row("P", key) for key in ("a", "b", "to delete")] == [None, None, Row()]
        assert outside.row("P", "free") == Row(taken=0, limit=3)

    @pytest.mark.parametrize("failing", [PutIfAbsent("P", "taken"), MoveCounter("P", "full", 1)], ids=repr)
    def test_already_decided_is_reported_before_a_conflict_and_a_conflict_before_an_effect(
        self, shop: Shop, session: Session, outside: Outside, failing: Effect
    ) -> None:
        commit(session, Put("P", "taken"))
        outside.put_counter("P", "full", 3, 3)
        stale = shop.open()
        session.commit(session.person, entry("update:1:8"))
        with pytest.raises(AlreadyDecided, match="update:1:8"):
            stale.commit(stale.person, entry("update:1:9"), entry("update:1:8"), effects=[failing])
        with pytest.raises(Conflict) as caught:
            stale.commit(stale.person, entry("update:1:9"), effects=[failing])
        assert not isinstance(caught.value, CapacityExhausted)

    def test_a_changed_conversation_is_reported_before_a_failing_effect(self, shop: Shop, session: Session) -> None:
        commit(session, Put("P", "taken"))
        message, tap = shop.open(), shop.open()
        for session_of_update in (message, tap):
            session_of_update.states.stage(CHAT, state="a", data_json="{}")
        message.flush()
        with pytest.raises(Conflict):
            commit(tap, PutIfAbsent("P", "taken"))

    def test_the_first_of_several_failing_effects_is_reported(self, session: Session) -> None:
        commit(session, Put("P", "taken"))
        taken, full = PutIfAbsent("P", "taken"), MoveCounter("P", "unknown", 1)
        with pytest.raises(ItemExists):
            commit(session, taken, full)
        with pytest.raises(CapacityExhausted):
            commit(session, full, taken)

    def test_an_effect_on_an_item_that_the_commit_writes_is_a_value_error(self, shop: Shop, session: Session) -> None:
        person = session.person
        for written in (
            Put(person.id, "USER"),
            Delete(f"{person.id}#LOG", "LOG#update:1:9"),
            Put(person.id, FSM_KEY),
        ):
            session.states.stage(CHAT, state="asking", data_json="{}")
            with pytest.raises(ValueError, match="act twice on the item"):
                session.commit(person, entry("update:1:9"), effects=[written])
        assert shop.look() == person
        assert "update:1:9" not in shop.history()

    def test_a_commit_has_at_most_a_hundred_actions(self, session: Session, outside: Outside) -> None:
        user_and_entry = 2
        effects = [Put("P", f"{number:03}") for number in range(101 - user_and_entry)]
        with pytest.raises(ValueError, match="actions"):
            session.commit(session.person, entry("update:1:9"), effects=effects)
        assert outside.row("P", "000") is None
        session.commit(session.person, entry("update:1:9"), effects=effects[1:])
        assert outside.row("P", "098") == Row()
