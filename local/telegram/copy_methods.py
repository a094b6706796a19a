"""Bot API methods that send messages of another chat again: copyMessage(s), forwardMessage(s)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from local.telegram.arguments import Arguments
from local.telegram.chats import known_chat, placement
from local.telegram.conversation import Conversations
from local.telegram.entities import FormattedText
from local.telegram.errors import bad_request
from local.telegram.markup import parse_markup
from local.telegram.messages import BOT, Draft, Placement, StoredMessage
from local.telegram.send_methods import add_bot_message
from local.telegram.texts import caption_of

MOST_AT_ONCE = 100


class CopyMethods:
    """copyMessage, copyMessages, forwardMessage, forwardMessages."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def copy_message(self, arguments: Arguments) -> object:
        """Send a message's content as a new message, without its origin."""
        place, source = placement(self._conversations, arguments), self._source(arguments, "copy")
        if not source.copyable:
            raise bad_request("message can't be copied")
        content = caption_of(arguments) if arguments.has("caption") and source.media else source.content
        markup = parse_markup(arguments.json("reply_markup"), private=place.chat_id > 0)
        draft = Draft(content, media=source.media, service=source.service)
        copied = add_bot_message(self._conversations, place, draft, markup)
        return {"message_id": copied.message_id}

    def copy_messages(self, arguments: Arguments) -> object:
        """Copy up to 100 messages; return the ids of the copies: what cannot be copied is left out, albums stay."""
        return self._send_again(arguments, "copy")

    def forward_message(self, arguments: Arguments) -> object:
        """Forward a message without its buttons."""
        place, source = placement(self._conversations, arguments), self._source(arguments, "forward")
        if source.service and not (source.copyable or "invoice" in source.service):
            raise bad_request("message can't be forwarded")
        return self._conversations.message_json(self._forwarded(place, source))

    def forward_messages(self, arguments: Arguments) -> object:
        """Forward up to 100 messages; return the ids of those that could be forwarded."""
        return self._send_again(arguments, "forward")

    def _send_again(self, arguments: Arguments, verb: str) -> list[dict[str, object]]:
        place, ids = placement(self._conversations, arguments), _message_ids(arguments)
        chat = known_chat(self._conversations, arguments, "from_chat_id")
        stored = [self._conversations.message(chat.chat_id, message_id) for message_id in ids]
        found = [message for message in stored if message is not None and message.copyable]
        if not found:
            raise bad_request(f"messages to {verb} not found")
        albums: dict[str, str] = {"": ""}
        sent = []
        for source in found:
            grouped = replace(source, album=albums.setdefault(source.album, secrets.token_hex(8)))
            if verb == "forward":
                sent.append(self._forwarded(place, grouped))
            else:
                sent.append(self._copied(place, grouped, without_caption=arguments.boolean("remove_caption")))
        return [{"message_id": message.message_id} for message in sent]

    def _copied(self, place: Placement, source: StoredMessage, *, without_caption: bool) -> StoredMessage:
        content = FormattedText("") if without_caption and source.media else source.content
        draft = Draft(content, media=source.media, service=source.service, album=source.album)
        return self._conversations.add(place, BOT, draft)

    def _forwarded(self, place: Placement, source: StoredMessage) -> StoredMessage:
        """Add the copy. That of an invoice without a start_parameter can be paid, too (Bot API, sendInvoice)."""
        origin = source.forward_origin or self._conversations.origin_of(source)
        invoice = source.service.get("invoice")
        payable = isinstance(invoice, Mapping) and not invoice.get("start_parameter")
        draft = Draft(
            source.content,
            source.keyboard if payable else (),
            source.media,
            source.service,
            source.pays if payable else "",
            source.album,
            origin,
        )
        return self._conversations.add(place, BOT, draft)

    def _source(self, arguments: Arguments, verb: str) -> StoredMessage:
        chat = known_chat(self._conversations, arguments, "from_chat_id")
        message = self._conversations.message(chat.chat_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request(f"message to {verb} not found")
        return message


def _message_ids(arguments: Arguments) -> list[int]:
    given = arguments.json("message_ids")
    if not isinstance(given, list):
        raise bad_request("can't parse message identifiers: expected an Array of Numbers")
    ids = [int(message_id) for message_id in given]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if any(later <= earlier for earlier, later in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return ids
