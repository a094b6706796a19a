"""aiogram's contract of an FSM storage, held in memory and on DynamoDB, written through and staged."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import DefaultKeyBuilder, StorageKey

from local.aws import AwsCall, LocalAws
from tests.fakes.clock import Clock
from tests.fakes.people import People as PeopleInMemory
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import Conflict
from vpnbot.storage.people.people import People
from vpnbot.telegram.updates.fsm_storage import PartitionStorage, conversation_of, staging
from vpnbot.usecases.ports import Session

KEY = StorageKey(bot_id=4242, chat_id=42, user_id=42)
NAMES = DefaultKeyBuilder(prefix="", with_bot_id=True, with_business_connection_id=True, with_destiny=True)
NAME = NAMES.build(KEY)
"""What the conversation's item is called."""
RING = KeyRing({1: b"first secret, of thirty-two bytes"})


class Order(StatesGroup):
    """States as bots declare them."""

    choosing = State()


def done[T](call: Coroutine[Any, Any, T]) -> T:
    """Return what a storage call returns; none of them ever waits for a loop."""
    try:
        call.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError("the storage wanted to wait")


@pytest.fixture(params=["memory", "dynamodb"])
def opener(request: pytest.FixtureRequest) -> Callable[[int], Session]:
    """How partitions are opened."""
    if request.param == "dynamodb":
        request.getfixturevalue("table_name")
        people: PeopleInMemory | People = People(Clock())
    else:
        people = PeopleInMemory(Clock())
    return lambda user_id: people.open(RING.person_id(user_id))


@pytest.fixture(params=["written through", "staged"])
def storage(request: pytest.FixtureRequest, opener: Callable[[int], Session]) -> Iterator[PartitionStorage]:
    """The storage in both of its modes."""
    with ExitStack() as stack:
        if request.param == "staged":
            stack.enter_context(staging(KEY.user_id, opener(KEY.user_id), "message", 7))
        yield PartitionStorage(opener)


