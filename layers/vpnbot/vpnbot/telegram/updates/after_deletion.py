"""Updates of a person who has deleted their data: what is older than the deletion reaches no handler."""

from vpnbot.domain.people.user import User
from vpnbot.telegram.bot_api.incoming_update import Incoming
from vpnbot.telegram.customer.settings_screens import deleted
from vpnbot.telegram.messages.callbacks import Action, asks_for_service
from vpnbot.telegram.messages.reply import Hide, Reply, Show
from vpnbot.telegram.update_context import UpdateContext


def is_older_than_deletion(incoming: Incoming, user: User) -> bool:
    """Tell whether the person sent this to the bot before they deleted their data.

    Telegram delivers a message for up to a day. A report about money is never too old. A tap has no date: it reaches
    the bot before a later tap, or expires after 150 s (Bot API server, WebhookActor.cpp).
    """
    if incoming.carries_payment or not incoming.private or incoming.sent_at is None:
        return False
    return user.deleted_after(incoming.sent_at)


def reply_after_deletion(incoming: Incoming, context: UpdateContext) -> Reply | None:
    """Return the reply to an update that a deletion has settled; None: the handlers decide about it."""
    user, language = context.person.user, context.views.messages.closest(incoming.language_code)
    if is_older_than_deletion(incoming, user) and user.known:
        from vpnbot.telegram.customer.home import show_home

        return show_home(context)
    if _stays_deleted(incoming, user) and incoming.callback_data == Action.HIDE:
        return Hide()
    if is_older_than_deletion(incoming, user) or _stays_deleted(incoming, user) or _deleted_by(context):
        return Show(deleted(), language=language)
    return None


def _stays_deleted(incoming: Incoming, user: User) -> bool:
    """Tell whether a deleted person taps a button of an old screen, which must not create the user again."""
    tapped = incoming.private and incoming.callback_query_id is not None
    return tapped and user.deleted_at is not None and not asks_for_service(incoming.callback_data)


def _deleted_by(context: UpdateContext) -> bool:
    """Tell whether this update has deleted the person, and is delivered again."""
    return context.person.user.deleted_at is not None and context.session.decided(context.cause)
