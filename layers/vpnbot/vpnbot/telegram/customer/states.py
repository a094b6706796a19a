"""FSM states of a customer's conversations."""

from aiogram.fsm.state import State, StatesGroup


class Buying(StatesGroup):
    """The person writes the address for receipts."""

    contact = State()


class Support(StatesGroup):
    """The person writes a question. In `more` one was sent a moment ago, and what follows belongs to it."""

    writing = State()
    more = State()