class TestContract:
    """What aiogram expects of every storage."""

    def test_a_state_is_none_until_set_and_none_ends_it(self, storage: PartitionStorage) -> None:
        assert done(storage.get_state(KEY)) is None
        done(storage.set_state(KEY, "here"))
        assert done(storage.get_state(KEY)) == "here"
        done(storage.set_state(KEY, None))
        assert done(storage.get_state(KEY)) is None
        done(storage.set_state(KEY, "there"))
        done(storage.set_state(KEY))
        assert done(storage.get_state(KEY)) is None

    def test_a_state_object_is_kept_by_its_name(self, storage: PartitionStorage) -> None:
        done(storage.set_state(KEY, Order.choosing))
        assert done(storage.get_state(KEY)) == "Order:choosing"

    def test_data_is_empty_until_set_and_replaced_whole(self, storage: PartitionStorage) -> None:
        assert done(storage.get_data(KEY)) == {}
        done(storage.set_data(KEY, {"foo": "bar"}))
        assert done(storage.get_data(KEY)) == {"foo": "bar"}
        done(storage.set_data(KEY, {"baz": 1}))
        assert done(storage.get_data(KEY)) == {"baz": 1}
        done(storage.set_data(KEY, {}))
        assert done(storage.get_data(KEY)) == {}

    def test_updating_adds_replaces_and_returns_the_whole(self, storage: PartitionStorage) -> None:
        assert done(storage.update_data(KEY, {"foo": "bar"})) == {"foo": "bar"}
        assert done(storage.update_data(KEY, {})) == {"foo": "bar"}
        assert done(storage.update_data(KEY, {"baz": "spam"})) == {"foo": "bar", "baz": "spam"}
        assert done(storage.update_data(KEY, {"baz": "test"})) == {"foo": "bar", "baz": "test"}
        assert done(storage.get_data(KEY)) == {"foo": "bar", "baz": "test"}

    def test_one_value_is_found_by_its_key_or_the_default_returned(self, storage: PartitionStorage) -> None:
        assert done(storage.get_value(KEY, "foo")) is None
        assert done(storage.get_value(KEY, "foo", "default")) == "default"
        done(storage.set_data(KEY, {"foo": "bar"}))
        assert done(storage.get_value(KEY, "foo", "default")) == "bar"

    @pytest.mark.parametrize("value", [(), [], "text", 1, None, [("a", 1)]])
    def test_what_is_no_mapping_is_refused(self, storage: PartitionStorage, value: Any) -> None:
        with pytest.raises(DataNotDictLikeError):
            done(storage.set_data(KEY, value))
        assert done(storage.get_data(KEY)) == {}

    def test_data_and_state_do_not_disturb_each_other(self, storage: PartitionStorage) -> None:
        done(storage.set_data(KEY, {"foo": "bar"}))
        done(storage.set_state(KEY, "here"))
        assert done(storage.get_data(KEY)) == {"foo": "bar"}
        done(storage.set_data(KEY, {}))
        assert done(storage.get_state(KEY)) == "here"

    def test_what_is_handed_out_or_in_is_a_copy_to_the_bottom(self, storage: PartitionStorage) -> None:
        mine = {"list": [1], "map": {"a": [2]}}
        done(storage.set_data(KEY, mine))
        mine["list"].append(3)  # type: ignore[attr-defined]  # it is the list
        got = done(storage.get_data(KEY))
        got["map"]["a"].append(4)
        assert done(storage.get_data(KEY)) == {"list": [1], "map": {"a": [2]}}

    @pytest.mark.parametrize(
        "data",
        [{"float": 0.1, "big": 2**60}, {"size": "reserved", "name": ""}, {"я": "«ё» 🎉"}, {"n": None, "b": False}],
    )
    def test_any_json_value_survives(self, storage: PartitionStorage, data: dict[str, Any]) -> None:
        done(storage.set_data(KEY, data))
        assert done(storage.get_data(KEY)) == data

    @pytest.mark.parametrize(
        "other",
        [
            replace(KEY, chat_id=-100),
            replace(KEY, user_id=43),
            replace(KEY, bot_id=4243),
            replace(KEY, thread_id=5),
            replace(KEY, business_connection_id="b"),
            replace(KEY, destiny="scene"),
            replace(KEY, chat_id=-100, thread_id=5, business_connection_id="b", destiny="scene"),
        ],
        ids=lambda key: DefaultKeyBuilder(
            with_bot_id=True, with_business_connection_id=True, with_destiny=True
        ).build(key),
    )
    def test_conversations_are_kept_apart_by_every_part_of_their_key(
        self, storage: PartitionStorage, other: StorageKey
    ) -> None:
        done(storage.set_state(KEY, "mine"))
        done(storage.set_data(KEY, {"mine": 1}))
        assert done(storage.get_state(other)) is None
        assert done(storage.get_data(other)) == {}
        done(storage.set_state(other, "theirs"))
        done(storage.set_data(other, {"theirs": 1}))
        assert done(storage.get_state(KEY)) == "mine"
        assert done(storage.get_data(KEY)) == {"mine": 1}
        assert done(storage.get_state(other)) == "theirs"
        assert done(storage.get_data(other)) == {"theirs": 1}

    def test_the_context_that_handlers_are_given_works_on_it(self, storage: PartitionStorage) -> None:
        context = FSMContext(storage, KEY)
        done(context.set_state(Order.choosing))
        done(context.update_data(plan="year"))
        assert done(context.get_value("plan")) == "year"
        done(context.clear())
        assert done(context.get_state()) is None
        assert done(context.get_data()) == {}

    def test_closing_is_allowed_at_any_time(self, storage: PartitionStorage) -> None:
        done(storage.close())
        assert done(storage.get_state(KEY)) is None


class TestWrittenThrough:
    """Outside an update, every call is complete in itself."""

    def test_what_was_set_is_there_for_the_next_process(self, opener: Callable[[int], Session]) -> None:
        done(PartitionStorage(opener).set_state(KEY, "here"))
        done(PartitionStorage(opener).set_data(KEY, {"foo": 1}))
        assert done(PartitionStorage(opener).get_state(KEY)) == "here"
        assert done(PartitionStorage(opener).get_data(KEY)) == {"foo": 1}

    def test_data_that_cannot_be_read_any_more_starts_anew(self, opener: Callable[[int], Session]) -> None:
        done(PartitionStorage(opener).set_state(KEY, "here"))
        for text in ("{broken", "[1]", "3", ""):
            session = opener(KEY.user_id)
            assert session.states.get(NAME).state == "here"
            session.states.stage(NAME, state="here", data_json=text)
            session.flush()
            assert opener(KEY.user_id).states.get(NAME).data_json == text or not text
            assert done(PartitionStorage(opener).get_data(KEY)) == {}
        assert done(PartitionStorage(opener).update_data(KEY, {"a": 1})) == {"a": 1}
        assert done(PartitionStorage(opener).get_state(KEY)) == "here"


