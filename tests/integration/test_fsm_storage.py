"""aiogram's contract of an FSM storage, in memory and on DynamoDB, with immediate and with staged writes."""

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
"""The name of the conversation's item."""
RING = KeyRing({1: b"first secret, of thirty-two bytes"})


class Order(StatesGroup):
    """A state group, as handlers declare it."""

    choosing = State()


def result_of[T](call: Coroutine[Any, Any, T]) -> T:
    """Return the result of a storage call, which must not wait for an event loop."""
    try:
        call.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError("the storage call waited for an event loop")


@pytest.fixture(params=["memory", "dynamodb"])
def open_session(request: pytest.FixtureRequest) -> Callable[[int], Session]:
    """A function that opens the partition of a user, in memory and on DynamoDB."""
    if request.param == "dynamodb":
        request.getfixturevalue("table_name")
        people: PeopleInMemory | People = People(Clock())
    else:
        people = PeopleInMemory(Clock())
    return lambda user_id: people.open(RING.person_id(user_id))


@pytest.fixture(params=["immediate", "staged"])
def storage(request: pytest.FixtureRequest, open_session: Callable[[int], Session]) -> Iterator[PartitionStorage]:
    """The storage with immediate and with staged writes."""
    with ExitStack() as stack:
        if request.param == "staged":
            stack.enter_context(staging(KEY.user_id, open_session(KEY.user_id), "message", 7))
        yield PartitionStorage(open_session)


class TestContract:
    """What aiogram requires of every storage."""

    def test_a_state_is_none_until_it_is_set_and_can_be_set_to_none(self, storage: PartitionStorage) -> None:
        assert result_of(storage.get_state(KEY)) is None
        result_of(storage.set_state(KEY, "here"))
        assert result_of(storage.get_state(KEY)) == "here"
        result_of(storage.set_state(KEY, None))
        assert result_of(storage.get_state(KEY)) is None
        result_of(storage.set_state(KEY, "there"))
        result_of(storage.set_state(KEY))
        assert result_of(storage.get_state(KEY)) is None

    def test_a_state_object_is_stored_by_its_name(self, storage: PartitionStorage) -> None:
        result_of(storage.set_state(KEY, Order.choosing))
        assert result_of(storage.get_state(KEY)) == "Order:choosing"

    def test_data_is_empty_until_it_is_set_and_is_replaced_completely(self, storage: PartitionStorage) -> None:
        assert result_of(storage.get_data(KEY)) == {}
        result_of(storage.set_data(KEY, {"foo": "bar"}))
        assert result_of(storage.get_data(KEY)) == {"foo": "bar"}
        result_of(storage.set_data(KEY, {"baz": 1}))
        assert result_of(storage.get_data(KEY)) == {"baz": 1}
        result_of(storage.set_data(KEY, {}))
        assert result_of(storage.get_data(KEY)) == {}

    def test_updating_adds_and_replaces_values_and_returns_all_data(self, storage: PartitionStorage) -> None:
        assert result_of(storage.update_data(KEY, {"foo": "bar"})) == {"foo": "bar"}
        assert result_of(storage.update_data(KEY, {})) == {"foo": "bar"}
        assert result_of(storage.update_data(KEY, {"baz": "spam"})) == {"foo": "bar", "baz": "spam"}
        assert result_of(storage.update_data(KEY, {"baz": "test"})) == {"foo": "bar", "baz": "test"}
        assert result_of(storage.get_data(KEY)) == {"foo": "bar", "baz": "test"}

    def test_get_value_returns_the_value_or_the_default(self, storage: PartitionStorage) -> None:
        assert result_of(storage.get_value(KEY, "foo")) is None
        assert result_of(storage.get_value(KEY, "foo", "default")) == "default"
        result_of(storage.set_data(KEY, {"foo": "bar"}))
        assert result_of(storage.get_value(KEY, "foo", "default")) == "bar"

    @pytest.mark.parametrize("value", [(), [], "text", 1, None, [("a", 1)]])
    def test_data_that_is_not_a_mapping_is_rejected(self, storage: PartitionStorage, value: Any) -> None:
        with pytest.raises(DataNotDictLikeError):
            result_of(storage.set_data(KEY, value))
        assert result_of(storage.get_data(KEY)) == {}

    def test_data_and_state_are_independent(self, storage: PartitionStorage) -> None:
        result_of(storage.set_data(KEY, {"foo": "bar"}))
        result_of(storage.set_state(KEY, "here"))
        assert result_of(storage.get_data(KEY)) == {"foo": "bar"}
        result_of(storage.set_data(KEY, {}))
        assert result_of(storage.get_state(KEY)) == "here"

    def test_data_is_copied_deeply_when_it_is_set_and_returned(self, storage: PartitionStorage) -> None:
        data = {"list": [1], "map": {"a": [2]}}
        result_of(storage.set_data(KEY, data))
        data["list"].append(3)  # type: ignore[attr-defined]  # it is the list
        got = result_of(storage.get_data(KEY))
        got["map"]["a"].append(4)
        assert result_of(storage.get_data(KEY)) == {"list": [1], "map": {"a": [2]}}

    @pytest.mark.parametrize(
        "data",
        [{"float": 0.1, "big": 2**60}, {"size": "reserved", "name": ""}, {"я": "«ё» 🎉"}, {"n": None, "b": False}],
    )
    def test_every_json_value_is_stored_unchanged(self, storage: PartitionStorage, data: dict[str, Any]) -> None:
        result_of(storage.set_data(KEY, data))
        assert result_of(storage.get_data(KEY)) == data

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
    def test_conversations_whose_keys_differ_in_any_part_are_separate(
        self, storage: PartitionStorage, other: StorageKey
    ) -> None:
        result_of(storage.set_state(KEY, "first"))
        result_of(storage.set_data(KEY, {"first": 1}))
        assert result_of(storage.get_state(other)) is None
        assert result_of(storage.get_data(other)) == {}
        result_of(storage.set_state(other, "second"))
        result_of(storage.set_data(other, {"second": 1}))
        assert result_of(storage.get_state(KEY)) == "first"
        assert result_of(storage.get_data(KEY)) == {"first": 1}
        assert result_of(storage.get_state(other)) == "second"
        assert result_of(storage.get_data(other)) == {"second": 1}

    def test_the_fsm_context_of_handlers_works_with_the_storage(self, storage: PartitionStorage) -> None:
        context = FSMContext(storage, KEY)
        result_of(context.set_state(Order.choosing))
        result_of(context.update_data(plan="year"))
        assert result_of(context.get_value("plan")) == "year"
        result_of(context.clear())
        assert result_of(context.get_state()) is None
        assert result_of(context.get_data()) == {}

    def test_closing_is_allowed_at_any_time(self, storage: PartitionStorage) -> None:
        result_of(storage.close())
        assert result_of(storage.get_state(KEY)) is None


