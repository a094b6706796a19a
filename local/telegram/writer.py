"""What one person writes in one chat: each message is stored, and delivered to the bot if the bot may see it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from local.telegram.accounts import Account
from local.telegram.conversation import Conversations
from local.telegram.entities import FormattedText, trimmed, with_found
from local.telegram.media import Media, MediaKind
from local.telegram.messages import Draft, Placement, Sender, StoredMessage
from local.telegram.polls import poll_json
from local.telegram.privacy import reaches_bot
from local.telegram.sample_files import NAMES, sample
from local.telegram.updates import UpdateKind

type AddUpdate = Callable[[UpdateKind, int, dict[str, object], bool], int | None]
type Updates = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sends; without `content` a small sample of its kind."""

    kind: MediaKind
    content: bytes = b""
    caption: str = ""
    name: str = ""
    details: Mapping[str, object] | None = None


class Writer:
    """One person in one chat. Each method returns the ids of the updates that the bot gets for it.

    `reply_to` is the message answered, `thread` the topic. With `wait` a method returns when the bot has answered;
    with `at_once` no update waits for an earlier one.
    """

    def __init__(
        self,
        conversations: Conversations,
        account: Account,
        chat_id: int,
        add_update: AddUpdate,
        idle: Callable[[], Awaitable[None]],
        *,
        anonymous: bool = False,
        before: Callable[[], None] | None = None,
    ) -> None:
        """Write as this account; `before` is called before each message, `anonymous` writes in the group's name."""
        self._conversations = conversations
        self._account = account
        self._chat_id = chat_id
        self._add_update = add_update
        self._idle = idle
        self._sender = Sender(account.user_id, anonymous)
        self._before = before

    async def text(
        self,
        text: str,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        times: int = 1,
        at_once: bool = False,
        wait: bool = True,
    ) -> Updates:
        """Write a text, or the same several times."""
        self._begin()
        content = with_found(trimmed(FormattedText(text)))
        sent = [self._add(Draft(content), reply_to, thread) for _ in range(times)]
        return await self._deliver(sent, wait, at_once=at_once)

    async def sends(
        self, attachment: Attachment, *, reply_to: int | None = None, thread: int | None = None, wait: bool = True
    ) -> Updates:
        """Send one file."""
        return await self.album([attachment], reply_to=reply_to, thread=thread, wait=wait)

    async def album(
        self,
        attachments: Sequence[Attachment],
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        wait: bool = True,
    ) -> Updates:
        """Send several files as one album: the bot gets each as a message of its own with one media_group_id."""
        self._begin()
        album = secrets.token_hex(8) if len(attachments) > 1 else ""
        sent = [
            self._add(
                Draft(with_found(FormattedText(one.caption)), media=self._media(one), album=album), reply_to, thread
            )
            for one in attachments
        ]
        return await self._deliver(sent, wait)

    async def location(
        self, latitude: float, longitude: float, *, live_seconds: int = 0, wait: bool = True
    ) -> Updates:
        """Share a place; with `live_seconds` the person's own, which moves for so long."""
        place: dict[str, object] = {"latitude": latitude, "longitude": longitude}
        live = {"live_period": live_seconds} if live_seconds else {}
        return await self.shares({"location": place | live}, wait=wait)

    async def contact(self, of: Account, *, wait: bool = True) -> Updates:
        """Share the contact of a person, perhaps the own one."""
        contact = {"phone_number": of.phone_number, "first_name": of.first_name, "user_id": of.user_id}
        return await self.shares({"contact": contact}, wait=wait)

    async def poll(self, question: str, options: Sequence[str], *, wait: bool = True) -> Updates:
        """Send a poll."""
        return await self.shares({"poll": poll_json(question, options)}, wait=wait)

    async def shares(
        self, service: Mapping[str, object], *, reply_to: int | None = None, wait: bool = True
    ) -> Updates:
        """Send a message of this one field, such as a place, a contact, or the people chosen with a button."""
        self._begin()
        return await self._deliver([self._add(Draft(service=service), reply_to)], wait)

    async def forwards(self, text: str, of: Account, *, thread: int | None = None, wait: bool = True) -> Updates:
        """Forward a text that another person has written elsewhere."""
        self._begin()
        origin = of.as_origin() | {"date": int(self._conversations.now().timestamp())}
        content = with_found(FormattedText(text))
        return await self._deliver([self._add(Draft(content, forward_origin=origin), None, thread)], wait)

    async def edits(self, message_id: int, text: str, *, wait: bool = True) -> Updates:
        """Change the text or the caption of an own message; raise LookupError when there is none."""
        message = self._conversations.message(self._chat_id, message_id)
        if message is None or message.sender != self._sender:
            raise LookupError(f"no message {message_id} of {self._account.first_name}")
        content = with_found(trimmed(FormattedText(text)))
        changed = self._conversations.change(replace(message, content=content))
        return await self._deliver([changed], wait, kind="edited_message")

    def reacts(self, message_id: int, emoji: str) -> None:
        """Set the reaction to a message, or remove it with an empty emoji; bots get no update unless they ask."""
        message = self._conversations.message(self._chat_id, message_id)
        if message is None:
            raise LookupError(f"no message {message_id}")
        others = {actor: shown for actor, shown in message.reactions.items() if actor != self._account.user_id}
        own = {self._account.user_id: emoji} if emoji else {}
        self._conversations.change(replace(message, reactions=others | own), marked_edited=False)

    def deletes(self, message_id: int) -> None:
        """Delete a message for everybody; Telegram does not tell the bot."""
        self._conversations.delete(self._chat_id, message_id)

    def _begin(self) -> None:
        if self._before is not None:
            self._before()

    def _add(self, draft: Draft, reply_to: int | None, thread: int | None = None) -> StoredMessage:
        return self._conversations.add(Placement(self._chat_id, thread, reply_to), self._sender, draft)

    def _media(self, attachment: Attachment) -> Media:
        usual_name, content_type = NAMES[attachment.kind]
        content = attachment.content or sample(attachment.kind)
        name = attachment.name or usual_name
        file = self._conversations.keep_file(name, content_type, content, attachment.kind)
        return Media(attachment.kind, file, attachment.details or {})

    async def _deliver(
        self,
        messages: Sequence[StoredMessage],
        wait: bool,
        *,
        at_once: bool = False,
        kind: UpdateKind = "message",
    ) -> Updates:
        seen = [message for message in messages if reaches_bot(self._conversations, message)]
        update_ids = [
            self._add_update(kind, self._chat_id, self._conversations.message_json(message), at_once)
            for message in seen
        ]
        if wait:
            await self._idle()
        return tuple(update_id for update_id in update_ids if update_id is not None)
