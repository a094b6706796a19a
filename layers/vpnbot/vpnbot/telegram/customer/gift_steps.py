"""The steps of a purchase as those of a gift: the same ones, with a mark in their callback data."""

from dataclasses import replace

from vpnbot.domain.payments.shop_settings import Switch
from vpnbot.telegram.customer.plan_choices import Choice
from vpnbot.telegram.customer.plans_screens import DurationChoice, MethodChoice, PlanChoice
from vpnbot.telegram.messages.callbacks import GIFT, Action, action_arguments, action_of
from vpnbot.telegram.update_context import UpdateContext


def gifts_offered(context: UpdateContext) -> bool:
    """Tell whether the shop sells gifts."""
    return context.payments.sales.settings.load().gifts is Switch.ON


def as_gift(data: str) -> str:
    """Return callback data of a step of a purchase as that of the same step of a gift; other data as it is."""
    if action_of(data) != Action.BUY:
        return data
    choice = Choice.parse(action_arguments(data))
    return data if choice.gift else replace(choice, mark=choice.mark + GIFT).data()


def steps_of[C: (PlanChoice, DurationChoice, MethodChoice)](choice: Choice, steps: tuple[C, ...]) -> tuple[C, ...]:
    """Return the next steps as those of the same purchase: for the person, or a gift."""
    return tuple(replace(step, action=as_gift(step.action)) for step in steps) if choice.gift else steps


def back_of(choice: Choice, data: str) -> str:
    """Return the callback data of the screen before; the first one of a gift was reached from the plans."""
    if not choice.gift:
        return data
    return Action.PLANS if data == Action.HOME else as_gift(data)


def gift_step(context: UpdateContext, choice: Choice, back: str = Action.HOME) -> str | None:
    """Return the callback data that begins a gift, for the first screen of a purchase, from which *Back* leads home.

    None: it is another screen, the shop sells no gifts, or one was begun.
    """
    if choice.gift or back != Action.HOME or not gifts_offered(context):
        return None
    return Choice(mark=GIFT).data()