class TestImmediateWrites:
    """Outside an update, every call writes at once."""

    def test_another_process_reads_what_was_set(self, open_session: Callable[[int], Session]) -> None:
        result_of(PartitionStorage(open_session).set_state(KEY, "here"))
        result_of(PartitionStorage(open_session).set_data(KEY, {"foo": 1}))
        assert result_of(PartitionStorage(open_session).get_state(KEY)) == "here"
        assert result_of(PartitionStorage(open_session).get_data(KEY)) == {"foo": 1}

    def test_unreadable_data_is_replaced_by_empty_data(self, open_session: Callable[[int], Session]) -> None:
        result_of(PartitionStorage(open_session).set_state(KEY, "here"))
        for text in ("{broken", "[1]", "3", ""):
            session = open_session(KEY.user_id)
            assert session.states.get(NAME).state == "here"
            session.states.stage(NAME, state="here", data_json=text)
            session.flush()
            assert open_session(KEY.user_id).states.get(NAME).data_json == text or not text
            assert result_of(PartitionStorage(open_session).get_data(KEY)) == {}
        assert result_of(PartitionStorage(open_session).update_data(KEY, {"a": 1})) == {"a": 1}
        assert result_of(PartitionStorage(open_session).get_state(KEY)) == "here"


class TestStagedWrites:
    """Within an update, conversations are read and written together with the person."""

    def test_staged_state_is_written_together_with_the_decision(self, open_session: Callable[[int], Session]) -> None:
        session = open_session(KEY.user_id)
        with staging(KEY.user_id, session, "message", 7):
            result_of(PartitionStorage(open_session).set_state(KEY, "here"))
            assert conversation_of(open_session(KEY.user_id), 4242, 42, 42)[0] is None
            clock = Clock()
            after = replace(session.person, user=session.person.user.met(42, "en", None, clock()))
            session.commit(after, Entry("update:1:7", "met", clock()))
        later = open_session(KEY.user_id)
        assert conversation_of(later, 4242, 42, 42)[0] == "here"
        assert later.states.moved("message", 7), "the update is stored although a decision wrote the state"
        assert not later.states.moved("callback_query", 7)

    def test_without_a_decision_flush_writes_the_staged_state(self, open_session: Callable[[int], Session]) -> None:
        session = open_session(KEY.user_id)
        with staging(KEY.user_id, session, "callback_query", 8):
            result_of(PartitionStorage(open_session).set_state(KEY, "here"))
            result_of(PartitionStorage(open_session).set_data(KEY, {"a": 1}))
            session.flush()
        later = open_session(KEY.user_id)
        assert conversation_of(later, 4242, 42, 42)[0] == "here"
        assert later.states.moved("callback_query", 8)

    def test_setting_the_stored_state_again_is_no_change(self, open_session: Callable[[int], Session]) -> None:
        session = open_session(KEY.user_id)
        with staging(KEY.user_id, session, "message", 7):
            result_of(FSMContext(PartitionStorage(open_session), KEY).clear())
            session.flush()
        assert not open_session(KEY.user_id).states.moved("message", 7)

    def test_a_reload_keeps_the_staged_state(self, open_session: Callable[[int], Session]) -> None:
        session = open_session(KEY.user_id)
        storage = PartitionStorage(open_session)
        with staging(KEY.user_id, session, "message", 7):
            result_of(storage.set_state(KEY, "here"))
            session.reload()
            assert result_of(storage.get_state(KEY)) == "here"
            session.flush()
        assert conversation_of(open_session(KEY.user_id), 4242, 42, 42)[0] == "here"

    def test_two_conversations_of_one_person_are_written_together(
        self, open_session: Callable[[int], Session]
    ) -> None:
        session = open_session(KEY.user_id)
        other = replace(KEY, chat_id=-100)
        with staging(KEY.user_id, session, "message", 7):
            for key in (KEY, other):
                result_of(PartitionStorage(open_session).set_state(key, "here"))
            session.flush()
        assert result_of(PartitionStorage(open_session).get_state(KEY)) == "here"
        assert result_of(PartitionStorage(open_session).get_state(other)) == "here"

    def test_a_concurrent_message_and_tap_conflict_once_and_both_are_kept(
        self, open_session: Callable[[int], Session]
    ) -> None:
        message, tap = open_session(KEY.user_id), open_session(KEY.user_id)
        storage = PartitionStorage(open_session)
        with staging(KEY.user_id, message, "message", 7):
            result_of(storage.update_data(KEY, {"written": 1}))
        with staging(KEY.user_id, tap, "callback_query", 8):
            result_of(storage.update_data(KEY, {"tapped": 1}))
        message.flush()
        with pytest.raises(Conflict):
            tap.flush()
        again = open_session(KEY.user_id)
        with staging(KEY.user_id, again, "callback_query", 8):
            assert result_of(storage.update_data(KEY, {"tapped": 1})) == {"written": 1, "tapped": 1}
        again.flush()
        later = open_session(KEY.user_id)
        assert later.states.moved("message", 7)
        assert later.states.moved("callback_query", 8)

    def test_the_conversation_of_another_person_is_written_immediately(
        self, open_session: Callable[[int], Session]
    ) -> None:
        other = replace(KEY, user_id=43, chat_id=43)
        with staging(KEY.user_id, open_session(KEY.user_id), "message", 7):
            result_of(PartitionStorage(open_session).set_state(other, "here"))
        assert conversation_of(open_session(43), 4242, 43, 43)[0] == "here"


def test_within_an_update_the_storage_makes_no_separate_calls(
    table_name: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table_name
    people = People(Clock())
    session = people.open(RING.person_id(42))
    calls: list[AwsCall] = []
    monkeypatch.setattr(local_aws, "_on_call", calls.append)
    storage = PartitionStorage(lambda user_id: people.open(RING.person_id(user_id)))
    with staging(42, session, "message", 7):
        result_of(storage.set_state(KEY, "here"))
        result_of(storage.update_data(KEY, {"a": 1}))
        assert result_of(storage.get_state(KEY)) == "here"
        assert calls == []
        session.flush()
    assert [call.operation for call in calls] == ["PutItem"]
