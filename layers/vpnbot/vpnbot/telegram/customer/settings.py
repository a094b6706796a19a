"""Settings, the stored data of a person, and its deletion."""

from typing import TYPE_CHECKING

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.telegram.customer import settings_screens as screens
from vpnbot.telegram.customer import terms_screens
from vpnbot.telegram.messages.callbacks import action_arguments, screen_before_terms
from vpnbot.telegram.messages.reply import Reply, Send, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import switch_news, switch_reminders
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.people.export_data import export_data

if TYPE_CHECKING:
    from vpnbot.domain.people.quarantined_update import UpdateKind


async def settings(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the settings."""
    return Show(screens.settings(context.view()))


async def terms(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the terms; *Back* leads to the purchase or to the consent from which they were opened."""
    return Show(terms_screens.terms(context.view(), screen_before_terms(query.data)))


async def privacy(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Show the privacy policy."""
    return Show(terms_screens.privacy(context.view()))


async def settings_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the settings, and end any conversation."""
    await state.clear()
    return Show(screens.settings(context.view()))


async def privacy_command(_: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Show the privacy policy, and end any conversation."""
    await state.clear()
    return Show(terms_screens.privacy(context.view()))


async def my_data(_: CallbackQuery) -> Reply:
    """Show what is stored about the person."""
    return Show(screens.my_data())


async def download(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Send everything that is stored about the person, as a JSON file."""
    language = context.view().language

    def description(kind: "UpdateKind") -> str:
        return context.views.messages.text(language, f"data-not-handled-{kind}")

    document = export_data(context.session, context.people, context, description, context.payments.gifts)
    return Send(document, phrase("data-file-name"), phrase("data-caption"))


async def ask_to_delete(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Ask for confirmation before everything is deleted."""
    return Show(screens.confirm_delete(context.view()))


async def news(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Switch news on or off; the message with the news stays as it is."""
    wanted = action_arguments(query.data)[:1] == ["on"]
    switch_news(context.session, context, context.cause, wanted=wanted)
    return Show(screens.news(wanted=wanted), as_new=True)


async def reminders(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Switch reminders on or off, and show the settings, whose button says which it is."""
    wanted = action_arguments(query.data)[:1] == ["on"]
    switch_reminders(context.session, context, context.cause, wanted=wanted)
    return Show(screens.settings(context.view()), phrase("toast-reminders-on" if wanted else "toast-muted"))


async def delete_all(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Delete the person's data."""
    language = context.view().language
    delete_data(context.session, context.fleet, context, context.cause)
    return Show(screens.deleted(), language=language)
