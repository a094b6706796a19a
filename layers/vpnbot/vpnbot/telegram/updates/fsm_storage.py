"""aiogram's FSM storage in a person's partition: loaded with all other items, written with the decision."""

import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey

from vpnbot.usecases.ports import ConversationStates, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

_current: ContextVar["_Staged | None"] = ContextVar("current partition", default=None)
_keys = DefaultKeyBuilder(prefix="", with_bot_id=True, with_business_connection_id=True, with_destiny=True)


@dataclass(frozen=True, slots=True)
class _Staged:
    """The user whose conversations are staged, their session, and the update that stages them."""

    user_id: int
    session: Session
    queue: str
    update_id: int


@contextmanager
def staging(user_id: int, session: Session, queue: str, update_id: int) -> "Iterator[None]":
    """In this context the user's conversations are read from `session` and staged in it, without another read.

    A staged change records its update at once, because a decision may commit it before the handler returns.
    """
    token = _current.set(_Staged(user_id, session, queue, update_id))
    try:
        yield
    finally:
        _current.reset(token)


class PartitionStorage(BaseStorage):
    """Stages changes for the person whose update is handled; writes changes for other people at once.

    Every method may raise StorageUnavailable or, if another update changed the same conversation, Conflict.
    """

    def __init__(self, open_partition: Callable[[int], Session]) -> None:
        """`open_partition` loads the partition of a Telegram user."""
        self._open = open_partition

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Set the state of a conversation; None ends it."""
        value = state.state if isinstance(state, State) else state
        name = _keys.build(key)
        self._change(key, lambda states: states.stage(name, state=value, data_json=states.get(name).data_json))

    async def get_state(self, key: StorageKey) -> str | None:
        """Return the state of a conversation."""
        return self._states(key).get(_keys.build(key)).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace a conversation's data, which must be a mapping of JSON values.

        Raises:
            DataNotDictLikeError: it is not a mapping.
        """
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        name, text = _keys.build(key), json.dumps(data, ensure_ascii=False)
        self._change(key, lambda states: states.stage(name, state=states.get(name).state, data_json=text))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Return a copy of a conversation's data; empty if the stored data cannot be read."""
        return _data(self._states(key).get(_keys.build(key)).data_json)

    async def close(self) -> None:
        """Do nothing: nothing is open."""

    def _states(self, key: StorageKey) -> ConversationStates:
        staged = _staged_for(key)
        return (staged.session if staged else self._open(key.user_id)).states

    def _change(self, key: StorageKey, change: Callable[[ConversationStates], None]) -> None:
        staged = _staged_for(key)
        session = staged.session if staged else self._open(key.user_id)
        change(session.states)
        if staged:
            session.states.mark(staged.queue, staged.update_id)
        else:
            session.flush()


def conversation_of(session: Session, bot_id: int, chat_id: int, user_id: int) -> tuple[str | None, dict[str, Any]]:
    """Return the state and the data of a person's conversation in one chat."""
    found = session.states.get(_keys.build(StorageKey(bot_id, chat_id, user_id)))
    return found.state, _data(found.data_json)


def set_conversation_state(session: Session, bot_id: int, chat_id: int, user_id: int, state: str | None) -> None:
    """Stage another state of a person's conversation in one chat; its data stays."""
    name = _keys.build(StorageKey(bot_id, chat_id, user_id))
    session.states.stage(name, state=state, data_json=session.states.get(name).data_json)


def _data(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _staged_for(key: StorageKey) -> _Staged | None:
    current = _current.get()
    return current if current is not None and current.user_id == key.user_id else None
