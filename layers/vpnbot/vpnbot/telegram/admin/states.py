"""FSM states of an administrator's conversations about servers."""

from aiogram.fsm.state import State, StatesGroup


class Adding(StatesGroup):
    """A server is being added: a text, a token or a tap is expected."""

    typing = State()
    token = State()
    tapping = State()


class Changing(StatesGroup):
    """One field of a server is being changed: a text or a token is expected."""

    typing = State()
    token = State()
