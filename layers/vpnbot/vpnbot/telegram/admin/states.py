"""FSM states of an administrator's conversations about servers, plans and the shop."""

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


class Shopkeeping(StatesGroup):
    """A field of a plan (`typing`) or a setting of the shop is being changed: a text is expected."""

    typing = State()
    setting = State()
