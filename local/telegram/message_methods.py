"""Bot API methods that send, change and remove messages, with the limits and the error texts of Telegram.

Limits: Telegram Bot API, sendMessage (text 1-4096), sendPhoto (caption 0-1024), deleteMessage (48 hours).
Texts: error table of tdlib/telegram-bot-api, Client.cpp.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from local.telegram.arguments import Arguments
from local.telegram.conversation import Account, Conversations, Media, MediaKind, StoredFile, StoredMessage
from local.telegram.entities import FormattedText, parse_html, trimmed, utf16_length, with_found
from local.telegram.errors import BotApiError, bad_request, not_emulated
from local.telegram.markup import parse_keyboard

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DELETABLE_FOR = timedelta(hours=48)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


def recipient(conversations: Conversations, arguments: Arguments, name: str = "chat_id") -> Account:
    """Return the account behind a chat id that the bot may write to; raise Telegram's 400 or 403 otherwise."""
    account = known_chat(conversations, arguments, name)
    if account.blocked:
        raise BotApiError(403, "Forbidden: bot was blocked by the user")
    if not account.started:
        raise BotApiError(403, "Forbidden: bot can't initiate conversation with a user")
    return account


def known_chat(conversations: Conversations, arguments: Arguments, name: str = "chat_id") -> Account:
    """Return the account behind a chat id; raise Telegram's 400 when there is none."""
    if not arguments.has(name):
        raise bad_request(f"{name} is empty")
    account = conversations.accounts.get(arguments.integer(name))
    if account is None:
        raise bad_request("chat not found")
    return account


def formatted(arguments: Arguments, name: str, options: Mapping[str, object] | None = None) -> FormattedText:
    """Return a text argument without its markup; `options` holds parse_mode where it is not an argument itself."""
    chosen = options if options is not None else arguments.values
    raw = options.get(name) if options is not None else arguments.text(name)
    text = raw if isinstance(raw, str) else ""
    mode = str(chosen.get("parse_mode") or "").lower()
    if chosen.get("entities") or chosen.get("caption_entities"):
        raise not_emulated("entities given beside the text; use parse_mode HTML")
    if mode == "html":
        return with_found(trimmed(parse_html(text)))
    if mode:
        raise not_emulated(f"parse_mode {mode}")
    return with_found(trimmed(FormattedText(text)))