class TestStaged:
    """Within an update, conversations ride with the person: no extra read, one write with the decision."""

    def test_nothing_is_written_before_the_decision_and_everything_with_it(
        self, opener: Callable[[int], Session]
    ) -> None:
        session = opener(KEY.user_id)
        with staging(KEY.user_id, session, "message", 7):
            done(PartitionStorage(opener).set_state(KEY, "here"))
            assert conversation_of(opener(KEY.user_id), 4242, 42, 42)[0] is None
            clock = Clock()
            after = replace(session.person, user=session.person.user.met(42, "en", None, clock()))
            session.commit(after, Entry("update:1:7", "met", clock()))
        later = opener(KEY.user_id)
        assert conversation_of(later, 4242, 42, 42)[0] == "here"
        assert later.states.moved("message", 7), "it remembers the update even if a decision carried it"
        assert not later.states.moved("callback_query", 7)

    def test_without_a_decision_one_flush_writes_it(self, opener: Callable[[int], Session]) -> None:
        session = opener(KEY.user_id)
        with staging(KEY.user_id, session, "callback_query", 8):
            done(PartitionStorage(opener).set_state(KEY, "here"))
            done(PartitionStorage(opener).set_data(KEY, {"a": 1}))
            session.flush()
        later = opener(KEY.user_id)
        assert conversation_of(later, 4242, 42, 42)[0] == "here"
        assert later.states.moved("callback_query", 8)

    def test_setting_what_is_so_already_is_no_change(self, opener: Callable[[int], Session]) -> None:
        session = opener(KEY.user_id)
        with staging(KEY.user_id, session, "message", 7):
            done(FSMContext(PartitionStorage(opener), KEY).clear())
            session.flush()
        assert not opener(KEY.user_id).states.moved("message", 7)

    def test_what_is_staged_survives_a_reload(self, opener: Callable[[int], Session]) -> None:
        session = opener(KEY.user_id)
        storage = PartitionStorage(opener)
        with staging(KEY.user_id, session, "message", 7):
            done(storage.set_state(KEY, "here"))
            session.reload()
            assert done(storage.get_state(KEY)) == "here"
            session.flush()
        assert conversation_of(opener(KEY.user_id), 4242, 42, 42)[0] == "here"

    def test_two_conversations_of_one_person_are_written_together(self, opener: Callable[[int], Session]) -> None:
        session = opener(KEY.user_id)
        other = replace(KEY, chat_id=-100)
        with staging(KEY.user_id, session, "message", 7):
            for key in (KEY, other):
                done(PartitionStorage(opener).set_state(key, "here"))
            session.flush()
        assert done(PartitionStorage(opener).get_state(KEY)) == "here"
        assert done(PartitionStorage(opener).get_state(other)) == "here"

    def test_of_a_message_and_a_tap_at_once_one_conflicts_and_comes_again_so_that_nothing_is_lost(
        self, opener: Callable[[int], Session]
    ) -> None:
        message, tap = opener(KEY.user_id), opener(KEY.user_id)
        storage = PartitionStorage(opener)
        with staging(KEY.user_id, message, "message", 7):
            done(storage.update_data(KEY, {"written": 1}))
        with staging(KEY.user_id, tap, "callback_query", 8):
            done(storage.update_data(KEY, {"tapped": 1}))
        message.flush()
        with pytest.raises(Conflict):
            tap.flush()
        again = opener(KEY.user_id)
        with staging(KEY.user_id, again, "callback_query", 8):
            assert done(storage.update_data(KEY, {"tapped": 1})) == {"written": 1, "tapped": 1}
        again.flush()
        later = opener(KEY.user_id)
        assert later.states.moved("message", 7)
        assert later.states.moved("callback_query", 8)

    def test_somebody_elses_conversation_is_written_through_at_once(self, opener: Callable[[int], Session]) -> None:
        theirs = replace(KEY, user_id=43, chat_id=43)
        with staging(KEY.user_id, opener(KEY.user_id), "message", 7):
            done(PartitionStorage(opener).set_state(theirs, "here"))
        assert conversation_of(opener(43), 4242, 43, 43)[0] == "here"


def test_within_an_update_the_storage_makes_no_call_of_its_own(
    table_name: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table_name
    people = People(Clock())
    session = people.open(RING.person_id(42))
    calls: list[AwsCall] = []
    monkeypatch.setattr(local_aws, "_on_call", calls.append)
    storage = PartitionStorage(lambda user_id: people.open(RING.person_id(user_id)))
    with staging(42, session, "message", 7):
        done(storage.set_state(KEY, "here"))
        done(storage.update_data(KEY, {"a": 1}))
        assert done(storage.get_state(KEY)) == "here"
        assert calls == []
        session.flush()
    assert [call.operation for call in calls] == ["PutItem"]
