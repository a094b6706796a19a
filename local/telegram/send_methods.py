"""Bot API methods that send a new message: text, one file, an album, a place, a contact, a poll."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from local.telegram.arguments import Arguments
from local.telegram.chats import placement
from local.telegram.conversation import Conversations
from local.telegram.entities import FormattedText
from local.telegram.errors import bad_request
from local.telegram.markup import Markup, RemoveKeyboard, ReplyKeyboard, parse_markup
from local.telegram.media import WITHOUT_CAPTION, MediaKind
from local.telegram.messages import BOT, Draft, Placement, StoredMessage
from local.telegram.polls import poll_json
from local.telegram.texts import caption_of, text_of
from local.telegram.uploads import input_media, media_of

MOST_IN_ALBUM = 10
MOST_POLL_OPTIONS = 12
_ONLY_AMONG_THEMSELVES: tuple[MediaKind, ...] = ("document", "audio")


def add_bot_message(conversations: Conversations, place: Placement, draft: Draft, markup: Markup) -> StoredMessage:
    """Put a message of the bot into a chat; a keyboard below the input is shown or removed with it."""
    if isinstance(markup, ReplyKeyboard):
        conversations.show_reply_keyboard(place.chat_id, markup)
    elif isinstance(markup, RemoveKeyboard):
        conversations.show_reply_keyboard(place.chat_id, None)
    keyboard = markup if isinstance(markup, tuple) else ()
    return conversations.add(place, BOT, replace(draft, keyboard=keyboard))


class SendMethods:
    """sendMessage, sendPhoto and the other kinds of files, sendMediaGroup, sendLocation, sendContact, sendPoll."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def send_message(self, arguments: Arguments) -> object:
        """Send a text."""
        place = placement(self._conversations, arguments)
        return self._add(place, arguments, Draft(text_of(arguments)))

    def send_media(self, kind: MediaKind, arguments: Arguments) -> object:
        """Send a file of one kind: an upload, or the id of a stored file."""
        place = placement(self._conversations, arguments)
        media = media_of(self._conversations, kind, arguments)
        caption = FormattedText("") if kind in WITHOUT_CAPTION else caption_of(arguments)
        return self._add(place, arguments, Draft(caption, media=media))

    def send_media_group(self, arguments: Arguments) -> object:
        """Send an album of up to ten files; return its messages."""
        place, given = placement(self._conversations, arguments), arguments.json("media")
        if not isinstance(given, list):
            raise bad_request("expected an Array of InputMedia")
        if not given:
            raise bad_request("there are no messages to send")
        if len(given) > MOST_IN_ALBUM:
            raise bad_request("too many messages to send as an album")
        files = [input_media(self._conversations, arguments, described) for described in given]
        _check_album([file.kind for file in files])
        captions = [caption_of(arguments, described) for described in given]
        album = secrets.token_hex(8) if len(files) > 1 else ""
        sent = [
            self._conversations.add(place, BOT, Draft(caption, media=file, album=album))
            for file, caption in zip(files, captions, strict=True)
        ]
        return [self._conversations.message_json(message) for message in sent]

    def send_location(self, arguments: Arguments) -> object:
        """Send a place."""
        place = placement(self._conversations, arguments)
        if not (arguments.has("latitude") and arguments.has("longitude")):
            raise bad_request("latitude is empty" if arguments.has("longitude") else "longitude is empty")
        location = {name: float(arguments.text(name)) for name in ("latitude", "longitude")}
        return self._add(place, arguments, Draft(service={"location": location}))

    def send_contact(self, arguments: Arguments) -> object:
        """Send a contact."""
        place = placement(self._conversations, arguments)
        contact = {name: arguments.text(name) for name in ("phone_number", "first_name")}
        if not all(contact.values()):
            raise bad_request("phone number or first name is empty")
        return self._add(place, arguments, Draft(service={"contact": contact}))

    def send_poll(self, arguments: Arguments) -> object:
        """Send a poll."""
        place, options = placement(self._conversations, arguments), arguments.json("options")
        if not isinstance(options, list) or not 2 <= len(options) <= MOST_POLL_OPTIONS:
            raise bad_request("poll must have at least 2 option")
        names = [str(option.get("text")) if isinstance(option, dict) else str(option) for option in options]
        poll = poll_json(arguments.text("question"), names)
        return self._add(place, arguments, Draft(service={"poll": poll}))

    def _add(self, place: Placement, arguments: Arguments, draft: Draft) -> dict[str, object]:
        markup = parse_markup(arguments.json("reply_markup"), private=place.chat_id > 0)
        return self._conversations.message_json(add_bot_message(self._conversations, place, draft, markup))


def _check_album(kinds: Sequence[MediaKind]) -> None:
    if "animation" in kinds:
        raise bad_request("can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup")
    for kind in _ONLY_AMONG_THEMSELVES:
        if kind in kinds and set(kinds) != {kind}:
            raise bad_request(f"{kind} can't be mixed with other media types")
