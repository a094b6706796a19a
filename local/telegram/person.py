"""A simulated person with a phone: writes, taps, reads and blocks. Used by tests, the journey and the chat page."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from local.telegram.conversation import Account, Conversations, StoredFile, StoredMessage, Tap
from local.telegram.entities import Entity, FormattedText, trimmed, with_found
from local.telegram.markup import Button
from local.telegram.updates import UpdateKind

_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")

type AddUpdate = Callable[[UpdateKind, int, dict[str, object], bool], int | None]


class NotOnScreenError(AssertionError):
    """The button or the message that a person should use does not exist."""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as the phone shows it; `service`: what one without text is about, such as `refunded_payment`."""

    message_id: int
    from_bot: bool
    text: str
    entities: tuple[Entity, ...]
    buttons: tuple[tuple[Button, ...], ...]
    photo: StoredFile | None
    document: StoredFile | None
    sent_at: datetime
    edited_at: datetime | None
    service: str = ""

    @property
    def labels(self) -> list[str]:
        """Return the labels of the buttons, row by row."""
        return [button.text for row in self.buttons for button in row]

    def button(self, label: str) -> Button | None:
        """Find a button by its label; emoji and case do not matter."""
        wanted = plain_label(label)
        flat = [button for row in self.buttons for button in row]
        exact = [button for button in flat if button.text == label]
        return next(iter(exact or [button for button in flat if plain_label(button.text) == wanted]), None)


@dataclass(frozen=True, slots=True)
class TapOutcome:
    """The result of a tap: the bot's answer (a toast or an alert), an opened link, or copied text."""

    update_ids: tuple[int, ...] = ()
    answered: bool = False
    text: str = ""
    alert: bool = False
    opened_url: str = ""
    copied: str = ""


def plain_label(label: str) -> str:
    """Return a label without its emoji and ornaments, for comparison."""
    return _ORNAMENT.sub("", label).casefold()


