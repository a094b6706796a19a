"""The Bot API's methods: each call is looked up, rejected if a fault is injected, carried out and recorded."""

import inspect
import time
from collections.abc import Awaitable, Callable
from functools import partial

from local.telegram.account_methods import AccountMethods
from local.telegram.arguments import Arguments
from local.telegram.chat_methods import ChatMethods
from local.telegram.command_methods import CommandMethods
from local.telegram.conversation import Conversations
from local.telegram.copy_methods import CopyMethods
from local.telegram.errors import BotApiError, not_emulated
from local.telegram.faults import Faults
from local.telegram.journal import Call, Journal, Sending
from local.telegram.media import MEDIA_KINDS
from local.telegram.message_methods import MessageMethods
from local.telegram.payment_methods import PaymentMethods
from local.telegram.reaction_methods import ReactionMethods
from local.telegram.send_methods import SendMethods
from local.telegram.topic_methods import TopicMethods
from local.telegram.update_methods import UpdateMethods

type Method = Callable[[Arguments], object | Awaitable[object]]


class BotApi:
    """Carries out a bot's calls; the HTTP transport is in `server.py`."""

    def __init__(
        self,
        conversations: Conversations,
        account: AccountMethods,
        commands: CommandMethods,
        updates: UpdateMethods,
        payments: PaymentMethods,
        journal: Journal,
        faults: Faults,
    ) -> None:
        """Build the table of methods; those about chats and messages need nothing but the conversations."""
        self.calls_in_flight = 0
        self._conversations = conversations
        self._journal = journal
        self._faults = faults
        table = _about_chats(conversations) | _about_the_bot(account, commands, updates, payments)
        self._methods = {name.lower(): method for name, method in table.items()}

    async def call(self, method: str, arguments: Arguments, *, by_webhook: bool = False) -> tuple[object, bool]:
        """Carry out one call; return its result, and whether the connection must be closed without an answer.

        Raises:
            BotApiError: Telegram rejects the call, or 501: the method is not emulated.
        """
        began, status, description, lost = time.perf_counter(), 200, "", False
        # A long poll does not count as work in progress: `idle` must not wait for its end.
        weight = 0 if method.lower() == "getupdates" else 1
        self.calls_in_flight += weight
        try:
            result = await self._do(method, arguments)
            lost = not by_webhook and self._faults.loses_answer(method)
        except BotApiError as error:
            status, description = error.code, error.description
            raise
        finally:
            self.calls_in_flight -= weight
            call = Call(
                self._conversations.now(),
                method,
                arguments.for_log(),
                status,
                description,
                time.perf_counter() - began,
                by_webhook,
                lost,
            )
            self._journal.calls.append(call)
            chat_id = arguments.integer("chat_id")
            self._conversations.feed.publish("call", method=method, status=status, chat_id=chat_id)
        return result, lost

    async def call_by_webhook(self, method: str, arguments: Arguments) -> None:
        """Carry out a call that was in a webhook's response; the bot receives neither result nor error."""
        try:
            await self.call(method, arguments, by_webhook=True)
        except BotApiError:
            return

    async def _do(self, method: str, arguments: Arguments) -> object:
        injected = self._faults.injected_error(method)
        if injected is not None:
            raise injected
        if method.lower() not in self._methods:
            raise not_emulated(f"the method {method}")
        too_soon = self._faults.limits.check(method, arguments, self._conversations.now())
        if too_soon is not None:
            raise too_soon
        outcome = self._methods[method.lower()](arguments)
        result = await outcome if inspect.isawaitable(outcome) else outcome
        self._count(method, arguments)
        return result

    def _count(self, method: str, arguments: Arguments) -> None:
        now = self._conversations.now()
        if messages := self._faults.limits.accepted(method, arguments, now):
            sending = Sending(now, time.perf_counter(), method, arguments.integer("chat_id"), messages)
            self._journal.sendings.append(sending)


def _about_chats(conversations: Conversations) -> dict[str, Method]:
    chats, send, copies = ChatMethods(conversations), SendMethods(conversations), CopyMethods(conversations)
    messages, topics = MessageMethods(conversations), TopicMethods(conversations)
    files = {f"send{_camel(kind)}": partial(send.send_media, kind) for kind in MEDIA_KINDS}
    return {
        **files,
        "getChat": chats.get_chat,
        "getChatMember": chats.get_chat_member,
        "getChatMemberCount": chats.get_chat_member_count,
        "getChatAdministrators": chats.get_chat_administrators,
        "leaveChat": chats.leave_chat,
        "sendChatAction": chats.send_chat_action,
        "sendMessage": send.send_message,
        "sendMediaGroup": send.send_media_group,
        "sendLocation": send.send_location,
        "sendContact": send.send_contact,
        "sendPoll": send.send_poll,
        "copyMessage": copies.copy_message,
        "copyMessages": copies.copy_messages,
        "forwardMessage": copies.forward_message,
        "forwardMessages": copies.forward_messages,
        "setMessageReaction": ReactionMethods(conversations).set_message_reaction,
        "editMessageText": messages.edit_message_text,
        "editMessageCaption": messages.edit_message_caption,
        "editMessageReplyMarkup": messages.edit_message_reply_markup,
        "editMessageMedia": messages.edit_message_media,
        "deleteMessage": messages.delete_message,
        "deleteMessages": messages.delete_messages,
        "createForumTopic": topics.create_forum_topic,
        "editForumTopic": topics.edit_forum_topic,
        "closeForumTopic": topics.close_forum_topic,
        "reopenForumTopic": topics.reopen_forum_topic,
        "deleteForumTopic": topics.delete_forum_topic,
    }


def _about_the_bot(
    account: AccountMethods, commands: CommandMethods, updates: UpdateMethods, payments: PaymentMethods
) -> dict[str, Method]:
    return {
        "getMe": account.get_me,
        "getFile": account.get_file,
        "answerCallbackQuery": account.answer_callback_query,
        "setMyCommands": commands.set_my_commands,
        "getMyCommands": commands.get_my_commands,
        "deleteMyCommands": commands.delete_my_commands,
        "setMyName": partial(account.set_text, "name", 64),
        "getMyName": partial(account.get_text, "name"),
        "setMyDescription": partial(account.set_text, "description", 512),
        "getMyDescription": partial(account.get_text, "description"),
        "setMyShortDescription": partial(account.set_text, "short_description", 120),
        "getMyShortDescription": partial(account.get_text, "short_description"),
        "setChatMenuButton": account.set_chat_menu_button,
        "getChatMenuButton": account.get_chat_menu_button,
        "setWebhook": updates.set_webhook,
        "deleteWebhook": updates.delete_webhook,
        "getWebhookInfo": updates.get_webhook_info,
        "getUpdates": updates.get_updates,
        "createInvoiceLink": payments.create_invoice_link,
        "sendInvoice": payments.send_invoice,
        "answerPreCheckoutQuery": payments.answer_pre_checkout_query,
        "refundStarPayment": payments.refund_star_payment,
        "editUserStarSubscription": payments.edit_user_star_subscription,
        "getStarTransactions": payments.get_star_transactions,
        "getMyStarBalance": payments.get_my_star_balance,
    }


def _camel(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))
