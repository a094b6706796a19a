"""What waits for the staff: the list, and the button that says that a wish for a refund was answered."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.needs import Need, NeedKind
from vpnbot.domain.people.roles import Right
from vpnbot.telegram.admin import waiting_screens as screens
from vpnbot.telegram.messages.packed_ids import unpacked_order, unpacked_person
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.staff.answer_refund import answer_refund
from vpnbot.usecases.staff.what_waits import Waiting, what_waits

_ABOUT_MONEY = frozenset(NeedKind) - {NeedKind.NO_KEY, NeedKind.UNANSWERED}


async def tap(_: CallbackQuery, context: UpdateContext, __: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the list; with a person and an order, first note that the wish for a refund was answered."""
    if len(arguments) == 2 and context.may(Right.MONEY):
        person, order_id = unpacked_person(arguments[0]), unpacked_order(arguments[1])
        if person is not None and order_id is not None:
            _answer(context, person, order_id)
    return Show(screens.waiting(seen_by(context), context.now))


def seen_by(context: UpdateContext) -> Waiting:
    """Return what waits and concerns the sender's role."""
    found = what_waits(context.staff().needs, context.people, context.now)
    return Waiting(tuple(need for need in found.needs if _concerns(context, need)), found.more)


def _concerns(context: UpdateContext, need: Need) -> bool:
    if need.kind is NeedKind.COMPENSATION:
        return context.may(Right.COMPENSATE_ANY)
    return context.may(Right.MONEY) if need.kind in _ABOUT_MONEY else context.may(Right.ANSWER)


def _answer(context: UpdateContext, person: PersonId, order_id: str) -> None:
    cause = f"admin:{context.cause.removeprefix('update:')}"
    answer_refund(context.open(person), context.payments.gifts, context, cause, context.actor, order_id)