class MessageMethods:
    """sendMessage, sendPhoto, sendDocument, copy, forward, the edits, and deletion."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def send_message(self, arguments: Arguments) -> object:
        """Send a text."""
        account = recipient(self._conversations, arguments)
        content = _checked_text(formatted(arguments, "text"), given=arguments.text("text"))
        return self._add(account, arguments, content, None)

    def send_photo(self, arguments: Arguments) -> object:
        """Send a picture: an upload, or the id of a stored file."""
        return self._send_media("photo", arguments)

    def send_document(self, arguments: Arguments) -> object:
        """Send a document: an upload, or the id of a stored file."""
        return self._send_media("document", arguments)

    def copy_message(self, arguments: Arguments) -> object:
        """Send a message's content as a new message, without its origin."""
        account, source = recipient(self._conversations, arguments), self._source(arguments, "copy")
        caption = source.content
        if arguments.has("caption") and source.media:
            caption = _checked_caption(formatted(arguments, "caption"))
        keyboard = parse_keyboard(arguments.json("reply_markup"))
        copied = self._conversations.add(
            account.user_id, caption, from_bot=True, keyboard=keyboard, media=source.media
        )
        return {"message_id": copied.message_id}

    def forward_message(self, arguments: Arguments) -> object:
        """Forward a message without its buttons."""
        account, source = recipient(self._conversations, arguments), self._source(arguments, "forward")
        sent = self._forwarded(account, source)
        origin = self._conversations.message_json(source)
        forward_origin = {"type": "user", "sender_user": origin["from"], "date": origin["date"]}
        return self._conversations.message_json(sent) | {"forward_origin": forward_origin}

    def _forwarded(self, account: Account, source: StoredMessage) -> StoredMessage:
        """Add the copy. That of an invoice without a start_parameter can be paid, too (Bot API, sendInvoice)."""
        invoice = source.service.get("invoice")
        if not isinstance(invoice, Mapping):
            return self._conversations.add(account.user_id, source.content, from_bot=True, media=source.media)
        payable = not invoice.get("start_parameter")
        return self._conversations.add_service(
            account.user_id,
            source.service,
            from_bot=True,
            keyboard=source.keyboard if payable else (),
            pays=source.pays if payable else "",
        )

    def edit_message_text(self, arguments: Arguments) -> object:
        """Change a text and its keyboard; without a keyboard the old one is removed."""
        message = self._own_message(arguments)
        if message.media is not None:
            raise bad_request("there is no text in the message to edit")
        content = _checked_text(formatted(arguments, "text"), given=arguments.text("text"))
        return self._change(message, replace(message, content=content), arguments)

    def edit_message_caption(self, arguments: Arguments) -> object:
        """Change a caption and the keyboard."""
        message = self._own_message(arguments)
        if message.media is None:
            raise bad_request("there is no caption in the message to edit")
        content = _checked_caption(formatted(arguments, "caption"))
        return self._change(message, replace(message, content=content), arguments)

    def edit_message_reply_markup(self, arguments: Arguments) -> object:
        """Change only the keyboard."""
        message = self._own_message(arguments)
        return self._change(message, message, arguments)

    def edit_message_media(self, arguments: Arguments) -> object:
        """Change picture or file, caption and keyboard; a text message may become one with media."""
        message = self._own_message(arguments)
        described = arguments.json("media")
        if not isinstance(described, dict):
            raise bad_request("can't parse InputMedia: expected an Object")
        kind = described.get("type")
        if kind not in {"photo", "document"}:
            raise not_emulated(f"media of type {kind}")
        media = Media(kind, self._given_file(arguments, str(described.get("media") or ""), kind))
        caption = _checked_caption(formatted(arguments, "caption", described))
        return self._change(message, replace(message, content=caption, media=media), arguments)

    def delete_message(self, arguments: Arguments) -> object:
        """Remove a message that is younger than 48 hours."""
        account = known_chat(self._conversations, arguments)
        message = self._conversations.message(account.user_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if self._conversations.now() - message.sent_at > DELETABLE_FOR:
            raise bad_request("message can't be deleted for everyone")
        self._conversations.delete(account.user_id, message.message_id)
        return True

    def _send_media(self, kind: MediaKind, arguments: Arguments) -> object:
        account = recipient(self._conversations, arguments)
        if not arguments.has(kind):
            raise bad_request(f"there is no {kind} in the request")
        file = self._given_file(arguments, arguments.text(kind), kind)
        caption = _checked_caption(formatted(arguments, "caption"))
        return self._add(account, arguments, caption, Media(kind, file))

    def _given_file(self, arguments: Arguments, given: str, name: str) -> StoredFile:
        upload_name = given.removeprefix("attach://") if given.startswith("attach://") else name
        upload = arguments.uploads.get(upload_name)
        if upload is None:
            if given.startswith(("http://", "https://")):
                raise not_emulated("files fetched from a URL; upload them")
            return self._conversations.file(given)
        if not upload.content:
            raise bad_request("file must be non-empty")
        content_type = upload.content_type
        if content_type in {"", "application/octet-stream"}:
            content_type = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        file = self._conversations.keep_file(upload.name, content_type, upload.content)
        if name == "photo" and file.width == 0:
            raise bad_request("IMAGE_PROCESS_FAILED")
        return file

    def _add(
        self, account: Account, arguments: Arguments, content: FormattedText, media: Media | None
    ) -> dict[str, object]:
        keyboard = parse_keyboard(arguments.json("reply_markup"))
        message = self._conversations.add(account.user_id, content, from_bot=True, keyboard=keyboard, media=media)
        return self._conversations.message_json(message)

    def _own_message(self, arguments: Arguments) -> StoredMessage:
        if arguments.has("inline_message_id"):
            raise not_emulated("inline messages")
        account = recipient(self._conversations, arguments)
        if not arguments.integer("message_id"):
            raise bad_request("message identifier is not specified")
        message = self._conversations.message(account.user_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot or message.service:
            raise bad_request("message can't be edited")
        return message

    def _change(self, old: StoredMessage, new: StoredMessage, arguments: Arguments) -> object:
        new = replace(new, keyboard=parse_keyboard(arguments.json("reply_markup")))
        if new == old:
            raise bad_request(NOT_MODIFIED)
        only_keyboard = new.content == old.content and new.media == old.media
        return self._conversations.message_json(self._conversations.change(new, marked_edited=not only_keyboard))

    def _source(self, arguments: Arguments, verb: str) -> StoredMessage:
        account = known_chat(self._conversations, arguments, "from_chat_id")
        message = self._conversations.message(account.user_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request(f"message to {verb} not found")
        return message


def _checked_text(content: FormattedText, *, given: str) -> FormattedText:
    if not given:
        raise bad_request("message text is empty")
    if not content.text:
        raise bad_request("text must be non-empty")
    if utf16_length(content.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return content


def _checked_caption(content: FormattedText) -> FormattedText:
    if utf16_length(content.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return content
