"""What every storage of people promises. Collected once over the table in memory, once over DynamoDB."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from tests.fakes.clock import START
from tests.fakes.people import Row
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put, PutIfAbsent
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.keys.link_fetch import LinkFetch
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import (
    CLAIM,
    DELIVER_NOTIFICATION,
    ERASE_HISTORY,
    PROVISION,
    WATCH_SERVER,
    Due,
    DueItem,
    kind_of,
)
from vpnbot.domain.servers.server_watch import watch
from vpnbot.domain.subscriptions.plan import TRIAL, Plan
from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.errors import AlreadyDecided, CapacityExhausted, ClaimLost, Conflict, ItemExists
from vpnbot.usecases.ports import Session

KEY = Key(1, "5eed" * 8)
ENDPOINT = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
CHAT = "7:42:42"
FSM_KEY = f"FSM#{CHAT}"


class Outside(Protocol):
    """What is stored outside the people's own partitions, past every port."""

    def row(self, partition: str, key: str) -> Row | None: ...

    def put_counter(self, partition: str, key: str, taken: int, limit: int) -> None: ...


def entry(cause: str, what: str = "something") -> Entry:
    """Return a ledger entry."""
    return Entry(cause, what, START)


def met(session: Session, cause: str = "update:1:1") -> Person:
    """Commit a first contact."""
    user = session.person.user.met(42, "en", None, START)
    return session.commit(replace(session.person, user=user), entry(cause, "met"))


def commit(session: Session, *effects: Effect) -> Person:
    """Commit effects alone."""
    return session.commit(session.person, effects=effects)


def in_order(person: Person) -> Person:
    """Return a person with their keys in the order a load gives them in."""
    return replace(person, accesses=tuple(sorted(person.accesses, key=lambda access: access.server_id)))


def with_everything(person: Person) -> Person:
    """Return a person who has one item of each kind, with every field set."""
    plan = Plan("month", timedelta(days=30), devices=3, traffic_limit_bytes=10**12)
    lagging = Access(
        "de", KEY, Wanted.ENABLED, devices=3, traffic_limit_bytes=10**12, due=Due(START, 2), name="v_ann"
    )
    ready = replace(
        Access("nl", KEY, Wanted.DISABLED, devices=3).applied(1, ENDPOINT), used_bytes=2**40, last_error="slow"
    )
    subscription = Subscription().trial_started(TRIAL, KEY).begun(START).extended(plan, START, KEY).suspended(START)
    word = notification(NotificationKind.KEY_READY, "event:key_ready:1", START, name="Ann «№1»")
    return replace(
        person,
        user=replace(person.user, opinion="good", wants_plans=True, due=Due(START + timedelta(days=1), 1)),
        subscription=subscription,
        accesses=(lagging, ready),
        outbox=(word, replace(word, id=word.id + "2", due=None)),
        fetch=LinkFetch(START, START + timedelta(microseconds=1), "happ", KEY.tag),
        watches=(watch("nl", START),),
    )


def with_a_key(person: Person, key: Key | None = KEY) -> Person:
    """Return a person on trial with this key, or with none left."""
    return replace(person, subscription=replace(Subscription().trial_started(TRIAL, KEY), key=key))


