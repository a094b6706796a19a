"""Where an administrator's conversation about servers may stand."""

from aiogram.fsm.state import State, StatesGroup


class Adding(StatesGroup):
    """A server is being added: something is to be typed, a token is to be typed, or a button to be tapped."""

    typing = State()
    token = State()
    tapping = State()


class Changing(StatesGroup):
    """One thing of a server is being changed."""

    typing = State()
    token = State()
