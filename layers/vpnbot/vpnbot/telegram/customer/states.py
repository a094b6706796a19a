"""FSM states of a customer's conversations."""

from aiogram.fsm.state import State, StatesGroup


class Buying(StatesGroup):
    """The person writes the address for receipts."""

    contact = State()


class Entering(StatesGroup):
    """The person writes a promo code."""

    code = State()


class Support(StatesGroup):
    """The person writes a question."""

    writing = State()
