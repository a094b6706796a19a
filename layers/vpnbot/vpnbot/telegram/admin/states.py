"""FSM states of the conversations of the staff: about servers, plans, the shop, people and members."""

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


class Finding(StatesGroup):
    """A person is sought: any message is expected. `picking`: the buttons of Telegram's own list are shown."""

    typing = State()
    picking = State()


class Acting(StatesGroup):
    """An act on a person needs words: days, a note or a message. They are expected, or wait for a yes."""

    typing = State()


class Appointing(StatesGroup):
    """A member of the staff is added: a message that names a person is expected."""

    typing = State()


class Broadcasting(StatesGroup):
    """A broadcast: its message, the page of a button, the time of its start or a corrected text is expected."""

    content = State()
    page = State()
    time = State()
    correction = State()


class Naming(StatesGroup):
    """A promo code is made: its name is expected."""

    code = State()


class Advertising(StatesGroup):
    """The name or the cost of a link in an advertisement is expected."""

    typing = State()


class Wording(StatesGroup):
    """A text for customers is worded: a text is expected, or its preview waits for a tap."""

    typing = State()