class TestAPerson:
    """Loaded in one picture, committed in one transaction."""

    def test_a_stranger_is_a_person_of_whom_nothing_is_known(self, shop: Shop) -> None:
        person = shop.look()
        assert person == Person(shop.person_id())
        assert person.user.version == 0

    def test_what_was_committed_is_what_is_loaded_to_the_microsecond(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        committed = session.commit(with_everything(session.person), entry("update:1:2"))
        assert session.person == committed
        assert shop.look() == committed
        assert session.reload() == committed

    def test_what_is_left_out_of_the_next_picture_is_removed(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        session.commit(Person(session.person.id, session.person.user), entry("update:1:3"))
        person = shop.look()
        assert (person.accesses, person.outbox, person.fetch, person.watches) == ((), (), None, ())

    def test_every_commit_moves_the_version_by_one(self, shop: Shop) -> None:
        session = shop.open()
        assert met(session).user.version == 1
        assert session.commit(session.person, entry("update:1:2")).user.version == 2
        assert session.commit(session.person).user.version == 3
        assert shop.look().user.version == 3

    def test_people_do_not_see_each_other(self, shop: Shop) -> None:
        met(shop.open(1))
        assert shop.look(2).user.version == 0
        assert shop.history(2) == []


class TestDecisions:
    """Once for each cause; never from a stale picture."""

    def test_of_two_first_contacts_one_is_a_conflict(self, shop: Shop) -> None:
        first, second = shop.open(), shop.open()
        met(first)
        with pytest.raises(Conflict):
            met(second, "update:1:2")
        assert shop.history() == ["update:1:1"]

    def test_a_stale_picture_is_a_conflict_and_writes_nothing(self, shop: Shop) -> None:
        met(shop.open())
        fresh, stale = shop.open(), shop.open()
        fresh.commit(fresh.person, entry("update:1:2"))
        with pytest.raises(Conflict):
            stale.commit(with_everything(stale.person), entry("update:1:3"))
        assert shop.look().accesses == ()
        assert "update:1:3" not in shop.history()
        assert stale.person.user.version == 1, "the session still shows what it loaded"

    def test_a_cause_that_was_decided_is_told_apart_even_from_a_fresh_picture(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        with pytest.raises(AlreadyDecided):
            session.commit(with_everything(session.person), entry("update:1:1"))
        assert shop.look().accesses == ()

    def test_already_decided_wins_over_a_stale_picture(self, shop: Shop) -> None:
        met(shop.open())
        stale = shop.open()
        fresh = shop.open()
        fresh.commit(fresh.person, entry("update:1:2"))
        with pytest.raises(AlreadyDecided):
            stale.commit(stale.person, entry("update:1:2"))

    def test_already_decided_is_found_among_deletions_and_several_causes(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        bare = Person(session.person.id, session.person.user)
        with pytest.raises(AlreadyDecided):
            session.commit(bare, entry("update:1:3"), entry("update:1:2"))
        assert shop.look().accesses != ()
        assert "update:1:3" not in shop.history()

    def test_the_ledger_knows_what_was_decided(self, shop: Shop) -> None:
        session = shop.open()
        assert not session.decided("update:1:1")
        met(session)
        assert session.decided("update:1:1")
        assert not session.decided("update:1:10")

    def test_whoever_returns_after_deletion_goes_on_from_the_stored_version(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        gone = session.person.user.deleted(START, erase=Due(START))
        session.commit(Person(session.person.id, gone), entry("update:1:2"))
        again = shop.open()
        assert again.person.user.version == 2
        assert met(again, "update:1:3").user.version == 3


class TestEffects:
    """Changes outside the person's own items: in the decision's transaction, each kind with its own condition."""

    @pytest.fixture
    def session(self, shop: Shop) -> Session:
        session = shop.open()
        met(session)
        return session

    def test_a_put_writes_its_body_and_time_over_whatever_was_stored(
        self, session: Session, outside: Outside
    ) -> None:
        body = {"text": "a", "number": 7, "yes": True, "list": ["x", 1], "map": {"n": 2}}
        commit(session, Put("P", "a", {"old": "b"}), Put("P", "bare"))
        commit(session, Put("P", "a", body, at=START))
        assert outside.row("P", "a") == Row(body, START)
        assert outside.row("P", "bare") == Row()

    def test_a_put_if_absent_writes_the_same_item(self, session: Session, outside: Outside) -> None:
        commit(session, PutIfAbsent("P", "a", {"person": "x"}, at=START))
        assert outside.row("P", "a") == Row({"person": "x"}, START)

    def test_a_put_if_absent_of_an_item_that_exists_names_the_item(self, session: Session, outside: Outside) -> None:
        commit(session, Put("P", "a", {"person": "the first"}))
        with pytest.raises(ItemExists) as caught:
            commit(session, Put("P", "b"), PutIfAbsent("P", "a", {"person": "the second"}))
        assert (caught.value.partition, caught.value.key) == ("P", "a")
        assert outside.row("P", "a") == Row({"person": "the first"})

    def test_a_delete_removes_an_item_and_does_not_mind_one_that_is_gone(
        self, session: Session, outside: Outside
    ) -> None:
        commit(session, Put("P", "a"), Put("P", "b"))
        commit(session, Delete("P", "a"))
        commit(session, Delete("P", "a"))
        assert (outside.row("P", "a"), outside.row("P", "b")) == (None, Row())

    def test_a_counter_rises_up_to_its_limit(self, session: Session, outside: Outside) -> None:
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

    def test_an_unbounded_move_raises_a_full_counter_over_its_limit(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "a", 2, 2)
        commit(session, MoveCounter("P", "a", 1, bounded=False))
        assert outside.row("P", "a") == Row(taken=3, limit=2)

    def test_an_unbounded_move_makes_no_counter(self, session: Session, outside: Outside) -> None:
        with pytest.raises(CapacityExhausted):
            commit(session, MoveCounter("P", "a", 1, bounded=False))
        assert outside.row("P", "a") is None

    def test_nothing_bounds_a_fall(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "over its limit", 5, 2)
        commit(session, MoveCounter("P", "over its limit", -2), MoveCounter("P", "unknown", -1))
        assert outside.row("P", "over its limit") == Row(taken=3, limit=2)
        assert outside.row("P", "unknown") == Row(taken=-1)

    def test_moves_of_one_counter_in_one_commit_are_one_move(self, session: Session, outside: Outside) -> None:
        outside.put_counter("P", "a", 1, 1)
        commit(session, MoveCounter("P", "a", 1), MoveCounter("P", "a", -1))
        assert outside.row("P", "a") == Row(taken=1, limit=1)

    @pytest.mark.parametrize("failing", [PutIfAbsent("P", "taken"), MoveCounter("P", "full", 1)], ids=repr)
    def test_an_effect_that_fails_undoes_the_whole_decision(
        self, shop: Shop, session: Session, outside: Outside, failing: Effect
    ) -> None:
        commit(session, Put("P", "taken"), Put("P", "to delete"))
        outside.put_counter("P", "full", 3, 3)
        outside.put_counter("P", "free", 0, 3)
        before = session.person
        session.states.stage(CHAT, state="asking", data_json="{}")
        others = (Put("P", "a"), PutIfAbsent("P", "b"), Delete("P", "to delete"), MoveCounter("P", "free", 1))
        with pytest.raises((ItemExists, CapacityExhausted)):
            session.commit(with_everything(before), entry("update:1:9"), effects=(*others, failing))
        assert (session.person, shop.look()) == (before, before)
        assert "update:1:9" not in shop.history()
        assert shop.open().states.get(CHAT).state is None
        assert [outside.row("P", key) for key in ("a", "b", "to delete")] == [None, None, Row()]
        assert outside.row("P", "free") == Row(taken=0, limit=3)

    @pytest.mark.parametrize("failing", [PutIfAbsent("P", "taken"), MoveCounter("P", "full", 1)], ids=repr)
    def test_the_ledgers_reason_wins_over_a_version_and_a_version_over_an_effect(
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

    def test_a_conversation_that_moved_wins_over_an_effect(self, shop: Shop, session: Session) -> None:
        commit(session, Put("P", "taken"))
        message, tap = shop.open(), shop.open()
        for moving in (message, tap):
            moving.states.stage(CHAT, state="a", data_json="{}")
        message.flush()
        with pytest.raises(Conflict):
            commit(tap, PutIfAbsent("P", "taken"))

    def test_of_several_effects_that_fail_the_first_is_reported(self, session: Session) -> None:
        commit(session, Put("P", "taken"))
        taken, full = PutIfAbsent("P", "taken"), MoveCounter("P", "unknown", 1)
        with pytest.raises(ItemExists):
            commit(session, taken, full)
        with pytest.raises(CapacityExhausted):
            commit(session, full, taken)

    def test_an_item_of_the_same_transaction_cannot_be_an_effect(self, shop: Shop, session: Session) -> None:
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

    def test_a_decision_has_at_most_a_hundred_actions(self, session: Session, outside: Outside) -> None:
        user_and_entry = 2
        effects = [Put("P", f"{number:03}") for number in range(101 - user_and_entry)]
        with pytest.raises(ValueError, match="actions"):
            session.commit(session.person, entry("update:1:9"), effects=effects)
        assert outside.row("P", "000") is None
        session.commit(session.person, entry("update:1:9"), effects=effects[1:])
        assert outside.row("P", "098") == Row()


class TestTheLedger:
    """In order of time, with what changed, and erasable up to a time."""

    def test_it_is_in_order_of_time_not_of_causes(self, shop: Shop) -> None:
        session = shop.open()
        for number, minute in ((3, 5), (1, 9), (2, 7)):
            at = START + timedelta(minutes=minute)
            session.commit(session.person, Entry(f"update:1:{number}", "x", at))
        assert shop.history() == ["update:1:3", "update:1:2", "update:1:1"]

    def test_an_entry_tells_when_by_whom_why_and_what_changed(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        user = replace(session.person.user, language="ru")
        later = START + timedelta(minutes=1)
        session.commit(replace(session.person, user=user), Entry("ops:1", "language changed", later, "operator"))
        last = dict(shop.people.history(shop.person_id())[-1])
        assert last == {
            "at": "2026-03-01T12:01:00.000000Z",
            "cause": "ops:1",
            "what": "language changed",
            "actor": "operator",
            "changes": {"language": ["en", "ru"]},
        }

    def test_erasing_goes_in_slices_and_spares_what_came_after(self, shop: Shop) -> None:
        session = shop.open()
        for number in range(60):
            at = START + timedelta(seconds=number)
            session.commit(session.person, Entry(f"update:1:{number}", "x", at))
        until = START + timedelta(seconds=54)
        slices = [shop.people.erase_history(shop.person_id(), until) for _ in range(3)]
        assert slices == [False, False, True]
        assert shop.history() == [f"update:1:{number}" for number in range(55, 60)]
        assert shop.people.erase_history(shop.person_id(), until)


class TestObservations:
    """Only of what is still as it was claimed."""

    def loaded(self, shop: Shop) -> Session:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        return session

    def access(self, session: Session) -> Access:
        found = session.person.access("de", KEY.tag)
        assert found is not None
        return found

    def test_an_applied_key_is_recorded_in_table_and_picture(self, shop: Shop) -> None:
        session = self.loaded(shop)
        access = self.access(session)
        session.observe(access, access.applied(1, ENDPOINT))
        assert in_order(session.person) == in_order(shop.look())
        assert self.access(session).in_sync
        assert session.person.user.version == 2, "an observation is no decision"

    def test_an_access_that_is_done_with_is_removed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        session.observe(self.access(session), None)
        assert session.person == shop.look()
        assert [access.server_id for access in session.person.accesses] == ["nl"]

    @pytest.mark.parametrize("removed", [False, True])
    def test_a_revision_that_moved_on_is_a_lost_claim(self, shop: Shop, removed: bool) -> None:
        session = self.loaded(shop)
        old = self.access(session)
        other = shop.open()
        other.commit(other.person.with_access(replace(old, wanted_revision=2)), entry("update:1:3"))
        with pytest.raises(ClaimLost):
            session.observe(old, None if removed else old.applied(1, ENDPOINT))
        assert in_order(shop.look()) == in_order(other.person)

    def test_a_due_time_that_moved_on_is_a_lost_claim(self, shop: Shop) -> None:
        session = self.loaded(shop)
        item = DueItem(shop.person_id(), f"ACCESS#de#{KEY.tag}", START, 2)
        assert shop.index.claim(item, START) is not None
        with pytest.raises(ClaimLost):
            session.observe(self.access(session), None)

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda access: replace(access, leaving_at=START),
            lambda access: access.with_counter(7),
            lambda access: replace(access, devices=5),
        ],
        ids=["it began to leave", "its traffic was noted", "it got more devices"],
    )
    def test_whatever_has_changed_of_a_key_since_is_a_lost_claim_and_stays(
        self, shop: Shop, meanwhile: Callable[[Access], Access]
    ) -> None:
        session = self.loaded(shop)
        old = self.access(session)
        other = shop.open()
        other.commit(other.person.with_access(meanwhile(old)))
        with pytest.raises(ClaimLost):
            session.observe(old, old.with_counter(5))
        assert in_order(shop.look()) == in_order(other.person)

    def test_what_is_gone_cannot_be_observed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        access = self.access(session)
        shop.open().observe(access, None)
        with pytest.raises(ClaimLost):
            session.observe(access, access.applied(1, ENDPOINT))
        assert all(access.server_id != "de" for access in shop.look().accesses)

    def test_words_are_postponed_kept_without_a_time_and_removed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        due, kept = sorted(session.person.outbox, key=lambda word: word.id)
        later = due.rescheduled(Due(START + timedelta(hours=1), 3))
        session.observe(due, later)
        session.observe(later, replace(later, due=None))
        session.observe(kept, None)
        assert session.person == shop.look()
        (left,) = shop.look().outbox
        assert left.due is None

    def test_a_word_that_somebody_else_has_taken_cannot_be_removed(self, shop: Shop) -> None:
        session = self.loaded(shop)
        due = min(session.person.outbox, key=lambda word: word.id)
        shop.open().observe(due, replace(due, due=None))
        with pytest.raises(ClaimLost):
            session.observe(due, None)


class TestSmallRecords:
    """Writes that need no picture."""

    def test_a_fetch_is_kept_beside_the_person(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person), entry("update:1:2"))
        fetch = LinkFetch(START, START, "happ", KEY.tag)
        assert shop.people.record_fetch(shop.person_id(), KEY, fetch)
        assert shop.look().fetch == fetch
        assert shop.look().user.version == 2

    @pytest.mark.parametrize("now_theirs", [None, Key(1, "0ther" * 8)])
    def test_a_fetch_whose_key_has_gone_is_not_kept(self, shop: Shop, now_theirs: Key | None) -> None:
        """A person who has just been forgotten must not be known by their app again."""
        session = shop.open()
        met(session)
        session.commit(with_a_key(session.person, now_theirs), entry("update:1:2"))
        assert not shop.people.record_fetch(shop.person_id(), KEY, LinkFetch(START, START, "happ", KEY.tag))
        assert shop.look().fetch is None

    def test_being_out_of_reach_is_noted_and_a_stale_picture_left_alone(self, shop: Shop) -> None:
        person = met(shop.open())
        shop.people.record_reachable(person, reachable=False)
        noted = shop.look()
        assert (noted.user.reachable, noted.user.version) == (False, 2)
        shop.people.record_reachable(person, reachable=True)
        assert shop.look() == noted


class TestConversations:
    """Staged in memory, written with the decision or alone."""

    def test_a_staged_state_is_written_with_the_commit(self, shop: Shop) -> None:
        session = shop.open()
        session.states.stage(CHAT, state="asking", data_json='{"a": 1}')
        session.states.mark("callback", 7)
        assert session.states.get(CHAT).state == "asking"
        assert shop.open().states.get(CHAT).state is None
        met(session)
        loaded = shop.open().states
        assert (loaded.get(CHAT).state, loaded.get(CHAT).data_json) == ("asking", '{"a": 1}')
        assert loaded.moved("callback", 7)
        assert not loaded.moved("callback", 8)
        assert not loaded.moved("message", 7)

    def test_a_refused_commit_writes_no_state(self, shop: Shop) -> None:
        met(shop.open())
        session = shop.open()
        session.states.stage(CHAT, state="asking", data_json="{}")
        with pytest.raises(AlreadyDecided):
            session.commit(session.person, entry("update:1:1"))
        assert shop.open().states.get(CHAT).state is None

    def test_a_flush_writes_what_is_staged_and_nothing_if_nothing_is(self, shop: Shop) -> None:
        session = shop.open()
        session.flush()
        session.states.stage(CHAT, state="asking", data_json="{}")
        session.flush()
        session.flush()
        assert shop.open().states.get(CHAT).state == "asking"
        assert shop.look().user.version == 0

    def test_several_conversations_are_flushed_together(self, shop: Shop) -> None:
        session = shop.open()
        session.states.stage(CHAT, state="a", data_json="{}")
        session.states.stage("7:42:43", state="b", data_json="{}")
        session.flush()
        states = shop.open().states
        assert (states.get(CHAT).state, states.get("7:42:43").state) == ("a", "b")
        session.states.clear()
        session.flush()
        assert shop.open().states.get(CHAT).state is None

    def test_what_is_forgotten_goes_with_the_decision_even_if_it_moved_meanwhile(self, shop: Shop) -> None:
        met(shop.open())
        session, other = shop.open(), shop.open()
        session.states.clear()
        other.states.stage(CHAT, state="asking", data_json="{}")
        other.states.mark("message", 7)
        other.flush()
        session.reload()
        session.commit(session.person, entry("update:1:9"))
        left = shop.open().states
        assert left.get(CHAT).state is None
        assert not left.moved("message", 7)

    def test_forgetting_what_another_update_has_moved_is_a_conflict(self, shop: Shop) -> None:
        first = shop.open()
        first.states.stage(CHAT, state="asking", data_json="{}")
        first.flush()
        session = shop.open()
        first.states.stage(CHAT, state=None, data_json="{}")
        first.flush()
        session.states.clear()
        with pytest.raises(Conflict):
            session.flush()

    @pytest.mark.parametrize("conversations", [1, 2])
    def test_of_two_updates_that_move_one_conversation_one_is_a_conflict(
        self, shop: Shop, conversations: int
    ) -> None:
        sessions = [shop.open(), shop.open()]
        for session in sessions:
            for number in range(conversations):
                session.states.stage(f"{CHAT}{number}", state="asking", data_json="{}")
        sessions[0].flush()
        with pytest.raises(Conflict):
            sessions[1].flush()

    def test_a_conversation_that_moved_meanwhile_makes_the_commit_a_conflict(self, shop: Shop) -> None:
        met(shop.open())
        message, tap = shop.open(), shop.open()
        message.states.stage(CHAT, state="a", data_json="{}")
        tap.states.stage(CHAT, state="b", data_json="{}")
        message.flush()
        with pytest.raises(Conflict):
            tap.commit(tap.person, entry("update:1:2"))
        assert shop.history() == ["update:1:1"]

    def test_what_is_staged_and_by_which_update_outlives_a_reload(self, shop: Shop) -> None:
        met(shop.open())
        message, tap = shop.open(), shop.open()
        message.states.stage(CHAT, state="a", data_json="{}")
        message.states.mark("message", 5)
        message.flush()
        tap.states.stage(CHAT, state="b", data_json='{"n": 2}')
        tap.states.mark("callback", 9)
        tap.reload()
        tap.commit(tap.person, entry("update:1:2"))
        states = shop.open().states
        assert (states.get(CHAT).state, states.get(CHAT).data_json) == ("b", '{"n": 2}')
        assert states.moved("callback", 9)
        assert states.moved("message", 5)


class TestTheListOfTimedWork:
    """Found by time, claimed by condition."""

    def test_it_lists_every_kind_of_work_by_its_time(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        found = shop.index.due(START + timedelta(days=2), 10)
        assert [kind_of(item) for item in found] == [PROVISION, DELIVER_NOTIFICATION, WATCH_SERVER, ERASE_HISTORY]
        assert [kind_of(item) for item in shop.index.due(START, 10)] == [PROVISION]
        assert shop.index.next_due() == found[0]

    def test_attempts_are_counted_from_claim_to_claim_and_anew_after_progress(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        (item,) = shop.index.due(START, 10)
        claim = shop.index.claim(item, START)
        assert claim == replace(item, due_at=START + CLAIM, attempts=3)
        assert shop.index.postpone(claim, START)
        (item,) = shop.index.due(START, 10)
        claim = shop.index.claim(item, START)
        assert claim is not None
        assert claim.attempts == 4
        assert shop.index.postpone(claim, START, attempts=0)
        assert shop.look().accesses[0].due == Due(START, 0)

    def test_done_takes_it_off_the_list_and_parking_puts_it_on_another(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        session.commit(with_everything(session.person), entry("update:1:2"))
        provision, deliver, *_ = shop.index.due(START + timedelta(days=2), 10)
        shop.index.done(provision)
        assert shop.index.postpone(deliver, START, dead_letter=True)
        assert shop.look().accesses[0].due is None
        left = shop.index.due(START + timedelta(days=2), 10)
        assert {kind_of(item) for item in left} == {WATCH_SERVER, ERASE_HISTORY}
        assert [item.sort_key for item in shop.index.dead_lettered()] == [deliver.sort_key]
        word = next(word for word in shop.look().outbox if word.due)
        assert word.due is not None
        assert word.due.dead_lettered
        assert shop.index.dead_lettered(limit=1) == shop.index.dead_lettered()

    def test_an_empty_list_has_nothing_next(self, shop: Shop) -> None:
        assert shop.index.next_due() is None
        assert shop.index.dead_lettered() == []
        assert shop.index.due(START, 10) == []
