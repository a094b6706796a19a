"""A broadcast that was sent is corrected, sent to people of whom it is not known whether they have it, or deleted."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from vpnbot.domain.broadcasts.afterwards import can_be_sent_again, corrected, sent_again
from vpnbot.domain.broadcasts.broadcast import SENT, Broadcast, IllegalStep
from vpnbot.domain.broadcasts.content import BadContent
from vpnbot.domain.staff.acts import BroadcastAct
from vpnbot.telegram.admin import broadcasts_screens as screens
from vpnbot.telegram.admin.broadcast_changes import asked_before, card_of, changed, mine, question_of, store_of
from vpnbot.telegram.admin.broadcast_content import content_of
from vpnbot.telegram.admin.states import Broadcasting
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.broadcasts.change_broadcast import stored


async def ask_correct(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the new text or file; first for its language, if there are several."""
    name, language = (*arguments, "", "")[:2]
    broadcast = stored(store_of(context), name)
    if broadcast.state not in SENT or not broadcast.contents:
        return Show(card_of(context, broadcast))
    if language not in broadcast.contents and len(broadcast.contents) > 1:
        return Show(screens.which_language(broadcast, dict(context.views.messages.names)))
    chosen = language if language in broadcast.contents else next(iter(broadcast.contents))
    await state.set_state(Broadcasting.correction)
    await state.set_data({"broadcast": name, "language": chosen})
    return Show(screens.ask_correction(broadcast, chosen))


async def correction_sent(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Take the new text or file."""
    data = await state.get_data()
    name, language = str(data.get("broadcast", "")), str(data.get("language", ""))
    broadcast = stored(store_of(context), name)
    try:
        content = content_of(message)
        after = changed(
            context,
            name,
            "corrected",
            lambda each: corrected(each, language, content, context.now),
            act=BroadcastAct.CORRECT_SENT,
        )
    except BadContent as error:
        return Show(screens.ask_correction(broadcast, language).headed(phrase(f"broadcast-bad-{error.error}")))
    except IllegalStep:
        after = broadcast
    await end_with(state, Outcome(context.cause, phrase("broadcast-saved"), broadcast_id=name))
    return Show(card_of(context, after))


async def ask_again(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask before it is sent to the people of whom it is not known whether they have it."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    if not can_be_sent_again(broadcast):
        return Show(card_of(context, broadcast))
    return Show(screens.confirm_again(broadcast, question_of(context)))


async def send_again(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Send it to them, once however often the button is tapped."""
    return asked_before(
        context,
        arguments,
        "sent again",
        lambda each: mine(context, sent_again(each, context.now)),
        BroadcastAct.SEND_AGAIN,
    )


async def ask_delete(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask before what was sent is deleted from all chats."""
    broadcast = stored(store_of(context), next(iter(arguments), ""))
    if not broadcast.deletable(context.now):
        return Show(card_of(context, broadcast))
    return Show(screens.confirm_delete(broadcast, question_of(context)))


async def delete(context: UpdateContext, _: FSMContext, arguments: Sequence[str]) -> Reply:
    """Delete what was sent from all chats."""

    def begun(each: Broadcast) -> Broadcast:
        return each.deletion_begun(context.now)

    return asked_before(context, arguments, "deletion begun", begun, BroadcastAct.DELETE_SENT)