class Person:
    """One account; two phones of the same person are two pages that show the same account."""

    def __init__(
        self,
        account: Account,
        conversations: Conversations,
        add_update: AddUpdate,
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """Act as this account; `idle` returns when the bot has answered all updates."""
        self.account = account
        self._conversations = conversations
        self._add_update = add_update
        self._idle = idle

    @property
    def user_id(self) -> int:
        """Return the account's id, which is also the chat's."""
        return self.account.user_id

    @property
    def messages(self) -> list[SeenMessage]:
        """Return the whole chat, oldest first."""
        return [_seen(message) for message in self._conversations.messages_of(self.user_id)]

    @property
    def screen(self) -> SeenMessage:
        """Return the newest message of the bot that has buttons."""
        for message in reversed(self.messages):
            if message.from_bot and message.buttons:
                return message
        raise NotOnScreenError(f"{self.account.first_name} has no message with buttons yet")

    @property
    def answers(self) -> list[str]:
        """Return the texts that taps were answered with, oldest first."""
        taps = [tap for tap in self._conversations.taps.values() if tap.account is self.account and tap.answer]
        return [str(tap.answer["text"]) for tap in taps if tap.answer]

    def sees(self, text: str) -> bool:
        """Return whether one of the bot's messages in this chat contains a text."""
        return any(text in message.text for message in self.messages if message.from_bot)

    def message_with(self, label: str) -> SeenMessage:
        """Return the newest message that has this button."""
        for message in reversed(self.messages):
            if message.button(label) is not None:
                return message
        shown = self.screen.labels if any(m.buttons for m in self.messages) else []
        raise NotOnScreenError(f"{self.account.first_name} sees no button {label!r}; the newest are {shown}")

    def speaks(self, language: str) -> None:
        """Change the language of the person's Telegram app."""
        self.account.language = language
        self._conversations.feed.publish("person", chat_id=self.user_id)

    async def sends(
        self,
        text: str,
        *,
        reply_to: int | None = None,
        times: int = 1,
        at_once: bool = False,
        wait: bool = True,
    ) -> tuple[int, ...]:
        """Write a message, or the same several times; return the ids of its updates once the bot has answered.

        `reply_to` is the id of the message answered. With `at_once` no update waits for an earlier one;
        `wait=False` returns before the bot has answered.
        """
        if not self.account.started or self.account.blocked:
            self._start_or_unblock()
        content = with_found(trimmed(FormattedText(text)))
        update_ids = []
        for _ in range(times):
            message = self._conversations.add(self.user_id, content, from_bot=False, reply_to=reply_to)
            update_ids.append(self._add("message", self._conversations.message_json(message), at_once))
        if wait:
            await self._idle()
        return tuple(update_id for update_id in update_ids if update_id is not None)

    async def taps(
        self,
        label: str,
        *,
        on: SeenMessage | None = None,
        times: int = 1,
        at_once: bool = False,
        wait: bool = True,
    ) -> TapOutcome:
        """Tap a button, found by its label on the newest message that has it or on the message named.

        A link or a payment sheet opens (see `wallet.py`), a copy button copies; a callback button sends its tap and
        waits for the bot, unless `wait=False`. `times` taps follow without a wait in between; with `at_once` they are
        also delivered at the same time.
        """
        message = on or self.message_with(label)
        button = message.button(label)
        if button is None:
            raise NotOnScreenError(f"no button {label!r} among {message.labels}")
        if button.kind in {"url", "pay"}:
            return TapOutcome(opened_url=button.value)
        if button.kind == "copy":
            return TapOutcome(copied=button.value)
        return await self.taps_data(button.value, on=message, times=times, at_once=at_once, wait=wait)

    async def taps_data(
        self, data: str, *, on: SeenMessage, times: int = 1, at_once: bool = False, wait: bool = True
    ) -> TapOutcome:
        """Send a tap with any callback data, as a modified Telegram app can."""
        taps = [self._new_tap(on.message_id) for _ in range(times)]
        update_ids = tuple(
            update_id
            for tap in taps
            if (update_id := self._add("callback_query", self._callback_query(tap, data), at_once)) is not None
        )
        if wait:
            await self._idle()
        answer = next((tap.answer for tap in reversed(taps) if tap.answer is not None), None)
        if answer is None:
            return TapOutcome(update_ids)
        return TapOutcome(update_ids, True, str(answer["text"]), bool(answer["alert"]), str(answer["url"]))

    def start_tap(self, message_id: int, row: int, column: int, *, at_once: bool = False) -> Tap | None:
        """Tap the button at a place without waiting, as the chat page does; None when no callback button is there.

        With `at_once` the tap is delivered without waiting for earlier ones.
        """
        message = self._conversations.message(self.user_id, message_id)
        try:
            button = message.keyboard[row][column] if message else None
        except IndexError:
            button = None
        if button is None or button.kind != "callback":
            return None
        tap = self._new_tap(message_id)
        tap.update_id = self._add("callback_query", self._callback_query(tap, button.value), own_queue=at_once)
        return tap

    async def blocks_bot(self) -> None:
        """Block the bot: it can no longer write, and receives a my_chat_member update."""
        self.account.blocked = True
        self._report_membership("member", "kicked")
        await self._idle()

    async def unblocks(self) -> None:
        """Unblock the bot: it can write again, and receives a my_chat_member update."""
        self.account.blocked = False
        self._report_membership("kicked", "member")
        await self._idle()

    def _start_or_unblock(self) -> None:
        was_blocked, self.account.started = self.account.blocked, True
        self.account.blocked = False
        if was_blocked:
            self._report_membership("kicked", "member")
        self._conversations.feed.publish("person", chat_id=self.user_id)

    def _report_membership(self, before: str, after: str) -> None:
        bot = self._conversations.bot
        change = {
            "chat": self.account.as_chat(),
            "from": self.account.as_user(),
            "date": int(self._conversations.now().timestamp()),
            "old_chat_member": _membership(bot, before),
            "new_chat_member": _membership(bot, after),
        }
        self._add("my_chat_member", change, own_queue=False)
        self._conversations.feed.publish("person", chat_id=self.user_id)

    def _new_tap(self, message_id: int) -> Tap:
        callback_id = str(secrets.randbits(62))
        tap = Tap(callback_id, self.account, message_id, self._conversations.now())
        self._conversations.taps[callback_id] = tap
        return tap

    def _callback_query(self, tap: Tap, data: str) -> dict[str, object]:
        message = self._conversations.message(self.user_id, tap.message_id)
        # Telegram Bot API, InaccessibleMessage: date is always 0.
        shown: dict[str, object] = {"chat": self.account.as_chat(), "message_id": tap.message_id, "date": 0}
        return {
            "id": tap.callback_id,
            "from": self.account.as_user(),
            "message": self._conversations.message_json(message) if message else shown,
            "chat_instance": str(self.user_id * 7919),
            "data": data,
        }

    def _add(self, kind: UpdateKind, payload: dict[str, object], own_queue: bool) -> int | None:
        return self._add_update(kind, self.user_id, payload, own_queue)


async def together(*actions: Awaitable[object]) -> list[object]:
    """Run several actions at the same time, such as taps on two phones."""
    return list(await asyncio.gather(*actions))


def _seen(message: StoredMessage) -> SeenMessage:
    media = message.media
    return SeenMessage(
        message.message_id,
        message.from_bot,
        message.content.text,
        message.content.entities,
        message.keyboard,
        media.file if media and media.kind == "photo" else None,
        media.file if media and media.kind == "document" else None,
        message.sent_at,
        message.edited_at,
        next(iter(message.service), ""),
    )


def _membership(bot: dict[str, object], status: str) -> dict[str, object]:
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
