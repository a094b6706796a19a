"""Steps in the chat that the control panel plays for a person. Buttons are found by their callback data."""

from collections.abc import Awaitable, Callable, Iterator

from local.telegram.fake_telegram import FakeTelegram
from local.telegram.markup import Button
from local.telegram.person import Person
from local.telegram.screen import SeenMessage

_STEPS_OF_A_PURCHASE = 5


async def taps(person: Person, data: str) -> None:
    """Tap the first button of the newest screen whose callback data begins so.

    Raises:
        ValueError: there is none.
    """
    button = next((button for button in buttons(person.screen) if button.value.startswith(data)), None)
    if button is None:
        raise ValueError(f"{person.account.first_name} sees no button for {data!r}, but {person.screen.labels}")
    await person.taps_data(button.value, on=person.screen)


async def buys(person: Person, telegram: FakeTelegram, settle: Callable[[], Awaitable[None]]) -> None:
    """Go from the plans, which the person sees, to a payment in Stars: the first plan, for the shortest time.

    Raises:
        ValueError: a screen does not have what the steps need.
        NoInvoiceError, BalanceTooLow: it cannot be paid.
    """
    for _ in range(_STEPS_OF_A_PURCHASE):
        if any(button.value.startswith("pay:") for button in buttons(person.screen)):
            break
        await taps(person, "buy:")
    await taps(person, "pay:")
    link = next((button.value for button in buttons(person.screen) if button.kind in {"url", "pay"}), "")
    await telegram.wallet(person.user_id).pays(link)
    await settle()


def buttons(screen: SeenMessage) -> Iterator[Button]:
    """Return the buttons of a screen, row by row."""
    return (button for row in screen.buttons for button in row)
