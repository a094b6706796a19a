"""aiogram's FSM storage over a person's partition: read with everything else, written with what is decided."""

import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey

from vpnbot.usecases.ports import ConversationStates, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

_current: ContextVar["tuple[int, Session] | None"] = ContextVar("current partition", default=None)
_keys = DefaultKeyBuilder(prefix="", with_bot_id=True, with_business_connection_id=True, with_destiny=True)


@contextmanager
def staging(user_id: int, session: Session) -> "Iterator[None]":
    """While it lasts, this user's conversations are read from and staged in `session`, at no extra call."""
    token = _current.set((user_id, session))
    try:
        yield
    finally:
        _current.reset(token)


class PartitionStorage(BaseStorage):
    """Staged for the person at hand, written through for anybody else.

    Every method may raise StorageUnavailable or, when another update moved the same conversation, Conflict.
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
        """Return a copy of a conversation's data; data that cannot be read any more starts anew."""
        try:
            data = json.loads(self._states(key).get(_keys.build(key)).data_json)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    async def close(self) -> None:
        """Nothing is held open here."""

    def _states(self, key: StorageKey) -> ConversationStates:
        return self._session(key)[0].states

    def _change(self, key: StorageKey, change: Callable[[ConversationStates], None]) -> None:
        session, staged = self._session(key)
        change(session.states)
        if not staged:
            session.flush()

    def _session(self, key: StorageKey) -> tuple[Session, bool]:
        current = _current.get()
        if current is not None and current[0] == key.user_id:
            return current[1], True
        return self._open(key.user_id), False
